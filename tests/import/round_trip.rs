//! What `run --format strace` prints of a script is read as the same calls with the same results: each script is played
//! here, and the events of its engine are compared with those that are made of the text.

use std::collections::BTreeMap;
use std::net::SocketAddrV6;
use std::sync::Arc;

use sockplay::call::Call;
use sockplay::call::argument::{AddressArg, AddressExpr, IntArg, Message};
use sockplay::call::data::Data;
use sockplay::call::mask::Mask;
use sockplay::call::option_bytes::encode;
use sockplay::call::outcome::{Outcome, Received, Returned};
use sockplay::call::received_bytes::ReceivedBytes;
use sockplay::call::value::Value;
use sockplay::event::{CallId, Event, EventKind};
use sockplay::socket::{Address, IoctlRequest, Kind, SockFlags, SocketType, sockaddr};
use sockplay::strace::import::import;
use sockplay::strace::{Host, Log};
use sockplay::world::{Record, World};

use crate::common::files::{scripts, sessions, text};
use crate::common::session::{Session, Step};
use crate::common::skipped;

/// How many bytes of data are printed.
const SHOWN: usize = 32;
/// System calls that the notation has and that are not taken over from a trace, as a tracer does not show them.
const LEFT_OUT: [&str; 6] = [
    "openat",
    "chmod",
    "unlink",
    "prlimit64",
    "rt_sigtimedwait",
    "wait4",
];

/// System calls that are taken over where they are made on a descriptor that is known.
const OF_KNOWN: [&str; 13] = [
    "read", "write", "readv", "writev", "close", "dup", "dup2", "dup3", "fcntl", "ioctl", "poll",
    "ppoll", "pselect6",
];

/// A call with its outcome.
type Made = (Arc<Call>, Option<Outcome>);

/// The events of a script, in their order.
fn played(script: &str) -> Option<Vec<Event>> {
    let mut session = Session::start(script.as_bytes(), None).ok()?;
    loop {
        match session.step() {
            Step::Report(_) | Step::Went => {}
            Step::Over => return Some(std::mem::take(&mut session.rig.taken)),
        }
    }
}

/// What `--format strace` prints of events, and the calls in it, by the threads that made them.
fn printed(events: &[Event], host: &Host) -> (String, BTreeMap<i32, Vec<Made>>) {
    let (mut world, mut log, mut text) = (World::default(), Log::default(), String::new());
    for event in events {
        world.apply(event);
        text.push_str(&log.text(&event.what, &world, host));
    }
    text.push_str(&log.interrupt(&world, host));
    let mut all: BTreeMap<i32, Vec<Made>> = BTreeMap::new();
    for event in events {
        let EventKind::Entered { call, thread, .. } = &event.what else {
            continue;
        };
        let record = world.call(*call).expect("it was asked for");
        if let Some(traced) = host.trace(&world, record)
            && !LEFT_OUT.contains(&traced.name)
            && (!OF_KNOWN.contains(&traced.name) || concerns(record, &world))
        {
            let made = (Arc::clone(&record.request.call), record.given().cloned());
            all.entry(thread.tid).or_default().push(made);
        }
    }
    (text, all)
}

/// Whether a call is made on a descriptor of the session that is not a file, or has one in its set.
fn concerns(record: &Record, world: &World) -> bool {
    let on = record.request.on.into_iter();
    let mut all = on.chain(record.request.others.iter().copied());
    all.any(|id| {
        let own = world.descriptor(id);
        own.is_some_and(|own| {
            let was_open = own.descriptor.closed.is_none_or(|at| at > record.began());
            // A connection that serve() took was taken by a call that is not printed.
            let maker = world.call(own.created_by());
            let is_known = maker.is_none_or(|maker| !maker.call().call_kind().is_loop());
            was_open && is_known && own.kind() != Kind::File
        })
    })
}

/// The calls in imported events, by the threads that made them.
fn imported(events: &[Event]) -> BTreeMap<i32, Vec<Made>> {
    let mut calls: BTreeMap<CallId, (i32, Made)> = BTreeMap::new();
    let mut asked: BTreeMap<CallId, Arc<Call>> = BTreeMap::new();
    for event in events {
        match &event.what {
            EventKind::Asked(request) => {
                asked.insert(request.id, Arc::clone(&request.call));
            }
            EventKind::Entered { call, thread, .. } => {
                let made = (Arc::clone(&asked[call]), None);
                calls.insert(*call, (thread.tid, made));
            }
            EventKind::Returned { call, outcome, .. } => {
                calls.get_mut(call).expect("it was entered").1.1 = Some(outcome.clone());
            }
            _ => {}
        }
    }
    let mut all: BTreeMap<i32, Vec<Made>> = BTreeMap::new();
    for (thread, made) in calls.into_values() {
        all.entry(thread).or_default().push(made);
    }
    all
}

/// Data as far as it is printed.
fn shown(data: &Data) -> Data {
    match (data, data.len()) {
        (Data::Null(_), _) => data.clone(),
        (data, 0..=SHOWN) => Data::Text(data.head(SHOWN)),
        (data, length) => Data::Head(data.head(SHOWN).into(), length),
    }
}

fn shown_message(message: &Message) -> Message {
    Message {
        data: message.data.iter().map(shown).collect(),
        ..message.clone()
    }
}

/// An address as far as it is printed: so many bytes of it, with the length.
fn shown_address(arg: &AddressArg, host: &Host) -> AddressArg {
    let address = match &arg.place {
        AddressExpr::Literal(address) => address.clone(),
        AddressExpr::Zoned { ip, zone, port } => {
            let known = host.interfaces.iter().find(|(_, name)| name == zone);
            let index = known.expect("an interface of this host").0;
            Address::Inet6(SocketAddrV6::new(*ip, *port, 0, index))
        }
        _ => return arg.clone(),
    };
    let mut bytes = sockaddr::encode(&address);
    let length = arg
        .length
        .unwrap_or_else(|| i32::try_from(bytes.len()).expect("it is short"));
    bytes.truncate(usize::try_from(length).unwrap_or(0));
    // The NUL at the end of a path is not printed.
    if let Address::Unix(_) = address {
        while bytes.last() == Some(&0) {
            bytes.pop();
        }
    }
    let place = match sockaddr::decode(&bytes) {
        Some(address) => AddressExpr::Literal(address),
        None => AddressExpr::Null,
    };
    AddressArg {
        place,
        length: Some(length),
    }
}

/// A call as far as strace shows it, in the form in which a tracer has it.
fn as_traced(call: &Call, host: &Host) -> Call {
    let mut call = other_form(call);
    match &mut call {
        Call::Socket {
            socket_type, flags, ..
        }
        | Call::Socketpair {
            socket_type, flags, ..
        } => {
            *socket_type = SocketType(socket_type.0 | flags.0);
            *flags = SockFlags(0);
        }
        Call::Bind { address, .. } | Call::Connect { address, .. } => {
            *address = shown_address(address, host);
        }
        Call::Send { data, .. } | Call::Write { data, .. } => *data = shown(data),
        Call::Sendto { data, address, .. } => {
            *data = shown(data);
            *address = shown_address(address, host);
        }
        Call::Writev { buffers, .. } => {
            for data in buffers {
                *data = shown(data);
            }
        }
        Call::Sendmsg { message, .. } => **message = shown_message(message),
        Call::Sendmmsg { messages, .. } => {
            for message in messages {
                *message = shown_message(message);
            }
        }
        Call::Recvmsg { control, .. } => *control = None,
        Call::Accept { length, .. }
        | Call::Accept4 { length, .. }
        | Call::Getsockname { length, .. }
        | Call::Getpeername { length, .. }
        | Call::Recvfrom { length, .. }
        | Call::Getsockopt { length, .. } => *length = None,
        Call::Setsockopt { value, length, .. } => {
            let bytes = encode(value).unwrap_or_default();
            let natural = i32::try_from(bytes.len()).expect("it is short");
            *length = Some(length.unwrap_or(natural));
            *value = Value::Raw(bytes);
        }
        Call::Fcntl { argument, .. } => {
            if let Some(IntArg::OwnProcess) = argument {
                *argument = Some(IntArg::Number(host.pid));
            }
        }
        Call::Ppoll { mask, .. } | Call::Pselect { mask, .. } | Call::EpollPwait { mask, .. } => {
            *mask = Mask::of_bits(mask.bits());
        }
        _ => {}
    }
    call
}

/// The call that a tracer takes another one for, since they are the same system call.
fn other_form(call: &Call) -> Call {
    match call {
        Call::Sendto {
            socket,
            data,
            address:
                AddressArg {
                    place: AddressExpr::Null,
                    length: None,
                },
            flags,
        } => Call::Send {
            socket: socket.clone(),
            data: data.clone(),
            flags: *flags,
        },
        Call::Sockatmark { socket } => Call::Ioctl {
            socket: socket.clone(),
            request: IoctlRequest::AT_MARK,
            argument: None,
        },
        Call::Select {
            sets,
            timeout,
            nfds,
        } => Call::Pselect {
            sets: sets.clone(),
            timeout: *timeout,
            mask: Mask(None),
            nfds: *nfds,
        },
        other => other.clone(),
    }
}

fn shown_bytes(bytes: &ReceivedBytes) -> ReceivedBytes {
    let head: Vec<u8> = bytes.head().iter().copied().take(SHOWN).collect();
    ReceivedBytes::head_of(head, bytes.len())
}

fn shown_received(received: &Received) -> Received {
    let mut received = received.clone();
    received.bytes = shown_bytes(&received.bytes);
    for control in &mut received.control {
        // An interface that has a name is printed by that.
        if control.interface.is_some() {
            control.data = control.with_index(0);
        }
    }
    received
}

/// A result as far as strace shows it.
fn as_shown(returned: &Returned) -> Returned {
    match returned {
        Returned::Data { count, bytes, from } => Returned::Data {
            count: *count,
            bytes: shown_bytes(bytes),
            from: from.clone(),
        },
        Returned::Message(message) => Returned::Message(Box::new(shown_received(message))),
        Returned::Messages(all) => Returned::Messages(all.iter().map(shown_received).collect()),
        other => other.clone(),
    }
}

/// What is different between a call that was made and the same call as it was read.
fn difference(made: &Made, read: &Made, host: &Host) -> Option<String> {
    let ((call, outcome), (read_call, read_outcome)) = (made, read);
    if let Call::Syscall { .. } = &**read_call {
        let value = |own: &Option<Outcome>| {
            let own = own.as_ref()?;
            Some((own.raw.as_ref()?.returned, own.errno()))
        };
        let is_same = value(outcome) == value(read_outcome);
        return (!is_same).then(|| format!("{call}\n    {outcome:?}\n    {read_outcome:?}"));
    }
    let (expected, read_as) = (as_traced(call, host), as_traced(read_call, host));
    if expected != read_as {
        return Some(format!("{expected:?}\n    {read_as:?}"));
    }
    let result = |own: &Option<Outcome>| {
        let own = own.as_ref()?;
        Some(own.result.as_ref().map(as_shown).map_err(|errno| *errno))
    };
    let (own, read) = (result(outcome), result(read_outcome));
    // Who is asked for by the number of this process, and what the kernel says before it is decided that it is EINTR.
    let is_said_otherwise = match (&own, &read) {
        (Some(Ok(Returned::Word("getpid()"))), Some(Ok(Returned::Value(Value::Int(pid))))) => {
            *pid == host.pid
        }
        (Some(Err(own)), Some(Err(read))) => own.0 == libc::EINTR && read.is_restart(),
        _ => false,
    };
    (own != read && !is_said_otherwise).then(|| format!("{call}\n    {own:?}\n    {read:?}"))
}

fn compare(script: &str, name: &str, wrong: &mut Vec<String>, counts: &mut [usize; 2]) {
    let host = sockplay::trace::host();
    let Some(events) = played(script) else {
        return skipped(&format!("{name}: it cannot be played alone"));
    };
    let (text, made) = printed(&events, &host);
    let read = import(text.as_bytes());
    let unknown = &read.report.first_unknown;
    let lines: Vec<&str> = text.lines().collect();
    wrong.extend(
        unknown
            .iter()
            .map(|number| format!("{name}: {}", lines[number - 1])),
    );
    let read = imported(&read.events);
    for (thread, made) in &made {
        let none = Vec::new();
        let read = read.get(thread).unwrap_or(&none);
        if made.len() != read.len() {
            let calls = |all: &[Made]| -> Vec<String> {
                all.iter().map(|(call, _)| call.to_string()).collect()
            };
            let (made, read) = (calls(made), calls(read));
            wrong.push(format!("{name}: made {made:?}, read {read:?}"));
        }
        for (made, read) in made.iter().zip(read) {
            counts[0] += 1;
            counts[1] += usize::from(matches!(&*read.0, Call::Syscall { .. }));
            let found = difference(made, read, &host);
            wrong.extend(found.map(|found| format!("{name}: {found}")));
        }
    }
}

#[test]
fn every_call_and_every_result_of_the_scripts_is_read_back() {
    let (mut wrong, mut counts) = (Vec::new(), [0, 0]);
    for script in scripts("tests/scripts") {
        let name = script.file_name().expect("a file").to_string_lossy();
        for session in sessions(&text(&script)) {
            compare(&session, &name, &mut wrong, &mut counts);
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        counts[0],
        wrong.join("\n")
    );
    println!(
        "{} calls, {} of them as they are printed",
        counts[0], counts[1]
    );
}
