//! A call once more, as it was or with one thing corrected, as a line.

use crate::call::argument::{Descriptor, Name};
use crate::call::data::Data;
use crate::call::parameter::ArgumentMut;
use crate::call::{Call, Command, Mode};
use crate::explain::context::Context;
use crate::socket::{MsgFlags, SockFlags};

/// A size that fits into a datagram of IPv4 and IPv6 and into the usual send buffer.
const USUAL: usize = 65507;

/// A size that fits into one message, as far as its limits are known.
pub(crate) fn fits(context: &Context<'_>) -> usize {
    let known = context
        .fitting()
        .and_then(|most| usize::try_from(most).ok());
    known.unwrap_or(USUAL).min(USUAL)
}

/// The call as it was written, changed by `mend`; names that it gives are left out if others have them by now.
pub(crate) fn retry(
    context: &Context<'_>,
    mend: impl FnOnce(&mut Call) -> Option<()>,
) -> Option<String> {
    let written = &context.record.request.command;
    let mut call = written.call.clone();
    mend(&mut call)?;
    let unused = |name: &Name| {
        let name = written.qualified(name);
        context.world.named(&name).is_none() && !context.world.is_taken(&name)
    };
    let are_free = written.targets.iter().all(unused);
    let command = Command {
        targets: if are_free {
            written.targets.clone()
        } else {
            Vec::new()
        },
        call,
        process: written.process.clone(),
        mode: Mode::Plain,
    };
    Some(command.to_string())
}

fn flags_of(call: &mut Call) -> Option<&mut MsgFlags> {
    let mut found = None;
    call.visit_mut(&mut |argument| match argument {
        ArgumentMut::MsgFlags(flags) => found = Some(flags),
        ArgumentMut::Message(message) => found = Some(&mut message.flags),
        _ => {}
    });
    found
}

/// Without MSG_ flags.
pub(crate) fn without_flags(call: &mut Call) -> Option<()> {
    let flags = flags_of(call)?;
    let had_some = std::mem::replace(flags, MsgFlags(0)).0 != 0;
    had_some.then_some(())
}

/// With MSG_NOSIGNAL.
pub(crate) fn no_signal(call: &mut Call) -> Option<()> {
    // write(2) has no flags: send(2) without any is the same call.
    if let Call::Write { socket, data } = call {
        *call = Call::Send {
            socket: socket.clone(),
            data: data.clone(),
            flags: MsgFlags(0),
        };
    }
    flags_of(call)?.0 |= libc::MSG_NOSIGNAL;
    Some(())
}

/// With other data.
pub(crate) fn give(call: &mut Call, given: Data) -> Option<()> {
    let (mut given, mut is_given) = (Some(given), false);
    call.visit_mut(&mut |argument| {
        let buffers = match argument {
            ArgumentMut::Data(data) => {
                if let Some(given) = given.take() {
                    (*data, is_given) = (given, true);
                }
                return;
            }
            ArgumentMut::Buffers(buffers) => buffers,
            ArgumentMut::Message(message) => &mut message.data,
            _ => return,
        };
        if let Some(given) = given.take() {
            (*buffers, is_given) = (vec![given], true);
        }
    });
    is_given.then_some(())
}

/// On another descriptor.
pub(crate) fn put_on(call: &mut Call, name: &Name) -> Option<()> {
    *call.socket_mut()? = Descriptor::Named(name.clone());
    Some(())
}

/// What a short write left over, in the form in which the data was given; for generated data as many bytes of it.
pub(crate) fn rest(context: &Context<'_>) -> Option<Data> {
    let [given] = context.data()? else {
        return None;
    };
    let sent = usize::try_from(context.count()?).ok()?;
    let left = given.len().checked_sub(sent).filter(|left| *left > 0)?;
    match given {
        Data::Text(bytes) => Some(Data::Text(bytes[sent..].to_vec())),
        Data::Hex(bytes) => Some(Data::Hex(bytes[sent..].to_vec())),
        Data::Repeat(bytes, _) if bytes.len() == 1 => Some(Data::Repeat(bytes.clone(), left)),
        Data::Pattern(_) | Data::Repeat(..) => Some(Data::Pattern(left)),
        Data::U64(_) | Data::Null(_) | Data::Head(..) => None,
    }
}

/// The line that makes a socket of the same kind.
pub(crate) fn making(context: &Context<'_>) -> Option<String> {
    let socket = context.socket.filter(|socket| socket.kind().is_socket())?;
    let call = Call::Socket {
        domain: socket.domain(),
        socket_type: socket.socket_type(),
        flags: SockFlags(0),
        protocol: socket.protocol(),
    };
    Some(call.to_string())
}
