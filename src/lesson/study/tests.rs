//! Ways through a lesson.

use crate::lesson::study::*;

const TEXT: &str = "---
title: T
goal: G.
topics: backlog
minutes: 5
sources: listen(2)
---
Intro.

## One
```play
close(900)   -> EBADF
close(901)   -> EBADF
```

```predict
Q?
> close(902)
- 0       # no
+ EBADF   # yes
```

## Two
```goal
l = socket(AF_INET, SOCK_STREAM)   # make one
```

```hint
h
```

```solution
socket(AF_INET, SOCK_STREAM)
socket(AF_INET, SOCK_DGRAM)
```

The end.
";

fn study() -> Study {
    Study::new(Arc::new(
        crate::lesson::read::lesson("t", TEXT, "/tmp").expect("a lesson"),
    ))
}

/// Runs the next line as the n-th of the session, with a result as promised.
fn run(study: &mut Study, number: usize) -> String {
    let Next::Run(line) = study.go_on() else {
        panic!("a line is next")
    };
    study.runs(number, None);
    assert_eq!(study.go_on(), Next::Busy, "one line at a time");
    assert!(study.takes(number, "EBADF", None).is_some());
    line.to_string()
}

/// At the goal, everything before it done.
fn at_goal() -> Study {
    let mut study = study();
    assert_eq!(study.go_on(), Next::Turned);
    run(&mut study, 1);
    run(&mut study, 2);
    study.answer(1).expect("a line");
    study.runs(3, Some(1));
    study.takes(3, "EBADF", None);
    assert_eq!(study.go_on(), Next::Turned);
    study
}

#[test]
fn the_steps_come_one_after_the_other() {
    let mut study = study();
    assert_eq!(study.go_on(), Next::Turned, "the introduction has no step");
    assert_eq!(run(&mut study, 1), "close(900) -> EBADF");
    assert_eq!(study.takes(7, "0", None), None, "a line of somebody else's");
    assert_eq!(run(&mut study, 2), "close(901) -> EBADF");
    assert_eq!(
        study.go_on(),
        Next::Answer,
        "a prediction comes before its line"
    );
    assert!(study.answer(2).is_none(), "there is no third answer");
    let line = study.answer(0).expect("the line of the question");
    let Committed::Run(line) = line else {
        panic!("a line is run")
    };
    assert_eq!(line.to_string(), "close(902) -> EBADF");
    study.runs(3, Some(0));
    study.takes(3, "EBADF", None);
    assert!(study.question().is_none(), "an answer is committed once");
    assert_eq!(study.go_on(), Next::Turned);
}

#[test]
fn a_line_with_another_result_is_tried_again() {
    let mut study = study();
    study.go_on();
    let first = study.go_on();
    study.runs(1, None);
    study.takes(1, "0", Some("expected EBADF".to_owned()));
    assert_eq!(study.go_on(), first);
}

#[test]
fn a_goal_is_left_alone_only_by_a_key_of_its_own() {
    let mut study = at_goal();
    assert_eq!(study.go_on(), Next::Unreached);
    assert_eq!(study.go_on(), Next::Unreached, "however often");
    assert!(!study.look(&World::default()));
    assert_eq!(study.leave(), Skipped::Left);
    assert_eq!(study.go_on(), Next::Over);
    assert!(study.is_over());
    assert_eq!(study.leave(), Skipped::Nothing);
}

#[test]
fn a_prediction_with_another_result_goes_on_only_by_a_key_of_its_own() {
    let mut study = at_goal();
    study.back();
    study.answer(1).expect("a line");
    study.runs(9, Some(1));
    let broken = Some("expected EBADF".to_owned());
    let taken = study.takes(9, "0", broken).expect("its own line");
    assert_eq!(taken.chosen, Some(1));
    assert_eq!(study.go_on(), Next::Astray);
    assert_eq!(study.leave(), Skipped::Left);
    assert_eq!(study.go_on(), Next::Turned);
}

#[test]
fn the_solution_is_given_line_by_line_and_begins_again() {
    let mut study = at_goal();
    let world = World::default();
    let mut next = || study.solution(&world).expect("a line").text;
    let lines = [next(), next(), next()];
    assert_eq!(lines[0], "socket(AF_INET, SOCK_STREAM)");
    assert_eq!(lines[1], "socket(AF_INET, SOCK_DGRAM)");
    assert_eq!(lines[2], lines[0]);
}

#[test]
fn a_lesson_goes_on_at_the_page_where_it_was_left() {
    let mut done = Done::default();
    let mut left = study();
    let lines = left.resume(2, &done);
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let all = ["close(900)", "close(901)", "close(902)"].map(|call| format!("{call} -> EBADF"));
    assert_eq!(lines, all, "the world of that page");
    assert_eq!((left.page, left.go_on()), (2, Next::Unreached));
    left.turn(1);
    assert!(left.present().is_none(), "what is before it is done");
    done.reached.insert(Done::key((2, 0)));
    assert_eq!(
        study().resume(9, &done).len(),
        3,
        "the last page is the last"
    );
}

#[test]
fn a_page_begins_anew_with_all_that_was_run_before_it() {
    let mut study = at_goal();
    let lines = study.page_anew();
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let all = ["close(900)", "close(901)", "close(902)"].map(|call| format!("{call} -> EBADF"));
    assert_eq!(lines, all);
    study.turn(1);
    assert!(study.page_anew().is_empty());
    assert_eq!(
        run(&mut study, 9),
        "close(900) -> EBADF",
        "what was done is undone"
    );
}

#[test]
fn a_step_back_undoes_the_last_thing_that_was_done() {
    let mut study = at_goal();
    assert_eq!(study.back().expect("it goes back").len(), 2);
    assert_eq!(study.page, 1);
    assert!(study.question().is_some(), "the question is open again");
    assert_eq!(study.back().expect("it goes back").len(), 1);
    assert_eq!(study.back().expect("it goes back").len(), 0);
    assert!(study.back().is_none(), "nothing was done before");
}
