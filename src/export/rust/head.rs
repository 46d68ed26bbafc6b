//! The comment at the beginning of a program in Rust: what it is, what it needs, and what the libraries add to its calls.

use crate::export::Language;
use crate::export::helpers::words;
use crate::export::plan::Plan;
use crate::export::split::{EACH_CALL, introduction, usage};

/// The comment at the beginning.
pub(crate) fn head(plan: &Plan<'_>, program: &str) -> String {
    let words = words(program, Language::Rust);
    let has = |all: &[&str]| all.iter().any(|one| words.iter().any(|own| own == one));
    let mut lines = vec![introduction(plan).to_owned(), String::new()];
    let crates = [
        ("libc", "libc = \"0.2\""),
        (
            "socket2",
            "socket2 = { version = \"0.6\", features = [\"all\"] }",
        ),
    ];
    let crates = crates.into_iter().filter(|(name, _)| has(&[name]));
    let crates: Vec<String> = crates.map(|(_, line)| format!("    {line}")).collect();
    if !crates.is_empty() {
        lines.push("In Cargo.toml:".to_owned());
        lines.push(String::new());
        lines.push("    [dependencies]".to_owned());
        lines.extend(crates);
        lines.push(String::new());
    }
    lines.extend(usage(plan));
    lines.push(EACH_CALL.to_owned());
    if has(&["::new_raw", "::pair_raw", ".accept_raw"]) {
        lines.extend(RAW.map(str::to_owned));
    }
    lines.extend(RUNTIME.map(str::to_owned));
    let line = |line: String| format!("{}\n", format!("//! {line}").trim_end());
    lines.into_iter().map(line).collect()
}

/// What socket2 would add.
const RAW: [&str; 3] = [
    "",
    "Socket::new(), pair() and accept() set SOCK_CLOEXEC. Where the session did not set it, new_raw(), pair_raw() and",
    "accept_raw() are used.",
];
/// What the runtime adds.
const RUNTIME: [&str; 3] = [
    "",
    "The runtime of Rust makes further calls: it handles SIGSEGV, ignores SIGPIPE, and checks descriptors 0 to 2 with poll().",
    "In a debug build drop() checks with fcntl(F_GETFD) that a descriptor is open before it closes it.",
];
