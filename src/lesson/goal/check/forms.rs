//! Calls that do the same: a goal that names the short form of a call is reached by the long one too.
//!
//! `send(x, data)` and `write(x, data)` are short for `sendmsg(x, [data])` and `writev(x, [data])`, and `recv(x, n)` and
//! `read(x, n)` for `recvmsg(x, n)` and `readv(x, [n])`; `sendto` and `recvfrom` lie in between. The reverse does not
//! hold: a goal that asks for an address, flags, control messages or several buffers needs a call that has them.
//! accept4() with its flags is also an accept().
//!
//! Which calls send and which receive is a column of the table of calls. The short forms follow from the arguments.

use crate::call::Call;
use crate::call::argument::{AddressArg, AddressExpr, Descriptor, Room};
use crate::call::data::Data;
use crate::call::outcome::Word;
use crate::call::parameter::Argument;
use crate::call::received_bytes::ReceivedBytes;
use crate::call::table::{CallKind, LengthOf, Role};
use crate::socket::MsgFlags;

/// The call itself, then its shorter forms.
pub(crate) fn of(call: &Call) -> Vec<Call> {
    let (own, socket) = (call.call_kind(), call.socket());
    let shorter = match (socket, own.role()) {
        (Some(socket), Role::Sends) if own.is_system_call() => sending(call, socket),
        (Some(socket), Role::Receives) if own.is_system_call() => receiving(call, socket),
        (Some(socket), Role::Accepts) if own.is_system_call() => vec![Call::Accept {
            socket: socket.clone(),
            length: None,
        }],
        _ => Vec::new(),
    };
    let others = shorter.into_iter().filter(|form| form.call_kind() != own);
    [call.clone()].into_iter().chain(others).collect()
}

/// The forms of a call on a stream: as [`of`], and with an address also without it. TCP ignores the address, and AF_UNIX
/// fails with EISCONN, so that what was sent went to the peer.
pub(crate) fn on_stream(call: &Call) -> Vec<Call> {
    let mut forms = of(call);
    let to_peer = forms.iter().find_map(|form| match form {
        Call::Sendto {
            socket,
            data,
            address,
            flags,
        } if address.place != AddressExpr::Null => {
            let null = AddressArg {
                place: AddressExpr::Null,
                ..address.clone()
            };
            Some(Call::Sendto {
                socket: socket.clone(),
                data: data.clone(),
                address: null,
                flags: *flags,
            })
        }
        _ => None,
    });
    if let Some(to_peer) = to_peer {
        forms.extend(of(&to_peer).into_iter().skip(1));
    }
    forms
}

/// The forms of a call that sends: none where it sends more than bytes.
fn sending(call: &Call, socket: &Descriptor) -> Vec<Call> {
    let mut buffers: Option<&[Data]> = None;
    let mut address: Option<&AddressArg> = None;
    let (mut flags, mut has_control) = (MsgFlags(0), false);
    call.visit(&mut |argument| match argument {
        Argument::Data(data) => buffers = Some(std::slice::from_ref(data)),
        Argument::Buffers(several) => buffers = Some(several),
        Argument::Message(message) => {
            buffers = Some(&message.data);
            (address, flags) = (message.address.as_ref(), message.flags);
            has_control = !message.fds.is_empty() || message.credentials.is_some();
        }
        Argument::Address(own) => address = Some(own),
        Argument::MsgFlags(own) => flags = own,
        _ => {}
    });
    let Some(data) = buffers.and_then(joined).filter(|_| !has_control) else {
        return Vec::new();
    };
    let socket = || socket.clone();
    let mut forms = Vec::new();
    if let Some(address) = address {
        forms.push(Call::Sendto {
            socket: socket(),
            data: data.clone(),
            address: address.clone(),
            flags,
        });
    }
    if address.is_some_and(|address| address.place != AddressExpr::Null) {
        return forms;
    }
    forms.push(Call::Send {
        socket: socket(),
        data: data.clone(),
        flags,
    });
    if flags == MsgFlags(0) {
        forms.push(Call::Write {
            socket: socket(),
            data,
        });
    }
    forms
}

/// The forms of a call that receives.
fn receiving(call: &Call, socket: &Descriptor) -> Vec<Call> {
    let (mut room, mut flags) = (None, MsgFlags(0));
    call.visit(&mut |argument| match argument {
        Argument::Room(own) => room = Some(own),
        Argument::Sizes(sizes) => room = Some(Room::of(total(sizes))),
        Argument::MsgFlags(own) => flags = own,
        _ => {}
    });
    let Some(room) = room else {
        return Vec::new();
    };
    let socket = || socket.clone();
    let mut forms = Vec::new();
    if names_sender(call.call_kind()) {
        forms.push(Call::Recvfrom {
            socket: socket(),
            room,
            flags,
            length: None,
        });
    }
    forms.push(Call::Recv {
        socket: socket(),
        room,
        flags,
    });
    if flags == MsgFlags(0) {
        forms.push(Call::Read {
            socket: socket(),
            room,
        });
    }
    forms
}

fn total(sizes: &[usize]) -> usize {
    sizes
        .iter()
        .fold(0, |total, size| total.saturating_add(*size))
}

/// Whether a call that receives gives the sender's address.
fn names_sender(call_kind: CallKind) -> bool {
    match call_kind.signature().length_of {
        // recvmsg(): its msghdr has a name beside the control buffer.
        LengthOf::Address | LengthOf::Control => true,
        LengthOf::Nothing
        | LengthOf::Value
        | LengthOf::ValueBuffer
        | LengthOf::Sets
        | LengthOf::Request => false,
    }
}

/// The buffers of a call as one; `None` where a null pointer is among several.
fn joined(buffers: &[Data]) -> Option<Data> {
    match buffers {
        [one] => Some(one.clone()),
        several => {
            let bytes: Option<Vec<Vec<u8>>> = several
                .iter()
                .map(|data| data.bytes().ok().flatten())
                .collect();
            Some(Data::Text(bytes?.concat()))
        }
    }
}

/// The words of a result as a form of the call would have given them.
pub(crate) fn result(form: CallKind, mut words: Vec<Word>) -> Vec<Word> {
    let with_sender = match form {
        CallKind::Recv | CallKind::Read => false,
        CallKind::Recvfrom => true,
        _ => return words,
    };
    let mut own = 1;
    match words.get(1) {
        Some(Word::Data(_)) => own += 1,
        Some(Word::Buffers(buffers)) => {
            let bytes: Vec<&[u8]> = buffers.iter().map(ReceivedBytes::head).collect();
            words[1] = Word::Data(bytes.concat().as_slice().into());
            own += 1;
        }
        _ => {}
    }
    if with_sender && matches!(words.get(own), Some(Word::Plain(text)) if text == "from") {
        own += 2;
    }
    words.truncate(own);
    words
}
