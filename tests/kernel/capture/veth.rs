//! A veth pair between two network namespaces that the test makes itself: this test, run again inside of them.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use sockplay::socket::TcpFlags;

use super::{capturing, count};
use crate::common::engine::{Rig, output_of};
use crate::common::skipped;

/// Says what this process is in the game.
const ROLE: &str = "SOCKPLAY_VETH";
/// The test, as the harness calls it.
const NAME: &str = "kernel::capture::veth::a_segment_over_a_veth_pair_is_seen_once";
const NEAR: &str = "10.99.7.1/24";
const FAR: &str = "10.99.7.2/24";

#[test]
fn a_segment_over_a_veth_pair_is_seen_once() {
    match env::var(ROLE).as_deref() {
        Ok("near") => near(),
        Ok("far") => far(),
        _ => begin(),
    }
}

/// Ways to a network namespace of one's own: as root, and as anybody.
const WAYS: [&[&str]; 2] = [&["--net"], &["--user", "--map-root-user", "--net"]];

/// Runs the test again in a namespace.
fn begin() {
    let is_open = |way: &&&[&str]| {
        let probe = "ip link add p0 type veth peer name p1";
        let mut command = Command::new("unshare");
        let probed = output_of(command.args(**way).args(["sh", "-c", probe]));
        probed.is_ok_and(|output| output.status.success())
    };
    let Some(way) = WAYS.iter().find(is_open) else {
        skipped("unshare(1) and ip(8) make no veth pair in a network namespace here");
        return;
    };
    let output = output_of(&mut again("near", way)).expect("unshare");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    print!("{said}");
}

/// This test in another role, in a namespace of its own.
fn again(role: &str, way: &[&str]) -> Command {
    let mut command = Command::new("unshare");
    command
        .args(way)
        .arg(env::current_exe().expect("this program"));
    command.args(["--exact", NAME, "--nocapture", "--test-threads=1"]);
    command.env(ROLE, role);
    command
}

fn ip(line: &str) {
    let status = Command::new("ip").args(line.split(' ')).status();
    assert!(status.is_ok_and(|status| status.success()), "ip {line}");
}

/// Reads until a line begins with a word, and gives the rest of it.
fn answer(from: &mut impl BufRead, word: &str) -> String {
    for line in from.lines() {
        let line = line.expect("a line");
        if let Some((_, rest)) = line.split_once(word) {
            return rest.trim().to_owned();
        }
    }
    panic!("the far end ended without `{word}`");
}

/// The far end: a program in a namespace of its own.
struct Far {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Far {
    fn start() -> Self {
        let mut command = again("far", &["--net"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare");
        let (Some(orders), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            panic!("it has pipes");
        };
        let mut answers = BufReader::new(answers);
        answer(&mut answers, "ready");
        Self {
            child,
            orders,
            answers,
        }
    }
}

/// The near end: the capture and the client.
fn near() {
    let mut far = Far::start();
    ip(&format!(
        "link add v0 type veth peer name v1 netns {}",
        far.child.id()
    ));
    ip(&format!("addr add {NEAR} dev v0"));
    ip("link set v0 up");
    writeln!(far.orders, "go").expect("it listens");
    let to = answer(&mut far.answers, "listens at");
    let mut rig = capturing().expect("who makes a namespace may capture in it");
    rig.play(&[
        "c = socket(AF_INET, SOCK_STREAM)",
        &format!("connect(c, {to})"),
        "send(c, \"hello\")",
        "recv(c, 100)",
    ]);
    let has_both = |rig: &Rig| {
        let of = |length| rig.of("c").iter().any(|segment| segment.length == length);
        of(5) && of(3)
    };
    rig.until_it("the data of both ends", has_both);
    let seen = rig.of("c");
    let syn_ack = TcpFlags::SYN.and(TcpFlags::ACK);
    assert_eq!(count(&seen, TcpFlags::SYN), 1, "{seen:?}");
    assert_eq!(count(&seen, syn_ack), 1, "{seen:?}");
    for length in [5, 3] {
        let data = seen.iter().filter(|segment| segment.length == length);
        assert_eq!(data.count(), 1, "{seen:?}");
    }
    // The table of this host has nothing of the other one.
    for (question, answer) in [("peer(c)", "UNKNOWN"), ("state(c)", "ESTABLISHED")] {
        rig.play(&[question]);
        let outcome = rig.world.log().last().and_then(|record| record.outcome());
        let outcome = outcome.map(ToString::to_string);
        assert_eq!(outcome.as_deref(), Some(answer), "{question}");
    }
    drop(far.orders);
    far.child.wait().expect("it ends");
}

/// Answers a greeting with three bytes, in the other namespace.
fn far() {
    println!("ready");
    let mut order = String::new();
    std::io::stdin().read_line(&mut order).expect("an order");
    ip(&format!("addr add {FAR} dev v1"));
    ip("link set v1 up");
    let (host, _) = FAR.split_once('/').expect("a prefix");
    let listener = TcpListener::bind((host, 0)).expect("a port");
    println!("listens at {}", listener.local_addr().expect("it"));
    let (mut stream, _) = listener.accept().expect("a client");
    let mut greeting = [0; 5];
    stream.read_exact(&mut greeting).expect("five bytes");
    stream.write_all(b"bye").expect("three bytes");
    std::io::stdin().read_line(&mut order).expect("the end");
}
