//! The two sides of a session as two programs: they are compiled, started one after the other, and give together the
//! results of the session, unless export has said that nothing orders them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::child::{Child, PROGRAM, folder};
use crate::common::files::{self, text};
use crate::common::skipped;
use crate::{compiled, compiled_by_rustc, each, in_place, is_there, printed_by_c, sorted};

/// What the server's program says when the client's can be started.
const READY: &str = "the client can be started";
/// What is said where nothing orders two calls.
const UNORDERED: &str = "nothing that the two programs exchange";
/// What a program says when all its calls are made.
const MADE: &str = "all calls are made";

/// Exports the two sides of a script. Gives what was said, a line each; `None`: it is one program.
fn exported(script: &Path, format: &str, folder: &Path) -> Option<Vec<String>> {
    let mut command = Command::new(PROGRAM);
    command.args(["export", "--split", "--format", format]);
    command.arg(script).arg("-o").arg(folder);
    command.current_dir(script.parent().expect("a folder"));
    let ran = Child::start(&mut command, b"").end().exits(0);
    let said: Vec<String> = ran.err.lines().map(str::to_owned).collect();
    let is_one = said.iter().any(|line| line.contains("cannot be split"));
    (!is_one).then_some(said)
}

/// Starts the server's program, then the client's; gives what both printed.
#[track_caller]
fn run(server: &mut Command, client: &mut Command) -> Vec<String> {
    let (mut server, server_input) = Child::start_with_input(server);
    let ready = server.until_line(READY);
    let ports = ready.split_once(": ").map_or("", |(_, ports)| ports);
    client.args(ports.split_whitespace());
    let (mut client, client_input) = Child::start_with_input(client);
    for side in [&mut client, &mut server] {
        side.until_line_or_end(MADE);
    }
    drop((server_input, client_input));
    let both = [server.end().exits(0), client.end().exits(0)];
    let own = |line: &&str| !line.starts_with(READY) && !line.starts_with(MADE);
    let all = both.iter().flat_map(|ran| ran.out.lines()).filter(own);
    sorted(all)
}

/// Each script that has two sides: its programs are built with `build`, and give the results of the program in C.
fn holds(format: &str, build: impl Fn(&Path) -> Option<Command> + Sync) {
    each(|script, place| {
        let folder = place.join("two");
        let Some(said) = exported(script, format, &folder) else {
            return;
        };
        let file = |name: &str| {
            let files = std::fs::read_dir(&folder).expect("the folder");
            let mut files = files.flatten().map(|file| file.path());
            let is_its = |file: &PathBuf| file.file_stem().is_some_and(|stem| stem == name);
            files.find(is_its).expect("a program")
        };
        let (Some(mut server), Some(mut client)) = (build(&file("server")), build(&file("client")))
        else {
            skipped("the crates of this build are not beside the program");
            return;
        };
        if said.iter().any(|line| line.contains(UNORDERED)) {
            return;
        }
        server.current_dir(place);
        client.current_dir(place);
        let name = script.display();
        assert_eq!(
            run(&mut server, &mut client),
            printed_by_c(script, place),
            "{name}"
        );
    });
}

#[test]
fn two_programs_in_c_give_the_results_of_the_session() {
    if !is_there("cc") {
        skipped("there is no cc");
        return;
    }
    holds("c", |source| Some(Command::new(compiled(source))));
}

#[test]
fn two_programs_in_rust_give_the_results_of_the_session() {
    for command in ["cc", "rustc"] {
        if !is_there(command) {
            skipped(&format!("there is no {command}"));
            return;
        }
    }
    holds("rust", |source| compiled_by_rustc(source).map(Command::new));
}

#[test]
fn two_programs_in_python_give_the_results_of_the_session() {
    for command in ["cc", "python3"] {
        if !is_there(command) {
            skipped(&format!("there is no {command}"));
            return;
        }
    }
    holds("python", |source| {
        let mut command = Command::new("python3");
        command.arg(source);
        Some(command)
    });
}

/// What is said of a script when it is exported as two programs.
fn said_of(lines: &str) -> Option<String> {
    let place = folder();
    let script = place.path().join("script.sock");
    std::fs::write(&script, lines).expect("a script");
    let said = exported(&script, "c", &place.path().join("two"));
    said.map(|said| said.join("\n"))
}

#[test]
fn an_order_that_no_byte_forces_is_said_and_one_that_is_forced_is_not() {
    let begin = "l = socket(AF_INET, SOCK_STREAM)\nbind(l, 127.0.0.1:0)\nlisten(l, 5)\n\
                 c = socket(AF_INET, SOCK_STREAM)\nconnect(c, addr(l))\ns = accept(l) -> fd from *\n";
    for (lines, unordered) in [
        // Either could be received with the one before it.
        (
            "send(c, \"a\")\nrecv(s, 9)\nsend(c, \"b\")\nrecv(s, 9)\n",
            true,
        ),
        // The answer comes between them.
        (
            "send(c, \"a\")\nrecv(s, 9)\nsend(s, \"A\")\nrecv(c, 1)\nsend(c, \"b\")\nrecv(s, 9)\n",
            false,
        ),
        (
            "send(c, \"a\")\nsend(c, \"b\")\nrecv(s, 9) -> 2 \"ab\"\n",
            true,
        ),
        (
            "send(c, \"a\")\nsend(c, \"b\")\nrecv(s, 2, MSG_WAITALL) -> 2 \"ab\"\n",
            false,
        ),
        ("recv(s, 9, MSG_DONTWAIT) -> EAGAIN\nsend(c, \"a\")\n", true),
        // What was received whole was sent before: its call succeeds though the receiver closes.
        ("send(s, \"ab\")\nrecv(c, 9)\nclose(c)\n", false),
        ("send(s, \"ab\")\nrecv(c, 1)\nclose(c)\n", true),
        (
            "send(c, \"a\")\nunread(s) -> 1\nrecv(s, 9, MSG_DONTWAIT)\n",
            false,
        ),
    ] {
        let said = said_of(&[begin, lines].concat()).expect("two programs");
        assert_eq!(said.contains(UNORDERED), unordered, "{lines}: {said}");
    }
}

#[test]
fn a_server_answers_the_address_that_it_received_from() {
    let lines = "a = socket(AF_INET, SOCK_DGRAM)\nbind(a, 127.0.0.1:0)\nb = socket(AF_INET, SOCK_DGRAM)\n\
                 sendto(b, \"ping\", addr(a))\nrecvfrom(a, 9)\nsendto(a, \"pong\", addr(b))\nrecvfrom(b, 9)\n";
    let said = said_of(lines).expect("two programs");
    assert!(!said.contains("no call of this program"), "{said}");
}

#[test]
fn what_uses_both_sides_is_one_program() {
    let two = "l = socket(AF_INET, SOCK_STREAM)\nbind(l, 127.0.0.1:0)\nlisten(l, 5)\n\
               c = socket(AF_INET, SOCK_STREAM)\nconnect(c, addr(l))\n";
    for lines in [
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)\nsend(a, \"x\")\nrecv(b, 1)\n".to_owned(),
        format!("{two}poll([l: POLLIN, c: POLLOUT], 0)\n"),
    ] {
        assert_eq!(said_of(&lines), None, "{lines}");
    }
}

#[test]
fn a_folder_gets_two_programs_without_the_option_too() {
    let place = folder();
    let script = in_place(&files::path("tests/export/sides.sock"), place.path());
    let mut command = Command::new(PROGRAM);
    command.arg("export").arg(&script).args(["-o", "made/"]);
    command.current_dir(place.path());
    Child::start(&mut command, b"").end().exits(0);
    let file = |name: &str| text(&place.path().join("made").join(name));
    assert!(file("server.c").contains("bind(u_fd"));
    assert!(!file("server.c").contains("connect("));
    assert!(file("client.c").contains("connect(c_fd"));
    let mut usage = Command::new(compiled(&place.path().join("made/client.c")));
    let ran = Child::start(&mut usage, b"").end().exits(2);
    assert!(ran.err.contains("PORT_OF_U"), "{ran:#?}");
}
