//! What a session gives and says in each sandbox.

use std::process::Command;

use crate::common::child::{Child, PROGRAM, Ran, folder, program, sockplay};
use crate::common::skipped;
use crate::common::terminal::{ESC, PROMPT_KEYS, Rig, USUAL, sockplay_at};
use crate::sandbox::filter::{DOCKER, Denial, GVISOR, NO_COPIES, NO_NETLINK, NO_PTRACE, within};

/// Calls whose results depend on nothing that a sandbox denies, with the numbers that a program would get.
const CALLS: &str = "
l = socket(AF_INET, SOCK_STREAM)         -> fd 3
bind(l, 127.0.0.1:0)                     -> 0
listen(l, 5)                             -> 0
c = socket(AF_INET, SOCK_STREAM)         -> fd 4
connect(c, addr(l))                      -> 0
state(c)                                 -> ESTABLISHED
pending(l)                               -> 1
s = accept(l)                            -> fd 5 from addr(c)
recv(c, 10)                              -> blocks
send(s, \"hello\")                       -> 5
wait(c)                                  -> 5 \"hello\"
shutdown(s, SHUT_WR)                     -> 0
state(c)                                 -> CLOSE_WAIT
m = socket(AF_INET, SOCK_STREAM)         -> fd 6
bind(m, addr(l))                         -> EADDRINUSE
a, b = socketpair(AF_UNIX, SOCK_STREAM)  -> fd 7, fd 8
d = dup(a)                               -> fd 9
close(c)                                 -> 0
close(b)                                 -> 0
recv(a, 1)                               -> 0
e = epoll_create1()                      -> fd 4
epoll_ctl(e, EPOLL_CTL_ADD, s, EPOLLIN)  -> 0
";

/// What is asked of the kernel's table of sockets.
const QUERIES: &str = "
p, q = socketpair(AF_UNIX, SOCK_STREAM)
peer(p)
state(c)
";

/// Runs a script in a sandbox.
fn played(denied: &'static [Denial], script: String) -> Result<Ran, String> {
    within(denied, move || {
        let folder = folder();
        let mut command = sockplay(folder.path());
        Child::start(command.args(["--why", "-"]), script.as_bytes()).end()
    })
}

/// What is said before the first line: one sentence for each thing that is denied.
fn denials(ran: &Ran) -> Vec<&str> {
    let lines = ran.err.lines();
    lines.filter(|line| line.contains(" denied here")).collect()
}

#[test]
fn calls_give_in_each_sandbox_what_they_give_elsewhere() {
    let sandboxes: [(&str, &[Denial], &[&str]); 3] = [
        ("Docker", DOCKER, &["unshare(2)"]),
        ("gVisor", GVISOR, &["sock_diag(7)"]),
        ("no netlink", NO_NETLINK, &["unshare(2)", "sock_diag(7)"]),
    ];
    for (name, denied, said) in sandboxes {
        let ran = match played(denied, CALLS.to_owned()) {
            Ok(ran) => ran.exits(0),
            Err(reason) => return skipped(&format!("no seccomp filter may be set: {reason}")),
        };
        let denials = denials(&ran);
        assert_eq!(denials.len(), said.len(), "{name}: {ran:#?}");
        for (denial, said) in denials.iter().zip(said) {
            assert!(denial.starts_with(said), "{name}: {denial}");
        }
        // Where the table cannot be read nothing is said to be gone.
        assert!(!ran.out.contains("GONE"), "{name}: {ran:#?}");
    }
}

#[test]
fn what_cannot_be_known_is_refused_with_the_reason_and_is_no_errno() {
    for denied in [GVISOR, NO_NETLINK] {
        let script = CALLS.to_owned() + QUERIES;
        let ran = match played(denied, script) {
            Ok(ran) => ran.exits(1),
            Err(reason) => return skipped(&format!("no seccomp filter may be set: {reason}")),
        };
        for query in ["peer(p)", "state(c)"] {
            let line = ran.out.lines().rfind(|line| line.starts_with(query));
            let line = line.expect("the query is printed");
            assert!(
                line.contains("-> refused") && line.contains("sock_diag(7)"),
                "{line}"
            );
        }
        for errno in ["EPROTONOSUPPORT", "EAFNOSUPPORT", "EPERM"] {
            assert!(!ran.out.contains(errno), "{errno}: {ran:#?}");
        }
    }
    // With the table both are answered.
    let script = CALLS.to_owned() + QUERIES;
    if let Ok(ran) = played(&[], script) {
        assert!(!ran.exits(0).out.contains("refused"));
    }
}

#[test]
fn the_screen_says_what_is_denied() {
    let shown = within(GVISOR, || {
        let mut rig = Rig::start((120, 40), PROGRAM, &[], &[]);
        rig.wait_for("sock_diag(7) is denied here");
    });
    if let Err(reason) = shown {
        skipped(&format!("no seccomp filter may be set: {reason}"));
    }
}

#[test]
fn without_proc_a_call_is_seen_to_block_all_the_same() {
    let mount = "mount -t tmpfs none /proc";
    let way = ["-rm", "sh", "-c"];
    let probe = Command::new("unshare").args(way).arg(mount).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        return skipped("no file system may be mounted here, or there is no unshare(1)");
    }
    let folder = folder();
    let mut command = Command::new("unshare");
    let line = format!("{mount} && exec \"$0\" run --why -");
    command
        .args(way)
        .args([&line, PROGRAM])
        .current_dir(folder.path());
    let ran = Child::start(&mut command, CALLS.as_bytes()).end().exits(0);
    assert!(ran.err.starts_with("/proc cannot be read here"), "{ran:#?}");
}

#[test]
fn a_lesson_that_traces_says_before_its_first_line_that_it_cannot() {
    let ran = within(NO_PTRACE, || {
        let folder = folder();
        let mut command = program();
        command.args(["check", "own-server"]);
        command.current_dir(folder.path());
        Child::start(&mut command, b"").end()
    });
    let ran = match ran {
        Ok(ran) => ran.exits(0),
        Err(reason) => return skipped(&format!("no seccomp filter may be set: {reason}")),
    };
    let line = ran.out.lines().next().unwrap_or_default();
    assert!(
        line.contains("# SKIP cannot trace a program: ptrace() failed"),
        "{ran:#?}"
    );
    let has_remedy = ["--cap-add SYS_PTRACE", "ptrace_scope is"];
    assert!(
        has_remedy.iter().any(|remedy| line.contains(remedy)),
        "{line}"
    );

    let rig = within(NO_PTRACE, || {
        let mut rig = Rig::start(USUAL, PROGRAM, &["learn", "own-server"], &[]);
        rig.wait_for("cannot trace a program");
        rig.keys("\r\r").wait_for("cannot trace a program");
        rig
    });
    drop(rig);
}

#[test]
fn what_only_a_child_has_is_marked_as_old_where_no_copy_of_it_may_be_made() {
    let shown = within(NO_COPIES, || {
        let mut rig = sockplay_at((200, 60));
        rig.prompt(&[
            "u = socket(AF_INET, SOCK_DGRAM)",
            "bind(u, 127.0.0.1:0)",
            "p = fork()",
            "c = socket(AF_INET, SOCK_DGRAM)",
            "close(u)",
            "sendto(c, \"hello\", addr(u in p))",
        ]);
        rig.keys(ESC).wait_without(PROMPT_KEYS);
        // In the list of sockets; then in State, where it is selected, and in Queues.
        rig.wait_for_row(&["as of ", ": pidfd_getfd() gives EPERM"]);
        rig.click("u in p")
            .wait_for_row(&["u in p is shown as of "]);
        rig.wait_until("State and Queues say so", |shown| {
            shown.text().matches("u in p is shown as of ").count() == 2
        });
        // A call shows what is there now, and it is old from then on.
        rig.prompt(&["ioctl(u, FIONREAD) in p"]).wait_for("5 B");
        rig.wait_for("u in p is shown as of ");
        // The interest list too.
        rig.line("e = epoll_create1() in p");
        rig.wait_for("e in p is shown as of ");
        rig.line("epoll_ctl(e, EPOLL_CTL_ADD, u, EPOLLIN) in p");
        rig.wait_for("watches u in p");
    });
    if let Err(reason) = shown {
        skipped(&format!("no seccomp filter may be set: {reason}"));
    }
}
