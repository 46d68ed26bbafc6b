//! Socket options: every row of the table can be read where it belongs, and what can be set reads back.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use serde_json::Value;
use sockplay::call::Call;
use sockplay::notation::parse_line;
use sockplay::socket::option::{Access, OPTIONS, OptionRow, find};
use sockplay::socket::{ValueType, option};

use super::machines::json;
use super::scripts::text;
use crate::common::child::play;
use crate::common::host::no_ipv6;
use crate::common::skipped;

/// Sockets of every kind that an option may belong to, and that everybody may make.
const SOCKETS: &str = "\
l = socket(AF_INET, SOCK_STREAM)
bind(l, 127.0.0.1:0)
setsockopt(l, TCP_SAVE_SYN, 1) -> *
listen(l, 5)
t = socket(AF_INET, SOCK_STREAM)
connect(t, addr(l))
s = accept(l)
u = socket(AF_INET, SOCK_DGRAM)
c = socket(AF_INET, SOCK_DGRAM)
connect(c, 127.0.0.1:9)
a, b = socketpair(AF_UNIX, SOCK_STREAM)
";

const IPV6: &str = "\
u6 = socket(AF_INET6, SOCK_DGRAM)
c6 = socket(AF_INET6, SOCK_DGRAM)
connect(c6, [::1]:9)
t6 = socket(AF_INET6, SOCK_STREAM)
";

const RAW: &str = "r = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)\n";
const RAW6: &str = "r6 = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6)\n";
const REPAIR: &str = "\
p = socket(AF_INET, SOCK_STREAM)
setsockopt(p, TCP_REPAIR, 1)
setsockopt(p, TCP_REPAIR_QUEUE, TCP_RECV_QUEUE)
";

/// Options that only raw sockets have.
const ONLY_RAW: [&str; 4] = [
    "IP_HDRINCL",
    "ICMP_FILTER",
    "IP_NODEFRAG",
    "IP_ROUTER_ALERT",
];
const ONLY_RAW6: [&str; 4] = [
    "IPV6_HDRINCL",
    "IPV6_CHECKSUM",
    "IPV6_ROUTER_ALERT",
    "ICMPV6_FILTER",
];
/// Options that only a connection under repair has.
const ONLY_REPAIR: [&str; 3] = ["TCP_REPAIR_QUEUE", "TCP_QUEUE_SEQ", "TCP_REPAIR_WINDOW"];

/// Options that no socket gives here, and why.
const NOWHERE: [(&str, &str); 6] = [
    ("IPV6_AUTHHDR", "Linux keeps nothing but its number"),
    ("IPV6_HOPLIMIT", "it is a control message only"),
    ("SO_PEERSEC", "a security module must label sockets"),
    ("SO_PEERPIDFD", "sockplay refuses to read it"),
    ("TCP_ZEROCOPY_RECEIVE", "its struct holds pointers"),
    (
        "IPV6_ADDRFORM",
        "only a connection to ::ffff:a.b.c.d becomes IPv4",
    ),
];

/// Options whose first value cannot be set, and why.
const STAYS: [(&str, &str); 6] = [
    ("SO_ATTACH_FILTER", "there is none yet"),
    ("TCP_FASTOPEN_KEY", "there is none yet"),
    ("TCP_ULP", "there is none yet"),
    ("IP_ROUTER_ALERT", "there is none yet"),
    ("IPV6_ROUTER_ALERT", "there is none yet"),
    ("IPV6_CHECKSUM", "that of ICMPv6 is fixed"),
];

/// Options that a kernel may be built without.
const MAY_BE_LEFT_OUT: [&str; 4] = [
    "SO_BUSY_POLL",
    "SO_PREFER_BUSY_POLL",
    "SO_INCOMING_NAPI_ID",
    "SO_RESERVE_MEM",
];

/// The sockets that this host gives us.
struct Bench {
    script: String,
    sockets: Vec<&'static str>,
    /// Options that cannot be reached here, and why.
    missing: BTreeMap<&'static str, String>,
}

impl Bench {
    fn new() -> Self {
        let mut bench = Self {
            script: SOCKETS.to_owned(),
            sockets: vec!["l", "t", "s", "u", "c", "a"],
            missing: BTreeMap::new(),
        };
        let of_ipv6 = || OPTIONS.iter().filter(|row| row.name.contains("V6_"));
        match no_ipv6() {
            Some(reason) => bench.lacks(of_ipv6().map(|row| row.name), &reason),
            None => {
                bench.has(IPV6, &["u6", "c6", "t6"]);
                bench.tries(RAW6, "r6", &ONLY_RAW6);
            }
        }
        bench.tries(RAW, "r", &ONLY_RAW);
        bench.tries(REPAIR, "p", &ONLY_REPAIR);
        let release = fs::read_to_string("/proc/sys/kernel/osrelease").expect("a release");
        for row in OPTIONS
            .iter()
            .filter(|row| numbers(row.since) > numbers(&release))
        {
            bench.lacks(
                [row.name],
                &format!("since Linux {}, not in {release}", row.since),
            );
        }
        bench
    }

    fn has(&mut self, lines: &str, sockets: &[&'static str]) {
        self.script.push_str(lines);
        self.sockets.extend(sockets);
    }

    /// Takes a socket that may be forbidden.
    fn tries(&mut self, lines: &str, socket: &'static str, only: &[&'static str]) {
        let ran = play(lines, &[]);
        if ran.code == Some(0) {
            self.has(lines, &[socket]);
        } else {
            self.lacks(
                only.iter().copied(),
                ran.err.lines().next().unwrap_or("no such socket"),
            );
        }
    }

    fn lacks(&mut self, names: impl IntoIterator<Item = &'static str>, reason: &str) {
        for name in names {
            self.missing.insert(name, reason.trim().to_owned());
        }
    }

    /// Lines that read a row on sockets of all kinds.
    fn reads(&self, row: &OptionRow) -> String {
        let line = |socket: &&str| format!("getsockopt({socket}, {}) -> *\n", row.name);
        self.sockets.iter().map(line).collect()
    }

    /// Reads rows on every socket: the option, the socket and what the call gave.
    fn read(&self, rows: &[&'static OptionRow]) -> Vec<(&'static OptionRow, String, Value)> {
        let lines: String = rows.iter().map(|row| self.reads(row)).collect();
        let objects = json(&(self.script.clone() + &lines));
        let read = |object: Value| {
            let call = object["call"].as_str()?;
            let (socket, name) = call.strip_prefix("getsockopt(")?.split_once(", ")?;
            Some((find(name.trim_end_matches(')'))?, socket.to_owned(), object))
        };
        objects.into_iter().filter_map(read).collect()
    }

    /// Why it is not a fault that an option was never set or read.
    fn excuse(&self, row: &OptionRow) -> Option<String> {
        let nowhere = NOWHERE.iter().find(|(name, _)| *name == row.name);
        let left_out = MAY_BE_LEFT_OUT
            .contains(&row.name)
            .then(|| "this kernel is built without it".to_owned());
        nowhere
            .map(|(_, reason)| (*reason).to_owned())
            .or_else(|| self.missing.get(row.name).cloned())
            .or(left_out)
    }
}

/// A release of Linux: `6.1.0-13-amd64` is `[6, 1, 0]`.
fn numbers(release: &str) -> Vec<u32> {
    let plain = release
        .split(|c: char| c != '.' && !c.is_ascii_digit())
        .next();
    let parts = plain.unwrap_or_default().split('.');
    parts.filter_map(|part| part.parse().ok()).collect()
}

/// The value that a call gave; nothing where it failed.
fn value_of(object: &Value) -> Option<&str> {
    let result = object["result"].as_str().filter(|text| !text.is_empty());
    result.filter(|_| object["errno"].is_null())
}

fn readable() -> Vec<&'static OptionRow> {
    OPTIONS
        .iter()
        .filter(|row| row.access != Access::Set && row.value != ValueType::Descriptor)
        .collect()
}

#[test]
fn every_row_that_can_be_read_gives_a_value_of_its_type() {
    let bench = Bench::new();
    let mut read: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (row, socket, object) in bench.read(&readable()) {
        let answers = read.entry(row.name).or_default();
        if let Some(value) = value_of(&object) {
            // The room for SO_PEERNAME is that of an IPv4 address: the kernel refuses more than the address has.
            let is_cut = row.value == ValueType::Address && socket.ends_with('6');
            assert_eq!(
                value.starts_with("hex("),
                row.value == ValueType::Raw || is_cut,
                "{} of {socket} is {value}",
                row.name
            );
            answers.push(value.to_owned());
        }
    }
    for row in readable() {
        if read.get(row.name).is_none_or(Vec::is_empty) {
            let excuse = bench.excuse(row);
            let excuse = excuse.unwrap_or_else(|| panic!("no socket gives {}", row.name));
            skipped(&format!("{}: {excuse}", row.name));
        }
    }
}

#[test]
fn a_value_is_printed_in_the_form_in_which_it_can_be_set() {
    let bench = Bench::new();
    let rows: Vec<&OptionRow> = readable()
        .into_iter()
        .filter(|row| row.access == Access::Both)
        .collect();
    let mut script = bench.script.clone();
    for (row, socket, object) in bench.read(&rows) {
        // Were a value not in the notation, nothing at all would be run.
        if let Some(value) = value_of(&object) {
            writeln!(script, "setsockopt({socket}, {}, {value}) -> *", row.name)
                .expect("it is a String");
        }
    }
    let objects = json(&script);
    for row in rows {
        let mine = |object: &&Value| {
            let call = object["call"].as_str().unwrap_or_default();
            call.starts_with("setsockopt(") && call.contains(&format!(", {}, ", row.name))
        };
        let tried: Vec<&Value> = objects.iter().filter(mine).collect();
        if tried.iter().any(|object| object["result"] == "0") {
            continue;
        }
        let errnos: Vec<&str> = tried
            .iter()
            .filter_map(|object| object["errno"].as_str())
            .collect();
        let privileged = row.privilege.is_some()
            && errnos
                .iter()
                .any(|errno| ["EPERM", "EACCES"].contains(errno));
        let stays = STAYS.iter().find(|(name, _)| *name == row.name);
        let stays = stays.map(|(_, reason)| (*reason).to_owned());
        let excuse = bench.excuse(row).or(stays).or_else(|| {
            let privilege = row.privilege.filter(|_| privileged)?;
            Some(format!("it takes {privilege}"))
        });
        let excuse = excuse
            .unwrap_or_else(|| panic!("what was read of {} cannot be set: {errnos:?}", row.name));
        skipped(&format!("{}: {excuse}", row.name));
    }
}

/// For each type of value that can be set and read: a socket, an option, and a value that it does not begin with.
const ROUND_TRIPS: [(&str, &str, &str); 18] = [
    ("t", "SO_KEEPALIVE", "1"),
    ("t", "SO_RCVLOWAT", "7"),
    ("t", "TCP_NOTSENT_LOWAT", "4000000000"),
    ("r", "ICMP_FILTER", "0x101"),
    ("t", "SO_MAX_PACING_RATE", "5000000"),
    ("u", "IP_UNICAST_IF", "1"),
    ("t", "SO_LINGER", "{1, 5s}"),
    ("t", "SO_SNDTIMEO", "1500ms"),
    ("t", "TCP_CONGESTION", "\"reno\""),
    ("u", "IP_MTU_DISCOVER", "IP_PMTUDISC_DO"),
    (
        "u",
        "SO_TIMESTAMPING",
        "SOF_TIMESTAMPING_RX_SOFTWARE|SOF_TIMESTAMPING_SOFTWARE",
    ),
    ("u", "IP_MULTICAST_IF", "127.0.0.1"),
    ("u", "IP_LOCAL_PORT_RANGE", "{40000, 40010}"),
    ("u", "SO_TXTIME", "{clockid 1, flags 1}"),
    ("u", "IP_OPTIONS", "hex(01 01 01 01)"),
    ("u", "SO_BINDTODEVICE", "\"lo\""),
    (
        "l",
        "TCP_FASTOPEN_KEY",
        "hex(00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f)",
    ),
    ("p", "TCP_REPAIR_QUEUE", "TCP_SEND_QUEUE"),
];

#[test]
fn a_value_of_every_type_is_set_and_reads_back() {
    let bench = Bench::new();
    let mut script = bench.script.clone();
    let is_there = |socket: &str| bench.sockets.contains(&socket);
    for (socket, name, value) in ROUND_TRIPS.iter().filter(|(socket, ..)| is_there(socket)) {
        writeln!(
            script,
            "setsockopt({socket}, {name}, {value}) -> *\ngetsockopt({socket}, {name}) -> *"
        )
        .expect("it is a String");
    }
    let objects = json(&script);
    for (socket, name, value) in ROUND_TRIPS {
        let row = find(name).expect("a row");
        let result = |call: String| {
            objects
                .iter()
                .find(|object| object["call"] == call.as_str())
        };
        let set = result(format!("setsockopt({socket}, {name}, {value})"));
        let got = result(format!("getsockopt({socket}, {name})"));
        match (set, got) {
            (Some(set), Some(got)) if set["result"] == "0" => {
                assert_eq!(got["result"], value, "{name}");
            }
            (set, _) => {
                let privilege = row
                    .privilege
                    .map(|privilege| format!("it takes {privilege}"));
                let excuse = bench.excuse(row).or(privilege);
                let excuse = excuse.unwrap_or_else(|| panic!("{name} {value}: {set:?}"));
                skipped(&format!("{name}: {excuse}"));
            }
        }
    }
}

#[test]
fn every_type_that_can_be_set_is_set_by_a_script_or_a_round_trip() {
    let mut set: Vec<ValueType> = ROUND_TRIPS
        .iter()
        .filter_map(|(_, name, _)| find(name))
        .map(|row| row.value)
        .collect();
    for name in ["options", "multicast", "struct_options"] {
        for line in text(name).lines() {
            let command = parse_line(line).expect(line).command;
            if let Some(Call::Setsockopt { option, .. }) = command.map(|command| command.call) {
                let row = option::by_number(option.level, option.number);
                set.extend(row.map(|row| row.value));
            }
        }
    }
    let same =
        |a: &ValueType, b: &ValueType| std::mem::discriminant(a) == std::mem::discriminant(b);
    for row in OPTIONS.iter().filter(|row| row.access != Access::Get) {
        let is_set = set.iter().any(|kind| same(kind, &row.value));
        // Nobody can give a pointer.
        assert!(
            is_set || row.value == ValueType::Pointers,
            "{:?} of {}",
            row.value,
            row.name
        );
    }
}

#[test]
fn an_option_whose_value_is_a_descriptor_is_refused() {
    let ran = play(
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)\ngetsockopt(a, SO_PEERPIDFD)\n",
        &[],
    );
    assert_ne!(ran.code, Some(0));
    assert!(ran.err.contains("would have no name here"), "{}", ran.err);
    let by_number = play(
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)\ngetsockopt(a, 1, 77)\n",
        &[],
    );
    assert!(
        by_number.err.contains("would have no name here"),
        "{}",
        by_number.err
    );
}

/// What `sockplay run` says of the last line of a script, which expects what cannot be.
fn said(line: &str) -> String {
    let script = format!("{SOCKETS}{line} -> EXDEV\n");
    let ran = play(&script, &[]).exits(1);
    ran.err.lines().nth(1).unwrap_or_default().trim().to_owned()
}

#[test]
fn a_switch_is_explained_as_it_is_after_the_call() {
    let switches = [
        (
            "TCP_NODELAY",
            "Nagle's algorithm off",
            "Nagle's algorithm on",
        ),
        ("SO_KEEPALIVE", "probe an idle connection", "is not probed"),
        ("TCP_QUICKACK", "acknowledge at once", "may be delayed"),
        (
            "TCP_CORK",
            "hold partial segments back",
            "what was held back is sent",
        ),
        (
            "SO_OOBINLINE",
            "urgent data stays in",
            "kept out of the stream",
        ),
    ];
    for (name, on, off) in switches {
        let said_on = said(&format!("setsockopt(t, {name}, 1)"));
        let said_off = said(&format!("setsockopt(t, {name}, 0)"));
        assert!(
            said_on.contains(&format!("{name} of t is 1 now: ")),
            "{said_on}"
        );
        assert!(said_on.contains(on) && !said_on.contains(off), "{said_on}");
        assert!(
            said_off.contains(&format!("{name} of t is 0 now: ")),
            "{said_off}"
        );
        assert!(
            said_off.contains(off) && !said_off.contains(on),
            "{said_off}"
        );
    }
}

#[test]
fn a_value_that_the_kernel_changed_is_read_from_it() {
    let changed = [
        (
            "setsockopt(t, SO_KEEPALIVE, 7)",
            "is 1 now",
            "7 was set and it reads 1: the kernel keeps only whether",
        ),
        (
            "setsockopt(t, SO_REUSEADDR, 9)",
            "",
            "9 was set and it reads 1",
        ),
        (
            "setsockopt(l, TCP_DEFER_ACCEPT, 8)",
            "is 15 now",
            "8 was set and it reads 15: the kernel counts",
        ),
        (
            "setsockopt(t, SO_LINGER, {5, 3s})",
            "",
            "{5, 3s} was set and it reads {1, 3s}",
        ),
        (
            "setsockopt(t, SO_RCVBUF, 4096)",
            "is 8192 now",
            "the kernel doubled it",
        ),
        (
            "setsockopt(t, SO_RCVLOWAT, 0)",
            "is 1 now",
            "0 was set and it reads 1",
        ),
        (
            "setsockopt(u, IP_MULTICAST_TTL, -1)",
            "is 1 now",
            "-1 was set and it reads 1: -1 means 1",
        ),
    ];
    for (line, now, why) in changed {
        let said = said(line);
        assert!(said.contains(now) && said.contains(why), "{line}: {said}");
    }
    for line in [
        "setsockopt(t, TCP_KEEPIDLE, 70)",
        "setsockopt(t, TCP_USER_TIMEOUT, 5000)",
    ] {
        let said = said(line);
        assert!(!said.contains("was set and"), "{line}: {said}");
    }
    let script = format!("{SOCKETS}setsockopt(t, SO_KEEPALIVE, 7)\ngetsockopt(t, SO_KEEPALIVE)\n");
    let printed = play(&script, &["--strace"]).exits(0).out;
    let lines: Vec<&str> = printed
        .lines()
        .filter(|line| line.contains("SO_KEEPALIVE"))
        .collect();
    assert_eq!(
        lines.len(),
        2,
        "the reading back is not a call of the script: {printed}"
    );
}
