//! What the program needs of the system to start, and what to do where that is refused.

use std::io;

/// Makes a sentence of an error: what was tried, what for, how it failed, what to do next.
pub fn needed<E: Into<io::Error>>(call: &str, purpose: &str) -> impl FnOnce(E) -> io::Error {
    let tried = format!("cannot start: {call} failed, which is needed {purpose}");
    move |error| {
        let error = error.into();
        let hint = error.raw_os_error().and_then(hint);
        let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
        io::Error::new(error.kind(), format!("{tried}: {error}{hint}"))
    }
}

/// What to do about an errno.
fn hint(errno: i32) -> Option<&'static str> {
    match errno {
        libc::EMFILE => {
            Some("this process may open too few files: raise the limit, `ulimit -n 256`")
        }
        libc::ENFILE => Some("too many files are open on this host: end a program that has many"),
        libc::EAGAIN => {
            Some("no further thread is allowed: raise `ulimit -u`, or the limit of the container")
        }
        libc::ENOMEM => Some("memory is short: end another program, or raise the limit"),
        libc::ENOSYS | libc::EPERM | libc::EACCES => Some(
            "a sandbox (seccomp, the profile of a container) or an old kernel does not allow the call: allow it there, or run sockplay outside of it",
        ),
        _ => None,
    }
}
