//! Network namespaces: a test that runs again in one of its own, where it may lose packets and change settings; programs
//! that have one each.

use std::env;
use std::ffi::OsStr;
use std::process::Command;
use std::sync::LazyLock;

use super::engine::output_of;
use super::host::is_root;
use super::skipped;

/// Set in the process that is inside.
const INSIDE: &str = "SOCKPLAY_NAMESPACE";
/// To a network and a mount namespace of one's own: as root, and as anybody.
const OPTIONS: [&[&str]; 2] = [
    &["--net", "--mount"],
    &["--user", "--map-root-user", "--net", "--mount"],
];

/// Runs the test with this name again inside of a network namespace in which shell commands have been run. `true`: this is
/// that process. Where a command fails, the test is skipped, with what that command said.
pub(crate) fn is_inside(test: &str, setup: &str) -> bool {
    if env::var_os(INSIDE).is_some() {
        return true;
    }
    let shell = |options: &[&str], words: &[&str]| {
        let mut command = Command::new("unshare");
        let script = format!("set -e; ip link set lo up; {setup}; exec \"$@\"");
        command.args(options).args(["sh", "-c", &script, "sh"]);
        output_of(command.args(words).env(INSIDE, "1"))
    };
    let mut said = String::new();
    for options in OPTIONS {
        match shell(options, &["true"]) {
            Ok(probe) if probe.status.success() => {
                let own = env::current_exe().expect("this program");
                let own = own.display().to_string();
                let output =
                    shell(options, &[&own, test, "--exact", "--nocapture"]).expect("a run");
                let [out, err] = [output.stdout, output.stderr]
                    .map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                assert!(output.status.success(), "{out}{err}");
                assert!(out.contains("1 passed"), "{test} is not its name: {out}");
                print!("{out}{err}");
                return false;
            }
            Ok(probe) => said = String::from_utf8_lossy(&probe.stderr).trim().to_owned(),
            Err(error) => said = error.to_string(),
        }
    }
    skipped(&format!("no network namespace with `{setup}`: {said}"));
    false
}

/// Arguments of unshare(1): the loopback interface is up, and the program is executed.
const APART: [&str; 5] = [
    "--net",
    "sh",
    "-c",
    "ip link set lo up && exec \"$@\"",
    "sh",
];

/// A program in a network namespace of its own, so that no other session meets its ports, its abstract names and its raw
/// packets. It is in the namespace of the tests where root does not run them: in a user namespace it would have other
/// user IDs and capabilities.
pub(crate) fn apart(program: impl AsRef<OsStr>) -> Command {
    static CAN: LazyLock<bool> = LazyLock::new(|| {
        let probe = Command::new("unshare").args(APART).arg("true").output();
        is_root() && probe.is_ok_and(|probe| probe.status.success())
    });
    if !*CAN {
        return Command::new(program);
    }
    let mut command = Command::new("unshare");
    command.args(APART).arg(program);
    command
}
