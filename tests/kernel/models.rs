//! The I/O models on the real kernel: each run shows what the model is about, whatever the speed of the machine.

use std::process::Command;

use sockplay::io_models::{EventKind, Model, Run, lanes, run};

use crate::common::child::PROGRAM;
use crate::common::engine::{alone, output_of};
use crate::common::skipped;

/// A run in which the process was there before the data. `None`, said, where the model is not available.
fn a_run(model: Model) -> Option<Run> {
    let _alone = alone();
    for _ in 0..50 {
        match run(model) {
            // On a busy machine the peer may have been first, or have sent while a call that does not wait was being made:
            // that shows nothing.
            Ok(run) if is_telling(&run) => return Some(run),
            Ok(_) => {}
            Err(reason) => {
                assert_eq!(model, Model::Asynchronous, "{reason}");
                skipped(&reason);
                return None;
            }
        }
    }
    panic!("the peer was always first");
}

fn is_telling(run: &Run) -> bool {
    let first = &run.steps[0];
    let waits_not = matches!(run.model, Model::NonBlocking | Model::Asynchronous);
    first.from < run.sent && (!waits_not || first.to < run.sent)
}

fn calls(run: &Run) -> Vec<(&str, &str)> {
    run.steps
        .iter()
        .filter_map(|step| match &step.what {
            EventKind::Call { call, result } => Some((call.as_str(), result.as_str())),
            _ => None,
        })
        .collect()
}

#[test]
fn every_model_receives_the_same() {
    for model in Model::ALL {
        let Some(run) = a_run(model) else { continue };
        assert_eq!(run.data, b"hello", "{model:?}");
        assert!(run.sent <= run.ready, "{model:?}");
        let mut last = run.steps[0].from;
        for step in &run.steps {
            assert!(
                step.from >= last && step.to >= step.from,
                "{model:?}: {step:?}"
            );
            last = step.from;
        }
        let end = run.steps.last().expect("a step").to;
        assert!(end >= run.sent, "{model:?} has it only after it was sent");
    }
}

#[test]
fn blocking_is_one_call_that_sleeps() {
    let run = a_run(Model::Blocking).expect("it is always there");
    assert_eq!(calls(&run), [("recv(s, 100)", "5 \"hello\"")]);
    assert!(run.slept_in(&run.steps[0]));
}

#[test]
fn non_blocking_asks_in_vain_and_never_sleeps() {
    let run = a_run(Model::NonBlocking).expect("it is always there");
    let calls = calls(&run);
    let (last, before) = calls.split_last().expect("a call");
    assert_eq!(last.1, "5 \"hello\"");
    assert!(!before.is_empty() && before.iter().all(|call| call.1 == "EAGAIN"));
    assert!(run.free() > run.asleep());
}

#[test]
fn multiplexing_sleeps_in_the_first_of_two_calls() {
    for (model, word) in [
        (Model::Select, "select("),
        (Model::Poll, "poll("),
        (Model::Epoll, "epoll_wait("),
    ] {
        let run = a_run(model).expect("it is always there");
        let calls = calls(&run);
        assert_eq!(calls.len(), 2, "{model:?}");
        assert!(calls[0].0.starts_with(word) && calls[0].1.starts_with("1 "));
        assert_eq!(calls[1], ("recv(s, 100)", "5 \"hello\""));
        assert!(run.slept_in(&run.steps[0]) && !run.slept_in(&run.steps[1]));
    }
}

#[test]
fn a_signal_announces_the_data_and_a_call_receives_it() {
    let run = a_run(Model::SignalDriven).expect("it is always there");
    let signalled = run
        .steps
        .iter()
        .position(|step| step.what == EventKind::Handler);
    let signalled = signalled.expect("the handler ran");
    assert_eq!(
        run.steps[signalled - 1].what,
        EventKind::Work,
        "it had worked until then"
    );
    assert!(run.steps[signalled].from >= run.sent);
    assert_eq!(calls(&run), [("recv(s, 100)", "5 \"hello\"")]);
    assert!(run.asleep().is_zero());
}

#[test]
fn asynchronous_makes_no_call_once_there_is_data() {
    let Some(run) = a_run(Model::Asynchronous) else {
        return;
    };
    assert_eq!(calls(&run).len(), 1);
    assert!(run.asleep().is_zero(), "handing it in does not wait");
    let last = run.steps.last().expect("a step");
    assert_eq!(last.what, EventKind::Completion("5 \"hello\"".to_owned()));
}

#[test]
fn the_lanes_fit_and_show_the_datagram_and_its_data() {
    for model in Model::ALL {
        let Some(run) = a_run(model) else { continue };
        let page = lanes::page(model, Ok(&run), lanes::NARROWEST);
        for line in &page {
            let cut = line.replace("(read [s], …)", "").contains('…');
            assert!(line.chars().count() <= 80 && !cut, "{line}");
        }
        let all = page.join("\n");
        assert!(
            all.contains("◀── datagram") && all.contains("5 \"hello\""),
            "{all}"
        );
    }
}

#[test]
fn the_program_prints_the_models_that_are_asked_for() {
    let mut command = Command::new(PROGRAM);
    let output = output_of(command.args(["models", "blocking", "epoll"])).expect("the program");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(text.contains("blocking I/O") && text.contains("epoll_wait(e, 10, 5000)"));
    assert!(!text.contains("select("));
}
