//! What a lesson needs ([`crate::lesson::needs`]): looked for when a lesson is opened, and provided where that is allowed.
//!
//! A network namespace can be entered only before the first thread is started. So [`provide`] is for the start of the
//! program, with the lesson that it is to open first. Where a lesson is opened later, [`begin`] says whether a new process
//! could provide it.

use std::io;

use crate::kernel::unshared::apart;
use crate::lesson::needs::Setting;
use crate::lesson::{Lesson, Needs};
use crate::sys::namespace;

/// Enters a network namespace if the lesson needs one, and that is allowed. Call it before the first thread is started.
pub(crate) fn provide(lesson: &Lesson) {
    let lacks = match &lesson.needs {
        None => false,
        Some(Needs::RawSockets) => !namespace::may_make_raw_sockets(),
        Some(Needs::Network(_)) => true,
    };
    if lacks {
        // Why not is said where the lesson is opened.
        let _ = namespace::enter();
    }
}

/// Why a lesson cannot be done in this process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unmet {
    /// Nor in another one.
    Nowhere(String),
    /// Another one may provide what it needs.
    Here(String),
}

impl Unmet {
    /// The reason, as a sentence without its full stop.
    pub(crate) fn reason(&self) -> &str {
        match self {
            Self::Nowhere(reason) | Self::Here(reason) => reason,
        }
    }
}

/// The settings of the network namespace while a lesson is open. What was before is set again when it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    before: Vec<Setting>,
}

impl Drop for Settings {
    fn drop(&mut self) {
        for setting in std::mem::take(&mut self.before) {
            // It was so a moment ago; the next lesson sets what it needs itself.
            let _ = apart("settings", move || set(&setting));
        }
    }
}

/// Begins a lesson: makes the settings of its network.
///
/// # Errors
///
/// What it lacks.
pub(crate) fn begin(lesson: &Lesson) -> Result<Settings, Unmet> {
    let Some(needs) = &lesson.needs else {
        return Ok(Settings::default());
    };
    let is_own = namespace::is_own();
    match needs {
        // It is not asked again: sockets of a namespace of one's own are.
        Needs::RawSockets if is_own == Some(true) => Ok(Settings::default()),
        Needs::RawSockets if apart("settings", namespace::may_make_raw_sockets) => {
            Ok(Settings::default())
        }
        Needs::Network(settings) if is_own == Some(true) => make(settings),
        Needs::RawSockets | Needs::Network(_) => Err(unmet(needs)),
    }
}

fn unmet(needs: &Needs) -> Unmet {
    let lacking = match needs {
        Needs::RawSockets => format!("it needs {needs}; a private network, which has it,"),
        Needs::Network(_) => format!("it needs {needs}, which"),
    };
    match namespace::why_not() {
        Some(why) => Unmet::Nowhere(format!(
            "{lacking} is not allowed here ({why}): see user_namespaces(7)"
        )),
        None => Unmet::Here(format!("it needs {needs}")),
    }
}

/// Why a lesson of which another instance does a part cannot be done in this session.
pub(crate) fn alone(lesson: &Lesson) -> Option<&'static str> {
    let needs_another = lesson.tasks().any(|(_, task)| task.goal.needs_another());
    (needs_another && namespace::is_own() == Some(true)).then_some(
        "another sockplay is needed, and this session has a private network: quit, and open this lesson from the shell",
    )
}

fn make(settings: &[Setting]) -> Result<Settings, Unmet> {
    let mut made = Settings::default();
    for setting in settings {
        let own = setting.clone();
        let before = apart("settings", move || {
            let before = present(&own)?;
            set(&own).map(|()| before)
        });
        match before {
            Ok(before) => made.before.insert(0, before),
            Err(error) => {
                let why = format!("{setting:?} cannot be set in its network: {error}");
                return Err(Unmet::Nowhere(why));
            }
        }
    }
    Ok(made)
}

fn set(setting: &Setting) -> io::Result<()> {
    match setting {
        Setting::Mtu(mtu) => namespace::set_loopback_mtu(*mtu),
        Setting::Sysctl { name, value } => std::fs::write(path(name), value.to_string()),
    }
}

fn present(setting: &Setting) -> io::Result<Setting> {
    Ok(match setting {
        Setting::Mtu(_) => Setting::Mtu(namespace::loopback_mtu()?),
        Setting::Sysctl { name, .. } => {
            let text = std::fs::read_to_string(path(name))?;
            let value = text.trim().parse();
            Setting::Sysctl {
                name: name.clone(),
                value: value.map_err(io::Error::other)?,
            }
        }
    })
}

/// /proc/sys/net shows the settings of the namespace of whoever opens it.
fn path(name: &str) -> String {
    format!("/proc/sys/net/ipv4/{name}")
}
