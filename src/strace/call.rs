//! The arguments of each call, in two parts: those that are known when it is entered, and those that it writes.
//!
//! Most system calls have the arguments of the notation in the same order: they are rendered by their types. The others
//! have a function in [`crate::strace::shapes`], which their row of the table of calls names.

use crate::call::Call;
use crate::call::argument::Millis;
use crate::call::outcome::{Outcome, Raw};
use crate::call::parameter::Argument;
use crate::call::rows::with_calls;
use crate::strace::bytes::{list, quoted, sent};
use crate::strace::names::{
    CLOCKS, DIRECTIONS, EPOLL_EVENTS, EPOLL_OPS, FAMILIES, MSG_FLAGS, SOCK_FLAGS,
};
use crate::strace::number::number;
use crate::strace::pieces::{Pieces, Seen, received, scattered, vector, written};

/// One call: by the function that its row names, else by the types of its arguments.
macro_rules! render {
    ($seen:ident $call:ident [] $($field:ident)*) => {{
        // A function gets the fields; here the call shows them.
        $(let _ = $field;)*
        regular($call, $seen)
    }};
    ($seen:ident $call:ident [$hook:ident] $($field:ident)*) => {
        crate::strace::shapes::$hook($seen, $($field),*)
    };
}

macro_rules! define_pieces {
    ($(
        #[doc = $summary:literal]
        $kind:ident $word:literal ($($field:ident: $type:ty $(as $param:literal)?),*) -> $result:literal
        traced $syscall:literal $(by $hook:ident)?
        { $($columns:tt)* }
    )+) => {
        /// The name of the system call and its arguments. `None` for what is not a single system call, and for what is
        /// refused: an address with an interface that does not exist.
        pub(crate) fn pieces(call: &Call, seen: Seen<'_>) -> Option<(&'static str, Pieces)> {
            let syscall = call.call_kind().signature().syscall;
            if syscall.is_empty() {
                return None;
            }
            let pieces = match call {
                $(Call::$kind { $($field),* } => render!(seen call [$($hook)?] $($field)*)?,)+
                Call::Syscall { .. } => return None,
            };
            Some((pieces.name.unwrap_or(syscall), pieces))
        }
    };
}

with_calls!(define_pieces);

/// A call whose system call has the same arguments in the same order. The first that is written by the call, and all
/// behind it, are printed when it returns.
fn regular(call: &Call, seen: Seen<'_>) -> Option<Pieces> {
    let (mut entered, mut left) = (Some(Vec::new()), Vec::new());
    let mut is_written = false;
    call.visit(&mut |argument| {
        is_written |= matches!(
            argument,
            Argument::Room(_) | Argument::Sizes(_) | Argument::Length(_)
        );
        if is_written {
            left.extend(seen.gave.map(|gave| written_argument(argument, gave, seen)));
        } else if let Some(all) = &mut entered {
            match known_argument(argument, seen) {
                Some(text) => all.push(text),
                None => entered = None,
            }
        }
    });
    let mut entered = entered?.join(", ");
    if is_written {
        entered.push_str(", ");
    }
    Some(Pieces {
        name: None,
        entered,
        left: left.join(", "),
    })
}

/// An argument that the call writes, or one behind it.
fn written_argument(
    argument: Argument<'_>,
    (outcome, raw): (&Outcome, &Raw),
    seen: Seen<'_>,
) -> String {
    match argument {
        Argument::Room(room) => format!("{}, {}", received(outcome, room), room.size),
        Argument::Sizes(sizes) => format!("{}, {}", scattered(outcome, sizes), sizes.len()),
        Argument::Length(length) => written(outcome, raw, length, seen.environment),
        argument => known_argument(argument, seen).unwrap_or_default(),
    }
}

/// An argument that is known when the call is entered. `None` for an address that cannot be made.
fn known_argument(argument: Argument<'_>, seen: Seen<'_>) -> Option<String> {
    Some(match argument {
        Argument::Descriptor(socket) => number(socket).to_string(),
        Argument::Address(address) => {
            let (address, length) = crate::strace::sockaddr::argument(address, seen.environment)?;
            format!("{address}, {length}")
        }
        Argument::Domain(domain) => FAMILIES.one(domain.0),
        Argument::SockFlags(flags) => SOCK_FLAGS.mask(flags.0),
        Argument::Int(number) => number.to_string(),
        Argument::Data(data) => format!("{}, {}", sent(data), data.len()),
        Argument::Buffers(buffers) => {
            let vectors = buffers.iter().map(|data| vector(&sent(data), data.len()));
            format!("{}, {}", list(vectors.collect()), buffers.len())
        }
        Argument::MsgFlags(flags) => MSG_FLAGS.mask(flags.0),
        Argument::How(how) => DIRECTIONS.one(how.0),
        Argument::Entries(entries) => {
            format!(
                "{}, {}",
                crate::strace::ready::poll_set(entries),
                entries.len()
            )
        }
        Argument::Millis(Millis(millis)) => millis.to_string(),
        Argument::Constant(_, value) => CLOCKS.one(value),
        Argument::Flags(family, flags) => crate::strace::names::flags(family).mask(flags),
        Argument::EpollOp(operation) => EPOLL_OPS.one(operation.0),
        Argument::EpollEvents(events) => EPOLL_EVENTS.mask(events.0),
        Argument::Path(path) => quoted(path),
        Argument::Process(process) => process.to_string(),
        // A call that has one of these has a function of its own.
        Argument::Type(_)
        | Argument::Protocol(_)
        | Argument::Message(_)
        | Argument::Messages(_)
        | Argument::Room(_)
        | Argument::Sizes(_)
        | Argument::Length(_)
        | Argument::Option(_)
        | Argument::Value(_)
        | Argument::FcntlCommand(_)
        | Argument::FcntlArg(_)
        | Argument::IoctlRequest(_)
        | Argument::Sets(_)
        | Argument::Timeout(_)
        | Argument::Limit(_)
        | Argument::Signals(_)
        | Argument::Mask(_)
        | Argument::Mode(_)
        | Argument::Bytes(_)
        | Argument::Chunk(_)
        | Argument::Service(_)
        | Argument::Fault(_)
        | Argument::Duration(_)
        | Argument::Interval(_)
        | Argument::Lookup(_) => return None,
    })
}
