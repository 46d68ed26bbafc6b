//! Text of any content is read without a panic, each line is counted, and what is made of it can be folded.

use proptest::prelude::*;

use sockplay::strace::import::import;

use crate::common::files::read;
use crate::import::events::{every_line_is_counted, world};

/// The texts that are changed.
fn traces() -> Vec<Vec<u8>> {
    let names = ["nc-server", "nc-client", "http-server", "curl"];
    let read = |name| read(&format!("tests/import/{name}.strace")).into_bytes();
    names.map(read).into()
}

/// A change of a text, at a place that is a part of its length.
#[derive(Debug, Clone)]
enum Change {
    /// These bytes in place of as many.
    Replace(f64, Vec<u8>),
    /// These bytes in between.
    Insert(f64, Vec<u8>),
    /// So many bytes less.
    Remove(f64, usize),
    /// So many bytes from one place at another.
    Copy(f64, f64, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let place = || 0.0..1.0_f64;
    let bytes = || {
        prop_oneof![
            proptest::collection::vec(any::<u8>(), 1..8),
            proptest::sample::select(vec![
                &b"\n"[..],
                b"\"",
                b"{",
                b"]",
                b" = ",
                b"<",
                b"NULL",
                b"-1",
                b"0x",
                b"...",
                b"99999999999",
                b" <unfinished ...>",
                b"[pid 7] ",
                b"CLONE_THREAD",
                b"\\",
                b"|",
                b", ",
                b"(",
                b"\xff",
            ])
            .prop_map(<[u8]>::to_vec),
        ]
    };
    prop_oneof![
        (place(), bytes()).prop_map(|(at, bytes)| Change::Replace(at, bytes)),
        (place(), bytes()).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (place(), 1..200_usize).prop_map(|(at, count)| Change::Remove(at, count)),
        (place(), place(), 1..400_usize)
            .prop_map(|(from, to, count)| Change::Copy(from, to, count)),
    ]
}

fn place(part: f64, length: usize) -> usize {
    ((length as f64 * part) as usize).min(length)
}

fn apply(text: &mut Vec<u8>, change: &Change) {
    let length = text.len();
    let range = |at: f64, count: usize| {
        let at = place(at, length);
        at..(at + count).min(length)
    };
    match change {
        Change::Replace(at, bytes) => {
            text.splice(range(*at, bytes.len()), bytes.iter().copied());
        }
        Change::Insert(at, bytes) => {
            text.splice(range(*at, 0), bytes.iter().copied());
        }
        Change::Remove(at, count) => {
            text.drain(range(*at, *count));
        }
        Change::Copy(from, to, count) => {
            let copied = text[range(*from, *count)].to_vec();
            text.splice(range(*to, 0), copied);
        }
    }
}

fn is_taken(text: &[u8]) {
    let imported = import(text);
    every_line_is_counted(&imported.report);
    world(&imported.events);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_counted(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        is_taken(&bytes);
    }

    #[test]
    fn any_lines_of_the_characters_of_strace_are_counted(
        text in "([a-z_0-9]{1,8}\\(([0-9A-Z\"{}\\[\\]|=, .<>~@\\\\x-]{0,30})\\) = [-?0-9A-Z ()<>]{1,12}\n){0,20}"
    ) {
        is_taken(text.as_bytes());
    }

    #[test]
    fn a_changed_trace_is_read_as_far_as_it_goes(
        which in 0..4_usize,
        changes in proptest::collection::vec(change(), 1..40),
    ) {
        let mut text = traces().swap_remove(which);
        for change in &changes {
            apply(&mut text, change);
        }
        is_taken(&text);
    }
}

#[test]
fn what_is_very_long_or_very_deep_has_a_bound() {
    let deep = format!("read(3, {}", "[".repeat(200_000));
    let long = format!("write(3, \"{}\", 1) = 1\n", "x".repeat(2 << 20));
    let many = "socket(AF_INET, SOCK_STREAM, 0) = 3\n".repeat(300_000);
    for text in [deep, long.clone()] {
        let report = import(text.as_bytes()).report;
        assert_eq!((report.lines, report.unknown), (1, 1));
    }
    let imported = import(many.as_bytes());
    assert!(imported.events.len() <= 1_000_000);
    assert!(
        imported.report.cut_at.is_some(),
        "five events a line are more than that"
    );
}
