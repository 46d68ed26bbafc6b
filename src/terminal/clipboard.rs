//! Where a text that is copied goes: to the clipboard of the terminal (OSC 52), or into a file of the state directory
//! where the terminal is known to ignore that.
//!
//! A terminal never says whether it took a text. Many take none; what can be known of that beforehand is in [`refusal`].

use std::fs::DirBuilder;
use std::io::{self, Read};
use std::os::unix::fs::DirBuilderExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::app::copied::CopiedText;
use crate::config::Clipboard as Setting;
use crate::kernel::unshared::apart;
use crate::socket::text::escaped;
use crate::store::folder::of_state;
use crate::store::script_file;
use crate::sys::environment;
use crate::terminal::screen::Screen;

/// The most bytes that are sent: 100000 in base64, which is the limit of some terminals.
const MOST: usize = 74_994;
/// How long tmux has to answer.
const PATIENCE: Duration = Duration::from_millis(500);
/// The pause before it is asked again whether it has.
const PAUSE: Duration = Duration::from_millis(2);

/// Where copied texts go.
pub(crate) struct Clipboard {
    /// Why none goes to the terminal.
    refusal: Option<String>,
}

impl Clipboard {
    /// As the configuration says; by default as far as the terminal is known.
    ///
    /// In tmux it asks tmux, which takes milliseconds and descriptors for that time.
    pub(crate) fn new(setting: Setting) -> Self {
        let refusal = match setting {
            Setting::Osc52 => None,
            Setting::File => Some("as the configuration says".to_owned()),
            Setting::Auto => {
                let is_set = |name| environment::variable(name).is_some();
                let tmux = is_set("TMUX").then(|| of_tmux().unwrap_or_default());
                let others = [is_set("STY"), is_set("VTE_VERSION")];
                refusal(&environment::terminal(), tmux.as_deref(), others)
            }
        };
        Self { refusal }
    }

    /// Copies a text. Gives what was done, and whether it failed.
    ///
    /// # Errors
    ///
    /// When the terminal cannot be written to.
    pub(crate) fn copy(
        &self,
        copied: &CopiedText,
        screen: &mut Screen,
    ) -> io::Result<(String, bool)> {
        let bytes = copied.text.len();
        let too_long = || {
            let why = format!("{bytes} bytes are more than the {MOST} that every terminal takes");
            (bytes > MOST).then_some(why)
        };
        let Some(why) = self.refusal.clone().or_else(too_long) else {
            screen.copy(&copied.text)?;
            let text = format!(
                "copied to the clipboard by OSC 52: {bytes} bytes; the terminal does not say whether it took them"
            );
            return Ok((text, false));
        };
        let copied = copied.clone();
        Ok(match apart("copied", move || keep(&copied)) {
            Ok(file) => (format!("written to {file}, because {why}"), false),
            Err(error) => (format!("{error}; not copied, because {why}"), true),
        })
    }
}

/// Why a terminal is known to ignore OSC 52, if it is.
///
/// `tmux`: the value of its option set-clipboard, empty where it is not known; `None`: it is not in tmux. The others: in
/// GNU screen, and in a terminal of the VTE library.
fn refusal(terminal: &str, tmux: Option<&str>, [screen, vte]: [bool; 2]) -> Option<String> {
    match (terminal, tmux) {
        ("" | "dumb" | "linux", None) => Some(format!("TERM={terminal} has no clipboard")),
        (_, Some("on" | "")) => None,
        (_, Some(value)) => Some(format!(
            "tmux does not pass it to the terminal: its option set-clipboard is {}",
            escaped(value)
        )),
        (_, None) if screen => Some("GNU screen does not pass it to the terminal".to_owned()),
        (_, None) if vte => Some("a terminal based on VTE does not accept it".to_owned()),
        (_, None) => None,
    }
}

/// The value of the option set-clipboard of tmux. `None`: it does not say.
fn of_tmux() -> Option<String> {
    let mut asked = Command::new("tmux")
        .args(["show-options", "-sqv", "set-clipboard"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let until = Instant::now() + PATIENCE;
    while asked.try_wait().ok()?.is_none() {
        if Instant::now() > until {
            // It has ended meanwhile, or does now.
            let _ = asked.kill();
            let _ = asked.wait();
            return None;
        }
        std::thread::sleep(PAUSE);
    }
    let mut answer = String::new();
    asked.stdout.take()?.read_to_string(&mut answer).ok()?;
    Some(answer.trim().to_owned())
}

/// Writes a text to its file in the state directory, for its owner alone. Gives the file.
fn keep(copied: &CopiedText) -> Result<String, String> {
    let folder = of_state().ok_or("there is no home directory to write a file in")?;
    let folder = folder.join("copied");
    let made = DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder);
    let file = folder.join(copied.file);
    let shown = escaped(&file.display().to_string());
    made.map_err(|error| format!("cannot make the folder of {shown}: {error}"))?;
    let name = file
        .to_str()
        .ok_or_else(|| format!("cannot write {shown}: its name is not UTF-8"))?;
    script_file::write(name, &copied.as_file(), true, "")?;
    Ok(shown)
}

#[cfg(test)]
mod tests {
    use crate::terminal::clipboard::refusal;

    #[test]
    fn what_is_known_to_take_no_text_is_said() {
        let of = |terminal, tmux, others| refusal(terminal, tmux, others).is_some();
        let none = [false, false];
        for terminal in ["linux", "dumb", ""] {
            assert!(of(terminal, None, none), "{terminal}");
        }
        assert!(!of("xterm-256color", None, none));
        for (value, refuses) in [
            ("on", false),
            ("", false),
            ("external", true),
            ("off", true),
        ] {
            assert_eq!(of("tmux-256color", Some(value), none), refuses, "{value}");
            // What is around tmux does not matter.
            assert_eq!(of("screen", Some(value), [true, true]), refuses, "{value}");
        }
        assert!(of("screen.xterm", None, [true, false]));
        assert!(of("xterm-256color", None, [false, true]));
    }
}
