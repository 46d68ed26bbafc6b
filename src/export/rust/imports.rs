//! What a program in Rust imports.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::export::Language;
use crate::export::helpers::words;

/// What can be imported: a module, something in it, and the words that need it. The crates of others come last.
const IMPORTS: [(&str, &str, &[&str]); 40] = [
    ("std::cell", "Cell", &["Cell"]),
    ("std::ffi", "CStr", &["CStr"]),
    ("std::ffi", "CString", &["CString"]),
    ("std::ffi", "OsStr", &["OsStr"]),
    ("std::fmt", "Display", &["Display"]),
    ("std::fs", "File", &["File"]),
    ("std::io", "self", &["io"]),
    ("std::io", "ErrorKind", &["ErrorKind"]),
    ("std::io", "Read", &[".read"]),
    ("std::io", "Write", &[".write", ".flush"]),
    ("std::mem", "ManuallyDrop", &["ManuallyDrop"]),
    ("std::mem", "MaybeUninit", &["MaybeUninit"]),
    ("std::net", "IpAddr", &["IpAddr"]),
    ("std::net", "Shutdown", &["Shutdown"]),
    ("std::net", "SocketAddr", &["SocketAddr"]),
    ("std::net", "SocketAddrV6", &["SocketAddrV6"]),
    ("std::ops", "Range", &["Range"]),
    ("std::os::fd", "AsRawFd", &["AsRawFd", ".as_raw_fd"]),
    ("std::os::fd", "FromRawFd", &["::from_raw_fd"]),
    ("std::os::fd", "IntoRawFd", &[".into_raw_fd"]),
    ("std::os::fd", "OwnedFd", &["OwnedFd"]),
    ("std::os::fd", "RawFd", &["RawFd"]),
    (
        "std::os::unix::ffi",
        "OsStrExt",
        &[".as_bytes", "::from_bytes"],
    ),
    ("std::os::unix::thread", "JoinHandleExt", &[".as_pthread_t"]),
    ("std::sync", "Arc", &["Arc"]),
    ("std::sync", "OnceLock", &["OnceLock"]),
    ("std::sync::atomic", "AtomicBool", &["AtomicBool"]),
    ("std::sync::atomic", "AtomicI32", &["AtomicI32"]),
    ("std::sync::atomic", "AtomicU8", &["AtomicU8"]),
    ("std::sync::atomic", "AtomicU32", &["AtomicU32"]),
    ("std::sync::atomic", "Ordering::SeqCst", &["SeqCst"]),
    ("std::thread", "self", &["thread"]),
    ("std::thread", "JoinHandle", &["JoinHandle"]),
    ("std::time", "Duration", &["Duration"]),
    ("socket2", "Domain", &["Domain"]),
    ("socket2", "Protocol", &["Protocol"]),
    ("socket2", "SockAddr", &["SockAddr"]),
    ("socket2", "SockAddrStorage", &["SockAddrStorage"]),
    ("socket2", "Socket", &["Socket"]),
    ("socket2", "Type", &["Type"]),
];

/// What a program imports, as its lines.
pub(crate) fn used(program: &str) -> String {
    let words: BTreeSet<String> = words(program, Language::Rust).into_iter().collect();
    let is_used = |needs: &[&str]| needs.iter().any(|need| words.contains(*need));
    let rows = IMPORTS.iter().filter(|(_, _, needs)| is_used(needs));
    let rows: Vec<(&str, &str)> = rows.map(|(module, item, _)| (*module, *item)).collect();
    let mut imports = String::new();
    for same in rows.chunk_by(|(one, _), (other, _)| one == other) {
        let items: Vec<&str> = same.iter().map(|(_, item)| *item).collect();
        let Some((module, _)) = same.first() else {
            continue;
        };
        if !module.starts_with("std") && !imports.is_empty() {
            imports.push('\n');
        }
        // Writing to a String cannot fail.
        let _ = match items.as_slice() {
            ["self"] => writeln!(imports, "use {module};"),
            [only] => writeln!(imports, "use {module}::{only};"),
            several => writeln!(imports, "use {module}::{{{}}};", several.join(", ")),
        };
    }
    imports
}
