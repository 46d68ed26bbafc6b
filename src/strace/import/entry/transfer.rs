//! Calls that move data: read, write, and those of socket(7).

use crate::call::Call;
use crate::call::argument::{Descriptor, Message, Room};
use crate::call::control_message::ControlMessage;
use crate::call::data::Data;
use crate::call::timeout::Timeout;
use crate::call::value::Credentials;
use crate::socket::MsgFlags;
use crate::strace::import::address;
use crate::strace::import::arguments::{Arguments, timespec, unusual};
use crate::strace::import::control;
use crate::strace::import::number::{constant_of, size_of};
use crate::strace::import::value::{Field, Value, member};
use crate::strace::names::MSG_FLAGS;

/// The longest buffer that is taken over as such: the sum of many does not overflow.
const LONGEST: usize = 1 << 40;

/// A call that moves data.
pub(super) fn call(name: &str, all: Arguments<'_, '_>) -> Option<Call> {
    let socket = || all.fd(0);
    Some(match name {
        "read" => Call::Read {
            socket: socket()?,
            room: room(all)?,
        },
        "write" => Call::Write {
            socket: socket()?,
            data: data(all.get(1)?, all.get(2)?)?,
        },
        "readv" => Call::Readv {
            socket: socket()?,
            sizes: sizes(all.get(1)?)?,
        },
        "writev" => Call::Writev {
            socket: socket()?,
            buffers: buffers(all.get(1)?)?,
        },
        "send" | "sendto" => send(all)?,
        "recv" | "recvfrom" => receive(all)?,
        "sendmsg" => Call::Sendmsg {
            socket: socket()?,
            message: Box::new(Message {
                flags: flags(all, 2)?,
                ..message(all.get(1)?.members()?)?
            }),
        },
        "sendmmsg" => Call::Sendmmsg {
            socket: socket()?,
            messages: messages(all)?,
            flags: flags(all, 3)?,
        },
        "recvmsg" => recvmsg(all)?,
        "recvmmsg" => recvmmsg(all)?,
        _ => return None,
    })
}

fn flags(all: Arguments<'_, '_>, index: usize) -> Option<MsgFlags> {
    all.constant(index, &[&MSG_FLAGS]).map(MsgFlags)
}

fn room(all: Arguments<'_, '_>) -> Option<Room> {
    Some(Room {
        size: all.size(2)?,
        null: all.is_null(1),
    })
}

/// The bytes of a sending call, as many as are shown.
fn data(field: &Field<'_>, length: &Field<'_>) -> Option<Data> {
    let length = size_of(length).filter(|length| *length <= LONGEST)?;
    match &field.value {
        Value::Word("NULL") => Some(Data::Null(length)),
        Value::Text(bytes, _) if bytes.len() == length => Some(Data::Text(bytes.clone())),
        Value::Text(bytes, false) if bytes.len() < length => {
            Some(Data::Head(bytes.as_slice().into(), length))
        }
        _ => None,
    }
}

fn send(all: Arguments<'_, '_>) -> Option<Call> {
    let socket = all.fd(0)?;
    let (data, flags) = (data(all.get(1)?, all.get(2)?)?, flags(all, 3)?);
    let is_plain = all.get(4).is_none() || all.is_null(4) && all.int(5) == Some(0);
    Some(match is_plain {
        true => Call::Send {
            socket,
            data,
            flags,
        },
        false => Call::Sendto {
            socket,
            data,
            address: address::argument(all.get(4)?, all.get(5)?)?,
            flags,
        },
    })
}

fn receive(all: Arguments<'_, '_>) -> Option<Call> {
    let socket = all.fd(0)?;
    let (room, flags) = (room(all)?, flags(all, 3)?);
    Some(match all.get(4).is_none() || all.is_null(4) {
        true => Call::Recv {
            socket,
            room,
            flags,
        },
        false => Call::Recvfrom {
            socket,
            room,
            flags,
            length: unusual(all.lengths(5)?.0),
        },
    })
}

/// The sizes of an array of buffers.
pub(in crate::strace::import) fn sizes(vectors: &Field<'_>) -> Option<Vec<usize>> {
    let sizes = vectors.list()?.iter().map(|vector| {
        let size = size_of(member(vector.members()?, "iov_len")?)?;
        (size <= LONGEST).then_some(size)
    });
    sizes.collect()
}

fn buffers(vectors: &Field<'_>) -> Option<Vec<Data>> {
    let buffers = vectors.list()?.iter().map(|vector| {
        let members = vector.members()?;
        data(member(members, "iov_base")?, member(members, "iov_len")?)
    });
    buffers.collect()
}

/// The message of a header that is sent.
fn message(header: &[Field<'_>]) -> Option<Message> {
    let name = member(header, "msg_name")?;
    let address = match name.word() {
        Some("NULL") => None,
        _ => Some(address::argument(name, member(header, "msg_namelen")?)?),
    };
    let mut message = Message {
        data: buffers(member(header, "msg_iov")?)?,
        address,
        flags: MsgFlags(0),
        fds: Vec::new(),
        credentials: None,
        control: Vec::new(),
    };
    let is_flagless = constant_of(member(header, "msg_flags")?, &[&MSG_FLAGS]) == Some(0);
    let mut controls = control::messages(header)?.into_iter();
    let is_whole = controls.all(|control| take(&mut message, control));
    (is_flagless && is_whole).then_some(message)
}

/// Takes a control message into a message of the notation; gives false where that would send it at another place, or not
/// in one piece.
fn take(message: &mut Message, control: ControlMessage) -> bool {
    let words = control.data.chunks_exact(4);
    let words: Vec<i32> = words
        .filter_map(|word| word.try_into().ok().map(i32::from_ne_bytes))
        .collect();
    match (control.level, control.kind, words.as_slice()) {
        (libc::SOL_SOCKET, libc::SCM_RIGHTS, fds) => {
            let is_first = message.fds.is_empty();
            message.fds.extend(fds.iter().copied().map(Descriptor::Raw));
            is_first && message.credentials.is_none() && message.control.is_empty()
        }
        (libc::SOL_SOCKET, libc::SCM_CREDENTIALS, [pid, uid, gid]) => {
            let credentials = Credentials {
                pid: *pid,
                uid: uid.cast_unsigned(),
                gid: gid.cast_unsigned(),
            };
            message.credentials.replace(credentials).is_none() && message.control.is_empty()
        }
        _ => {
            message.control.push(control);
            true
        }
    }
}

/// The headers of an array of messages.
pub(in crate::strace::import) fn headers<'a, 'b>(
    array: &'b Field<'a>,
) -> Option<Vec<&'b [Field<'a>]>> {
    let headers = array.list()?.iter();
    headers
        .map(|each| member(each.members()?, "msg_hdr")?.members())
        .collect()
}

fn messages(all: Arguments<'_, '_>) -> Option<Vec<Message>> {
    let headers = headers(all.get(1)?)?;
    let is_all = all.size(2) == Some(headers.len());
    let messages = headers.into_iter().map(message);
    messages.collect::<Option<Vec<_>>>().filter(|_| is_all)
}

fn recvmsg(all: Arguments<'_, '_>) -> Option<Call> {
    let header = all.get(1)?.members()?;
    Some(Call::Recvmsg {
        socket: all.fd(0)?,
        counts: sizes(member(header, "msg_iov")?)?,
        flags: flags(all, 2)?,
        // How much room there was for control messages is not printed.
        control: None,
    })
}

fn recvmmsg(all: Arguments<'_, '_>) -> Option<Call> {
    let headers = headers(all.get(1)?)?;
    let mut own = headers
        .iter()
        .map(|header| sizes(member(header, "msg_iov")?));
    let first = own.next()??;
    let is_same = own.all(|own| own.as_ref() == Some(&first));
    let timeout = match all.is_null(4) {
        true => None,
        false => Some(Timeout::from(Some(timespec(&all.get(4)?.value)?))),
    };
    is_same.then_some(Call::Recvmmsg {
        socket: all.fd(0)?,
        vlen: all.int(2)?,
        sizes: first,
        timeout,
        flags: flags(all, 3)?,
    })
}
