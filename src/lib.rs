//! sockplay: a terminal playground for sockets. One line is one real system call, and everything that it does can be
//! watched.
//!
//! This page is the map of the source: the modules, the path of a call, what always holds, the threads, how to add
//! something, and what the words mean. The headers of the files have the details.
//!
//! # Modules
//!
//! In reading order. A module imports only modules above it, and files do not import each other in circles;
//! `tests/tidy.rs` checks both.
//!
//! Pure: no thread, no clock, no file, no channel, no `unsafe`. What they need to know is passed to them.
//!
//! - [`socket`]: the vocabulary as tables: domains, types, addresses, flags, options, errno values, states; how
//!   addresses relate ([`socket::endpoint`]).
//! - [`call`]: a call, its arguments and its result as values, and the table of calls.
//! - [`notation`]: a call and its result as text: lexer, parser, printer, completion.
//! - [`glossary`]: what a word means: names and terms, each with a definition and its source.
//! - [`cli`]: the command line.
//! - [`manual`]: the manual page and the completions of shells.
//! - [`event`]: what happened, and when.
//! - [`journal`]: the form of a recording: the events of a session as lines.
//! - [`world`]: the fold over events: sockets, calls, names, peers, and the ladder of a conversation.
//! - [`explain`]: why a call returned what it returned, in this world, and what can be done next.
//! - [`history`]: looking back: the world as it was after any event.
//! - [`strace`]: a call as strace(1) prints it, and the output of strace as events ([`strace::import`]).
//! - [`export`]: a session as a program in C, Rust or Python, or as a handout.
//! - [`script`]: a script, the player that decides which line comes next, and what a confined line may do.
//! - [`lesson`]: the course: lessons, goals, predictions, flash cards, and what a learner has done.
//!
//! I/O:
//!
//! - [`sys`]: the system calls, and the only `unsafe`.
//! - [`store`]: small files that survive crashes, damage and two writers; the folder of a session.
//! - [`kernel`]: what the kernel says: `TCP_INFO`, sock_diag, where a thread sleeps, who listens on this host, captured
//!   segments. It only reads.
//! - [`engine`]: the threads that make calls, and those that observe; cancelling and leaving.
//! - [`trace`]: another program under ptrace(2): its calls as the same events.
//! - [`io_models`]: the I/O models side by side, each run for real.
//! - [`input`]: the thread that reads keys and pastes from the terminal.
//! - [`run`]: what works without a screen: scripts, `check`, flash cards, the playground line by line.
//!
//! The screen; the first four are pure:
//!
//! - [`layout`]: how the panes share the screen, how far a text is scrolled, what was drawn where.
//! - [`app`]: the state of the screen and [`app::update::update()`], which takes a message and returns effects.
//! - [`config`]: the configuration file: settings and keys, read, checked and printed.
//! - [`view`]: [`view::view()`], which draws that state, and says what it has put where.
//! - [`terminal`]: the event loop, the real screen, screenshots, and a session as a page or a film.
//!
//! # The path of a call
//!
//! 1. A line is parsed by [`notation::parse_line`] into a [`call::Command`] and given to the [`script::Player`],
//!    whether it was typed, chosen in a form, or comes from a script or a lesson.
//! 2. When its turn comes the player resolves its names in the present world ([`world::resolve()`]) and asks for it
//!    with an [`event::Request`].
//! 3. [`engine::Engine::submit`] returns [`event::EventKind::Asked`], which puts it into the log, and gives the request
//!    to the I/O thread of its socket, or to a further thread while that one is inside a call. A call that sockplay
//!    declines ends here with [`event::EventKind::Refused`]: a sentence, no errno.
//! 4. The thread reports [`event::EventKind::Entered`] and makes the system call, truly blocking. If the watcher sees
//!    it asleep in the kernel, [`event::EventKind::Blocked`] follows; if somebody cancels it, `Cancelling`.
//! 5. After the return the thread asks the kernel what has changed and reports it: `Created` for each new descriptor,
//!    `Closed`, `Observed`, [`event::EventKind::Evidence`] of what decided the result, then
//!    [`event::EventKind::Returned`]. After a send or a receive it also asks what tells the causes of the result apart,
//!    [`call::outcome::after`], which is part of the outcome.
//! 6. Later and whenever something happens, the observers report more: `Observed` (one socket), `Endpoints` (both ends of a
//!    connection), `AddressOwner`, `Captured`.
//! 7. The driver (event loop, `run`, `check`, a test) folds each event with [`explain::fold`]: it takes it into the world
//!    ([`world::World::apply`]), and when a call has ended it finds what explains it and keeps that with the record
//!    ([`world::Facts`]). The player judges the result, [`explain::why`] reads the explanation, and the view draws.
//!
//! # What always holds
//!
//! - **Nothing is made up.** An errno, a count or a state on the screen came from the kernel. What is inferred from
//!   calls is marked as inferred; what the kernel does not report is left out, with the reason.
//! - **The world is a pure fold.** [`world::World::apply`] is the only way to change it. The same events give the same
//!   world.
//! - **Order of events.** For one call: `Asked`, `Entered`, any of `Blocked`, `Progress` and `Cancelling`, then
//!   `Created` or `Closed`, then `Returned`; or, after any of these, `Refused` or `Abandoned` as the last. A call of a
//!   traced program may have `MadeAs` and `Held` before `Entered`. Events of different calls
//!   interleave. The world accepts any sequence without panicking.
//! - **One place for each fact.** Who is at the other end: [`world::peer`]. Whether two addresses are the same,
//!   overlap, or one reaches the other: [`socket::endpoint`]. Which kernel socket it is: [`event::Identity`], never an
//!   address pair alone. What descriptors share: [`world::open_file`]. Which options are set:
//!   [`world::World::option_set`]. Which calls are pending: [`world::World::pending`]. Which descriptor a number is: that in
//!   the table of a process, [`world::TableId`]; an event says whose it is, [`event::Source`]. What explains a call that
//!   has ended: its [`world::Facts`]. Which calls, options and keys there are: their tables.
//! - **Four things are four types.** A [`world::Process`] has a table of [`world::Descriptor`]s; a descriptor refers to a
//!   [`world::OpenFile`], and that is the open file description of a [`world::Socket`], of an epoll instance, or of a file.
//!   Names belong to descriptors; state, addresses and options to the socket. close() removes a descriptor. The socket is
//!   released with the last one, and may still be an orphan in the kernel. Readers get a [`world::Handle`]: a descriptor
//!   with what it refers to.
//! - **What is kept has a bound.** `world/log.rs` forgets the oldest calls, `world/closed.rs` the oldest closed
//!   descriptors, `world/history.rs` the oldest states of a socket; old calls keep the two ends of much received data. The
//!   log has an index for each open file description: what explains a call is found there and not by going through the
//!   whole log.
//! - **No `match` over calls has an arm for the rest** outside of tests, so that a new call cannot be forgotten and
//!   then succeed. `tests/tidy.rs` checks that.
//! - **Text from outside is escaped** ([`socket::text`]) before it reaches a terminal: payloads, paths, lessons,
//!   errors.
//! - **Lines of lessons, answers, cards and screenshots are confined** ([`script::confinement`]); lines that a person
//!   types are not.
//!
//! # Threads
//!
//! All engine threads report on one bounded channel; when it is full, they wait, and the reader does not. Threads that
//! open files share a descriptor table of their own, so that no number of the playground is taken
//! ([`kernel::unshared`]). They hold what the session shares by `engine/elsewhere.rs`, and never drop it. What a sandbox
//! denies is probed once and said ([`kernel::facilities`]).
//!
//! | Thread | Waits for | Ends |
//! |---|---|---|
//! | main | input, events, signals, the next deadline | when the person leaves |
//! | `fd3`, ...: one for each socket | its next call, or the call itself | when its socket is closed |
//! | `call`: further calls on a busy socket | the call itself | with that call |
//! | `p`, ...: one for each child of fork() | its next call, or the child that makes it | when the child was waited for |
//! | `waits`: one for each child | its end, waitid(2) | with the child |
//! | `children` | the end of a call, or a second: what only children have | at `shutdown`; only after the first fork() |
//! | `watcher` | calls that may block or are being cancelled | at `shutdown` |
//! | `sampler` | epoll on all open sockets | at `shutdown` |
//! | `endpoints` | a change at a connection, or its timer | at `shutdown`; only where a screen asked for it |
//! | `capturer` | poll on a packet socket | at `shutdown`; only after it was asked for |
//! | `starter` | requests for threads that open files: `holder`, `listeners`, `evidence`, `lesson`, ... | with the process |
//! | `editor`, `printer` | the terminal of `repl`, and lines to print above the one that is edited | with the session |
//! | `tracer` | what happens to the threads of a traced program | when the last of them has ended, or it is left |
//! | `delays` | the end of injected delays | with the tracer; only after the first of them |
//! | `sleepers` | calls of traced threads that may sleep | with the tracer |
//! | `history` | lines that were typed, to store them | with the session |
//! | `closer` | a close() that may linger | with that close |
//! | `signals` | signals that end, stop or resize the program | with the process |
//! | `input` | the terminal | when the mode that reads keys ends |
//!
//! [`engine::Engine::shutdown`] ends a session while the process goes on: it cancels, closes and joins, each with a
//! deadline. [`engine::Engine::leave`] is for the end of the process: it removes the path sockets that were bound and
//! joins nothing, since a thread may be inside a call that does not end.
//!
//! # How to add
//!
//! - **A call.** A row in `call/rows.rs`: kind, arguments, result, how strace(1) shows it. Parsing, printing, form,
//!   help and completion follow from it. The compiler then asks for its execution in `engine/execute.rs`, and for
//!   what it is in a program in `export/lower.rs`; a new system call needs a wrapper in `sys`. Use it in a script of `tests/scripts` and
//!   in one of `tests/export`; `tests/tidy.rs` and `tests/export.rs` ask for that.
//! - **An option.** One row in `socket/option/`: level, number, value type, age, privilege, what it means when on and
//!   when off. A new value type is a variant of [`socket::option::ValueType`] and of [`call::value::Value`]; its layout
//!   is in `call/option_bytes.rs`, its notation in `notation/parse/value.rs`.
//! - **A rule** (an explanation). A row in the table of its group in `explain/rules/`, the special before the general.
//!   What it must see in the world is a condition in `explain/condition.rs`, what its sentence quotes a placeholder in
//!   `explain/text.rs`. A rule without a fitting condition must not state a cause. It names its causes as claims
//!   (`explain/claims.rs`), or the reason why it states none: tests ask for that, and compare the claims with the sentence
//!   and with the kernel.
//!   `tests/audit.rs` then judges what is said against other sources: `ss`, /proc, copies of the descriptors. A new errno
//!   gets its situation in `tests/audit/situations.txt`.
//! - **A shell command** that shows the same of another program. A row in `explain/commands.rs`; use it in
//!   `tests/kernel/commands.rs`.
//! - **A suggestion.** A row in `explain/suggestions/table.rs`, named by a rule after `=>`.
//! - **A key.** A row in `app/keymap/bindings.rs`; if it does something new, an `Action` and its arm in
//!   `app/update/keys.rs`. Help, footer and config file read the table; a sentence takes the name of a key from
//!   [`app::keymap::Keymap::name`].
//! - **A term** of the glossary, or more about an errno, a state or an option: an entry in `assets/glossary.toml`. The
//!   palette and `sockplay explain` have it then.
//! - **An overlay.** A page that is only read: a variant of `Page` in `app/page.rs` and its text in
//!   `view/overlay.rs`, where the compiler asks for it. Anything else: a variant of `Content` in
//!   `app/overlay.rs`. A key opens it.
//! - **A lesson.** A file in `assets/lessons/`, and its line in `lesson/course.rs`; a new topic also in
//!   `lesson/topics.rs`. `sockplay check` and `tests/course.rs` run it on the kernel. Further cards are in
//!   `assets/cards/`.
//!
//! # Words
//!
//! - **descriptor**: the number that a process uses for an open file.
//! - **child**: a process that fork() of the session made; it makes the calls of lines with `in p`, and no others.
//! - **open file description**: what descriptors refer to. dup(2), fork(2) and SCM_RIGHTS make descriptors that share
//!   one.
//! - **socket**: the kernel's object, one for each open file description of a socket.
//! - **handle**: a descriptor, the open file description that it refers to, and the socket, to be read together.
//! - **peer**, or other end: the socket that receives what this one sends.
//! - **orphan**: a connection that the kernel keeps after its last descriptor was closed, for example in TIME_WAIT.
//! - **phase**: what the calls on a socket imply (bound, listening, connected); **state**: what the kernel says, for
//!   TCP.
//! - **event**, **world**: something that happened, with its time; everything that follows from the events so far.
//! - **record**: one call in the log, and how far it has come.
//! - **observed**, **inferred**: said by the kernel; deduced from calls and events.
//! - **probe**: to ask the kernel about a socket. **capture**: to record segments at the interfaces.
//! - **driver**: whatever connects player, engine and world: the event loop, `run`, `check`, a screenshot, a test.
//! - **rule**, **condition**, **fact**: a row that explains a result; what must hold for it; what is known about the
//!   call.
//! - **suggestion**: a line that can be run next. **retry**: the line that failed, once more.
//! - **traced**: made by another program under ptrace(2). **held**: stopped just before the call; **abandoned**: it never
//!   returned to the program; **injected**: with a fault that sockplay was asked to make.
//! - **refused**: not made by sockplay itself, with a sentence. The kernel fails a call with an errno; it does not
//!   refuse.
//! - **confined**: allowed to reach only this session, another sockplay, and the session's folder.
//! - **ladder**: both ends of a conversation side by side, with the segments between them.

pub mod app;
pub mod call;
pub mod cli;
pub mod config;
pub mod engine;
pub mod event;
pub mod explain;
pub mod export;
pub mod glossary;
pub mod history;
pub mod input;
pub mod io_models;
pub mod journal;
pub mod kernel;
pub mod layout;
pub mod lesson;
pub mod manual;
pub mod notation;
pub mod run;
pub mod script;
pub mod socket;
pub mod store;
pub mod strace;
pub mod sys;
pub mod terminal;
pub mod theme;
pub mod trace;
pub mod view;
pub mod world;
