//! The shell commands that show the same as a call: each is run in its situation, and shows it.

use std::process::Command;

use sockplay::explain::{ShellCommand, shell_commands};

use crate::common::engine::{CLIENT, LISTENER, Rig};
use crate::common::skipped;

/// Lines, of which the last is the call, and what the output of its commands contains: each begins so.
type Situation = (
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
);

const SITUATIONS: &[Situation] = &[
    (
        &[
            "l = socket(AF_INET, SOCK_STREAM)",
            "bind(l, 127.0.0.1:0)",
            "listen(l, 5)",
        ],
        &[("ss -ltnp", "LISTEN")],
    ),
    (
        &["m = socket(AF_INET, SOCK_STREAM)", "bind(m, addr(l))"],
        &[("ss -tanp", "LISTEN")],
    ),
    (
        &["n = socket(AF_INET, SOCK_STREAM)", "bind(n, 192.0.2.7:0)"],
        &[("ip -brief", "127.0.0.1")],
    ),
    (
        &["p = socket(AF_INET, SOCK_STREAM)", "bind(p, 127.0.0.1:0)"],
        &[],
    ),
    (
        &["o = socket(AF_INET, SOCK_STREAM)", "connect(o, addr(p))"],
        &[("ss -ltnp", "")],
    ),
    (
        &["c = socket(AF_INET, SOCK_STREAM)", "connect(c, addr(l))"],
        &[("ss -tanp", "ESTAB"), ("ss -ltn", "LISTEN")],
    ),
    (
        &["s = accept(l)", "send(s, \"hello\")"],
        &[("ss -tn ", "ESTAB")],
    ),
    (
        &["recv(c, 10)", "recv(c, 10, MSG_DONTWAIT)"],
        &[("ss -tn ", "ESTAB")],
    ),
    (&["close(s)", "recv(c, 10)"], &[("ss -tan ", "CLOSE-WAIT")]),
    (&["send(c, \"x\")", "send(c, \"x\")"], &[]),
    (
        &["a, b = socketpair(AF_UNIX, SOCK_STREAM)"],
        &[("ss -xap", "u_str")],
    ),
    (
        &["u = socket(AF_INET, SOCK_DGRAM)", "bind(u, 127.0.0.1:0)"],
        &[("ss -uanp", "UNCONN")],
    ),
    (
        &["v = socket(AF_INET, SOCK_DGRAM)", "connect(v, addr(u))"],
        &[("ss -uanp", "ESTAB")],
    ),
    (
        &["send(v, \"x\")"],
        &[("ss -uanm", "UNCONN"), ("nstat", "UdpNoPorts")],
    ),
    (&["send(v, bytes(65535))"], &[("ip -brief", "lo")]),
    (
        &[
            "w = socket(AF_INET, SOCK_DGRAM)",
            "sendto(w, \"x\", 240.0.0.1:9)",
        ],
        &[],
    ),
    (
        &[
            "x = socket(AF_UNIX, SOCK_STREAM)",
            "bind(x, unix:)",
            "listen(x, 5)",
        ],
        &[("ss -xlp", "u_str")],
    ),
    (
        &[
            "y = socket(AF_UNIX, SOCK_STREAM)",
            "connect(y, unix:/nowhere)",
        ],
        &[("ls -l", "/nowhere")],
    ),
    (
        &[
            "e = epoll_create1()",
            "epoll_ctl(e, EPOLL_CTL_ADD, c, EPOLLIN)",
        ],
        &[],
    ),
    (&["close(900)"], &[]),
];

/// Those that are for a program of the reader's own.
fn is_for_another_program(command: &ShellCommand) -> bool {
    command.line.contains("PID") || command.line.contains("./program")
}

fn is_installed(program: &str) -> bool {
    let found = Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .output();
    found.is_ok_and(|output| output.status.success())
}

/// What a command prints. `None` where its program is not installed.
fn printed(command: &ShellCommand) -> Option<String> {
    let program = command.line.split(' ').next().unwrap_or_default();
    if program == "tcpdump" || !is_installed(program) {
        return None;
    }
    let output = Command::new("sh").args(["-c", &command.line]).output();
    let output = output.expect("a shell");
    let all = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    // They tell by failing that there is no route and no file.
    let may_fail = ["ip", "ls"].contains(&program);
    assert!(
        output.status.success() || may_fail,
        "{}: {all}",
        command.line
    );
    assert!(!all.contains("rror: "), "{}: {all}", command.line);
    Some(all)
}

/// Runs the commands of the newest call that need no other program, and gives how many that were.
fn run_commands(rig: &Rig, promises: &[(&str, &str)]) -> usize {
    let record = rig.world.log().last().expect("a call");
    let call = record.call().to_string();
    let commands = shell_commands(&rig.world, record);
    assert!(
        commands.iter().any(is_for_another_program),
        "{call}: {commands:?}"
    );
    for (begins, _) in promises {
        let is_it = |command: &ShellCommand| command.line.starts_with(begins);
        assert!(commands.iter().any(is_it), "{call}: {begins}: {commands:?}");
    }
    let mut run = 0;
    for command in commands
        .iter()
        .filter(|command| !is_for_another_program(command))
    {
        let Some(printed) = printed(command) else {
            continue;
        };
        run += 1;
        let promised = promises
            .iter()
            .find(|(begins, _)| command.line.starts_with(begins));
        let promised = promised.map_or("", |(_, promised)| promised);
        assert!(
            printed.contains(promised),
            "{call}: {}: {printed}",
            command.line
        );
    }
    run
}

#[test]
fn each_command_runs_and_shows_what_it_promises() {
    let mut rig = Rig::with_endpoints();
    let mut run = 0;
    for (lines, promises) in SITUATIONS {
        for line in *lines {
            let call = rig.start(line);
            rig.wait(call);
        }
        run += run_commands(&rig, promises);
    }
    if run == 0 {
        skipped("ss(8), ip(8) and nstat(8) are not installed");
    }
    println!("{run} commands were run");
}

#[test]
fn the_commands_of_a_call_that_sleeps_run_too() {
    let mut rig = Rig::with_endpoints();
    rig.play(&LISTENER);
    let accepting = rig.start("accept(l)");
    rig.blocks(accepting);
    let mut run = run_commands(&rig, &[("ss -ltn", "LISTEN")]);
    rig.play(&CLIENT);
    rig.wait(accepting);
    let receiving = rig.start("recv(c, 1)");
    rig.blocks(receiving);
    run += run_commands(&rig, &[("ss -tn ", "ESTAB")]);
    println!("{run} commands were run");
    rig.play(&["shutdown(c, SHUT_RDWR)"]);
}

#[test]
fn a_path_cannot_become_another_command() {
    let mut rig = Rig::new();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a'; touch b; '");
    std::fs::write(&path, "").expect("a file");
    let call = rig.start("x = socket(AF_UNIX, SOCK_STREAM)");
    rig.wait(call);
    let call = rig.start(&format!("bind(x, unix:\"{}\")", path.display()));
    rig.wait(call);
    let record = rig.world.log().last().expect("a call");
    let commands = shell_commands(&rig.world, record);
    assert!(
        commands.iter().any(|command| command.line == "ss -xap"),
        "{commands:?}"
    );
    assert!(
        !commands
            .iter()
            .any(|command| command.line.contains("touch")),
        "{commands:?}"
    );
}
