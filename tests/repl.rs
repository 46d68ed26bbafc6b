//! `sockplay repl` from outside: conversations, lessons and cards through a pipe and in a pseudo-terminal, without looking
//! at a screen.

mod common;

use std::path::Path;
use std::process::Command;

use sockplay::lesson::{Lesson, LessonStep};

use crate::common::child::{Child, PROGRAM, Ran, folder};
use crate::common::display::Shown;
use crate::common::terminal::{Rig, USUAL};

/// `sockplay repl` for a person whose home is this folder.
fn repl(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("repl").args(arguments).current_dir(home);
    command.env("HOME", home).env_remove("XDG_STATE_HOME");
    command
}

/// Through a pipe, to the end of the input.
#[track_caller]
fn piped(home: &Path, arguments: &[&str], input: &str) -> Ran {
    let ran = Child::start(&mut repl(home, arguments), input.as_bytes()).end();
    // Bytes that only a terminal understands, and boxes.
    let is_plain =
        |c: char| c == '\n' || (!c.is_control() && !('\u{2500}'..='\u{259f}').contains(&c));
    assert!(ran.out.chars().all(is_plain), "{ran:#?}");
    ran.exits(0)
}

/// Each part is in the text, behind the one before.
#[track_caller]
fn in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let at = rest.find(part);
        let at = at.unwrap_or_else(|| panic!("no `{part}` behind the parts before:\n{text}"));
        rest = &rest[at + part.len()..];
    }
}

/// In a terminal.
#[track_caller]
fn in_terminal(arguments: &[&str], environment: &[(&str, &str)]) -> Rig {
    let arguments = [&["repl"], arguments].concat();
    let mut rig = Rig::start(USUAL, PROGRAM, &arguments, environment);
    rig.wait_for("Ctrl-D leaves");
    rig
}

const CONVERSATION: &str = "\
l = socket inet stream
bind l 127.0.0.1:0
listen l 5
accept l
c = socket inet stream
connect c addr(l)
send c \"hello\"
recv s1 3
recv s1 100
recv s1 100
shutdown c wr
state c -> FIN_WAIT2
";

#[test]
fn a_conversation_through_a_pipe_is_one_line_for_each_change() {
    let home = folder();
    let ran = piped(home.path(), &[], CONVERSATION);
    let lines = [
        "listen(l, 5)",
        "\n# l: CLOSE -> LISTEN\n",
        "accept(l)                                -> blocks\n",
        "#   1: ",
        "connect(c, addr(l))                      -> 0\n",
        "# returned: s1 = accept(l) -> fd from addr(c)\n",
        "send(c, \"hello\")                         -> 5\n# s1: 5 bytes can be received\n",
        "recv(s1, 3)                              -> 3 \"hel\"\n",
        "recv(s1, 100)                            -> 2 \"lo\"\n",
        "recv(s1, 100)                            -> blocks\n",
        "shutdown(c, SHUT_WR)                     -> 0\n",
        "# returned: recv(s1, 100) -> 0\n",
        "state(c)                                 -> FIN_WAIT2\n",
    ];
    in_order(&ran.out, &lines);
    assert!(ran.out.contains("# c: ESTABLISHED -> FIN_WAIT"), "{ran:#?}");
    assert!(
        ran.out.contains("# s1: ESTABLISHED -> CLOSE_WAIT\n"),
        "{ran:#?}"
    );
    let folder = home.path().join(".local/state/sockplay");
    let history = folder.join("history.json");
    assert!(!history.exists(), "a pipe is not a prompt");
}

#[test]
fn what_is_printed_is_a_script_that_holds() {
    let home = folder();
    let script = "l = socket inet stream\nbind l 127.0.0.1:0\nlisten l 5\nclose 900\nsockets\nhistory\nhelp\n";
    let ran = piped(home.path(), &["--why"], script);
    let mut run = Command::new(PROGRAM);
    run.args(["run", "-"]).current_dir(home.path());
    Child::start(&mut run, ran.out.as_bytes()).end().exits(0);
}

#[test]
fn a_number_runs_a_suggestion_and_words_tell_what_there_is() {
    let home = folder();
    let ran = piped(
        home.path(),
        &[],
        "l = socket inet stream\naccept l\n1\nhistory\nwhy 2\n77\nsockets\nquit\nclose(l)\n",
    );
    in_order(
        &ran.out,
        &[
            "accept(l)                                -> EINVAL\n",
            "#   1: listen(l, ",
            "\nlisten(l, ",
            "# 1: l = socket(AF_INET, SOCK_STREAM) -> fd\n",
            "# 2: accept(l) -> EINVAL\n",
            "# 3: listen(l, ",
            "# accept(l) -> EINVAL\n#   ",
            "# 77 is not the number of a suggestion",
            "# l fd 3: inet stream, listening ",
            ", LISTEN",
        ],
    );
    assert!(
        !ran.out.contains("close(l)"),
        "nothing is run after quit: {ran:#?}"
    );
}

#[test]
fn what_is_not_in_the_notation_says_where_and_what_was_meant() {
    let home = folder();
    let ran = piped(
        home.path(),
        &[],
        "sokets\nsockt inet stream\nrecv(nobody, 3)\n",
    );
    in_order(
        &ran.out,
        &[
            "# column 1: ",
            "# did you mean `sockets`?",
            "# column 1: unknown call `sockt`: did you mean `socket`?\n",
            "recv(nobody, 3)                          -> refused\n# ",
        ],
    );
}

/// What a learner who knows every answer types.
fn typed(lesson: &Lesson) -> String {
    let mut typed = String::new();
    for page in &lesson.pages {
        for step in &page.steps {
            match step {
                LessonStep::Prose(_) | LessonStep::Closing(_) => {}
                LessonStep::Play(_) => typed.push('\n'),
                LessonStep::Predict(question) => {
                    typed.push_str(&format!("{}\n", question.right + 1));
                }
                // Each line of the solution is asked for, and an empty line runs it.
                LessonStep::Task(task) => {
                    typed.push_str(&"solution\n\n".repeat(task.solution.len()));
                }
            }
        }
        typed.push('\n');
    }
    typed
}

#[test]
fn whole_lessons_are_done_through_a_pipe() {
    for id in ["half-close", "accept-blocks", "byte-stream"] {
        let home = folder();
        let file = sockplay::lesson::course::find(id).expect(id);
        let lesson = sockplay::lesson::read::lesson(id, file.text, "/tmp").expect(id);
        let ran = piped(home.path(), &["learn", id], &typed(&lesson));
        let title = format!("= {} =\n", lesson.title);
        in_order(&ran.out, &[&title, "[The lesson is over."]);
        for own in lesson.questions() {
            let right = format!("Right. {}: ", own.answers[own.right].text);
            assert!(ran.out.contains(&right), "{right}: {ran:#?}");
        }
        let reached = ran.out.matches("The goal is reached.").count();
        assert_eq!(reached, lesson.tasks().count(), "{ran:#?}");
        let stored = home.path().join(".local/state/sockplay/course.json");
        let stored = std::fs::read_to_string(stored).expect("it is stored");
        assert!(stored.contains("\"finished\": true"), "{stored}");
    }
}

#[test]
fn a_lesson_says_what_is_missing_and_goes_on_where_it_was_left() {
    let home = folder();
    let file = sockplay::lesson::course::find("half-close").expect("a lesson");
    let lesson = sockplay::lesson::read::lesson("half-close", file.text, "/tmp").expect("it reads");
    let list = piped(home.path(), &["learn"], "").out;
    let row = format!(": {} (half-close, ", lesson.title);
    let row = list
        .lines()
        .find(|line| line.contains(&row))
        .expect("it is listed");
    let number = row.split(':').next().expect("a number");
    let ran = piped(
        home.path(),
        &["learn"],
        &format!("{number}\n\nhint\nagain\n\nfoo = 3\nback\n"),
    );
    let second = format!("== {} (page 2 of ", lesson.pages[1].title);
    in_order(
        &ran.out,
        &[
            &second,
            "# only goals have hints",
            "# the page starts over",
            &second,
            "(page 1 of ",
        ],
    );
    let ran = piped(home.path(), &["learn", "half-close"], "");
    in_order(&ran.out, &["# you are where you left off", &second]);
}

#[test]
fn the_cards_are_asked_line_by_line() {
    let home = folder();
    let ran = piped(home.path(), &["cards", "--all"], "\n4\n");
    in_order(
        &ran.out,
        &["[Enter answer", "1 again", "1 card answered: 1 easy."],
    );
}

#[test]
fn two_instances_talk_and_events_are_printed_while_a_line_is_edited() {
    let mut server = in_terminal(&[], &[]);
    server.line("l = socket inet stream").wait_for("-> fd");
    server
        .line("bind l 127.0.0.1:0")
        .wait_for("bind(l, 127.0.0.1:0)");
    server.line("listen l 5").wait_for("# l: CLOSE -> LISTEN");
    server.line("accept l").wait_for("-> blocks");
    server.line("getsockname l").wait_for("getsockname(l)");
    let screen = server
        .wait_for_row(&["getsockname(l)", "-> 127.0.0.1:"])
        .screen();
    let row = screen.row("getsockname(l)  ");
    let address = row
        .split("-> ")
        .nth(1)
        .expect("an address")
        .trim()
        .to_owned();
    server.keys("send(s1, \"half");
    server.wait_for("> send(s1, \"half");
    let home = folder();
    let client = format!("c = socket inet stream\nconnect c {address}\nsend c \"hi\"\nclose c\n");
    let ran = piped(home.path(), &[], &client);
    in_order(
        &ran.out,
        &["connect(c, ", "# the other end of c: ", "send(c, \"hi\")"],
    );
    server.wait_for("# returned: s1 = accept(l) -> fd from 127.0.0.1:");
    server.wait_for("# s1: 2 bytes can be received");
    server.wait_for("# s1: ESTABLISHED -> CLOSE_WAIT");
    server.wait_for("> send(s1, \"half");
    server
        .line(" a line\")")
        .wait_for("send(s1, \"half a line\")");
}

#[test]
fn ctrl_c_discards_a_line_then_interrupts_the_call_and_nothing_else() {
    let mut rig = in_terminal(&[], &[]);
    rig.line("a, b = socketpair unix stream").wait_for("-> fd");
    rig.line("recv a 10")
        .wait_for("recv(a, 10)                              -> blocks");
    rig.line("recv b 10")
        .wait_for("recv(b, 10)                              -> blocks");
    rig.keys("recv(").wait_for("> recv(");
    rig.keys("\x03")
        .wait_until("the line is discarded", |shown| !shown.has("> recv("));
    assert!(!rig.screen().has("EINTR "), "{}", rig.screen().text());
    rig.keys("\x03")
        .wait_for("# returned: recv(b, 10) -> EINTR");
    rig.line("history").wait_for("recv(a, 10) -> blocks");
    rig.keys("\x03")
        .wait_for("# returned: recv(a, 10) -> EINTR");
    rig.keys("\x03").wait_for("# no call sleeps");
    rig.keys("\x04");
    assert!(rig.wait_exit().success());
    assert_eq!(&rig.modes(), rig.modes_before());
}

#[test]
fn the_first_socket_is_descriptor_3_also_below_a_line_editor() {
    let mut rig = in_terminal(&[], &[]);
    rig.line("l = socket inet stream").wait_for("-> fd");
    rig.line("sockets").wait_for("# l fd 3: ");
    rig.line("u = socket inet dgram").wait_for("SOCK_DGRAM)");
    rig.line("sockets").wait_for("# u fd 4: ");
}

#[test]
fn tab_completes_calls_names_and_words() {
    let mut rig = in_terminal(&[], &[]);
    rig.line("server = socket inet stream").wait_for("-> fd");
    rig.keys("lis\tser\t, 5)\r");
    rig.wait_for("listen(server, 5)                        -> 0");
    rig.keys("hist\t").wait_for("> history");
}

#[test]
fn a_simple_terminal_gets_text_alone() {
    for term in ["dumb", ""] {
        let mut rig = in_terminal(&[], &[("TERM", term)]);
        rig.line("a, b = socketpair unix stream").wait_for("-> fd");
        rig.line("recv a 10").wait_for("-> blocks");
        rig.keys("\x03")
            .wait_for("# returned: recv(a, 10) -> EINTR");
        rig.line("quit");
        assert!(rig.wait_exit().success());
        let raw = rig.raw();
        assert!(!raw.contains(&0x1b), "{}", String::from_utf8_lossy(&raw));
    }
}

#[test]
fn a_line_that_waits_says_for_what() {
    let home = folder();
    let lines = b"l = socket(AF_INET, SOCK_STREAM)\nlisten(l, 5)\naccept(l)\nwait(l)\n";
    let mut child = Child::start(&mut repl(home.path(), &[]), lines);
    let said = child.until_line("# wait(l)");
    assert!(
        said.contains("waits for accept(l) to return; a signal ends the session"),
        "{said}"
    );
    child.kill(nix::sys::signal::Signal::SIGTERM);
    child.end();
}

#[test]
fn a_signal_ends_it_with_the_terminal_restored() {
    let mut rig = in_terminal(&[], &[]);
    rig.keys("half").wait_for("> half");
    rig.signal(nix::sys::signal::Signal::SIGTERM);
    assert!(!rig.wait_exit().success());
    assert_eq!(&rig.modes(), rig.modes_before());
}

#[test]
fn lines_are_found_again_in_the_next_session() {
    let home = folder();
    let place = home.path().to_string_lossy().into_owned();
    let environment = [("HOME", place.as_str())];
    let mut rig = in_terminal(&[], &environment);
    rig.line("wanted = socket inet stream").wait_for("-> fd");
    rig.line("close wanted").wait_for("-> 0");
    rig.keys("\x04");
    assert!(rig.wait_exit().success());
    let mut rig = in_terminal(&[], &environment);
    rig.keys("\x12")
        .keys("inet")
        .wait_for("wanted = socket inet stream");
    rig.keys("\r")
        .wait_for("wanted = socket(AF_INET, SOCK_STREAM)    -> fd");
}

#[test]
fn no_card_is_graded_by_a_paste() {
    const LINE: &str = "1 again\r3\rq n\rb\r\ra y: recv() -> 0, i 4\r4\r";
    let mut rig = Rig::start(USUAL, PROGRAM, &["repl", "cards", "--all"], &[]);
    rig.wait_for("[Enter answer");
    for (shown, then) in [("[Enter answer", "\r"), ("[1 again", "4\r")] {
        rig.wait_for(shown).keys(LINE.repeat(60_000 / LINE.len()));
        rig.wait_until("the paste is ignored", |screen| {
            let rows = screen
                .rows
                .iter()
                .rev()
                .filter(|row| !row.trim().is_empty());
            let last: Vec<&String> = rows.take(2).collect();
            matches!(last.as_slice(), [keys, remark]
                if keys.starts_with(shown) && remark.starts_with("What was pasted is ignored"))
        });
        rig.keys(then);
    }
    rig.wait_for("[Enter answer").keys("q\r");
    assert!(rig.wait_exit().success());
    assert!(
        rig.screen().has("1 card answered: 1 easy."),
        "{}",
        rig.screen().text()
    );
}

/// The file of a lesson that begins with a prediction; the second answer is right.
fn lesson_with_a_prediction(folder: &Path) -> String {
    let lesson = "---\ntitle: Own lesson\ngoal: Make a socket.\ntopics: server-calls\nminutes: 3\nsources: socket(2)\n---\n\
                  Hello.\n\n## First page\n```predict\nWhat does it say?\n> l = socket(AF_INET, SOCK_STREAM)\n\
                  - EINVAL     # Nothing is wrong with it.\n+ fd         # It is made.\n```\n";
    let file = folder.join("01-own.md");
    std::fs::write(&file, lesson).expect("it can be written");
    file.to_string_lossy().into_owned()
}

/// Sends what is ignored while an answer is wanted. The question stays open, and a call with this number can be made.
#[track_caller]
fn assert_ignored(rig: &mut Rig, number: i32, pasted: impl AsRef<[u8]>) {
    // What is typed before the next prompt is ignored too.
    let asks_again = |screen: &Shown, said: &str| {
        let mut rows = screen.rows.iter().rev();
        let mut rows = rows.by_ref().filter(|row| !row.trim().is_empty());
        let is_prompt = rows.next().is_some_and(|row| row.starts_with('>'));
        let mut before = rows.filter(|row| !row.starts_with('>'));
        is_prompt && before.next().is_some_and(|row| row.starts_with(said))
    };
    rig.keys(pasted).wait_until("it is ignored", |screen| {
        asks_again(screen, "# what was pasted is ignored")
    });
    // What is left of a line that was not ended.
    rig.keys("\x15").line(&format!("close {number}"));
    rig.wait_for_row(&[&format!("close({number})"), "-> EBADF"]);
    rig.wait_until("the next prompt", |screen| {
        asks_again(screen, "#   No file")
    });
}

#[test]
fn no_prediction_is_answered_by_a_paste() {
    for term in ["xterm", "dumb"] {
        let home = folder();
        let file = lesson_with_a_prediction(home.path());
        let mut rig = in_terminal(&["learn", &file], &[("TERM", term)]);
        rig.wait_for("[Enter opens the next page").keys("\r");
        rig.wait_for("[The number of an answer");
        // As a terminal sends it that does not mark pastes.
        assert_ignored(&mut rig, 91, "1\r\r".repeat(20));
        assert_ignored(&mut rig, 92, "1\r2\r");
        if term == "xterm" {
            assert_ignored(&mut rig, 93, "1\r2");
            let marked = format!("\x1b[200~{}\x1b[201~\r", "1\r\r".repeat(20_000));
            assert_ignored(&mut rig, 94, marked);
        }
        rig.line("2").wait_for("Right. fd: It is made.");
        rig.line("quit");
        assert!(rig.wait_exit().success());
    }
}

#[test]
fn no_prediction_is_answered_by_what_was_typed_before_it_was_asked() {
    let pasted = "\x1b[200~\r2\x1b[201~\r";
    for (term, keys) in [("xterm", "\r2\r"), ("dumb", "\r2\r"), ("xterm", pasted)] {
        let home = folder();
        let file = lesson_with_a_prediction(home.path());
        let mut rig = in_terminal(&["learn", &file], &[("TERM", term)]);
        rig.wait_for("[Enter opens the next page").keys(keys);
        rig.wait_for("what was pasted is ignored");
        rig.line("2").wait_for("Right. fd: It is made.");
        rig.line("quit");
        assert!(rig.wait_exit().success());
    }
}

#[test]
fn answers_of_a_script_are_taken_however_fast_they_come() {
    let home = folder();
    let file = lesson_with_a_prediction(home.path());
    let ran = piped(home.path(), &["learn", &file], "\n2\n");
    assert!(ran.out.contains("Right. fd: It is made."), "{}", ran.out);
}

#[test]
fn a_line_is_drawn_anew_when_the_terminal_is_resized() {
    let mut rig = in_terminal(&[], &[]);
    rig.keys("x".repeat(70) + "end").wait_for("xend");
    let before = rig.raw().len();
    rig.resize((40, 20));
    rig.wait_until("the line is wrapped", |screen| {
        screen
            .rows
            .iter()
            .any(|row| row.starts_with("> x") && row.len() == 40)
    });
    assert!(rig.raw().len() > before);
    rig.keys("\x03").line("close 99").wait_for("-> EBADF");
}

#[test]
fn many_pasted_lines_are_all_answered_and_make_no_call() {
    const LINE: &str = "1 again: recv() returned 0, so the peer has closed\r";
    let mut rig = in_terminal(&[], &[]);
    rig.paste(LINE.repeat(60_000 / LINE.len()) + "lastly\r")
        .keys("\r")
        .wait_for("unknown call `lastly`");
    rig.line("u = socket inet dgram");
    rig.wait_for_row(&["u = socket(AF_INET, SOCK_DGRAM)", "-> fd"]);
    rig.keys("\x04");
    assert!(rig.wait_exit().success());
}

#[test]
fn lines_that_are_typed_ahead_are_all_run() {
    let mut rig = in_terminal(&[], &[]);
    let lines: String = (1000..1100).map(|fd| format!("close({fd})\r")).collect();
    rig.keys(lines).wait_for_row(&["close(1099)", "-> EBADF"]);
    let raw = String::from_utf8_lossy(&rig.raw()).into_owned();
    let answered = |fd: &i32| {
        raw.contains(&format!(
            "close({fd})                              -> EBADF"
        ))
    };
    let lost: Vec<i32> = (1000..1100).filter(|fd| !answered(fd)).collect();
    assert_eq!(lost, [0; 0]);
}
