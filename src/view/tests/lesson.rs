//! The lesson pane and the map of the course: what is visible at which size.

use std::sync::Arc;

use crate::app::overlay::Overlay;
use crate::layout::Scroll;
use crate::lesson::Entry;
use crate::view::tests::*;

/// More text than a pane has rows at 80×24.
const LONG: &str = "One sentence that is read first. Many sentences that follow it, and fill row after row of the pane \
    of a lesson, until there is no more room in it for anything else at all, and the last one ends below what is seen. \
    There are more, since a page may be as long as its writer likes, and this one likes to be long. Then it goes on: \
    about nothing, which takes a lot of room as well, more than one thinks, and so on, row after row. Then it goes on: \
    about nothing, which takes a lot of room as well, more than one thinks, and so on, row after row. Then it goes on: \
    about nothing, which takes a lot of room as well, more than one thinks, and so on, row after row. This is the end.";

const ASKED: &str = "```play
close(900)   -> EBADF
close(901)   -> EBADF
close(902)   -> EBADF
close(903)   -> EBADF
close(904)   -> EBADF
close(905)   -> EBADF
```

```predict
What does this one say, after so many that said the same?
> recv(l, 9)
- 5 \"hello\"   # That was for `b`, and nobody has sent it to this one, however long the reason for that may be.
+ EBADF       # There is `none`, as before.
- 0           # Nobody ended.
```

What comes after it is said here at some length, so that it has rows of its own. It is not to hide what was said.

```play
close(906)   -> EBADF
```
";

const GOAL: &str = "```goal
state(x) -> LISTEN   # make a socket passive with `listen()`
pending(x) -> 3      # let three clients wait
```

```hint
A hint.
```

```solution
listen(l, 5)
```
";

/// An application with a lesson that has only this page.
fn lesson(size: (u16, u16), page: &str) -> App {
    let mut app = app(size.0, size.1);
    open(&mut app, page);
    app
}

fn open(app: &mut App, page: &str) {
    let text = format!(
        "---\ntitle: Own lesson\ngoal: G.\ntopics: backlog\nminutes: 5\nsources: listen(2)\n---\n{page}\n"
    );
    let lesson = crate::lesson::read::lesson("own", &text, "/tmp")
        .unwrap_or_else(|error| panic!("{error:?}"));
    app.learn.open(Arc::new(lesson));
}

/// Does the steps up to the prediction, as if they had been run.
fn to_question(app: &mut App) {
    let study = app.learn.study.as_mut().expect("a lesson");
    for number in 1..=6 {
        study.runs(number, None);
        study.takes(number, "EBADF", None);
    }
}

/// Commits an answer, as if it had been run.
fn answer(app: &mut App, chosen: usize) {
    let study = app.learn.study.as_mut().expect("a lesson");
    study.answer(chosen).expect("a line");
    study.runs(7, Some(chosen));
    study.takes(7, "EBADF", None);
}

#[track_caller]
fn shows(app: &App, parts: &[&str]) {
    let shown = screen(app);
    for part in parts {
        assert!(shown.contains(part), "no {part:?} in\n{shown}");
    }
}

#[track_caller]
fn hides(app: &App, parts: &[&str]) {
    let shown = screen(app);
    for part in parts {
        assert!(!shown.contains(part), "{part:?} in\n{shown}");
    }
}

#[test]
fn a_new_page_begins_at_its_top_and_pages_scroll_it_whatever_is_focused() {
    let mut app = lesson((80, 24), &format!("{LONG}\n\n{LONG}\n\n{ASKED}"));
    let more = "│ Enter shows more ▼  ";
    shows(&app, &["One sentence that is read first", "▼ PgDn ┤", more]);
    hides(&app, &["▲", "runs it"]);
    press(&mut app, KeyCode::PageDown);
    shows(&app, &["▲ PgUp ┐", more]);
    hides(&app, &["│ Own lesson  "]);
    for _ in 0..5 {
        press(&mut app, KeyCode::PageDown);
    }
    draw_again(&mut app);
    shows(&app, &["▸ close(900)  Enter runs it", "│ Enter next"]);
    hides(&app, &["▼"]);
    app.mode = Mode::Prompt;
    for _ in 0..5 {
        press(&mut app, KeyCode::PageUp);
    }
    shows(&app, &["│ Own lesson  ", "▼ PgDn", "│ Enter next"]);
    app.mode = Mode::Panes;
    app.focus = Pane::Log;
    hides(&app, &["PgDn"]);
}

#[test]
fn enter_makes_no_step_before_its_text_was_drawn() {
    let mut app = lesson((80, 24), &format!("{LONG}\n\n{ASKED}"));
    let enter = || Msg::Key(KeyEvent::from(KeyCode::Enter));
    update(&mut app, enter(), Timestamp(0));
    assert_eq!(app.lines, 0, "nothing was drawn yet");
    let mut keys = 0;
    while app.lines == 0 {
        press(&mut app, KeyCode::Enter);
        keys += 1;
    }
    assert!((2..10).contains(&keys), "{keys} keys");
    let study = app.learn.study.as_mut().expect("a lesson");
    study.takes(1, "EBADF", None);
    app.player = crate::script::Player::new(crate::script::Pace::Prompt);
    // Typed ahead: the next step was not drawn.
    update(&mut app, enter(), Timestamp(0));
    assert_eq!(app.lines, 1);
    for _ in 0..keys {
        press(&mut app, KeyCode::Enter);
    }
    assert_eq!(app.lines, 2);
}

#[test]
fn after_a_step_it_follows_what_is_new() {
    let mut app = lesson((80, 24), &format!("{LONG}\n\n{ASKED}"));
    let study = app.learn.study.as_mut().expect("a lesson");
    study.runs(1, None);
    study.takes(1, "EBADF", None);
    shows(
        &app,
        &["✓ close(900) -> EBADF", "▸ close(901)  Enter runs it"],
    );
}

#[test]
fn enter_leads_to_the_answers_of_a_question() {
    let answers = ["[1] 5 \"hello\"", "[2] EBADF", "[3] 0", "1-3 answer"];
    let ask = ASKED.split_once("```\n\n").expect("steps").1;
    for size in [(80, 24), (60, 16)] {
        let mut app = lesson(size, &format!("{LONG}\n\n{ask}"));
        shows(&app, &["One sentence that is", "Enter shows more ▼"]);
        hides(&app, &["1-3 answer"]);
        for _ in 0..9 {
            press(&mut app, KeyCode::Enter);
        }
        draw_again(&mut app);
        shows(&app, &answers);
        press(&mut app, KeyCode::Enter);
        shows(&app, &["predict first"]);
    }
}

#[test]
fn what_every_answer_says_is_shown_before_the_next_step() {
    let expected = [
        "What happened: EBADF",
        "✗ 5 \"hello\"",
        "That was for b, and nobody",
        "✓ EBADF",
        "There is none, as before.",
        "Nobody ended.",
        "▸ close(906)  Enter runs it",
    ];
    for size in [(80, 24), (60, 16)] {
        let mut app = lesson(size, ASKED);
        to_question(&mut app);
        answer(&mut app, 0);
        let mut seen = String::new();
        while app.lines == 0 {
            draw_again(&mut app);
            seen += &screen(&app);
            press(&mut app, KeyCode::Enter);
        }
        for part in expected {
            assert!(seen.contains(part), "no {part:?} in\n{seen}");
        }
        assert!(!seen.contains('`'), "{seen}");
    }
}

#[test]
fn a_prediction_that_was_wrong_is_asked_again_at_the_end_without_the_call() {
    let mut app = lesson((120, 40), ASKED);
    to_question(&mut app);
    answer(&mut app, 0);
    let study = app.learn.study.as_mut().expect("a lesson");
    study.runs(8, None);
    study.takes(8, "EBADF", None);
    draw_again(&mut app);
    shows(&app, &["The lesson is read.", "one once more."]);
    press(&mut app, KeyCode::Enter);
    draw_again(&mut app);
    let asked = [
        "Once more: predictions",
        "▸ recv(l, 9)",
        "[2] EBADF",
        "1-3 picks an answer",
    ];
    shows(&app, &asked);
    hides(&app, &["then the call is made"]);
    press(&mut app, KeyCode::Char('2'));
    assert_eq!(app.lines, 0, "no call is made");
    shows(&app, &["✓ EBADF", "Nobody ended.", "The lesson is done."]);
    let done = app.learn.progress.of("own").expect("progress");
    assert_eq!(
        done.predicted.len(),
        0,
        "what was asked again does not count"
    );
}

#[test]
fn a_question_may_be_about_no_call() {
    let page = "```predict\nWhich one?\n- This  # It is not.\n+ That  # It is.\n```\n";
    let mut app = lesson((80, 24), page);
    draw_again(&mut app);
    shows(
        &app,
        &["Predict: 1-2 picks an answer", "[1] This", "[2] That"],
    );
    press(&mut app, KeyCode::Char('1'));
    shows(&app, &["✗ This", "It is not.", "✓ That", "It is."]);
    hides(&app, &["What happened"]);
    let done = app.learn.progress.of("own").expect("progress");
    assert_eq!(done.score(), (0, 1));
}

#[test]
fn where_the_pane_has_no_room_the_step_is_at_the_prompt() {
    let mut app = lesson((40, 10), ASKED);
    shows(&app, &["│… Own lesson  Enter shows the lesson", "Sockets"]);
    app.learn.read = app
        .learn
        .study
        .as_ref()
        .map(crate::lesson::Study::text_place);
    shows(&app, &["│▸ close(900)  Enter runs it", "Sockets"]);
    app.mode = Mode::Prompt;
    shows(&app, &["▸ close(900)  Enter runs it"]);
    app.mode = Mode::Panes;
    to_question(&mut app);
    app.learn.read = app
        .learn
        .study
        .as_ref()
        .map(crate::lesson::Study::text_place);
    shows(&app, &["? recv(l, 9)  1-3 predicts it"]);
}

#[test]
fn keys_do_nothing_on_a_screen_that_is_too_small() {
    let mut app = lesson((20, 5), GOAL);
    shows(&app, &["Ctrl-C leaves."]);
    for code in [KeyCode::Char('q'), KeyCode::F(6), KeyCode::Char(':')] {
        let effects = update(&mut app, Msg::Key(KeyEvent::from(code)), Timestamp(0));
        assert!(effects.is_empty(), "{code}: {effects:?}");
    }
    assert!(matches!(app.mode, Mode::Panes));
    assert_eq!(app.learn.study.as_ref().expect("a lesson").hints, 0);
    let control_c = KeyEvent::new(KeyCode::Char('c'), crossterm::event::KeyModifiers::CONTROL);
    let effects = update(&mut app, Msg::Key(control_c), Timestamp(0));
    assert!(matches!(
        effects.as_slice(),
        [crate::app::message::Effect::Quit]
    ));
}

#[test]
fn the_row_of_keys_has_those_that_work_and_none_in_part() {
    let keys = "Enter next  Bksp back  F5 redo  F3 hide  F4 map";
    let close = "Enter next Bksp back F5 redo F3 hide F4 map";
    for (columns, keys) in [(80, keys), (120, close), (200, keys)] {
        shows(&lesson((columns, 40), ASKED), &[keys]);
    }
    let mut app = lesson((80, 24), ASKED);
    to_question(&mut app);
    for (key, expected) in [
        (6, "a prediction has no hint"),
        (7, "a prediction has no solution"),
    ] {
        press(&mut app, KeyCode::F(key));
        shows(&app, &[expected]);
    }
    let mut app = lesson((120, 40), ASKED);
    app.learn.presenting = true;
    shows(&app, &["PgDn next  PgUp back"]);
}

#[test]
fn a_class_sees_all_of_a_page_before_the_next_step() {
    let mut app = lesson((80, 24), &format!("{LONG}\n\n{LONG}\n\n{ASKED}"));
    app.learn.presenting = true;
    shows(&app, &["▼ PgDn"]);
    press(&mut app, KeyCode::PageDown);
    assert_eq!(app.lines, 0, "it is only scrolled");
    for _ in 0..9 {
        press(&mut app, KeyCode::PageDown);
    }
    assert_eq!(app.lines, 1, "then the step is done");
}

#[test]
fn goals_stay_in_sight_as_sentences_with_what_is_so_now() {
    let mut app = app(80, 24);
    open(&mut app, &format!("{LONG}\n\n{LONG}\n\n{GOAL}"));
    update(&mut app, Msg::Tick, Timestamp(0));
    // It listens after the goal was set.
    app.world = listening(80, 24).world;
    update(&mut app, Msg::Tick, Timestamp(0));
    let goals = [
        "│ Goals 1 of 2 ",
        "│ ✓ make a socket passive with listen()",
        "│ ○ let three clients wait  l: now 1, expected 3",
    ];
    shows(&app, &goals);
    shows(&app, &["│ Own lesson  "]);
    press(&mut app, KeyCode::PageDown);
    shows(&app, &goals);
    hides(&app, &["│ Own lesson  ", "pending(x)"]);
    press(&mut app, KeyCode::F(6));
    shows(&app, &["A hint.", goals[0]]);
}

#[test]
fn a_lesson_that_is_hidden_has_a_sign() {
    let mut app = lesson((80, 24), ASKED);
    hides(&app, &["F3 lesson"]);
    press(&mut app, KeyCode::F(3));
    shows(&app, &["F3 lesson  F1 help  q quit"]);
}

#[test]
fn an_error_is_explained_below_its_call_where_why_has_no_room() {
    let mut app = listening(80, 24);
    open(&mut app, ASKED);
    ask(
        &mut app,
        9,
        5,
        Some(DescriptorId(1)),
        "connect(l, 127.0.0.1:9)",
    );
    returns(&mut app, 10, 5, Err(Errno(libc::EISCONN)));
    let shown = screen(&app);
    let mut rows = shown.lines();
    rows.find(|row| row.contains("-> EISCONN"))
        .expect("the call");
    let why = rows.next().expect("a row below");
    assert!(why.contains("↳ ") && !why.contains("┤"), "{shown}");
    app.focus = Pane::Why;
    hides(&app, &["↳"]);
}

#[test]
fn a_long_message_stays_inside_the_frame() {
    for size in [(80, 24), (120, 40)] {
        let mut app = lesson(size, ASKED);
        let before = screen(&app);
        app.notify("word ".repeat(120), true);
        let after = screen(&app);
        let frames = |text: &str| -> Vec<String> {
            let is_frame = |c: &char| "│├┤┬┴┌┐".contains(*c);
            let rows = text.lines().take(usize::from(size.1) - 3);
            rows.map(|row| row.chars().filter(is_frame).collect())
                .collect()
        };
        assert_eq!(frames(&before), frames(&after), "{after}");
        assert!(after.contains("├ Log ─") && after.contains('…'), "{after}");
    }
}

#[test]
fn a_notice_at_the_empty_prompt_covers_no_line_of_the_log() {
    let mut app = lesson((80, 24), ASKED);
    app.mode = Mode::Prompt;
    let before = screen(&app);
    app.notify("✓ the goal is reached", false);
    let after = screen(&app);
    let changed: Vec<(&str, &str)> = before
        .lines()
        .zip(after.lines())
        .filter(|(old, new)| old != new)
        .collect();
    assert_eq!(changed.len(), 1, "{after}");
    assert!(
        changed[0].1.contains("›   ✓ the goal is reached"),
        "{after}"
    );
    app.prompt.set("send(");
    assert!(screen(&app).contains("› send("), "{after}");
}

/// The map with this lesson chosen.
fn course(at: usize) -> Mode {
    Mode::Overlay(Overlay {
        scroll: Scroll::to(at),
        ..Overlay::new(Content::Course)
    })
}

/// A map with this many lessons.
fn map(count: usize, at: usize) -> App {
    let mut app = app(80, 24);
    let entry = |number: usize| Entry {
        id: format!("lesson-{number}"),
        title: "A title that is as long as titles".to_owned(),
        goal: "Use `listen()`.".to_owned(),
        minutes: 9,
        pages: 3,
        tasks: 1,
        solutions: Vec::new(),
        questions: 2,
        needs: Some(crate::lesson::Needs::RawSockets),
    };
    app.learn.course = (1..=count).map(entry).collect();
    app.mode = course(at);
    app
}

#[test]
fn the_map_says_that_it_goes_on_what_its_marks_mean_and_the_names() {
    let mut app = map(38, 0);
    shows(
        &app,
        &["▼", "✓ done  ○ seen  ◐ begun  · new", "needs CAP_NET_RAW"],
    );
    shows(
        &app,
        &[
            "Use listen().",
            "sockplay learn lesson-1\u{20}",
            "Esc free play",
        ],
    );
    hides(&app, &["▲", "…"]);
    app.mode = course(20);
    shows(&app, &["▲", "▼", "▸· 21 ", "sockplay learn lesson-21"]);
    app.mode = course(37);
    shows(&app, &["▲"]);
    hides(&app, &["▼"]);
    open(&mut app, ASKED);
    app.mode = course(0);
    shows(&app, &["Esc back to the lesson"]);
}

#[test]
fn the_map_has_the_cards_that_are_due_and_the_calls_that_were_used() {
    use std::collections::BTreeSet;

    use crate::lesson::Reviews;
    use crate::lesson::schedule::{Grade, Schedule, Today};

    let mut app = app(80, 24);
    let file = crate::lesson::course::LESSONS[0];
    let lesson = crate::lesson::read::lesson(file.id, file.text, "/tmp").expect("a lesson");
    let entry = Entry::of(&lesson);
    let shortest: usize = entry.solutions.iter().map(|(_, calls)| calls).sum();
    let done = app.learn.progress.of_mut(file.id);
    done.finished = true;
    for (goal, calls) in &entry.solutions {
        done.solved.insert(goal.clone());
        done.note_calls(goal, calls + 1);
    }
    let own = shortest + entry.solutions.len();
    app.learn.course = vec![entry];
    app.mode = course(0);
    let words = format!("Calls in its tasks: you {own}, the shortest known solution {shortest}.");
    shows(&app, &[&words, &format!(" {own}/{shortest} ")]);
    hides(&app, &["Flash cards", "cards due"]);
    let cards = crate::lesson::deck::deck("/tmp").expect("cards");
    let own: Vec<_> = cards
        .iter()
        .filter(|card| card.lesson == Some(file.id))
        .collect();
    let mut schedule = Schedule::default();
    for card in &own {
        schedule.grade(&card.card.id, Grade::Again, 1);
    }
    let today = Today {
        now: 1000,
        start: 0,
        end: 86_400,
    };
    app.learn.reviews = Reviews::of(&cards, &schedule, &BTreeSet::new(), today, 10);
    let due = own.len();
    shows(
        &app,
        &[
            &format!("Flash cards: {due} due; K asks them"),
            &format!("What a socket is  {due} cards due"),
            "K asks cards",
            &format!("   {due}   "),
        ],
    );
    // Better than the solution of the lesson: then that is the shortest.
    let (goal, calls) = app.learn.course[0].solutions[0].clone();
    app.learn
        .progress
        .of_mut(file.id)
        .note_calls(&goal, calls - 1);
    let shortest = format!("the shortest known solution {}.", shortest - 1);
    shows(&app, &[&shortest]);
}

#[test]
fn the_keys_of_a_question_are_whole_beside_the_panes() {
    let mut app = lesson((120, 40), ASKED);
    to_question(&mut app);
    let shown = screen(&app);
    let keys = shown.lines().skip_while(|row| !row.contains("Predict: "));
    let keys: Vec<&str> = keys.take(2).collect();
    assert!(
        keys.iter().any(|row| row.contains("is made")) && !keys[0].contains('…'),
        "{shown}"
    );
}

#[test]
fn a_line_about_a_socket_is_never_shown_without_it() {
    let mut app = listening(80, 24);
    for number in 2..9 {
        let line = "c = socket(AF_INET, SOCK_STREAM)";
        let call = u64::from(number) + 10;
        ask(&mut app, 9, call, None, line);
        let new = NewDescriptor {
            same_file: None,
            identity: crate::event::Identity::default(),
            descriptor: DescriptorId(number),
            call: CallId(call),
            fd: 9,
            name: crate::call::argument::Name::new(&format!("c{number}")),
            kind: crate::socket::Kind::Stream,
            domain: Domain::INET,
            socket_type: SocketType::STREAM,
            protocol: Protocol(0),
            origin: Origin::Created,
        };
        happens(&mut app, 9, EventKind::Created(new));
    }
    let seen = Observation {
        error_queued: Some(true),
        ..Observation::default()
    };
    let descriptor = DescriptorId(1);
    happens(&mut app, 9, EventKind::Observed { descriptor, seen });
    // `l` has two rows: with many sockets the pane has four.
    app.selection = Some(DescriptorId(4));
    shows(&app, &["│· l  ", "│▸ c4 "]);
    hides(&app, &["error queue"]);
    let shown = screen(&app);
    let marks: Vec<&str> = shown
        .lines()
        .take_while(|row| !row.contains("State"))
        .filter(|row| row.ends_with(['▲', '▼']))
        .collect();
    assert_eq!(marks.len(), 2, "{shown}");
}

#[test]
fn no_size_and_no_place_in_a_lesson_panic_the_view() {
    let codes = [
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Tab,
        KeyCode::F(6),
        KeyCode::Char('z'),
    ];
    for (columns, rows) in (1..130)
        .step_by(11)
        .flat_map(|x| (1..50).step_by(6).map(move |y| (x, y)))
    {
        for page in [ASKED, GOAL, LONG] {
            let mut app = lesson((columns, rows), page);
            screen(&app);
            if page == ASKED {
                to_question(&mut app);
                screen(&app);
                answer(&mut app, 0);
            }
            for code in codes {
                press(&mut app, code);
            }
            screen(&app);
        }
    }
}
