//! sockplay: a terminal playground for sockets. One line is one real system call, and everything that it does can be
//! watched.
//!
//! The rooms of the house, in reading order. Imports go upwards in this list only, which `tests/house.rs` checks.
//!
//! Pure: no thread, no clock, no file, no channel, no `unsafe`.
//!
//! - [`cli`]: the command line.
//! - [`socket`]: the vocabulary as tables: domains, types, addresses, flags, options, errno, phases.
//! - [`notation`]: a call and its result as text: parse, print, complete.
//! - [`event`]: what happened, stamped.
//! - [`world`]: the fold over events: sockets, calls, names; the ladder of a conversation.
//! - [`explain`]: why a call returned what it returned, in this world.
//! - [`strace`]: a call as strace(1) prints it.
//! - [`script`]: a script, and the player that drives it without doing anything itself.
//! - [`lesson`]: the course: lessons, goals, predictions, flash cards, and what a learner has done.
//!
//! Worldly:
//!
//! - [`sys`]: the system calls, and the only `unsafe`.
//! - [`keep`]: keeping a small file of ours safely: what was learned outlives crashes, damage and two writers.
//! - [`kernel`]: observing: TCP_INFO, sock_diag, where a thread sleeps, who listens on this host, what goes over the
//!   interfaces.
//! - [`engine`]: a thread for each socket that makes its calls; the watcher, the sampler, the capturer; cancelling.
//! - [`models`]: the I/O models side by side, each a real run.
//! - [`run`]: scripts without a screen.
//! - [`tui`]: the playground on the screen. Its middle ([`tui::update()`], [`tui::view()`]) is pure too.
//!
//! A call goes this way: a line is parsed ([`notation::parse_line`]), taken by the player ([`script::Player`]),
//! resolved in the present world ([`world::resolve()`]), made by the socket's thread ([`engine::Engine::submit`]), and
//! comes back as events ([`event::What`]) that the world folds ([`world::World::apply`]) and the screen draws.

pub mod app;
pub mod call;
pub mod cli;
pub mod engine;
pub mod event;
pub mod explain;
pub mod io_models;
pub mod kernel;
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
