//! Playing as the user nobody, where the tests are run by root.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::LazyLock;

use crate::common::child::{PROGRAM, folder};
use crate::common::host::is_root;

/// The user and the group.
const NOBODY: u32 = 65534;

/// The program, opened: the folder that it is in may be closed to nobody.
static OPENED: LazyLock<File> = LazyLock::new(|| File::open(PROGRAM).expect("the program"));

/// The program, to be run by nobody in a folder that nobody may write in.
pub(crate) fn program() -> (Command, tempfile::TempDir) {
    let folder = folder();
    chown(folder.path(), Some(NOBODY), Some(NOBODY)).expect("root gives a folder away");
    let mut command = Command::new(format!("/proc/self/fd/{}", OPENED.as_raw_fd()));
    command.uid(NOBODY).gid(NOBODY).current_dir(folder.path());
    (command, folder)
}

/// Why nobody cannot run the program here.
pub(crate) fn missing() -> Option<String> {
    if !is_root() {
        return None;
    }
    let (mut command, _folder) = program();
    match command.arg("--version").output() {
        Ok(output) if output.status.success() => None,
        Ok(output) => Some(format!("nobody cannot run the program: {output:?}")),
        Err(error) => Some(format!("nobody cannot run the program: {error}")),
    }
}
