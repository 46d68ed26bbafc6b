//! sockplay: a terminal playground for sockets. One line is one real system call, and everything that it does can be
//! watched.
//!
//! The modules, in reading order. A module imports only modules above it in this list; `tests/tidy.rs` checks that.
//!
//! Pure: no thread, no clock, no file, no channel, no `unsafe`.
//!
//! - [`socket`]: the vocabulary as tables: domains, types, addresses, flags, options, errno values, states.
//! - [`call`]: a call, its arguments and its result as values, and the table of calls.
//! - [`notation`]: a call and its result as text: lexer, parser, printer, completion.
//! - [`cli`]: the command line.
//! - [`event`]: what happened, and when.
//! - [`world`]: the fold over events: sockets, calls, names, and the ladder of a conversation.
//! - [`explain`]: why a call returned what it returned, in this world.
//! - [`strace`]: a call as strace(1) prints it.
//! - [`script`]: a script, and the player that decides which line comes next without doing anything itself.
//! - [`lesson`]: the course: lessons, goals, predictions, flash cards, and what a learner has done.
//!
//! I/O:
//!
//! - [`sys`]: the system calls, and the only `unsafe`.
//! - [`store`]: small files that survive crashes, damage and two writers.
//! - [`kernel`]: what the kernel says: `TCP_INFO`, sock_diag, where a thread sleeps, who listens on this host, captured
//!   segments.
//! - [`engine`]: the threads that make calls, one for each socket; the watcher, the sampler and the capture thread;
//!   cancelling.
//! - [`io_models`]: the I/O models side by side, each a real run.
//! - [`input`]: the thread that reads keys and pastes from the terminal.
//! - [`run`]: scripts without a screen.
//!
//! The screen; the first three are pure:
//!
//! - [`layout`]: how the panes share the screen, how far a text is scrolled, what was drawn where.
//! - [`app`]: the state of the screen and [`app::update::update()`], which takes a message and returns effects.
//! - [`view`]: [`view::view()`], which draws that state, and says what it has put where.
//! - [`terminal`]: the event loop, the real screen, and screenshots.
//!
//! The path of a call: a line is parsed ([`notation::parse_line`]), taken by the player ([`script::Player`]), resolved in
//! the present world ([`world::resolve()`]), made by the socket's thread ([`engine::Engine::submit`]), and comes back as
//! events ([`event::EventKind`]) that the world folds ([`world::World::apply`]) and the screen draws.

pub mod app;
pub mod call;
pub mod cli;
pub mod engine;
pub mod event;
pub mod explain;
pub mod input;
pub mod io_models;
pub mod kernel;
pub mod layout;
pub mod lesson;
pub mod notation;
pub mod run;
pub mod script;
pub mod socket;
pub mod store;
pub mod strace;
pub mod sys;
pub mod terminal;
pub mod view;
pub mod world;
