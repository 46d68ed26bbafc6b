//! Long logs: the number of records that an explanation reads does not grow with the log, and what is forgotten makes
//! no sentence false.

use crate::event::CallId;
use crate::explain::tests::story::Story;
use crate::explain::{suggestions, why};
use crate::world::log::VISITED;
use crate::world::{Record, World};

/// How many records the explanation and the suggestions of a call read.
fn visited(world: &World, record: &Record) -> usize {
    VISITED.set(0);
    let _ = (why(world, record), suggestions(world, record));
    VISITED.get()
}

const PAIR: &str = "a, b = socketpair(AF_UNIX, SOCK_STREAM) -> fd, fd";
const MESSAGES: &str = "a, b = socketpair(AF_UNIX, SOCK_DGRAM) -> fd, fd";
const TCP: &str = "
    l = socket(AF_INET, SOCK_STREAM) -> fd
    bind(l, 127.0.0.1:9) -> 0
    listen(l, 5) -> 0
    a = socket(AF_INET, SOCK_STREAM) -> fd
    connect(a, 127.0.0.1:9) -> 0
    @ a local 127.0.0.1:40000
    @ a peer 127.0.0.1:9
    b = accept(l) -> fd from 127.0.0.1:40000
    @ b local 127.0.0.1:9
    @ b peer 127.0.0.1:40000
";

/// Runs the script, then these lines again and again: the most records that the explanations of the newest ones read.
fn most_visited(begin: &str, lines: &[&str], times: usize) -> usize {
    let mut story = Story::new();
    story.world.set_log_bound(usize::MAX);
    story.tell(begin);
    for _ in 0..times {
        lines.iter().for_each(|line| story.tell(line));
    }
    let newest = story.world.log().newest(lines.len());
    let visited = newest.map(|(_, record)| visited(&story.world, record));
    visited.max().expect("a call")
}

#[test]
fn an_explanation_reads_as_many_calls_in_a_long_log() {
    let bulk = ["send(a, \"x\") -> 1", "recv(b, 1) -> 1 \"x\""];
    let sessions: [(&str, &[&str]); 7] = [
        (PAIR, &bulk),
        (MESSAGES, &bulk),
        (TCP, &bulk),
        (TCP, &["recv(b, 1, MSG_DONTWAIT) -> EAGAIN"]),
        (PAIR, &["getsockopt(a, SO_RCVBUF) -> 212992"]),
        (PAIR, &["fcntl(a, F_GETFL) -> O_RDWR"]),
        (TCP, &["poll([b: POLLIN], 0) -> 0"]),
    ];
    for (begin, lines) in sessions {
        let [short, long] = [300, 1_500].map(|times| most_visited(begin, lines, times));
        // A binary search takes a few more steps in a list that is five times as long.
        assert!(long <= short + 60, "{lines:?}: {short} and {long}");
    }
}

/// A log that keeps as little as it can, with this many lines after the script.
fn forgetful(script: &str, lines: usize) -> Story {
    let mut story = Story::new();
    story.world.set_log_bound(1);
    story.tell(script);
    for _ in 0..lines {
        story.tell("unread(a) -> 0");
    }
    story
}

#[test]
fn what_a_forgotten_call_set_still_holds() {
    let mut story = forgetful(&format!("{PAIR}\nfcntl(b, F_SETFL, O_NONBLOCK) -> 0"), 100);
    assert!(story.world.log().forgotten() > 50);
    assert!(story.world.log().len() >= 102);
    story.tell("recv(b, 1) -> EAGAIN");
    let text = story.why().text;
    assert!(text.contains("O_NONBLOCK"), "{text}");
    // The other end of a pair is known by the call that made both.
    assert_eq!(
        story
            .world
            .peer(story.named("a"))
            .map(|peer| peer.name().as_str()),
        Some("b")
    );
}

#[test]
fn a_call_that_has_not_ended_is_not_forgotten() {
    let mut story = forgetful(&format!("{PAIR}\nrecv(b, 9) -> blocks"), 100);
    let pending: Vec<CallId> = story.world.pending().map(Record::id).collect();
    assert_eq!(pending.len(), 1);
    let record = story.world.call(pending[0]).expect("it is kept");
    assert!(why(&story.world, record).text.contains("a"));
    story.tell("send(a, \"hello\") -> 5\n? recv");
    assert!(story.world.log().get(0).is_some(), "it made two sockets");
    assert!(story.world.log().get(5).is_none(), "it is forgotten");
    assert!(story.world.call(CallId(6)).is_none());
    assert_eq!(story.world.log().get(usize::MAX).map(Record::id), None);
}

#[test]
fn much_data_has_older_calls_forgotten() {
    let mut story = Story::new();
    story.tell(PAIR);
    for _ in 0..100 {
        story.tell(&format!("send(a, {:?}) -> 2000", "x".repeat(2000)));
    }
    let log = story.world.log();
    assert_eq!(log.len(), 101);
    assert!((64..101).contains(&log.forgotten()), "{}", log.forgotten());
}

#[test]
fn sums_go_on_when_the_calls_are_forgotten() {
    let mut story = Story::new();
    story.world.set_log_bound(1);
    story.tell(PAIR);
    for _ in 0..400 {
        story.tell("send(a, \"xy\") -> 2\nrecv(b, 2) -> 2 \"xy\"");
    }
    story.tell("send(a, \"abc\") -> 3\n@ b unread 3");
    let [a, b] = ["a", "b"].map(|name| story.named(name));
    let flow = story.world.flow(a, b).expect("no loop");
    assert_eq!(
        flow.given_before + flow.given.iter().map(|own| own.bytes).sum::<u64>(),
        803
    );
    let waiting: Vec<_> = flow
        .waiting
        .iter()
        .map(|own| (own.send, own.bytes))
        .collect();
    assert_eq!(waiting, [(401, 3)]);
    assert_eq!(flow.foreign, 0);
}
