//! The command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{ArgGroup, Args, CommandFactory, Parser, Subcommand, ValueEnum};

mod format;

pub use crate::cli::format::{
    ConfigFormat, ExplainFormat, ExportFormat, ModelsFormat, PictureFormat, SessionsFormat,
};

use crate::notation::diagnostic::nearest;
use crate::notation::parse::parse_duration;

/// A terminal playground for sockets: one line is one real system call, and everything it does can be watched.
///
/// Without a command the playground starts. Start it in two terminals, and the two can connect to each other. With a script
/// the playground starts with the script beside it, to be run line by line.
#[derive(Debug, Parser)]
#[command(
    name = "sockplay",
    version,
    max_term_width = 100,
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
    /// What to do instead of starting the playground.
    #[command(subcommand)]
    pub command: Option<Action>,
    /// Open this script for stepping: run its next line, run it to a selected line, or run all.
    ///
    /// The name has a `/` or ends in .sock. Nothing is run before you press a key, and you can type lines of your own in
    /// between. Lines are judged as by `sockplay run`, and may do what lines that you type may do: they are not confined.
    #[arg(value_name = "FILE.sock", value_parser = OsStringValueParser::new().try_map(script))]
    pub script: Option<PathBuf>,
    /// How the screen looks.
    #[command(flatten)]
    pub appearance: AppearanceArgs,
    /// Whether the session is recorded.
    #[command(flatten)]
    pub journal: JournalArgs,
}

/// Reads the name of a script. Anything else was meant to be a command.
fn script(name: OsString) -> Result<PathBuf, String> {
    let bytes = name.as_encoded_bytes();
    if bytes.contains(&b'/') || bytes.ends_with(b".sock") {
        return Ok(name.into());
    }
    let word = name.to_string_lossy();
    let commands = Cli::command();
    let commands = commands.get_subcommands().map(clap::Command::get_name);
    let meant = match nearest(&word, commands) {
        Some(meant) => format!("did you mean the command `{meant}`?"),
        None => "`sockplay --help` lists the commands".to_owned(),
    };
    Err(format!(
        "there is no such command: {meant} The name of a script has a `/` or ends in .sock"
    ))
}

/// Whether a session is recorded.
#[derive(Debug, Default, Clone, Copy, Args)]
pub struct JournalArgs {
    /// Do not record this session.
    ///
    /// Otherwise all that happens in it is written to a file in the state directory ($XDG_STATE_HOME/sockplay/sessions, else
    /// ~/.local/state/sockplay/sessions), which only you can read: `sockplay sessions` lists them.
    #[arg(long)]
    pub no_journal: bool,
}

/// How the screen looks.
#[derive(Debug, Default, Args)]
pub struct AppearanceArgs {
    /// The theme of the screen: terminal, terminal-dark, terminal-light, dark, light, solarized-dark, solarized-light,
    /// high-contrast, plain, one of your own, or auto.
    ///
    /// The first three use the colours of the terminal; auto chooses one of them by the background that the terminal
    /// reports, or plain if NO_COLOR is set. Your own themes are the files NAME.toml in the directory themes of the configuration
    /// directory ($XDG_CONFIG_HOME/sockplay, else ~/.config/sockplay).
    #[arg(long, value_name = "NAME")]
    pub theme: Option<String>,
    /// Draw with ASCII characters only.
    ///
    /// This is the default if TERM is linux, or if the encoding of the locale is not UTF-8.
    #[arg(long)]
    pub ascii: bool,
}

/// The exit statuses, and what each means. The manual page and the README list them.
pub const EXIT_STATUSES: [(&str, &str); 4] = [
    (
        "0",
        "Every expectation held (run), every test passed (check), or the program was left.",
    ),
    (
        "1",
        "An expectation did not hold (run), or a test failed (check).",
    ),
    (
        "2",
        "Nothing could be done: a script, a lesson or the configuration cannot be read or has an error, the command line \
         is wrong, explain does not know the word, or there is no terminal. check still grades what it can read.",
    ),
    (
        "128+N",
        "Signal N ended the program, after it restored the terminal and removed its files.",
    ),
];

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Run scripts without a screen and check their expectations.
    ///
    /// Each line is printed with its result. Exit status: 0 all expectations held, 1 one did not hold, 2 a script could
    /// not be run (unreadable, or a line is not in the notation).
    Run(RunArgs),
    /// Learn sockets: the course, step by step, on the real kernel.
    ///
    /// Without a lesson the list of all lessons is shown. What you have done is saved in the state directory
    /// ($XDG_STATE_HOME/sockplay, else ~/.local/state/sockplay).
    Learn(LearnArgs),
    /// The playground line by line: for screen readers, logs, serial consoles and simple terminals.
    ///
    /// The same prompt, lessons and cards without a screen: each change is one printed line. `help` lists what can be
    /// typed besides calls, Ctrl-C interrupts a call that sleeps, Ctrl-D leaves. Through a pipe each line of standard input
    /// is one command.
    Repl(ReplArgs),
    /// Trace a program: its socket calls in the same notation, with the kernel's state and explanations.
    ///
    /// The program is started under ptrace(2), as by strace(1), with a filter that stops it before the calls about sockets,
    /// readiness, descriptors and processes; all others run at full speed. Calls of 32-bit programs and operations of io_uring
    /// are not seen. A program with the set-user-ID bit runs without its privileges. The exit status is that of the program.
    Trace(TraceArgs),
    /// Import the output of strace(1): the socket calls of any program, from a file.
    ///
    /// It opens in the panes, as a recording does. The file may have been written with or without -f, -t, -tt, -ttt, -r, -T, -y, -yy, -s, -x and -k; -yy says which
    /// addresses a descriptor has, and what it was before the trace began. The calls that `sockplay trace` would show are taken
    /// over. What strace does not show, such as the state of a connection, is left out. Lines that are not understood are
    /// counted and reported. Exit status: 0 the file was read, 2 it could not be, or is no output of strace.
    Import(ImportArgs),
    /// Run the small server that the lesson own-server traces.
    ///
    /// An echo server on 127.0.0.1 for one client at a time, to be traced: `sockplay trace sockplay example-server`. It does
    /// not handle each result as it should. It runs until accept() fails.
    ExampleServer(ExampleServerArgs),
    /// Check a lesson on the real kernel, or a script against its goals.
    ///
    /// Without an answer the lesson itself is checked: no goal holds beforehand, each line has the expected result, and the solutions
    /// reach the goals. With answers, each script is run in a session of its own, and each goal must hold after one of
    /// its lines, even if it no longer holds later; an error in a script is a failed test that names its place. The lines reach only
    /// sockets of their session or of another sockplay, and files below $DIR, a directory of the session.
    /// Prints the Test Anything Protocol. Exit status: 0 all tests passed, 1 one failed, 2 a lesson or an answer could not
    /// be read (what can be read is still graded), 128 plus its number when a signal ended it.
    #[command(
        override_usage = "sockplay check [OPTIONS] LESSON ANSWER.sock...\n       sockplay check [OPTIONS] LESSON..."
    )]
    Check(CheckArgs),
    /// Practise the flash cards of the course; each is asked again when it is due.
    ///
    /// Cards that are due come first, then new ones. Enter shows the answer, `r` runs it on the real kernel if it can be
    /// run, 1 to 4 say how well you knew it, `q` leaves; through a pipe the same, one per line. Your results are saved in
    /// the state directory ($XDG_STATE_HOME/sockplay, else ~/.local/state/sockplay) and scheduled by FSRS.
    Cards(CardsArgs),
    /// Write a file to begin with.
    New(NewArgs),
    /// Receive one datagram in each I/O model, and draw what happened.
    ///
    /// A peer sends a datagram a little later. The lanes show where the process waited, how it learned of the data, what
    /// copied it and when. Each is a real run; if this kernel does not allow a model, the reason is printed.
    Models(ModelsArgs),
    /// Write a script or a recording as something else: a program, a web page, a film, a capture file.
    ///
    /// A script is run as by `sockplay run`, and a recording is only read; where it has several sessions, the last one is
    /// written. A program makes the same calls in the same order: a port that the kernel chose is asked for, an error of
    /// the session is expected, and a call during which others were made is made in a thread. What a program cannot do is
    /// a comment in it, and is printed on the standard error. With --split, or where the output is a folder, the server's
    /// side and the client's become two programs: start the server's first, and the client's with the ports that it
    /// prints. Where a result depended on an order that nothing the two exchange guarantees, a comment says so, too. For a
    /// page, a film or a capture file the segments of a script are captured where that is allowed. Exit status: 0, 1 when
    /// an expectation of the script did not hold (the file is written nevertheless), 2 when the file could not be read or
    /// has nothing to write.
    Export(ExportArgs),
    /// Run scripts and draw the playground's screen after their last line, as SVG or text.
    ///
    /// Several scripts are several instances, started one after the other, each drawn as a terminal of its own. The calls
    /// are real; only the clock is artificial, one call a second, so that the picture does not depend on the machine's speed.
    Screenshot(ScreenshotArgs),
    /// List the recorded sessions.
    ///
    /// Each session of the playground, the course and the repl is recorded as it happens, in a file that only you can
    /// read: calls, results, the first bytes of what was sent and received, what the kernel was observed to have. They are kept
    /// for 30 days, and as many as fit into 100 MB, unless the configuration says otherwise. --no-journal records nothing.
    Sessions(SessionsArgs),
    /// Show a recorded session again, without making a call.
    ///
    /// The panes are those of the playground. A recording can be made on another machine, by --record of trace and run
    /// too.
    Replay(ReplayArgs),
    /// Print what a word means: a call, an option, a constant, an error, a TCP state, a term.
    ///
    /// The definition comes with its source: a manual page, a section of an RFC, a chapter of a book (UNP is Stevens,
    /// UNIX Network Programming; TLPI is Kerrisk, The Linux Programming Interface). Case, `-`, `_` and blanks do not matter,
    /// and a prefix such as SO_ may be left out. Without a word all words are listed. Exit status: 0 the word was found, 2
    /// it was not; then the most similar ones are proposed.
    Explain(ExplainArgs),
    /// Print the manual page, or the completions of a shell.
    Generate(GenerateArgs),
    /// Print the configuration in effect, as a configuration file or JSON.
    ///
    /// The file is config.toml in $XDG_CONFIG_HOME/sockplay, else in ~/.config/sockplay. It sets the theme, the keys of every
    /// action, and more; the output explains each setting and gives its default. An error in the file is
    /// reported with its line, and the exit status is 2.
    Config(ConfigArgs),
}

/// What `sockplay sessions` is given.
#[derive(Debug, Args)]
pub struct SessionsArgs {
    /// How they are printed.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: SessionsFormat,
}

/// What `sockplay replay` is given.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// A recording: its file, or its name as `sockplay sessions` lists it. Without one: the newest that is complete.
    ///
    /// An argument with a `/` or an extension is a path.
    pub recording: Option<PathBuf>,
    /// Which of its sessions, from 1, where it has several; the last by default.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub part: Option<u32>,
    /// How the screen looks.
    #[command(flatten)]
    pub appearance: AppearanceArgs,
}

/// What `sockplay config` is given.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// Print the path of the file instead.
    #[arg(long)]
    pub path: bool,
    /// Print the defaults and ignore the file.
    #[arg(long, conflicts_with = "path")]
    pub default: bool,
    /// How it is printed.
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "toml",
        conflicts_with = "path"
    )]
    pub format: ConfigFormat,
}

/// What `sockplay explain` is given.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The word: EADDRINUSE, TIME_WAIT, SO_LINGER, backlog. Several words are one term: accept queue.
    pub word: Vec<String>,
    /// How it is printed.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ExplainFormat,
}

/// What `sockplay export` is given.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// A script, or a recording of a session; `-` is standard input.
    pub file: PathBuf,
    /// What it is written as.
    #[arg(long, value_name = "FORMAT", default_value = "c")]
    pub format: ExportFormat,
    /// The file that is written, instead of the standard output; for a program also a folder, which gets two programs.
    ///
    /// Where OUT is a folder, or ends with a `/`, the server's side and the client's become two programs in it: server.c
    /// and client.c. A session that has no two sides becomes program.c.
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Write the server's side and the client's side as two programs, into the folder OUT, which is made if there is none.
    #[arg(long, requires = "output")]
    pub split: bool,
    /// How long a line of the script may block, or an expected state may take to be reached: 2s, 500ms.
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = duration)]
    pub timeout: Duration,
    /// Columns and rows of the screens that are drawn.
    #[arg(long, default_value = "120x40", value_parser = size)]
    pub size: (u16, u16),
}

/// What `sockplay generate` is given.
#[derive(Debug, Args)]
pub struct GenerateArgs {
    /// What to print.
    #[command(subcommand)]
    pub what: Generated,
}

/// What can be generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum Generated {
    /// The manual page, sockplay(1), in roff: sockplay generate man | man -l -.
    Man,
    /// The completions of a shell: a script for it to read at its start.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

/// The shells that completions are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// GNU Bash.
    Bash,
    /// Zsh.
    Zsh,
    /// Fish.
    Fish,
}

/// What `sockplay learn` is given.
#[derive(Debug, Args)]
pub struct LearnArgs {
    /// A lesson of the course by its name or number, the file of one, or the directory of a course of your own.
    ///
    /// An argument with a `/` or an extension is a path: ./week1, own.md.
    pub lesson: Option<String>,
    /// Present it to a class: more room for the lesson; PageDown does a step, PageUp really undoes it.
    #[arg(long)]
    pub present: bool,
    /// The lesson to open of the course of your own.
    #[arg(long, hide = true)]
    pub open: Option<String>,
    /// How the screen looks.
    #[command(flatten)]
    pub appearance: AppearanceArgs,
    /// Whether the session is recorded.
    #[command(flatten)]
    pub journal: JournalArgs,
}

/// What `sockplay repl` is given.
#[derive(Debug, Args)]
pub struct ReplArgs {
    /// What to do instead of free play.
    #[command(subcommand)]
    pub what: Option<ReplAction>,
    /// Explain each result, not only errors and calls that sleep.
    #[arg(long)]
    pub why: bool,
    /// Whether the session is recorded.
    #[command(flatten)]
    pub journal: JournalArgs,
}

/// What can be done line by line.
#[derive(Debug, Subcommand)]
pub enum ReplAction {
    /// A lesson of the course; without a name the list of the lessons.
    Learn {
        /// A lesson of the course by its name or number, the file of one, or the directory of a course of your own.
        lesson: Option<String>,
    },
    /// The flash cards.
    Cards(CardsArgs),
}

/// What `sockplay trace` is given.
#[derive(Debug, Args)]
pub struct TraceArgs {
    /// Print the calls line by line instead of drawing a screen.
    #[arg(long)]
    pub no_screen: bool,
    /// How the lines are printed.
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "notation",
        requires = "no_screen"
    )]
    pub format: TraceFormat,
    /// Explain each result.
    #[arg(long, requires = "no_screen")]
    pub why: bool,
    /// The file to which the lines are written, instead of the standard error.
    #[arg(short, long, value_name = "FILE", requires = "no_screen")]
    pub output: Option<PathBuf>,
    /// Record all that happens into this file, which must not exist yet: `sockplay replay FILE` shows it again.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// How many bytes of each payload are kept.
    #[arg(long, value_name = "BYTES", default_value_t = 1024)]
    pub payload: usize,
    /// Let the program continue when sockplay ends before it.
    ///
    /// Then every system call stops the thread for about 10 µs, not only those that are shown. Without this option the
    /// program is killed.
    #[arg(long)]
    pub survives: bool,
    /// Attach to the running process PID instead of starting a program.
    ///
    /// All of its threads are traced, and what they start from then on. Every system call stops the thread for about 10 µs.
    /// When sockplay ends, by Ctrl-C or otherwise, the program continues; a pending call with a timeout may start its wait
    /// again.
    #[arg(short, long, value_name = "PID", conflicts_with_all = ["survives", "program"], value_parser = clap::value_parser!(i32).range(1..))]
    pub pid: Option<i32>,
    /// Give the program this terminal, such as /dev/pts/4, instead of one in a pane.
    ///
    /// Its standard input, output and error are that terminal, and the screen of sockplay stays here. `tty` prints the name of
    /// a terminal. A terminal that belongs to no session becomes the controlling terminal of the program: Ctrl-C, Ctrl-Z and a
    /// new size reach it. One in which a shell runs stays the shell's: what is typed there goes to whoever reads first, and
    /// Ctrl-C and Ctrl-Z go to the shell's foreground job, not to the program. Let the shell run `sleep infinity` meanwhile.
    #[arg(long, value_name = "DEVICE", conflicts_with = "pid")]
    pub tty: Option<PathBuf>,
    /// Hold threads before a call: the name of a call, an errno, a descriptor (fd3), or a TCP state. Repeatable.
    ///
    /// After an errno the thread is held before its next call. A call is given by its name in the notation or by the system call;
    /// `accept` includes accept4(2). A held thread makes its call when you let it; the other threads continue.
    #[arg(long = "break", value_name = "WHAT")]
    pub breaks: Vec<String>,
    /// Inject a fault into calls: recv=EINTR:3, send=short:1, accept=delay:100ms. Repeatable.
    ///
    /// The call is named as for --break. An errno: the call is not made, and fails with it. `short`: it is made with half of
    /// its length (send, sendto, write, recv, recvfrom and read). `delay:TIME`: the thread is held for that time before the
    /// call. Then, after a colon, which of these calls: N (the Nth), N+ (from the Nth on), N+STEP (every STEP-th from the Nth
    /// on), counted over all threads; without it, all of them. Every injected result is marked as injected.
    #[arg(long, value_name = "CALL=FAULT")]
    pub inject: Vec<String>,
    /// How the screen looks.
    #[command(flatten)]
    pub appearance: AppearanceArgs,
    /// The program and its arguments.
    #[arg(
        required_unless_present = "pid",
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "PROGRAM"
    )]
    pub program: Vec<OsString>,
}

/// What `sockplay import` is given.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The file that strace wrote; `-` is standard input.
    #[arg(value_name = "TRACE")]
    pub trace: PathBuf,
    /// Write a recording to this file, which must not exist yet, instead of opening it: `sockplay replay FILE` shows it.
    #[arg(short, long, value_name = "FILE", conflicts_with = "format")]
    pub output: Option<PathBuf>,
    /// Print the calls to the standard output instead.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TraceFormat>,
    /// How the screen looks.
    #[command(flatten)]
    pub appearance: AppearanceArgs,
}

/// What `sockplay example-server` is given.
#[derive(Debug, Args)]
pub struct ExampleServerArgs {
    /// The port; 0 lets the kernel choose one.
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Print its source in C instead.
    #[arg(long)]
    pub source: bool,
}

/// How `sockplay trace` prints calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TraceFormat {
    /// Each call in the notation, with its result.
    Notation,
    /// One JSON object for each call, and for each event of a process.
    Json,
    /// As `strace -f` prints it.
    Strace,
}

/// What `sockplay check` is given.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Lessons: files, names of lessons of the course, or the directory of a course; then, if any, the scripts of learners: FILE.sock.
    #[arg(required = true, value_name = "LESSON|ANSWER.sock")]
    files: Vec<String>,
    /// How long each answer, or each lesson, may take: 10s, 500ms, 2m.
    ///
    /// An answer that takes longer is ended and fails. The time needed to evaluate goals is not counted, up to the same
    /// amount. A number without a unit is in seconds.
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = time)]
    pub timeout: Duration,
    /// How the results are printed.
    #[arg(long, value_name = "FORMAT", default_value = "tap")]
    pub format: CheckFormat,
    /// Check the answer in this process, and print what was found out for the process that started it.
    #[arg(long, hide = true)]
    pub alone: bool,
}

/// What `sockplay new` is given.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// What it is.
    #[command(subcommand)]
    pub what: NewWhat,
}

/// What `sockplay new` writes.
#[derive(Debug, Subcommand)]
pub enum NewWhat {
    /// A lesson with one of each of its parts, which `sockplay check` finds correct.
    Lesson {
        /// The file, which must not be there yet; without it the lesson is printed.
        #[arg(value_name = "FILE.md")]
        file: Option<PathBuf>,
    },
}

/// How the results of `sockplay check` are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// The Test Anything Protocol.
    Tap,
    /// The XML of JUnit, for build servers: a suite for each answer.
    Junit,
    /// One JSON object for each answer, with its points.
    Json,
    /// The `results.json` of Gradescope, one line for each answer.
    Gradescope,
}

impl CheckArgs {
    /// The ending of a script.
    const SCRIPT: &str = ".sock";

    /// The lessons.
    pub fn lessons(&self) -> impl Iterator<Item = &str> {
        let files = self.files.iter().map(String::as_str);
        files.filter(|file| !file.ends_with(Self::SCRIPT))
    }

    /// The scripts of learners.
    pub fn answers(&self) -> impl Iterator<Item = &Path> {
        let files = self.files.iter();
        files
            .filter(|file| file.ends_with(Self::SCRIPT))
            .map(Path::new)
    }
}

/// How many new cards are asked a day, unless another number is wanted.
pub const NEW_A_DAY: usize = 10;

/// What `sockplay cards` is given.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("printed").args(["format", "list", "export"]))]
pub struct CardsArgs {
    /// Cards of the course in this directory instead.
    #[arg(long, value_name = "DIR")]
    pub course: Option<String>,
    /// Only cards with this tag. Repeatable.
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
    /// Ask each card once, due or not, whether its lesson is done or not.
    #[arg(long)]
    pub all: bool,
    /// Print only the cards of lessons that are done.
    #[arg(long, requires = "printed", conflicts_with = "all")]
    pub done: bool,
    /// How many new cards a day. They come from lessons that are done.
    #[arg(long, value_name = "COUNT", default_value_t = NEW_A_DAY)]
    pub new: usize,
    /// Print the cards in this format instead of asking.
    #[arg(long, value_name = "FORMAT", conflicts_with = "all")]
    format: Option<CardsFormat>,
    /// The same as --format text.
    #[arg(long, conflicts_with = "format")]
    list: bool,
    /// The same as --format, for another program.
    #[arg(long, value_name = "PROGRAM", conflicts_with_all = ["list", "all", "format"])]
    export: Option<Export>,
    /// The file to which the cards are written, instead of the standard output.
    #[arg(short, long, value_name = "FILE", requires = "printed")]
    pub output: Option<PathBuf>,
}

impl CardsArgs {
    /// The format in which the cards are printed; `None`: they are asked.
    pub fn printed(&self) -> Option<CardsFormat> {
        let listed = self.list.then_some(CardsFormat::Text);
        let exported = self.export.map(|program| match program {
            Export::Anki => CardsFormat::Anki,
            Export::Obsidian => CardsFormat::Obsidian,
        });
        self.format.or(listed).or(exported)
    }
}

/// How cards are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CardsFormat {
    /// One line for each card: its name, when it is asked next, its question and its tags.
    Text,
    /// One JSON object for each card.
    Json,
    /// Anki's text format, for its menu File, Import; a later import updates the cards in place.
    Anki,
    /// Blocks of the plugin Obsidian to Anki. In a note that is there already the cards are updated in place.
    Obsidian,
}

/// The programs that cards are exported for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Export {
    /// Anki's text format, for its menu File, Import; a later import updates the cards in place.
    Anki,
    /// Blocks of the plugin Obsidian to Anki. In a note that is there already the cards are updated in place.
    Obsidian,
}

/// What `sockplay models` is given.
#[derive(Debug, Args)]
pub struct ModelsArgs {
    /// Which models; all of them by default.
    #[arg(value_parser = ["blocking", "nonblocking", "select", "poll", "epoll", "signal", "async"])]
    pub models: Vec<String>,
    /// How they are printed.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ModelsFormat,
}

/// What `sockplay screenshot` is given.
#[derive(Debug, Args)]
pub struct ScreenshotArgs {
    /// The scripts, one for each instance.
    #[arg(required = true)]
    pub scripts: Vec<PathBuf>,
    /// How the screen is drawn.
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    pub format: PictureFormat,
    /// The file to which the picture is written, instead of the standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Columns and rows of each terminal.
    #[arg(long, default_value = "120x40", value_parser = size)]
    pub size: (u16, u16),
    /// The theme, by the name that `sockplay --theme` has for it.
    ///
    /// Themes that use the terminal's own colours are drawn with the colours of a dark or a light terminal.
    #[arg(long, value_name = "NAME", default_value = "terminal-dark")]
    pub theme: String,
    /// Draw with ASCII characters only.
    #[arg(long)]
    pub ascii: bool,
    /// Be one of the instances: the program starts itself so.
    #[arg(long, hide = true)]
    pub instance: bool,
}

/// The longest time that can be asked for.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Reads `10s`, `500ms`, `2m`, `1h`, or a number of seconds.
pub(crate) fn time(text: &str) -> Result<Duration, String> {
    const UNITS: [(&str, f64); 4] = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = text.split_at(split.unwrap_or(text.len()));
    let factor = match unit {
        "" => Some(1.0),
        _ => UNITS
            .iter()
            .find(|(name, _)| *name == unit)
            .map(|(_, f)| *f),
    };
    let seconds = factor.and_then(|factor| Some(number.parse::<f64>().ok()? * factor));
    let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    match time {
        Some(time) if !time.is_zero() && time <= LONGEST => Ok(time),
        Some(_) => Err("must be more than 0 and at most 24h".to_owned()),
        None => Err("expected a number with a unit (ms, s, m or h), such as 10s".to_owned()),
    }
}

/// Reads `120x40`.
fn size(text: &str) -> Result<(u16, u16), String> {
    let read = || {
        let (columns, rows) = text.split_once('x')?;
        Some((columns.parse().ok()?, rows.parse().ok()?))
    };
    match read() {
        Some((columns @ 40..=400, rows @ 10..=200)) => Ok((columns, rows)),
        Some(_) => Err("must be from 40x10 to 400x200".to_owned()),
        None => Err("expected COLUMNSxROWS, such as 120x40".to_owned()),
    }
}

/// What `sockplay run` is given.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Scripts, each run in a session of its own; `-` is standard input.
    #[arg(required_unless_present = "line")]
    pub files: Vec<PathBuf>,
    /// Run this instead of a file; `;` separates lines.
    #[arg(short = 'c', value_name = "LINES")]
    pub line: Option<String>,
    /// How results are printed.
    #[arg(long, value_name = "FORMAT", default_value = "notation")]
    pub format: Style,
    /// The same as --format json.
    #[arg(long, conflicts_with_all = ["tap", "format"])]
    pub json: bool,
    /// The same as --format tap.
    #[arg(long, conflicts_with = "format")]
    pub tap: bool,
    /// The same as --format strace.
    #[arg(long, conflicts_with_all = ["json", "tap", "format"])]
    pub strace: bool,
    /// Explain each result.
    ///
    /// The explanation follows its line as a comment, so that the output is still a script; in JSON it is in the members
    /// `why` and `source`. Not possible with the format strace.
    #[arg(long, conflicts_with = "strace")]
    pub why: bool,
    /// Record all that happens into this file, which must not exist yet: `sockplay replay FILE` shows it.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// How long a line may block, or an expected state may take to be reached: 2s, 500ms.
    ///
    /// A line that says `within` has a limit of its own.
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = duration)]
    pub timeout: Duration,
}

/// Reads `30s` or `500ms`.
fn duration(text: &str) -> Result<Duration, String> {
    let has_unit = text.ends_with(|last: char| last.is_ascii_alphabetic());
    match parse_duration(text).filter(|_| has_unit) {
        Some(Duration::ZERO) => Err("must be more than 0".to_owned()),
        Some(duration) => Ok(duration),
        None => Err("must have a unit and be at most a day, such as 30s or 500ms".to_owned()),
    }
}

impl RunArgs {
    /// How results are printed.
    pub fn style(&self) -> Style {
        match (self.json, self.tap, self.strace) {
            (true, ..) => Style::Json,
            (_, true, _) => Style::Tap,
            (.., true) => Style::Strace,
            _ => self.format,
        }
    }
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Style {
    /// Each line with its result; the output is itself a script.
    Notation,
    /// One JSON object for each executed line.
    Json,
    /// The Test Anything Protocol.
    Tap,
    /// Each system call as `strace -f` prints it.
    Strace,
}
