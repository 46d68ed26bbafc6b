//! Few descriptors, an output that nobody reads, an output that is full: the run ends, and says what it can.

use std::process::Command;

use crate::common::child::{Child, PROGRAM, folder, sockplay};

/// `sockplay run -` with at most so many descriptors.
fn with_descriptors(limit: u32, script: &str) -> crate::common::child::Ran {
    let folder = folder();
    let mut command = Command::new("sh");
    let line = format!("ulimit -n {limit} && exec \"$0\" run -");
    command
        .args(["-c", &line, PROGRAM])
        .current_dir(folder.path());
    Child::start(&mut command, script.as_bytes()).end()
}

#[test]
fn a_limit_on_descriptors_is_met_by_the_script_and_not_by_the_program() {
    // Every call that makes a descriptor or needs one for a moment, after all are used.
    let script = "l = socket(AF_INET, SOCK_STREAM)\nbind(l, 127.0.0.1:0)\nlisten(l, 5)\nc = socket(AF_INET, SOCK_STREAM)\n".to_owned()
        + &"socket(AF_INET, SOCK_DGRAM) -> fd or EMFILE\n".repeat(100)
        + "socket(AF_INET, SOCK_DGRAM) -> EMFILE\ndup(l) -> EMFILE\nsocketpair(AF_UNIX, SOCK_STREAM) -> EMFILE\naccept(l) -> EMFILE\n\
           connect(c, addr(l)) -> 0\npending(l) -> 1\nstate(c) -> ESTABLISHED\nclose(c) -> 0\nc = dup(l) -> fd\nrecv(l, 1) -> ENOTCONN\n";
    let ran = with_descriptors(80, &script).exits(0);
    assert_eq!(ran.err, "");
    assert!(
        ran.out.matches("-> fd\n").count() > 40,
        "most were to be had: {}",
        ran.out
    );
}

#[test]
fn a_blocked_call_is_seen_to_block_without_a_free_descriptor() {
    let script = "a, b = socketpair(AF_UNIX, SOCK_STREAM)\n".to_owned()
        + &"socket(AF_INET, SOCK_DGRAM) -> fd or EMFILE\n".repeat(100)
        + "recv(a, 1) -> blocks\nsend(b, \"x\") -> 1\nwait(a) -> 1 \"x\"\n";
    with_descriptors(90, &script).exits(0);
}

#[test]
fn with_hardly_any_descriptor_it_ends_in_order() {
    let script = "socket(AF_INET, SOCK_DGRAM) -> fd or EMFILE\n".repeat(70) + "sleep(1ms)\n";
    let few = with_descriptors(24, "socket(AF_INET, SOCK_DGRAM) -> fd\n");
    assert_eq!(few.code, Some(0), "{few:#?}");
    for limit in [4, 6, 10, 30, 59, 60, 61, 62, 63, 64, 65, 66, 68] {
        let ran = with_descriptors(limit, &script).orderly();
        assert!(
            ran.code == Some(0) || ran.err.contains("open files"),
            "{limit}: {ran:#?}"
        );
    }
}

#[test]
fn the_descriptor_table_is_large_enough_before_there_are_threads() {
    use nix::sys::resource::{Resource, getrlimit};
    const ROWS: u64 = 512;
    let (limit, _) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    if limit < ROWS {
        return crate::common::skipped("fewer descriptors are allowed here");
    }
    let folder = folder();
    let mut command = sockplay(folder.path());
    let mut child = Child::start(command.args(["-c", "# now\nsleep(60s)"]), b"");
    child.until_line("# now");
    let status = std::fs::read_to_string(child.proc().join("status")).expect("it runs");
    let rows = status.lines().find_map(|line| line.strip_prefix("FDSize:"));
    let rows: u64 = rows.expect(&status).trim().parse().expect("a number");
    assert!(rows >= ROWS, "{rows}");
    child.kill(nix::sys::signal::Signal::SIGTERM);
    child.end();
}

#[test]
fn a_call_that_needs_more_memory_than_there_is_is_refused() {
    let folder = folder();
    // Thirteen times 64 MiB do not fit; what the program itself needs does.
    let script = "a, b = socketpair(AF_UNIX, SOCK_STREAM)\n".to_owned()
        + &"recv(a, 67108864) &\n".repeat(12)
        + "send(b, bytes(67108864)) &\nsend(b, \"x\"*67108864) &\nsend(b, \"x\") -> 1\n";
    let mut command = Command::new("sh");
    let line = "ulimit -v 600000 && exec \"$0\" run -";
    command
        .args(["-c", line, PROGRAM])
        .current_dir(folder.path());
    let ran = Child::start(&mut command, script.as_bytes()).end();
    if ran.out.is_empty() {
        return crate::common::skipped("such a limit cannot be set here");
    }
    let ran = ran.exits(1);
    let all = format!("{}{}", ran.out, ran.err);
    assert!(
        all.contains("not enough memory for 67108864 bytes"),
        "{ran:#?}"
    );
    assert!(!all.contains("ENOMEM"), "{ran:#?}");
    assert!(
        ran.out.contains("send(b, \"x\")  -> 1") || ran.out.contains("-> 1\n"),
        "{ran:#?}"
    );
}

#[test]
fn generated_data_that_waits_to_be_sent_is_not_held_in_memory() {
    let folder = folder();
    let pair = |number| {
        format!(
            "a{number}, b{number} = socketpair(AF_UNIX, SOCK_STREAM)\n\
             send(a{number}, \"xy\"*30000000) -> blocks\n"
        )
    };
    let pairs: String = (0..8).map(pair).collect();
    let mut command = sockplay(folder.path());
    let mut child = Child::start(command.arg("-"), (pairs + "# now\nsleep(60s)").as_bytes());
    child.until_line("# now");
    let status = std::fs::read_to_string(child.proc().join("status")).expect("it runs");
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let most = most.expect(&status).trim().trim_end_matches(" kB");
    let most: u64 = most.parse().expect("a number");
    assert!(most < 100_000, "{most} kB for 480 MB that wait");
    child.kill(nix::sys::signal::Signal::SIGTERM);
    child.end();
}

#[test]
fn a_reader_that_closes_the_pipe_is_no_reason_to_complain() {
    // More than any pipe holds, so that the program must notice.
    let script = ("# ".to_owned() + &"x".repeat(60_000) + "\n").repeat(40);
    let script = "u = socket(AF_UNIX, SOCK_DGRAM)\nbind(u, unix:u.sock)\n".to_owned() + &script;
    for style in [&[][..], &["--tap"], &["--json"]] {
        let folder = folder();
        let mut command = sockplay(folder.path());
        // Comments are not printed for machines: there, lines.
        let script = if style.is_empty() {
            script.clone()
        } else {
            script[..60].to_owned() + &"getsockname(u) -> *\n".repeat(3000)
        };
        let mut child = Child::start(command.args(style).arg("-"), script.as_bytes());
        child.until_line("");
        child.stop_listening();
        let ran = child.end().orderly();
        assert_eq!(ran.err, "", "{style:?}");
        assert!(
            !folder.path().join("u.sock").exists(),
            "the path is removed all the same"
        );
    }
}

#[test]
fn a_full_output_is_reported() {
    if !std::path::Path::new("/dev/full").exists() {
        return crate::common::skipped("there is no /dev/full");
    }
    let folder = folder();
    let mut command = Command::new("sh");
    let line = "exec \"$0\" run -c 'close(900) -> EBADF' >/dev/full";
    command
        .args(["-c", line, PROGRAM])
        .current_dir(folder.path());
    let ran = Child::start(&mut command, b"").end().orderly();
    assert_ne!(ran.code, Some(0), "nobody could see that it held");
    assert!(ran.err.contains("No space left"), "{ran:#?}");
}

#[test]
fn closed_standard_files_are_no_reason_to_panic() {
    let folder = folder();
    for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        let mut command = Command::new("sh");
        let line = format!(
            "exec \"$0\" run -c 'u = socket(inet, dgram); close(u) -> 0; nonsense' {closed}"
        );
        command
            .args(["-c", &line, PROGRAM])
            .current_dir(folder.path());
        Child::start(&mut command, b"").end().exits(2);
        let line = line.replace("; nonsense", "");
        let mut command = Command::new("sh");
        command
            .args(["-c", &line, PROGRAM])
            .current_dir(folder.path());
        Child::start(&mut command, b"").end().exits(0);
    }
}

#[test]
fn many_sockets_and_many_blocked_calls_end_at_once() {
    let mut script = String::new();
    for n in 0..100 {
        script += &format!("a{n}, b{n} = socketpair(AF_UNIX, SOCK_STREAM)\n");
    }
    for n in 0..100 {
        script += &format!("recv(a{n}, 1) &\n");
    }
    let folder = folder();
    let mut command = sockplay(folder.path());
    let ran = Child::start(command.arg("-"), script.as_bytes())
        .end()
        .exits(0);
    assert_eq!(ran.out.lines().count(), 200);
}

#[test]
fn the_time_that_lines_may_take_is_set_for_all_and_for_one() {
    let run = |script: &str| {
        let folder = folder();
        let mut command = sockplay(folder.path());
        command.args(["--timeout", "100ms", "-c", script]);
        Child::start(&mut command, b"").end()
    };
    let pair = "a, b = socketpair(AF_UNIX, SOCK_STREAM);";
    let slow = format!("{pair} setsockopt(a, SO_RCVTIMEO, 400ms);");
    let ran = run(&format!("{pair} recv(a, 1)")).exits(1);
    assert!(ran.err.contains("for more than 0.1 s"), "{}", ran.err);
    run(&format!("{slow} recv(a, 1) -> EAGAIN")).exits(1);
    run(&format!("{slow} recv(a, 1) -> EAGAIN within 30s")).exits(0);
    run(&format!("{pair} unread(b) -> 1 within 200ms")).exits(1);
    // A pause is as long as it says, and may have a limit too.
    run("sleep(300ms)").exits(0);
    let ran = run("sleep(500s) -> 0 within 50ms").exits(1);
    assert!(
        ran.err.contains("the pause was expected to end"),
        "{}",
        ran.err
    );
}

#[test]
fn a_time_limit_that_is_none_is_an_error() {
    for (limit, said) in [
        ("30", "must have a unit"),
        ("9d", "must have a unit"),
        ("25000min", "at most a day"),
        ("0s", "more than 0"),
    ] {
        let folder = folder();
        let mut command = sockplay(folder.path());
        command.args(["--timeout", limit, "-c", "close(900) -> EBADF"]);
        let ran = Child::start(&mut command, b"").end().exits(2);
        assert!(ran.err.contains(said), "{limit}: {}", ran.err);
    }
}
