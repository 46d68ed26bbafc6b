//! A program in a pseudo-terminal: keys go in, screens come out. Every wait has a deadline, and a failure shows the
//! last screen.

use std::ffi::OsStr;
use std::io::{ErrorKind, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{Termios, tcgetattr};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;
use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};

use super::PATIENCE;
use super::child::PROGRAM;
use super::display::{Display, Shown};

/// Columns and rows of most tests.
pub(crate) const USUAL: (u16, u16) = (120, 40);

/// The Esc key as terminals with the kitty keyboard protocol send it. A lone ESC byte that is read together with the next
/// key is Alt and that key.
pub(crate) const ESC: &str = "\x1b[27u";

/// What is below the prompt while it is typed in.
pub(crate) const PROMPT_KEYS: &str = "Enter run  Tab complete";

/// The query for the background of the terminal.
pub(crate) const BACKGROUND_QUERY: &[u8] = b"\x1b]11;?\x07";

/// The least time between keys that are pressed one by one.
const BETWEEN_KEYS: Duration = Duration::from_millis(20);

/// What is below a form.
const FORM_KEYS: &str = "Enter runs it";

/// One pseudo-terminal is opened at a time: its master is close-on-exec only a moment after it was opened, and a
/// child of another test that inherited it would keep it from being hung up.
static OPENING: Mutex<()> = Mutex::new(());

/// A running program and its terminal.
pub(crate) struct Rig {
    pty: Option<Arc<Pty>>,
    child: Child,
    status: Option<ExitStatus>,
    exited: Receiver<()>,
    display: Arc<Display>,
    /// Ends the reader when it is dropped.
    stop: Option<UnixStream>,
    reader: Option<JoinHandle<()>>,
    before: Termios,
    folder: tempfile::TempDir,
}

/// sockplay on a screen of the usual size, with the empty playground.
#[track_caller]
pub(crate) fn sockplay() -> Rig {
    sockplay_at(USUAL)
}

/// sockplay on a screen of this size, with the empty playground: free play was chosen on the start screen.
#[track_caller]
pub(crate) fn sockplay_at(size: (u16, u16)) -> Rig {
    let mut rig = Rig::start(size, PROGRAM, &[], &[]);
    rig.wait_for("Free play").keys("3");
    rig.wait_without("Free play").wait_for("n makes a socket");
    rig
}

impl Rig {
    /// Starts a program with a terminal of its own, an empty folder as `TMPDIR` and `HOME`, and few other variables.
    pub(crate) fn start(
        size: (u16, u16),
        program: &str,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let common: [(&str, &OsStr); 5] = [
            ("PATH", &path),
            ("TMPDIR", folder.path().as_os_str()),
            ("HOME", folder.path().as_os_str()),
            ("TERM", OsStr::new("xterm-256color")),
            ("LANG", OsStr::new("C.UTF-8")),
        ];
        let command = Command::new(program)
            .args(arguments)
            .env_clear()
            .envs(common)
            .envs(environment.iter().copied())
            .current_dir(folder.path());
        let (pty, before, child) = {
            let _alone = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
            let (pty, pts) = open().expect("a pseudo-terminal");
            pty.resize(Size::new(size.1, size.0)).expect("its size");
            fcntl(&pty, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).expect("its flags");
            let before = tcgetattr(&pts).expect("its modes");
            let child = command.spawn(pts).expect(program);
            (Arc::new(pty), before, child)
        };
        let (exits, exited) = channel();
        let id = Id::Pid(pid_of(&child));
        thread::spawn(move || {
            // It stays a zombie for the rig to reap, so its number cannot become another's.
            let _ = waitid(id, WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT);
            let _ = exits.send(());
        });
        let display = Arc::new(Display::new(size));
        let (stop, stopped) = UnixStream::pair().expect("a pair");
        let (their_pty, their_display) = (Arc::clone(&pty), Arc::clone(&display));
        let reader = thread::spawn(move || their_display.feed(&their_pty, &stopped));
        Self {
            pty: Some(pty),
            child,
            status: None,
            exited,
            display,
            stop: Some(stop),
            reader: Some(reader),
            before,
            folder,
        }
    }

    /// The process.
    pub(crate) fn pid(&self) -> Pid {
        pid_of(&self.child)
    }

    /// Its folder for temporary files.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The sockets in that folder.
    pub(crate) fn path_sockets(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.folder()).expect("the folder");
        files
            .map(|file| file.expect("a file").path())
            .filter(|path| path.extension() == Some(OsStr::new("sock")))
            .collect()
    }

    /// The modes of the terminal as they were before the program was started.
    pub(crate) fn modes_before(&self) -> &Termios {
        &self.before
    }

    /// The modes of the terminal now.
    pub(crate) fn modes(&self) -> Termios {
        tcgetattr(self.pty()).expect("the modes of the terminal")
    }

    fn pty(&self) -> &Pty {
        self.pty.as_ref().expect("it was not hung up")
    }

    /// Types.
    #[track_caller]
    pub(crate) fn keys(&mut self, keys: impl AsRef<[u8]>) -> &mut Self {
        let mut rest = keys.as_ref();
        let deadline = Instant::now() + PATIENCE;
        while !rest.is_empty() {
            match self.pty().write(rest) {
                Ok(count) => rest = &rest[count..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    // A terminal that nobody has any more is always ready, and takes nothing.
                    assert!(!left.is_zero(), "the program reads no keys");
                    let mut files = [PollFd::new(self.pty().as_fd(), PollFlags::POLLOUT)];
                    let patience = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
                    assert_ne!(
                        poll(&mut files, patience),
                        Ok(0),
                        "the program reads no keys"
                    );
                }
                Err(error) => panic!("cannot type: {error}"),
            }
        }
        self
    }

    /// Types a line and Enter.
    #[track_caller]
    pub(crate) fn line(&mut self, line: &str) -> &mut Self {
        self.keys(format!("{line}\r"))
    }

    /// Goes to the prompt and types these lines, each with Enter.
    #[track_caller]
    pub(crate) fn prompt(&mut self, lines: &[&str]) -> &mut Self {
        self.keys(":").wait_for(PROMPT_KEYS);
        for line in lines {
            self.line(line);
        }
        self
    }

    /// Goes back from the prompt to the panes.
    #[track_caller]
    pub(crate) fn panes(&mut self) -> &mut Self {
        self.keys(ESC).wait_without(PROMPT_KEYS)
    }

    /// Opens the form of a call with its key and makes the call with Enter.
    #[track_caller]
    pub(crate) fn call(&mut self, key: &str) -> &mut Self {
        self.keys(key).wait_for(FORM_KEYS);
        self.keys("\r").wait_without(FORM_KEYS)
    }

    /// Pastes a text as a terminal does.
    #[track_caller]
    pub(crate) fn paste(&mut self, text: impl AsRef<[u8]>) -> &mut Self {
        self.keys([b"\x1b[200~", text.as_ref(), b"\x1b[201~"].concat())
    }

    /// Clicks on the place where a text begins.
    #[track_caller]
    pub(crate) fn click(&mut self, text: &str) -> &mut Self {
        let (column, row) = self.screen().place(text);
        self.keys(format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m"))
    }

    /// Turns the wheel over the place where a text begins.
    #[track_caller]
    pub(crate) fn wheel(&mut self, text: &str, down: bool) -> &mut Self {
        let (column, row) = self.screen().place(text);
        let button = 64 + u8::from(down);
        self.keys(format!("\x1b[<{button};{column};{row}M"))
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&mut self, size: (u16, u16)) -> &mut Self {
        self.display.resize(size);
        let resized = self.pty().resize(Size::new(size.1, size.0));
        resized.expect("another size");
        self
    }

    /// The present screen.
    pub(crate) fn screen(&self) -> Shown {
        self.display.shown()
    }

    /// Every byte that was written to the terminal.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.display.raw()
    }

    /// The same without the query for the background, the only one that is meant.
    pub(crate) fn raw_without_query(&self) -> Vec<u8> {
        let mut raw = self.raw();
        let query = raw
            .windows(BACKGROUND_QUERY.len())
            .position(|bytes| bytes == BACKGROUND_QUERY);
        if let Some(at) = query {
            raw.drain(at..at + BACKGROUND_QUERY.len());
        }
        raw
    }

    /// What a program has no business to ask of a terminal.
    pub(crate) fn abuses(&self) -> Vec<String> {
        self.display.abuses()
    }

    /// Waits until a row has this text.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) -> &mut Self {
        self.wait_until(&format!("{text:?}"), |shown| shown.has(text))
    }

    /// Waits until no row has this text.
    #[track_caller]
    pub(crate) fn wait_without(&mut self, text: &str) -> &mut Self {
        self.wait_until(&format!("no {text:?}"), |shown| !shown.has(text))
    }

    /// Waits until a row has all these texts.
    #[track_caller]
    pub(crate) fn wait_for_row(&mut self, texts: &[&str]) -> &mut Self {
        self.wait_until(&format!("a row with {texts:?}"), |shown| {
            shown.has_row(texts)
        })
    }

    /// Waits until the screen is as wanted.
    #[track_caller]
    pub(crate) fn wait_until(&mut self, what: &str, holds: impl Fn(&Shown) -> bool) -> &mut Self {
        if let Err(last) = self.display.wait(PATIENCE, holds) {
            let ended = if self.display.has_ended() {
                " and the program has ended"
            } else {
                ""
            };
            panic!(
                "{what} did not come{ended}; the last screen is\n{}",
                last.text()
            );
        }
        self
    }

    /// Whether nothing is written to the terminal for as long as this.
    pub(crate) fn stays_quiet(&self, span: Duration) -> bool {
        self.display.stays_quiet(span)
    }

    /// Sends a signal to the process.
    pub(crate) fn signal(&mut self, signal: Signal) -> &mut Self {
        kill(self.pid(), signal).expect("the process is there");
        self
    }

    /// Reads nothing more of what is written to the terminal, as a window that hangs.
    pub(crate) fn stop_reading(&mut self) -> &mut Self {
        drop(self.stop.take());
        if let Some(reader) = self.reader.take() {
            reader.join().expect("the reader");
        }
        self
    }

    /// Presses keys until what is drawn fills the terminal and the main thread sleeps in write(2). Gives false where the
    /// kernel does not say where a thread sleeps.
    #[track_caller]
    pub(crate) fn fill_terminal(&mut self, keys: &str) -> bool {
        let deadline = Instant::now() + PATIENCE;
        let wchan = format!("/proc/{}/wchan", self.pid());
        let mut asleep = 0;
        let mut pressed = None;
        // Often, since a terminal that is read wakes the writer soon.
        while asleep < 50 {
            assert!(Instant::now() < deadline, "it does not fill");
            let function = std::fs::read_to_string(&wchan).unwrap_or_default();
            if function.is_empty() {
                return false;
            }
            // How n_tty_write() of Linux waits for room.
            let is_writing = function == "wait_woken" || function.contains("tty");
            asleep = if is_writing { asleep + 1 } else { 0 };
            // Not so many at once that they are taken for a paste, which draws nothing.
            let is_due = pressed.is_none_or(|at: Instant| at.elapsed() > BETWEEN_KEYS);
            if asleep == 0 && is_due {
                let _ = self.pty().write(keys.as_bytes());
                pressed = Some(Instant::now());
            }
            thread::yield_now();
        }
        true
    }

    /// Takes the terminal away, as closing its window does.
    pub(crate) fn hang_up(&mut self) -> &mut Self {
        drop(self.stop.take());
        if let Some(reader) = self.reader.take() {
            reader.join().expect("the reader");
        }
        let pty = self.pty.take().expect("it is hung up once");
        assert_eq!(Arc::strong_count(&pty), 1, "nobody else has the master");
        self
    }

    /// Waits for the process to end, and for all that it wrote.
    #[track_caller]
    pub(crate) fn wait_exit(&mut self) -> ExitStatus {
        let ended = self.exited.recv_timeout(PATIENCE);
        assert!(
            ended.is_ok(),
            "it does not end; the last screen is\n{}",
            self.screen().text()
        );
        let status = self.child.wait().expect("its status");
        self.status = Some(status);
        if self.reader.is_some() {
            assert!(
                self.display.wait_for_end(PATIENCE),
                "the terminal is still open"
            );
        }
        status
    }

    /// Checks that the terminal is as it was before the program: by its modes, and by what was written to its screen.
    #[track_caller]
    pub(crate) fn assert_restored(&self) {
        let shown = self.screen();
        let screen = &shown.screen;
        assert!(!screen.alternate_screen(), "still on the other screen");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "pastes are still bracketed");
        assert_eq!(
            screen.mouse_protocol_mode(),
            vt100::MouseProtocolMode::None,
            "the mouse is still reported"
        );
        assert_eq!(&self.modes(), self.modes_before(), "the line is still raw");
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
        // Hangs up what still runs in it.
        drop(self.pty.take());
        if self.status.is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn pid_of(child: &Child) -> Pid {
    Pid::from_raw(child.id().cast_signed())
}
