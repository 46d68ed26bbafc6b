//! Threads that are held before a call.

use sockplay::event::EndStatus;
use sockplay::trace::{Ended, Hold, Options};
use sockplay::world::record::Progress;

use super::traced::{Traced, compiled, held_in, options, state, word};

/// A connection from and to itself, which the client closes first.
const CONVERSATION: &str = r"
int main(void) {
  struct sockaddr_in a;
  char b[8];
  int l = listener(&a), c = client(&a), s = accept(l, 0, 0);
  int e = recv(s, b, 8, MSG_DONTWAIT);
  close(c);
  struct pollfd p = {s, POLLIN, 0};
  poll(&p, 1, -1);
  recv(s, b, 8, 0);
  close(s);
  close(l);
  return 0;
}
";

fn holding(hold: Hold) -> Options {
    Options { hold, ..options() }
}

fn on(what: &[&str]) -> Hold {
    Hold::When(what.iter().map(|what| what.parse().expect(what)).collect())
}

#[test]
fn a_thread_is_held_before_each_call_and_steps() {
    let Some(program) = compiled(CONVERSATION) else {
        return;
    };
    let mut traced = Traced::start(&program, &holding(Hold::Each));
    let mut words = Vec::new();
    loop {
        let (call, word) = traced.held();
        assert_eq!(state(traced.tracing.pid()), Some('t'), "{word}");
        if word == "accept" {
            traced.until("waiting connection", |world| {
                let mut waiting = world
                    .descriptors()
                    .filter_map(sockplay::world::Handle::accept_queue);
                waiting.any(|queue| queue.length == 1)
            });
        }
        words.push(word.clone());
        traced.step(call);
        if word == "exit_group" {
            break;
        }
    }
    assert_eq!(traced.end(), Ended::Finished(EndStatus::Exited(0)));
    let expected = [
        "socket",
        "bind",
        "listen",
        "getsockname",
        "socket",
        "connect",
        "accept",
        "recv",
        "close",
        "poll",
        "recv",
        "close",
        "close",
        "exit_group",
    ];
    assert_eq!(words, expected);
}

#[test]
fn a_thread_is_held_on_a_call_an_errno_a_descriptor_and_a_state() {
    let Some(program) = compiled(CONVERSATION) else {
        return;
    };
    for (what, expected) in [
        (&["accept"][..], &["accept"][..]),
        (&["recvfrom"], &["recv", "recv"]),
        // After recv() has failed so.
        (&["EAGAIN"], &["close"]),
        (&["fd4"], &["connect", "close"]),
        (&["CLOSE_WAIT"], &["poll", "recv", "close"]),
        (
            &["listen", "fd5"],
            &["listen", "recv", "poll", "recv", "close"],
        ),
    ] {
        let mut traced = Traced::start(&program, &holding(on(what)));
        for expected in expected {
            let (call, word) = traced.held();
            assert_eq!(word, *expected, "{what:?}");
            traced.step(call);
        }
        assert_eq!(
            traced.end(),
            Ended::Finished(EndStatus::Exited(0)),
            "{what:?}"
        );
        assert_eq!(held_in(&traced.world).count(), 0);
    }
}

#[test]
fn the_other_threads_go_on_and_all_can_be_let_go() {
    let Some(program) = compiled(
        r#"
static int p[2];
static void *other(void *_) {
  char b;
  for (int i = 0; i < 3; i++) { send(p[0], "x", 1, 0); recv(p[1], &b, 1, 0); }
  return 0;
}
int main(void) {
  struct sockaddr_in a;
  pthread_t t;
  int l = listener(&a), c = client(&a);
  socketpair(AF_UNIX, SOCK_STREAM, 0, p);
  pthread_create(&t, 0, other, 0);
  accept(l, 0, 0);
  pthread_join(t, 0);
  return 7;
}
"#,
    ) else {
        return;
    };
    let mut traced = Traced::start(&program, &holding(on(&["accept"])));
    let (accept, _) = traced.held();
    traced.until("work of the other thread", |world| {
        let all = world.log().iter();
        let sent = all.filter(|record| word(record) == "recv" && !record.is_pending());
        sent.count() == 3
    });
    let progress = |traced: &Traced| traced.world.call(accept).map(|own| own.progress.clone());
    assert_eq!(progress(&traced), Some(Progress::Held));
    // An order about another call changes nothing.
    traced.tracing.go_on(sockplay::event::CallId(1));
    traced.tracing.hold(Hold::Never);
    assert_eq!(state(traced.tracing.pid()), Some('t'));
    traced.tracing.go_on_all();
    assert_eq!(traced.end(), Ended::Finished(EndStatus::Exited(7)));
}

#[test]
fn a_held_thread_can_be_killed_and_left() {
    let Some(program) = compiled(CONVERSATION) else {
        return;
    };
    let mut traced = Traced::start(&program, &holding(on(&["accept"])));
    let (accept, _) = traced.held();
    let pid = traced.tracing.pid();
    nix::sys::signal::kill(
        nix::unistd::Pid::from_raw(pid),
        nix::sys::signal::Signal::SIGKILL,
    )
    .expect("a signal");
    let ended = traced.end();
    assert!(
        matches!(ended, Ended::Finished(EndStatus::Killed { .. })),
        "{ended:?}"
    );
    let record = traced.world.call(accept).expect("the call");
    assert!(matches!(record.progress, Progress::Abandoned { .. }));
    // It may go on without its tracer.
    let survives = Options {
        survives: true,
        ..holding(on(&["accept"]))
    };
    let mut traced = Traced::start(&program, &survives);
    let (accept, _) = traced.held();
    traced.tracing.end();
    assert_eq!(traced.end(), Ended::Left);
    let record = traced.world.call(accept).expect("the call");
    assert!(matches!(record.progress, Progress::Abandoned { .. }));
    // It is a child of this process, which sees how it ends.
    let pid = nix::unistd::Pid::from_raw(traced.tracing.pid());
    let ended = nix::sys::wait::waitpid(pid, None).expect("an end");
    assert_eq!(ended, nix::sys::wait::WaitStatus::Exited(pid, 0));
}
