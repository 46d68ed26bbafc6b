//! Where programs are traced: as whoever runs the tests, as an ordinary user, in namespaces of one's own, and under the
//! rules of Docker.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::host::is_root;

/// The user nobody, and its group.
const NOBODY: u32 = 65534;

/// A place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// As whoever runs the tests.
    Here,
    /// As an ordinary user.
    Nobody,
    /// In a user and a network namespace.
    Namespaces,
}

impl Place {
    /// A command there, with its files in a folder.
    pub(crate) fn command(self, program: &Path, folder: &Path) -> Command {
        let mut command = match self {
            Self::Here | Self::Nobody => Command::new(program),
            Self::Namespaces => {
                let mut command = Command::new("unshare");
                command
                    .args([
                        "-Urn",
                        "sh",
                        "-c",
                        "ip link set lo up && exec \"$0\" \"$@\"",
                    ])
                    .arg(program);
                command
            }
        };
        if self == Self::Nobody {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
            .current_dir(folder)
            .env("HOME", folder)
            .env("TMPDIR", folder);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    /// Gives a folder to whoever runs programs there.
    pub(crate) fn give(self, folder: &Path) {
        if self == Self::Nobody {
            chown(folder, Some(NOBODY), Some(NOBODY)).expect("root gives a folder away");
        }
    }

    /// Why nothing can be traced there.
    pub(crate) fn missing(self) -> Option<String> {
        if self == Self::Nobody && !is_root() {
            return Some("the tests are run by an ordinary user already".to_owned());
        }
        let here = std::env::temp_dir();
        let mut command = self.command(Path::new("true"), &here);
        match command.stderr(Stdio::piped()).output() {
            Ok(output) if output.status.success() => None,
            Ok(output) => Some(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            Err(error) => Some(error.to_string()),
        }
    }
}
