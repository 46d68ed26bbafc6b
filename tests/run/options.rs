//! Socket options: every row of the table can be read where it belongs, and what can be set reads back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::Value;
use sockplay::notation::{Call, OptionArg, parse_line};
use sockplay::socket::option::{Access, OPTIONS, OptionRow};

use crate::child::skipped;
use crate::machines::json;
use crate::scripts::{no_ipv6, text};

/// Sockets of every kind that an option may belong to.
const SOCKETS: &str = "\
l = socket(AF_INET, SOCK_STREAM)
bind(l, 127.0.0.1:0)
listen(l, 5)
t = socket(AF_INET, SOCK_STREAM)
connect(t, addr(l))
u = socket(AF_INET, SOCK_DGRAM)
a, b = socketpair(AF_UNIX, SOCK_STREAM)
";

/// Lines that read a row on sockets of all kinds, each with the row's name.
fn reads(row: &OptionRow, sockets: &[&str]) -> String {
    let line = |socket: &&str| format!("getsockopt({socket}, {}) -> *\n", row.name);
    sockets.iter().map(line).collect()
}

fn result_is_a_value(object: &Value) -> bool {
    object["errno"].is_null()
        && object["result"]
            .as_str()
            .is_some_and(|text| !text.is_empty())
}

#[test]
fn every_row_that_can_be_read_is_read_on_some_socket() {
    let mut script = SOCKETS.to_owned();
    let mut sockets = vec!["l", "t", "u", "a"];
    let without_ipv6 = no_ipv6();
    match &without_ipv6 {
        Some(reason) => skipped(&format!("the options of IPv6: {reason}")),
        None => {
            script.push_str("s6 = socket(AF_INET6, SOCK_DGRAM)\n");
            sockets.push("s6");
        }
    }
    let rows = || OPTIONS.iter().filter(|row| row.access != Access::Set);
    script.extend(rows().map(|row| reads(row, &sockets)));
    let mut read: BTreeMap<&str, bool> = rows().map(|row| (row.name, false)).collect();
    for object in json(&script) {
        let call = object["call"].as_str().expect("a call");
        let name = rows().find(|row| call.ends_with(&format!(", {})", row.name)));
        if let Some(row) = name {
            *read.entry(row.name).or_default() |= result_is_a_value(&object);
        }
    }
    // A raw socket is what this one belongs to, and that needs a privilege.
    read.remove("IP_HDRINCL");
    let is_left = |name: &str| without_ipv6.is_none() || !name.starts_with("IPV6_");
    let unread: Vec<&str> = read
        .into_iter()
        .filter(|(name, read)| !read && is_left(name))
        .map(|(name, _)| name)
        .collect();
    assert!(unread.is_empty(), "no socket gives {unread:?}");
}

#[test]
fn the_script_of_the_options_sets_and_reads_all_that_can_be() {
    let mut set = BTreeSet::new();
    let mut read = BTreeSet::new();
    let name = |option: &OptionArg| {
        let row = OPTIONS
            .iter()
            .find(|row| (row.level, row.number) == (option.level, option.number));
        row.map(|row| row.name)
    };
    for line in text("options").lines() {
        let command = parse_line(line).expect(line).command;
        match command.map(|command| command.call) {
            Some(Call::Setsockopt { option, .. }) => set.extend(name(&option)),
            Some(Call::Getsockopt { option, .. }) => read.extend(name(&option)),
            _ => {}
        }
    }
    for row in OPTIONS {
        let (sets, reads) = (set.contains(row.name), read.contains(row.name));
        assert!(sets || row.access == Access::Get, "{} is not set", row.name);
        assert!(
            reads || row.access == Access::Set,
            "{} is not read",
            row.name
        );
    }
}

#[test]
fn a_value_is_printed_in_the_form_in_which_it_can_be_set() {
    let rows = || OPTIONS.iter().filter(|row| row.access == Access::Both);
    let mut script = SOCKETS.to_owned();
    let mut sockets = vec!["l", "t", "u", "a"];
    if no_ipv6().is_none() {
        script.push_str("s6 = socket(AF_INET6, SOCK_DGRAM)\n");
        sockets.push("s6");
    }
    let made = script.clone();
    script.extend(rows().map(|row| reads(row, &sockets)));
    let objects = json(&script);
    for object in objects.iter().filter(|object| result_is_a_value(object)) {
        let call = object["call"].as_str().unwrap_or_default();
        if let Some(option) = call.strip_prefix("getsockopt(") {
            let option = option.trim_end_matches(')');
            let value = object["result"].as_str().unwrap_or_default();
            // Were it not in the notation, nothing at all would be run.
            writeln!(script, "setsockopt({option}, {value}) -> *").expect("it is a String");
        }
    }
    let script = made + &script[script.find("setsockopt(").expect("values were read")..];
    let objects = json(&script);
    let is_set = |row: &&OptionRow| {
        objects.iter().any(|object| {
            let call = object["call"].as_str().unwrap_or_default();
            call.contains(&format!(", {}, ", row.name)) && object["result"] == "0"
        })
    };
    let is_left = |row: &&OptionRow| {
        // A raw socket is what the first belongs to, and that needs a privilege.
        row.name != "IP_HDRINCL" && (sockets.contains(&"s6") || row.level_name != "IPPROTO_IPV6")
    };
    let refused: Vec<&str> = rows()
        .filter(is_left)
        .filter(|row| !is_set(row))
        .map(|row| row.name)
        .collect();
    assert!(
        refused.is_empty(),
        "what was read of {refused:?} cannot be set"
    );
}
