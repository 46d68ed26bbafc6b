//! Both ends at once: two sockets that connect to each other, two FINs that cross, and a socket that is both ends. The
//! figure's states and the ladder agree with the kernel, whether segments are captured or inferred.

use sockplay::socket::TcpState;
use sockplay::world::StateVisit;
use sockplay::world::sequence::{LadderRow, Side, StateCell, ladder};

use crate::common::engine::{CONNECTED, LISTENER, Rig};
use crate::common::skipped;

/// A listener whose queue is full drops the first SYN, which would be refused otherwise; then the SYN of `b` meets `a` in
/// SYN_SENT. See the conformance case of that name.
const SIMULTANEOUS_OPEN: [&str; 10] = [
    "l = socket(AF_INET, SOCK_STREAM)",
    "setsockopt(l, SO_REUSEPORT, 1)",
    "bind(l, 127.0.0.1:0)",
    "listen(l, 0)",
    "f = socket(AF_INET, SOCK_STREAM)",
    "connect(f, addr(l))",
    "b = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)",
    "setsockopt(b, SO_REUSEPORT, 1)",
    "bind(b, addr(l))",
    "a = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)",
];

const TO_ITSELF: [&str; 4] = [
    "x = socket(AF_INET, SOCK_STREAM)",
    "bind(x, 127.0.0.1:0)",
    "connect(x, addr(x))",
    "shutdown(x, SHUT_WR)",
];

impl Rig {
    /// The states that the figure shows of a socket; `~` before those that were not seen.
    fn states(&self, name: &str) -> String {
        let states = self.world.state_history(self.socket(name));
        let word = |visit: &StateVisit| match visit.at {
            Some(_) => visit.state.to_string(),
            None => format!("~{}", visit.state),
        };
        states.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    /// The rows of its ladder in which something was sent or a state began: the state at the left, the segment, the state
    /// at the right; without data and plain acknowledgements.
    fn ladder(&self, name: &str) -> Vec<String> {
        let ladder = ladder(&self.world, self.socket(name).id()).expect("a conversation");
        let cell = |state: Option<StateCell>| {
            state.map_or_else(|| "-".to_owned(), |cell| cell.state.to_string())
        };
        let words = |row: &LadderRow| {
            let sent = row.sent.as_ref().map_or_else(
                || "-".to_owned(),
                |sent| {
                    let arrow = if sent.by == Side::Near { '>' } else { '<' };
                    format!(
                        "{}{arrow}",
                        sent.text.replace("data ", "").replace(' ', "+")
                    )
                },
            );
            let [near, far] = row.states;
            format!("{} {sent} {}", cell(near), cell(far))
        };
        let rows = ladder.rows.iter().map(words);
        rows.filter(|row| row != "- - -").collect()
    }

    /// Lets the capture run. `false`, said, where this process may not.
    fn captures(&mut self) -> bool {
        self.engine.capture();
        self.until("an answer", |world| {
            world.captured_traffic().capturing.is_some()
        });
        match &self.world.captured_traffic().capturing {
            Some(Err(reason)) => {
                skipped(reason);
                false
            }
            _ => true,
        }
    }

    /// Waits until the kernel's table was seen to have a socket in a state.
    #[track_caller]
    fn reaches(&mut self, name: &str, state: TcpState) {
        self.until_it(name, |rig| {
            let states = rig.world.state_history(rig.socket(name));
            states.last().is_some_and(|last| last.state == state)
        });
    }

    /// Plays what makes the open, and says what both connects gave.
    fn open_at_once(&mut self) {
        self.play(&SIMULTANEOUS_OPEN);
        self.gives("connect(a, addr(b))", "EINPROGRESS");
        self.gives("connect(b, addr(a))", "EINPROGRESS");
        self.reaches("a", TcpState::Established);
        self.reaches("b", TcpState::Established);
    }
}

const OPENED: [&str; 4] = [
    "SYN_SENT SYN> -",
    "SYN_RECV SYN< SYN_SENT",
    "- SYN+ACK> ESTABLISHED",
    "ESTABLISHED ACK< -",
];

#[test]
fn a_syn_that_meets_syn_sent_leads_through_syn_recv() {
    let mut rig = Rig::with_endpoints();
    rig.open_at_once();
    assert_eq!(rig.states("a"), "CLOSE SYN_SENT ~SYN_RECV ESTABLISHED");
    assert_eq!(rig.states("b"), "CLOSE ~SYN_SENT ESTABLISHED");
    assert_eq!(rig.ladder("a"), OPENED);
    // These only report what the first ones did.
    rig.gives("connect(a, addr(b))", "0");
    rig.gives("connect(b, addr(a))", "0");
    assert_eq!(rig.ladder("a"), OPENED);
}

#[test]
fn a_captured_simultaneous_open_shows_the_same() {
    let mut rig = Rig::with_endpoints();
    if !rig.captures() {
        return;
    }
    rig.open_at_once();
    rig.until_it("the last ACK", |rig| rig.ladder("a").len() == OPENED.len());
    assert_eq!(rig.ladder("a"), OPENED);
}

#[test]
fn a_socket_that_is_connected_to_itself_is_both_ends() {
    let mut rig = Rig::with_endpoints();
    rig.play(&TO_ITSELF);
    rig.reaches("x", TcpState::TimeWait);
    let states = "CLOSE ~SYN_SENT ~SYN_RECV ESTABLISHED ~FIN_WAIT1 ~CLOSING TIME_WAIT";
    assert_eq!(rig.states("x"), states);
    let rows = [
        "SYN_SENT SYN> SYN_RECV",
        "- SYN+ACK> ESTABLISHED",
        "- ACK> -",
        "FIN_WAIT1 FIN> CLOSING",
        "- ACK> TIME_WAIT",
    ];
    assert_eq!(rig.ladder("x"), rows);
    let peer = rig.world.peer(rig.socket("x"));
    assert_eq!(
        peer.map(sockplay::world::Handle::id),
        Some(rig.socket("x").id())
    );
    let titles = ladder(&rig.world, rig.socket("x").id())
        .expect("one")
        .titles;
    assert_eq!(titles, ["x", "x itself"]);
    rig.play(&["close(x)"]);
    assert_eq!(rig.states("x"), states);
}

#[test]
fn a_captured_connection_to_itself_shows_the_same() {
    let mut rig = Rig::with_endpoints();
    if !rig.captures() {
        return;
    }
    rig.play(&TO_ITSELF);
    let rows = [
        "SYN_SENT SYN> SYN_RECV",
        "- SYN+ACK> ESTABLISHED",
        "- ACK> -",
        "FIN_WAIT1 FIN> CLOSING",
        "- ACK> TIME_WAIT",
    ];
    rig.until_it("the last ACK", |rig| rig.ladder("x").len() == rows.len());
    assert_eq!(rig.ladder("x"), rows);
}

/// Both ends shut down while data of each waits for the other: the conformance case with that name.
fn close_at_once(rig: &mut Rig) {
    rig.play(&LISTENER);
    rig.play(&CONNECTED);
    rig.play(&[
        "fill(c)",
        "fill(s)",
        "shutdown(c, SHUT_WR)",
        "shutdown(s, SHUT_WR)",
    ]);
    rig.play(&["recv(s, 64000000, MSG_WAITALL)"]);
    rig.reaches("s", TcpState::Closing);
    rig.reaches("c", TcpState::FinWait2);
    rig.play(&["recv(c, 64000000, MSG_WAITALL)"]);
    rig.reaches("s", TcpState::TimeWait);
    rig.reaches("c", TcpState::TimeWait);
}

/// The rows from the first FIN on, without data and acknowledgements of data.
fn end(rows: &[String]) -> Vec<String> {
    let ends = |row: &&String| {
        let state = row.contains("_WAIT") || row.contains("CLOS");
        state || row.contains("FIN") || row.contains("LAST_ACK")
    };
    let rows = rows.iter().skip(3).filter(ends);
    rows.map(|row| row.replace(|c: char| c.is_ascii_digit() && c != '1' && c != '2', ""))
        .collect()
}

#[test]
fn a_fin_that_waits_behind_data_was_not_received() {
    let mut rig = Rig::with_endpoints();
    close_at_once(&mut rig);
    let own = rig.states("c");
    assert!(
        own.ends_with("ESTABLISHED FIN_WAIT1 FIN_WAIT2 TIME_WAIT"),
        "{own}"
    );
    let other = rig.states("s");
    assert!(
        other.ends_with("ESTABLISHED FIN_WAIT1 CLOSING TIME_WAIT"),
        "{other}"
    );
    let rows = [
        "FIN_WAIT1 - -",
        "- - FIN_WAIT1",
        "- FIN> CLOSING",
        "FIN_WAIT2 ACK< -",
        "TIME_WAIT FIN< -",
        "- ACK> TIME_WAIT",
    ];
    assert_eq!(end(&rig.ladder("c")), rows);
    rig.play(&["close(c)", "close(s)"]);
    assert_eq!(
        rig.states("c"),
        own,
        "the closed descriptor changes nothing"
    );
    let call = rig.world.log().last().expect("close()");
    let why = sockplay::explain::why(&rig.world, call).text;
    assert!(why.contains("or both at once"), "{why}");
}

#[test]
fn a_captured_simultaneous_close_has_no_close_wait() {
    let mut rig = Rig::with_endpoints();
    if !rig.captures() {
        return;
    }
    close_at_once(&mut rig);
    let rows = end(&rig.ladder("c"));
    assert_eq!(rows[..2], ["FIN_WAIT1 - -", "- - FIN_WAIT1"], "{rows:?}");
    let is_seen = |state: &str| rows.iter().any(|row| row.contains(state));
    assert!(!is_seen("CLOSE_WAIT") && !is_seen("LAST_ACK"), "{rows:?}");
}
