//! Which line comes next, where a run stops, and what is known of a line afterwards.

use crate::event::{CallId, Timestamp};
use crate::script::judge::Verdict;
use crate::script::report::Report;
use crate::script::stepping::*;

const SCRIPT: &str = "# A pair.\n\na, b = socketpair(AF_UNIX, SOCK_STREAM)\nsend(a, \"hi\") -> 2\r\n# Then the other end.\nrecv(b, 9) -> 2 \"hi\"\nclose(a)\n# The end.\n";

fn open() -> Stepping {
    Stepping::open("x.sock", SCRIPT.as_bytes()).expect("it is right")
}

/// The report of a line that the script began.
fn report(script: &Stepping, number: usize, verdict: Verdict) -> Report {
    let at = script.running().expect("a line");
    let command = script.lines()[at].line.command.clone();
    Report {
        number,
        command: command.expect("a command"),
        comment: None,
        call: Some(CallId(number as u64)),
        result: "0".to_owned(),
        errno: None,
        verdict,
        start: Timestamp(0),
        duration: std::time::Duration::ZERO,
        state_before: None,
        state_after: None,
    }
}

/// Runs what is to be run; the line of `breaks` does not hold. Gives the numbers of the lines.
fn run(script: &mut Stepping, breaks: usize) -> Vec<usize> {
    let mut done = Vec::new();
    let mut number = 0;
    loop {
        number += 1;
        if script.begin(number).is_none() {
            return done;
        }
        let at = script.running().expect("a line");
        let verdict = match at + 1 == breaks {
            true => Verdict::Broken("expected 7".to_owned()),
            false => Verdict::Held,
        };
        let report = report(script, number, verdict);
        match script.take(&report, false) {
            Taken::Over { number, .. } => done.push(number),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn comments_and_blank_lines_are_passed_over() {
    let mut script = open();
    assert_eq!(script.next(), Some(2));
    assert_eq!(script.begin(1), None, "nothing was asked for");
    script.go_to(2);
    assert_eq!(run(&mut script, 0), [3]);
    assert_eq!(script.next(), Some(3));
    script.go_to(script.present());
    assert_eq!(run(&mut script, 0), [4]);
    let texts: Vec<&str> = script.lines().iter().map(|own| own.text.as_str()).collect();
    assert_eq!(
        texts[3], "send(a, \"hi\") -> 2",
        "without the end of the line"
    );
    assert_eq!((texts.len(), texts[7]), (8, "# The end."));
}

#[test]
fn a_run_stops_at_a_line_that_does_not_hold_and_can_go_on_behind_it() {
    let mut script = open();
    script.go_to(usize::MAX);
    assert_eq!(run(&mut script, 4), [3, 4]);
    assert!(!script.goes_on());
    let broken = script.lines()[3].result.as_ref().expect("a result");
    assert_eq!(broken.broken.as_deref(), Some("expected 7, got 0"));
    assert_eq!(script.next(), Some(5));
    script.go_to(usize::MAX);
    assert_eq!(run(&mut script, 0), [6, 7]);
    assert_eq!(script.next(), None);
    let tally = Tally {
        run: 4,
        all: 4,
        broken: 1,
    };
    assert_eq!(script.tally(), tally);
    script.go_to(usize::MAX);
    assert!(run(&mut script, 0).is_empty(), "it is over");
}

#[test]
fn the_line_of_another_giver_and_a_name_that_is_looked_up_end_nothing() {
    let mut script = open();
    script.go_to(usize::MAX);
    assert!(script.begin(5).is_some());
    assert!(script.begin(6).is_none(), "one after the other");
    let mut other = report(&script, 5, Verdict::Held);
    other.number = 4;
    assert_eq!(script.take(&other, false), Taken::NotOwn);
    let own = report(&script, 5, Verdict::Held);
    assert_eq!(script.take(&own, true), Taken::GoesOn);
    assert_eq!(script.running(), Some(2));
    script.drop_line();
    assert_eq!(script.running(), None);
    assert!(
        script.lines()[2]
            .result
            .as_ref()
            .is_some_and(|own| own.dropped)
    );
    assert!(!script.goes_on(), "and nothing follows");
}

#[test]
fn the_selection_follows_the_next_line_until_it_is_moved() {
    let mut script = open();
    assert_eq!((script.present(), script.selected), (2, None));
    script.select_by(1);
    assert_eq!(script.selected, Some(3));
    script.select_by(-1);
    assert_eq!(script.selected, None);
    script.select_by(isize::MAX);
    assert_eq!(script.selected, Some(7));
    script.select_by(isize::MIN);
    assert_eq!(script.selected, Some(0));
    script.select(99);
    assert_eq!(script.selected, None);
    script.select(3);
    script.go_to(3);
    run(&mut script, 0);
    assert_eq!((script.present(), script.selected), (5, None));
}

#[test]
fn it_begins_again_and_goes_back_to_the_lines_whose_calls_are_kept() {
    let mut script = open();
    script.go_to(usize::MAX);
    run(&mut script, 0);
    script.rewind(&|call| call.0 <= 2);
    assert_eq!(script.next(), Some(5));
    assert_eq!(script.tally().run, 2);
    script.begin_again();
    assert_eq!(script.next(), Some(2));
    assert_eq!(script.tally().run, 0);
    assert_eq!(Stepping::open("x", b"").expect("empty").next(), None);
}
