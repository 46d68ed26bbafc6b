//! Calls that are not made, and why: they would be made on the program's own descriptors, or cannot be made at all.

use crate::call::Call;
use crate::call::argument::Descriptor;
use crate::engine::shared::Shared;
use crate::event::Request;

/// Why a call is not made; `is_open` tells whether the socket that it is made on is.
pub(crate) fn refusal(shared: &Shared, request: &Request, is_open: bool) -> Option<String> {
    let number = |descriptor: &Descriptor| match descriptor {
        Descriptor::Raw(fd) => Some(*fd),
        Descriptor::Named(_) => None,
    };
    // A call that waited behind a close() finds its number free, or another's.
    let first = request.call.socket().filter(|_| !is_open);
    let all = first.into_iter().chain(request.call.others());
    all.filter_map(number)
        .find_map(|fd| own(shared, fd))
        .or_else(|| beyond_a_set(&request.call))
        .or_else(|| beyond_the_sets(&request.call))
        .or_else(|| without_such_a_queue(request))
}

/// Questions about a queue that the descriptor does not have. An errno of their own they do not have either.
fn without_such_a_queue(request: &Request) -> Option<String> {
    let fd = match request.call.socket()? {
        Descriptor::Raw(fd) => *fd,
        Descriptor::Named(_) => return None,
    };
    let name = request.command.call.socket()?;
    match &request.call {
        Call::Unread { .. } => {
            let errno = crate::sys::file::unread(fd).err()?;
            if !matches!(errno.0, libc::EINVAL | libc::ENOTTY) {
                // EBADF is what the call itself will say.
                return None;
            }
            let listens = crate::kernel::observe::connectedness(fd) == Ok("LISTEN");
            let why = if listens {
                "a listening socket receives connections, not bytes, and pending() counts those"
            } else {
                "of this kind of descriptor it keeps no such number"
            };
            Some(format!(
                "the kernel does not say how many bytes wait on {name} (ioctl() with FIONREAD gives {errno}): {why}"
            ))
        }
        Call::Pending { .. } => {
            let state = crate::kernel::observe::connectedness(fd).ok()?;
            (state != "LISTEN").then(|| {
                format!("{name} does not listen, so it has no queue of connections to be counted")
            })
        }
        _ => None,
    }
}

/// Sets shorter than select(2) is told: the kernel would read and write behind them. Without any set it looks at none.
fn beyond_the_sets(call: &Call) -> Option<String> {
    let Call::Select {
        sets,
        nfds: Some(nfds),
        ..
    } = call
    else {
        return None;
    };
    let limit = crate::sys::ready::SET_SIZE;
    let is_beyond = usize::try_from(*nfds).is_ok_and(|nfds| nfds > limit);
    let has_set = sets.named().iter().any(|(_, set)| !set.is_empty());
    (is_beyond && has_set).then(|| {
        format!(
            "{nfds} is more than the {limit} bits that a set of select() has (FD_SETSIZE): the kernel would read and write behind it, as it does in C, so the call was not made"
        )
    })
}

/// What a number is of the program itself.
fn own(shared: &Shared, fd: i32) -> Option<String> {
    if shared.has_fd(fd) || !crate::sys::descriptor::is_open(fd) {
        return None;
    }
    let what = match fd {
        0 => "its standard input",
        1 => "its standard output",
        2 => "its standard error",
        _ => "one of its own files",
    };
    Some(format!(
        "descriptor {fd} belongs to sockplay itself ({what}): the call was not made. Use a socket's name, or a number that is not open"
    ))
}

/// A descriptor that select(2) has no bit for: FD_SET(3) would write beyond the set.
fn beyond_a_set(call: &Call) -> Option<String> {
    let Call::Select { .. } = call else {
        return None;
    };
    let limit = crate::sys::ready::SET_SIZE;
    let fits = |fd: i32| usize::try_from(fd).is_ok_and(|fd| fd < limit);
    let number = call.others().into_iter().find_map(|socket| match socket {
        Descriptor::Raw(fd) if !fits(*fd) => Some(*fd),
        _ => None,
    })?;
    Some(format!(
        "descriptor {number} does not fit a set of select(), which has the numbers 0 to {} (FD_SETSIZE); in C this writes beyond the set. poll() has no such limit",
        limit - 1
    ))
}
