//! Calls of traced programs: held, abandoned, interrupted, injected, and without a word in the notation.

use crate::call::Call;
use crate::call::fault::Fault;
use crate::call::outcome::{Outcome, Returned};
use crate::call::syscall::Syscall;
use crate::event::{Abandonment, EndStatus};
use crate::explain::tests::story::Story;
use crate::explain::*;
use crate::socket::{Errno, Sig};
use crate::world::record::Progress;
use crate::world::{Record, World};

/// How a call can be that a traced program makes.
fn courses() -> Vec<Progress> {
    let at = crate::event::Timestamp(u64::MAX);
    let returned = |outcome: Outcome| Progress::Returned {
        at,
        outcome: outcome.into(),
    };
    let abandoned = |reason| Progress::Abandoned { at, reason };
    let killed = EndStatus::Killed {
        signal: Sig(libc::SIGKILL),
        core: false,
    };
    let mut injected = Outcome::of(Err(Errno(libc::EINTR)));
    injected.injected = Some(Fault::Errno(Errno(libc::EINTR)));
    vec![
        Progress::Running,
        Progress::Held,
        Progress::Blocked { at, wchan: None },
        abandoned(Abandonment::Ended(killed)),
        abandoned(Abandonment::Ended(EndStatus::Exited(3))),
        abandoned(Abandonment::ThreadEnded),
        abandoned(Abandonment::Executed),
        abandoned(Abandonment::Detached),
        returned(injected),
        returned(Outcome::of(Err(Errno(512)))),
        returned(Outcome::of(Err(Errno(516)))),
        returned(Outcome::of(Err(Errno(libc::ENOENT)))),
        returned(Outcome::of(Ok(Returned::Count(7)))),
    ]
}

/// Passes on every record with its world.
pub(crate) fn every_record(show: &mut dyn FnMut(&World, &Record)) {
    let mut story = Story::new();
    story.tell("l = socket(AF_INET, SOCK_STREAM) -> fd");
    story.ask("accept(l)");
    let accept = story.last().clone();
    let mut sendfile = accept.clone();
    sendfile.request.call = Call::Syscall {
        made: Box::new(Syscall {
            name: "sendfile",
            entered: "3, 4, NULL, 100".into(),
        }),
    }
    .into();
    let mut command = crate::call::Command::clone(&sendfile.request.command);
    command.call = Call::clone(&sendfile.request.call);
    sendfile.request.command = command.into();
    let named = |name: &'static str| {
        let mut record = sendfile.clone();
        let made = Syscall {
            name,
            entered: "0".into(),
        };
        record.request.call = Call::Syscall {
            made: Box::new(made),
        }
        .into();
        let mut command = crate::call::Command::clone(&record.request.command);
        command.call = Call::clone(&record.request.call);
        record.request.command = command.into();
        record
    };
    let (exit, unknown) = (named("exit_group"), named("mystery"));
    let word = |call: Call| {
        let mut record = accept.clone();
        record.request.call = call.clone().into();
        let mut command = crate::call::Command::clone(&record.request.command);
        command.call = call;
        record.request.command = command.into();
        record
    };
    let socket = accept.call().socket().cloned().expect("a listener");
    let step = word(Call::Step {
        socket: socket.clone(),
    });
    let inject = word(Call::Inject {
        socket,
        fault: Fault::Short,
    });
    for progress in courses() {
        for record in [&accept, &sendfile, &exit, &unknown, &step, &inject] {
            let has_a_form = !matches!(&progress, Progress::Returned { outcome, .. }
                if outcome.result == Ok(Returned::Count(7)));
            let is_any = matches!(
                record.call().call_kind(),
                CallKind::Syscall | CallKind::Step | CallKind::Inject
            );
            if has_a_form || is_any {
                let progress = progress.clone();
                let record = record.clone();
                show(&story.world, &Record { progress, ..record });
            }
        }
    }
}

#[test]
fn a_call_without_a_word_is_named_as_it_was_made() {
    let mut texts = Vec::new();
    every_record(&mut |world, record| texts.push(why(world, record).text));
    let said = |text: &str| texts.iter().any(|own| own.contains(text));
    assert!(
        said("sockplay's notation has no form for this sendfile()."),
        "{texts:?}"
    );
    assert!(said("the process was killed by SIGKILL."), "{texts:?}");
    assert!(
        said("The thread is held just before accept(l)."),
        "{texts:?}"
    );
}
