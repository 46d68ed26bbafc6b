//! Calls that are not made, and why: they would be made on the program's own descriptors, use memory that is not there,
//! or cannot be made at all.

use crate::call::Call;
use crate::call::argument::{AddressArg, AddressExpr, Descriptor};
use crate::call::parameter::Argument;
use crate::call::table::{CallKind, InChild, LengthOf, On};
use crate::call::value::Value;
use crate::engine::execute::{file, interface};
use crate::engine::shared::Shared;
use crate::event::{PathFile, Refusal, Request};
use crate::socket::MsgFlags;
use crate::sys::Failure;
use crate::sys::refuse;

/// Why a call is not made; `is_open` says whether the socket that it is made on is.
/// and `is_ours` whether a number is that of a descriptor of the session, or of the child that makes the call.
pub(crate) fn refusal(
    shared: &Shared,
    request: &Request,
    is_open: bool,
    is_ours: &dyn Fn(i32) -> bool,
) -> Option<Refusal> {
    let number = |descriptor: &Descriptor| match descriptor {
        Descriptor::Raw(fd) => Some(*fd),
        Descriptor::Named(_) => None,
    };
    // A call that waited behind a close() finds its number free, or another's.
    let first = request.call.socket().filter(|_| !is_open);
    let all = first.into_iter().chain(request.call.others());
    all.filter_map(number)
        .find_map(|fd| own(is_ours, fd))
        .or_else(|| unresolved(&request.call))
        .or_else(|| beyond_a_set(&request.call))
        .or_else(|| unsafe_for_memory(&request.call).err())
        .or_else(|| without_such_a_queue(request))
        .or_else(|| crate::engine::confine::refusal(shared, request))
        .or_else(|| no_socket_file(&request.call))
        .or_else(|| elsewhere(request))
        .or_else(|| crate::engine::children::refusal(shared, &request.call))
}

/// A call that the process which it is for does not make. A line says so when it is read.
fn elsewhere(request: &Request) -> Option<Refusal> {
    let row = request.call.call_kind().signature();
    let why = match (row.in_child, request.process) {
        (InChild::Refused(why), Some(_)) => why,
        (InChild::Only, None) => "it would be for sockplay itself",
        _ => return None,
    };
    Some(Refusal::WhileMaking(format!(
        "{}() is not made: {why}",
        row.word
    )))
}

/// What unlink() and chmod() would be made on, where that is not a socket: they are for the files that bind() created.
///
/// Who may write to the directory can put another file there between this check and the call: Linux has no call that
/// removes a file by its descriptor. chmod(2) by descriptor exists, and would be another call than the one that is shown.
fn no_socket_file(call: &Call) -> Option<Refusal> {
    let (Call::Unlink { address } | Call::Chmod { address, .. }) = call else {
        return None;
    };
    let AddressExpr::Literal(address) = &address.place else {
        return None;
    };
    // Where there is nothing to be seen, the kernel says why.
    let file = crate::kernel::path_owner::kind_at(address.path()?, false)?;
    (file != PathFile::Socket).then(|| Refusal::NotSocketFile {
        call: call.call_kind(),
        address: address.clone(),
        file,
    })
}

/// Questions about a queue that the descriptor does not have. An errno of their own they do not have either.
fn without_such_a_queue(request: &Request) -> Option<Refusal> {
    let Descriptor::Raw(fd) = request.call.socket()? else {
        return None;
    };
    let name = request.command.call.socket()?.to_string();
    if request.call.call_kind() == CallKind::Unread {
        return without_bytes(*fd, name);
    }
    if request.call.call_kind() != CallKind::Pending {
        return None;
    }
    let state = crate::kernel::observe::connectedness(*fd).ok()?;
    (state != "LISTEN").then_some(Refusal::NotListening(name))
}

/// Why the kernel does not say how many bytes wait at a descriptor.
fn without_bytes(fd: i32, name: String) -> Option<Refusal> {
    let errno = crate::sys::file::unread(fd).err()?;
    if !matches!(errno.0, libc::EINVAL | libc::ENOTTY) {
        // EBADF is what the call itself will say.
        return None;
    }
    let why = match crate::kernel::observe::connectedness(fd) {
        Ok("LISTEN") => {
            "a listening socket receives connections, not bytes, and pending() counts those"
        }
        _ => "of this kind of descriptor it keeps no such number",
    };
    Some(Refusal::NoUnreadCount { name, errno, why })
}

/// A name in place of a number: it refers to no descriptor of this session.
fn unresolved(call: &Call) -> Option<Refusal> {
    let all = call.socket().into_iter().chain(call.others());
    let mut names = all.filter_map(|descriptor| match descriptor {
        Descriptor::Named(name) => Some(name),
        Descriptor::Raw(_) => None,
    });
    names.next().cloned().map(Refusal::NoDescriptor)
}

/// Arguments with which the call is not made, as the wrappers check them too: asked here, it is not reported as begun.
fn unsafe_for_memory(call: &Call) -> Result<(), Refusal> {
    let sends = call.call_kind().sends();
    let mut checked = Ok(());
    call.visit(&mut |argument| {
        if checked.is_ok() {
            checked = match argument {
                Argument::MsgFlags(flags) if sends => checked_flags(flags),
                Argument::Message(message) => checked_flags(message.flags)
                    .and_then(|()| message.address.as_ref().map_or(Ok(()), known)),
                Argument::Address(address) => known(address),
                Argument::Path(path) => refuse::path(path).map(drop).map_err(unsafe_argument),
                Argument::Length(length) => checked_length(call, length),
                Argument::Messages(messages) => {
                    let mut addresses = messages.iter().filter_map(|one| one.address.as_ref());
                    addresses.try_for_each(known)
                }
                // Nothing about these is checked here.
                Argument::Descriptor(_)
                | Argument::Domain(_)
                | Argument::Type(_)
                | Argument::SockFlags(_)
                | Argument::Protocol(_)
                | Argument::Int(_)
                | Argument::Data(_)
                | Argument::Buffers(_)
                | Argument::MsgFlags(_)
                | Argument::Room(_)
                | Argument::Sizes(_)
                | Argument::How(_)
                | Argument::Option(_)
                | Argument::Value(_)
                | Argument::FcntlCommand(_)
                | Argument::FcntlArg(_)
                | Argument::IoctlRequest(_)
                | Argument::Entries(_)
                | Argument::Millis(_)
                | Argument::Sets(_)
                | Argument::Timeout(_)
                | Argument::Limit(_)
                | Argument::Constant(..)
                | Argument::Flags(..)
                | Argument::EpollOp(_)
                | Argument::EpollEvents(_)
                | Argument::Signals(_)
                | Argument::Mask(_)
                | Argument::Mode(_)
                | Argument::Bytes(_)
                | Argument::Chunk(_)
                | Argument::Service(_)
                | Argument::Process(_)
                | Argument::Fault(_)
                | Argument::Duration(_)
                | Argument::Interval(_)
                | Argument::Lookup(_) => Ok(()),
            };
        }
    });
    checked?;
    if call.call_kind().signature().on == On::Path
        && let Some(address) = call.address()
    {
        let path = file(address).map_err(no_such_argument)?;
        refuse::path(path).map_err(unsafe_argument)?;
    }
    if let Call::InetNtop { family, source, .. } = call {
        refuse::address_bytes(family.0, source.len()).map_err(unsafe_argument)?;
    }
    if let Call::EpollWait { max, .. } | Call::EpollPwait { max, .. } = call {
        refuse::events(*max).map_err(unsafe_argument)?;
    }
    Ok(())
}

fn checked_flags(flags: MsgFlags) -> Result<(), Refusal> {
    refuse::send_flags(flags.0)
        .map(drop)
        .map_err(unsafe_argument)
}

/// Whether a call may have the length that it is given.
fn checked_length(call: &Call, length: Option<i32>) -> Result<(), Refusal> {
    let checked = match call.call_kind().signature().length_of {
        LengthOf::Nothing | LengthOf::Request => Ok(()),
        LengthOf::Address => refuse::address_room(length).map(drop),
        LengthOf::ValueBuffer => refuse::room(length.unwrap_or(0), 0).map(drop),
        LengthOf::Control => refuse::control_room(length.unwrap_or(0)).map(drop),
        LengthOf::Value => checked_value(call, length),
        LengthOf::Sets => checked_sets(call, length),
    };
    checked.map_err(unsafe_argument)
}

fn checked_value(call: &Call, length: Option<i32>) -> Result<(), refuse::Refusal> {
    let Call::Setsockopt { option, value, .. } = call else {
        return Ok(());
    };
    // The struct that leads to a program is made for the call.
    let bytes = match value {
        Value::Program(_) => Vec::new(),
        value => crate::call::option_bytes::encode(value).unwrap_or_default(),
    };
    refuse::option_value(option.level, option.number, &bytes, length)
}

fn checked_sets(call: &Call, nfds: Option<i32>) -> Result<(), refuse::Refusal> {
    let (Some(sets), Some(nfds)) = (call.sets(), nfds) else {
        return Ok(());
    };
    let has_set = sets.named().iter().any(|(_, set)| !set.is_empty());
    refuse::select(nfds, has_set)
}

fn unsafe_argument(refusal: refuse::Refusal) -> Refusal {
    Refusal::UnsafeArgument(refusal.0)
}

fn no_such_argument(failure: Failure) -> Refusal {
    Refusal::NoSuchArgument(failure.to_string())
}

/// Whether an address names an interface that there is.
fn known(address: &AddressArg) -> Result<(), Refusal> {
    match &address.place {
        AddressExpr::Zoned { zone, .. } => interface(zone).map(drop).map_err(no_such_argument),
        AddressExpr::Literal(_)
        | AddressExpr::Host(_)
        | AddressExpr::LocalOf(_)
        | AddressExpr::PortOf { .. }
        | AddressExpr::Named(_)
        | AddressExpr::Loopback(_)
        | AddressExpr::Unspecified
        | AddressExpr::Null => Ok(()),
    }
}

/// What a number is of the program itself.
fn own(is_ours: &dyn Fn(i32) -> bool, fd: i32) -> Option<Refusal> {
    if is_ours(fd) || !crate::sys::asked::is_open(fd) {
        return None;
    }
    let file = match fd {
        0 => "its standard input",
        1 => "its standard output",
        2 => "its standard error",
        _ => "one of its own files",
    };
    Some(Refusal::OwnDescriptor { fd, file })
}

/// A descriptor that select(2) has no bit for: FD_SET(3) would write beyond the set.
fn beyond_a_set(call: &Call) -> Option<Refusal> {
    call.sets()?;
    let limit = crate::sys::ready::SET_SIZE;
    let fits = |fd: i32| usize::try_from(fd).is_ok_and(|fd| fd < limit);
    let fd = call.others().into_iter().find_map(|socket| match socket {
        Descriptor::Raw(fd) if !fits(*fd) => Some(*fd),
        _ => None,
    })?;
    let last = limit - 1;
    Some(Refusal::BeyondSet { fd, last })
}
