//! The scripts of `tests/scripts` hold, leave nothing behind, and what they print is a script that holds again.

use std::collections::BTreeSet;
use std::fs;

use crate::common::child::{Child, Ran, folder, play_apart, sockplay_apart};
use crate::common::files;
use crate::common::host::on_one_processor;
pub(crate) use crate::common::scripts::text;
use crate::common::scripts::{cannot_run, file};
use crate::common::skipped;

#[track_caller]
fn holds(name: &str) {
    if let Some(reason) = cannot_run(name) {
        return skipped(&reason);
    }
    on_one_processor();
    let folder = folder();
    let mut command = sockplay_apart(folder.path());
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
    let again = play_apart(&ran.out, &[]).orderly();
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
