//! A network namespace of its own, so that nobody else moves the counters, and packets can be lost.

use std::env;
use std::process::Command;

use sockplay::sys::signal::reporting;

use super::oracle::PYTHON;
use crate::common::host::is_root;
use crate::common::skipped;

/// Set in the process that does the audit: `1` where it has a network namespace of its own, otherwise `0`.
const INSIDE: &str = "SOCKPLAY_AUDIT_INSIDE";

/// Starts a program with signals blocked in all of its threads, as those of sockplay have them: a signal of a socket must
/// wait until a call takes it.
const BLOCKED: &str = "
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [int(word) for word in sys.argv[1].split()])
os.execv(sys.argv[2], sys.argv[2:])
";

/// Runs the test with this name again in a process of its own, if possible inside of a network namespace. `false`: this
/// is that process.
pub(crate) fn runs_inside(test: &str) -> bool {
    if env::var_os(INSIDE).is_some() {
        return false;
    }
    let unshare: &[&str] = match is_root() {
        true => &["unshare", "--net"],
        false => &["unshare", "--user", "--map-root-user", "--net"],
    };
    let probe = Command::new(unshare[0])
        .args(&unshare[1..])
        .arg("true")
        .output();
    let is_private = probe.is_ok_and(|probe| probe.status.success());
    if !is_private {
        skipped("no network namespace: packets are not lost, and others move the counters");
    }
    let prefix = if is_private { unshare } else { &[] };
    let signals: Vec<String> = reporting().iter().map(ToString::to_string).collect();
    let signals = signals.join(" ");
    let own = env::current_exe().expect("the test itself");
    let own = own.display().to_string();
    let words = [
        PYTHON,
        "-c",
        BLOCKED,
        &signals,
        &own,
        test,
        "--exact",
        "--nocapture",
        "--include-ignored",
    ];
    let words: Vec<&str> = prefix.iter().copied().chain(words).collect();
    let status = Command::new(words[0])
        .args(&words[1..])
        .env(INSIDE, if is_private { "1" } else { "0" })
        .status()
        .expect(words[0]);
    assert!(
        status.success(),
        "the process that does the audit failed: {status}"
    );
    true
}

/// Whether this process has a network namespace of its own.
pub(crate) fn is_private() -> bool {
    env::var_os(INSIDE).is_some_and(|inside| inside == "1")
}

/// Switches the loopback of the namespace on.
pub(crate) fn begin() {
    if is_private() {
        runs("ip", &["link", "set", "lo", "up"]);
    }
}

/// Whether packets of the loopback can be lost here.
pub(crate) fn can_lose() -> bool {
    let can = is_private() && lose(true);
    lose(false);
    if !can {
        skipped("no packets are lost: tc has no queueing discipline that drops all");
    }
    can
}

/// Loses every packet of the loopback from now on, or none.
pub(crate) fn lose(all: bool) -> bool {
    if !is_private() {
        return false;
    }
    match all {
        true => runs(
            "tc",
            &["qdisc", "add", "dev", "lo", "root", "pfifo", "limit", "0"],
        ),
        false => runs("tc", &["qdisc", "del", "dev", "lo", "root"]),
    }
}

fn runs(program: &str, arguments: &[&str]) -> bool {
    let output = Command::new(program).args(arguments).output();
    output.is_ok_and(|output| output.status.success())
}
