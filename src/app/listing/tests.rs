//! The program of the Code pane: when it is written anew, and which of its lines are shown.

use std::time::Duration;

use crate::app::code::{Code, FEW};
use crate::app::listing::*;
use crate::app::state::Mode;
use crate::event::{CallId, Event, EventKind, Refusal, Timestamp};
use crate::layout::LessonExtent;
use crate::layout::preset::Preset;
use crate::notation::parse_line;
use crate::world::resolve;

fn app() -> App {
    let looks = crate::view::tests::readable::appearance();
    App::new((120, 40), looks, "/tmp".to_owned(), 7)
}

fn happens(app: &mut App, what: EventKind) {
    let at = Timestamp(app.world.revision());
    crate::explain::fold(&mut app.world, &Event::new(at, what));
}

/// Asks for a call, which sockplay then declines.
fn ask(app: &mut App, line: &str) -> CallId {
    let call = CallId(app.world.log().len() as u64 + 1);
    let command = parse_line(line).expect(line).command.expect(line);
    let request = resolve(&app.world, call, &command).expect(line);
    happens(app, EventKind::Asked(Box::new(request)));
    let reason = Refusal::Dropped;
    happens(app, EventKind::Refused { call, reason });
    call
}

#[test]
fn it_is_written_once_until_something_happens() {
    let mut app = app();
    ask(&mut app, "s = socket(AF_INET, SOCK_STREAM)");
    let listing = app.listing().expect("a program");
    assert!(Rc::ptr_eq(&listing, &app.listing().expect("the same")));
    let call = ask(&mut app, "t = socket(AF_INET, SOCK_DGRAM)");
    let next = app.listing().expect("another");
    assert!(!Rc::ptr_eq(&listing, &next) && app.code.due(&app.world).is_none());
    let made = next.made(call).expect("its lines");
    assert!(
        next.line(made.start).contains("t = socket"),
        "{}",
        next.line(made.start)
    );
    assert!(listing.made(call).is_none());
    app.code.next_language();
    let rust = app.listing().expect("the same in Rust");
    assert!(rust.program.text.contains("fn main() {"));
    assert_eq!(rust.line(rust.len()), "");
}

#[test]
fn that_of_a_long_session_is_written_again_when_some_time_has_passed() {
    let mut app = app();
    for _ in 0..=FEW {
        ask(&mut app, "s = socket(AF_INET, SOCK_STREAM)");
    }
    let listing = app.listing().expect("a program");
    let call = ask(&mut app, "t = socket(AF_INET, SOCK_DGRAM)");
    let same = app.listing().expect("the same");
    assert!(Rc::ptr_eq(&listing, &same));
    let due = app.code.due(&app.world).expect("a moment");
    assert!(due > app.clock && due.since(app.clock) < Duration::from_millis(50));
    app.set_now(due);
    let next = app.listing().expect("another");
    assert!(next.made(call).is_some() && app.code.due(&app.world).is_none());
}

#[test]
fn a_moment_in_the_past_has_its_own_program_at_once() {
    let mut app = app();
    for _ in 0..=FEW {
        ask(&mut app, "s = socket(AF_INET, SOCK_STREAM)");
    }
    let past = app.world.clone();
    let present = ask(&mut app, "t = socket(AF_INET, SOCK_DGRAM)");
    let listing = app.listing().expect("that of the present");
    assert!(listing.made(present).is_some());
    let before = app.code.listing(&past, app.clock, true);
    assert!(before.made(present).is_none() && before.len() < listing.len());
}

#[test]
fn scrolling_ends_when_another_call_is_selected() {
    let mut code = Code::default();
    let extent = LessonExtent {
        natural: 10,
        end: 50,
        rows: 10,
        place: None,
    };
    let (one, two) = (Some(CallId(1)), Some(CallId(2)));
    code.scroll(one, 5, &extent);
    code.scroll(one, 1000, &extent);
    assert_eq!((code.offset(one), code.offset(two)), (40, 0));
    code.scroll(one, isize::MIN, &extent);
    assert_eq!(code.offset(one), -10);
    code.follow();
    assert_eq!(code.offset(one), 0);
}

#[test]
fn the_pane_shows_and_marks_the_lines_of_the_selected_call() {
    let mut app = app();
    let first = ask(&mut app, "s = socket(AF_INET, SOCK_STREAM)");
    for _ in 0..60 {
        ask(&mut app, "t = socket(AF_INET, SOCK_DGRAM)");
    }
    ask(&mut app, "u = socket(AF_UNIX, SOCK_STREAM)");
    app.preset = Preset::Code;
    app.mode = Mode::Panes;
    let marked = |app: &mut App| {
        crate::view::tests::draw_again(app);
        let screen = crate::view::tests::screen(app);
        let rows = screen.lines().filter(|row| row.contains('▌'));
        rows.map(str::to_owned).collect::<Vec<String>>()
    };
    let rows = marked(&mut app);
    assert!(
        rows.len() == 1 && rows[0].contains("u = socket"),
        "{rows:#?}"
    );
    app.log_selection = Some(first);
    let rows = marked(&mut app);
    assert!(
        rows.len() == 1 && rows[0].contains("s = socket"),
        "{rows:#?}"
    );
    app.code.filter.begin();
    app.code.filter.add("AF_UNIX");
    let rows = crate::view::tests::screen(&app);
    assert!(rows.contains("/AF_UNIX_ 1 of"), "{rows}");
}
