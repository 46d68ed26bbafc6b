//! The scripts of `tests/scripts` hold, leave nothing behind, and what they print is a script that holds again.

use std::collections::BTreeSet;
use std::fs;
use std::net::{Ipv4Addr, UdpSocket};

use crate::common::child::{Child, Ran, folder, play, sockplay};
use crate::common::files;
use crate::common::host::no_ipv6;
use crate::common::skipped;

/// The name of a script's file.
fn file(name: &str) -> String {
    format!("tests/scripts/{name}.sock")
}

/// The text of a script.
#[track_caller]
pub(crate) fn text(name: &str) -> String {
    files::read(&file(name))
}

/// Why scripts that send to a multicast group cannot run here.
fn no_multicast() -> Option<String> {
    let loopback = Ipv4Addr::LOCALHOST;
    let group = Ipv4Addr::new(239, 255, 7, 1);
    let joined = UdpSocket::bind((loopback, 0))
        .and_then(|socket| socket.join_multicast_v4(&group, &loopback));
    let refused = joined.err()?;
    Some(format!("no multicast on this host's loopback: {refused}"))
}

/// Why scripts that sign segments cannot run here.
fn no_keys() -> Option<String> {
    let line =
        "x = socket(AF_INET, SOCK_STREAM)\nsetsockopt(x, TCP_MD5SIG, {127.0.0.1, \"key\"})\n";
    let ran = play(line, &[]);
    let none = ran.out.contains("ENOPROTOOPT");
    none.then(|| "this kernel has no TCP_MD5SIG (CONFIG_TCP_MD5SIG)".to_owned())
}

#[track_caller]
fn holds(name: &str) {
    let text_of = text(name);
    let without = [
        ("AF_INET6", no_ipv6 as fn() -> Option<String>),
        ("IP_ADD_MEMBERSHIP", no_multicast),
        ("MCAST_JOIN_GROUP", no_multicast),
        ("TCP_MD5SIG", no_keys),
    ];
    let needed = without.iter().filter(|(word, _)| text_of.contains(word));
    if let Some(reason) = needed.filter_map(|(_, reason)| reason()).next() {
        return skipped(&reason);
    }
    let folder = folder();
    let mut command = sockplay(folder.path());
    let script = files::path(&file(name));
    let ran = Child::start(command.arg(&script), b"").end().exits(0);
    assert_eq!(ran.err, "", "nothing to complain of");
    let left: Vec<_> = fs::read_dir(folder.path()).expect("it is there").collect();
    assert!(left.is_empty(), "it leaves {left:?} behind");
    assert_eq!(
        ran.out.lines().count(),
        text(name).lines().count(),
        "each line has its line in the output"
    );
    holds_again(name, &ran);
}

/// Runs the output. Only lines whose result the kernel chooses again each time may differ, and they say so themselves.
#[track_caller]
fn holds_again(name: &str, ran: &Ran) {
    let script = text(name);
    let is_open = |line: &str| {
        let (_, expected) = line.split_once("->").unwrap_or_default();
        let expected = expected.split("  ").next().unwrap_or_default();
        let own_address = line.starts_with("getsockname(") && expected.contains("addr(");
        own_address
            || expected.contains(['*', '>'])
            || expected.contains(" or ")
            || expected.contains("port(")
    };
    let open = |line: &usize| is_open(script.lines().nth(line - 1).unwrap_or_default());
    let again = play(&ran.out, &[]).orderly();
    let broken: Vec<usize> = broken_lines(&again.out);
    assert!(
        broken.iter().all(open),
        "{name}: lines {broken:?} do not hold again\n{}",
        again.err
    );
}

/// The numbers of the lines that are marked as broken.
pub(crate) fn broken_lines(out: &str) -> Vec<usize> {
    let marked = |line: &str| line.contains("    # BROKEN, line ");
    (1..)
        .zip(out.lines())
        .filter(|(_, line)| marked(line))
        .map(|(number, _)| number)
        .collect()
}

macro_rules! scripts {
    ($($name:ident)+) => {
        $(#[test]
        fn $name() {
            holds(stringify!($name));
        })+

        #[test]
        fn every_script_of_the_folder_is_run() {
            let run = [$(stringify!($name)),+].map(|name| format!("{name}.sock"));
            assert_eq!(BTreeSet::from(run), files::names(&files::path("tests/scripts")));
        }
    };
}

scripts! {
    broadcast
    buffers
    dup2
    epoll
    errors
    eventfd
    example
    fcntl
    lengths
    loops
    loose
    messages
    mmsg
    msg_flags
    multicast
    names
    options
    pending
    pipe
    poll
    no_descriptor_left
    preforking_server
    processes
    results
    signal_masks
    signals
    sigpipe
    socketpair
    statements
    states
    struct_options
    tcp4
    tcp6
    tcp_states
    timerfd
    udp
    udp_gso
    udp_source
    unix_dgram
    unix_seqpacket
    unix_stream
    unread
    vectors
}
