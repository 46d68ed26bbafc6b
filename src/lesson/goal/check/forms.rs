//! Calls that do the same: a goal that names the short form of a call is reached by the long one too.
//!
//! `send(x, data)` and `write(x, data)` are short for `sendmsg(x, [data])`, and `recv(x, n)` and `read(x, n)` for
//! `recvmsg(x, n)`; `sendto` and `recvfrom` lie in between. The reverse does not hold: a goal that asks for an address,
//! flags or control messages needs a call that has them.

use crate::call::Call;
use crate::call::argument::{AddressExpr, Message, Room};
use crate::call::data::Data;
use crate::call::outcome::Word;
use crate::call::table::CallKind;
use crate::socket::MsgFlags;

/// The call itself, then its shorter forms.
pub(crate) fn of(call: &Call) -> Vec<Call> {
    let mut forms = vec![call.clone()];
    while let Some(next) = forms.last().and_then(shorter) {
        // send() is write() where it has no flags, and the other way round.
        if forms.contains(&next) {
            break;
        }
        forms.push(next);
    }
    forms
}

fn shorter(call: &Call) -> Option<Call> {
    match call {
        Call::Sendmsg { socket, message } => {
            let data = joined(message)?;
            let (socket, flags) = (socket.clone(), message.flags);
            Some(match message.address.clone() {
                Some(address) => Call::Sendto {
                    socket,
                    data,
                    address,
                    flags,
                },
                None => Call::Send {
                    socket,
                    data,
                    flags,
                },
            })
        }
        Call::Sendto {
            socket,
            data,
            address,
            flags,
        } if address.place == AddressExpr::Null => Some(Call::Send {
            socket: socket.clone(),
            data: data.clone(),
            flags: *flags,
        }),
        Call::Send {
            socket,
            data,
            flags: MsgFlags(0),
        } => Some(Call::Write {
            socket: socket.clone(),
            data: data.clone(),
        }),
        Call::Write { socket, data } => Some(Call::Send {
            socket: socket.clone(),
            data: data.clone(),
            flags: MsgFlags(0),
        }),
        Call::Recvmsg {
            socket,
            counts,
            flags,
            ..
        } => Some(Call::Recvfrom {
            socket: socket.clone(),
            room: Room::of(counts.iter().sum()),
            flags: *flags,
            length: None,
        }),
        Call::Recvfrom {
            socket,
            room,
            flags,
            ..
        } => Some(Call::Recv {
            socket: socket.clone(),
            room: *room,
            flags: *flags,
        }),
        Call::Recv {
            socket,
            room,
            flags: MsgFlags(0),
        } => Some(Call::Read {
            socket: socket.clone(),
            room: *room,
        }),
        Call::Read { socket, room } => Some(Call::Recv {
            socket: socket.clone(),
            room: *room,
            flags: MsgFlags(0),
        }),
        _ => None,
    }
}

/// The buffers of a message as one, where nothing but bytes goes along.
fn joined(message: &Message) -> Option<Data> {
    let plain = message.fds.is_empty() && message.credentials.is_none();
    match message.data.as_slice() {
        [one] if plain => Some(one.clone()),
        several if plain => {
            let bytes: Option<Vec<Vec<u8>>> = several
                .iter()
                .map(|data| data.bytes().ok().flatten())
                .collect();
            Some(Data::Text(bytes?.concat()))
        }
        _ => None,
    }
}

/// The words of a result as far as a form of the call would have given them.
pub(crate) fn result(form: CallKind, words: &[Word]) -> &[Word] {
    let data = usize::from(matches!(
        words.get(1),
        Some(Word::Data(_) | Word::Buffers(_))
    ));
    let own = (1 + data).min(words.len());
    let has_from = matches!(words.get(own), Some(Word::Plain(text)) if text == "from");
    match form {
        CallKind::Recv | CallKind::Read => &words[..own],
        CallKind::Recvfrom if has_from => &words[..(own + 2).min(words.len())],
        CallKind::Recvfrom => &words[..own],
        _ => words,
    }
}
