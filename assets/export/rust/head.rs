//! Before each call is its line in the session with its result.
//!
//! Socket::new() and accept() would add SOCK_CLOEXEC, and a Socket closes itself when it is dropped. The session made
//! neither of these calls, so that new_raw() and accept_raw() are used here, and a variable is the number of a descriptor.
//! The runtime makes further calls: it handles SIGSEGV, ignores SIGPIPE and asks with poll() for descriptors 0 to 2.

#![allow(unused, clippy::all)]

use std::fs::File;
use std::io::{self, Read, Write};
use std::mem::{ManuallyDrop, MaybeUninit};
use std::net::{Shutdown, SocketAddr, SocketAddrV6};
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::thread::JoinHandleExt;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU8, AtomicU32, Ordering::SeqCst};
use std::thread::sleep;
use std::time::Duration;

use socket2::{Domain, Protocol, SockAddr, Socket, Type};

unsafe extern "C" {
    fn inet_pton(af: libc::c_int, src: *const libc::c_char, dst: *mut libc::c_void) -> libc::c_int;
    fn inet_ntop(
        af: libc::c_int,
        src: *const libc::c_void,
        dst: *mut libc::c_char,
        size: libc::socklen_t,
    ) -> *const libc::c_char;
    fn sockatmark(fd: libc::c_int) -> libc::c_int;
}

/// The socket of a descriptor, which stays open.
fn sock(fd: RawFd) -> ManuallyDrop<Socket> {
    ManuallyDrop::new(unsafe { Socket::from_raw_fd(fd) })
}

/// The same for read(2) and write(2).
fn file(fd: RawFd) -> ManuallyDrop<File> {
    ManuallyDrop::new(unsafe { File::from_raw_fd(fd) })
}

/// A buffer as socket2 takes it.
fn room(buffer: &mut [u8]) -> &mut [MaybeUninit<u8>] {
    unsafe { &mut *(std::ptr::from_mut(buffer) as *mut [MaybeUninit<u8>]) }
}

/// What a function of the C library returned: -1 is an error.
fn check<T: PartialEq + From<i8>>(returned: T) -> io::Result<T> {
    if returned == T::from(-1) {
        return Err(io::Error::last_os_error());
    }
    Ok(returned)
}

fn not_null<T>(returned: *const T) -> io::Result<()> {
    if returned.is_null() {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// The bytes that were written behind a value-result length.
fn written(buffer: &[u8], length: libc::socklen_t) -> Vec<u8> {
    buffer[..(length as usize).min(buffer.len())].to_vec()
}

/// The text of an error, without its number.
fn text_of(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

/// What a call gave; an error ends the program.
fn must<T>(call: &str, result: io::Result<T>) -> T {
    result.unwrap_or_else(|error| {
        eprintln!("{call}: {}", text_of(&error));
        std::process::exit(1);
    })
}

/// A call that is to fail with this error, as it did in the session. Anything else ends the program.
fn expect_error<T>(call: &str, result: io::Result<T>, expected: i32) {
    let wanted = io::Error::from_raw_os_error(expected);
    match result {
        Ok(_) => {
            eprintln!("{call}: it was to fail: {}", text_of(&wanted));
            std::process::exit(1);
        }
        Err(error) => {
            println!("{call}: {}", text_of(&error));
            if error.raw_os_error() != Some(expected) {
                eprintln!("{call}: this error was expected: {}", text_of(&wanted));
                std::process::exit(1);
            }
        }
    }
}

/// Prints what is in a buffer after a call that returned a count, which may be more than it holds.
fn print_bytes(buffer: &[u8], count: usize) {
    let bytes = &buffer[..count.min(buffer.len())];
    if bytes.is_empty() {
        return;
    }
    print!("  \"");
    for byte in bytes.iter().take(64) {
        match byte {
            b'"' | b'\\' => print!("\\x{byte:02x}"),
            b' '..=b'~' => print!("{}", char::from(*byte)),
            byte => print!("\\x{byte:02x}"),
        }
    }
    println!("{}", if bytes.len() > 64 { "\"..." } else { "\"" });
}

