//! System calls that the notation has under another name, or not at all, as strace(1) prints them: `ppoll`, `pselect6`,
//! `epoll_pwait`, `accept` without an address. They are made by traced programs.

use std::time::Duration;

use crate::call::argument::{Message, OptionArg, PollEntry, Sets};
use crate::call::outcome::{Outcome, Raw, Returned};
use crate::call::syscall::{Printed, Syscall};
use crate::call::timeout::Timeout;
use crate::socket::MsgFlags;
use crate::socket::{FcntlCommand, IoctlRequest};
use crate::strace::Environment;
use crate::strace::bytes::{POINTER, list, quoted, sent};
use crate::strace::names::{MSG_FLAGS, RANGE_FLAGS, SOCK_FLAGS, SPLICE_FLAGS};
use crate::strace::number::{number, signal};
use crate::strace::pieces::{scatter, vector};
use crate::strace::ready::{mask_after, signals, timespec};
use crate::strace::table::hex;

/// An argument of a system call that is printed by its kind alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Plain {
    /// A number.
    Int(i64),
    /// Bits, in hexadecimal.
    Bits(u64),
    /// A pointer that leads somewhere, or none.
    Pointer(u64),
    /// A path or another text.
    Text(Vec<u8>),
    /// The array of arguments of execve(2).
    Texts(Vec<Vec<u8>>),
    /// How many variables an environment has.
    Variables(usize),
    /// A signal.
    Signal(i32),
    /// MSG_ flags.
    MsgFlags(i32),
    /// The flags of accept4(2).
    SockFlags(i32),
    /// The flags of close_range(2).
    RangeFlags(i32),
    /// The flags of splice(2).
    SpliceFlags(i32),
    /// The flags of timerfd_settime(2).
    TimerFlags(i32),
    /// The operation of epoll_ctl(2).
    EpollOp(i32),
    /// The command of fcntl(2) with its argument.
    Control(i32, i32),
    /// The request of ioctl(2), and whether its argument is a null pointer.
    Request(i32, u64),
    /// An option of a socket: level and number, and whether it is read.
    Option(i32, i32, bool),
    /// Something that is printed as it is.
    Words(String),
}

impl Plain {
    fn text(&self) -> String {
        match self {
            Self::Int(number) => number.to_string(),
            Self::Bits(bits) => hex(u32::try_from(*bits).unwrap_or(u32::MAX)),
            Self::Pointer(pointer) => pointer_text(*pointer),
            Self::Text(bytes) => quoted(bytes),
            Self::Texts(texts) => list(texts.iter().map(|text| quoted(text)).collect()),
            Self::Variables(count) => format!("{POINTER} /* {count} vars */"),
            Self::Signal(number) => signal(*number),
            Self::MsgFlags(flags) => MSG_FLAGS.mask(*flags),
            Self::SockFlags(flags) => SOCK_FLAGS.mask(*flags),
            Self::RangeFlags(flags) => RANGE_FLAGS.mask(*flags),
            Self::SpliceFlags(flags) => SPLICE_FLAGS.mask(*flags),
            Self::TimerFlags(flags) => crate::strace::names::TIMERFD_FLAGS.mask(*flags),
            Self::EpollOp(op) => crate::strace::names::EPOLL_OPS.one(*op),
            Self::Control(command, argument) => {
                crate::strace::shapes::controls(FcntlCommand(*command), *argument)
            }
            Self::Request(request, argument) => asked(IoctlRequest(*request), *argument),
            Self::Option(level, number, reads) => {
                let (level, number) = (*level, *number);
                crate::strace::option::name(OptionArg { level, number }, *reads)
            }
            Self::Words(words) => words.clone(),
        }
    }
}

fn pointer_text(pointer: u64) -> String {
    match pointer {
        0 => "NULL".to_owned(),
        _ => POINTER.to_owned(),
    }
}

/// A request of ioctl(2) that the notation does not have; two take no argument.
fn asked(request: IoctlRequest, argument: u64) -> String {
    const FIONCLEX: i32 = 0x5450;
    const FIOCLEX: i32 = 0x5451;
    let number = request.0.cast_unsigned();
    let name = crate::strace::names::REQUESTS.name(number);
    let name = name.map_or_else(|| hex(number), str::to_owned);
    match request.0 {
        FIONCLEX | FIOCLEX => name,
        _ => format!("{name}, {}", pointer_text(argument)),
    }
}

fn syscall(name: &'static str, entered: impl Into<Box<str>>) -> Syscall {
    Syscall {
        name,
        entered: entered.into(),
    }
}

/// A system call whose arguments are all printed by their kinds.
pub(crate) fn plain(name: &'static str, arguments: &[Plain]) -> Syscall {
    let texts: Vec<String> = arguments.iter().map(Plain::text).collect();
    syscall(name, texts.join(", "))
}

/// accept(2) and accept4(2) with pointers of their own, or none.
pub(crate) fn accept(name: &'static str, fd: i32) -> Syscall {
    syscall(name, format!("{fd}, "))
}

/// What accept4(2) adds when it has returned: the address, its length, and the flags of accept4(2).
pub(crate) fn accepted(
    outcome: &Outcome,
    raw: &Raw,
    flags: Option<i32>,
    environment: Environment<'_>,
) -> Printed {
    let address = match &raw.address {
        None => "NULL, NULL".to_owned(),
        Some(_) => crate::strace::pieces::written(outcome, raw, None, environment),
    };
    let flags = flags.map(|flags| format!(", {}", SOCK_FLAGS.mask(flags)));
    Printed {
        arguments: address + &flags.unwrap_or_default(),
        result: None,
    }
}

/// The `it_interval` and the `it_value` of a timer.
pub(crate) type Setting = (Duration, Duration);

fn setting((interval, value): Setting) -> String {
    format!(
        "{{it_interval={}, it_value={}}}",
        timespec(interval),
        timespec(value)
    )
}

/// pipe(2) or pipe2(2), whose descriptors come first.
pub(crate) fn pipe(name: &'static str) -> Syscall {
    syscall(name, String::new())
}

/// What they wrote, and the flags of pipe2(2).
pub(crate) fn piped(outcome: &Outcome, pointer: u64, flags: Option<i32>) -> Printed {
    let ends = match outcome.result {
        Ok(Returned::Pair(a, b)) => format!("[{a}, {b}]"),
        _ => pointer_text(pointer),
    };
    let flags = flags.map(|flags| format!(", {}", crate::strace::names::OPEN_FLAGS.mask(flags)));
    Printed {
        arguments: ends + &flags.unwrap_or_default(),
        result: None,
    }
}

/// timerfd_settime(2) with a pointer for the setting before.
pub(crate) fn timerfd_settime(fd: i32, flags: i32, new: Setting) -> Syscall {
    let flags = crate::strace::names::TIMERFD_FLAGS.mask(flags);
    syscall(
        "timerfd_settime",
        format!("{fd}, {flags}, {}, ", setting(new)),
    )
}

/// The setting before that timerfd_settime(2) wrote; where it failed, the pointer for it.
pub(crate) fn timer_set(before: Result<Setting, u64>) -> Printed {
    Printed {
        arguments: before.map_or_else(pointer_text, setting),
        result: None,
    }
}

/// ppoll(2), or poll(2) where the notation does not show the pointers. `mask`: the signals and the size of the set that the
/// caller gave, which can be any number where it gave no set.
pub(crate) fn ppoll(entries: &[PollEntry], timeout: Timeout, mask: (Option<u64>, u64)) -> Syscall {
    syscall(
        "ppoll",
        crate::strace::ready::ppolls(entries, timeout, mask),
    )
}

/// What ppoll(2) returned, and how much of its time is left.
pub(crate) fn polled(outcome: &Outcome, raw: &Raw) -> Printed {
    let result = match &outcome.result {
        Ok(Returned::Ready(ready)) => Some(crate::strace::ready::polled(ready, raw)),
        _ => None,
    };
    Printed {
        arguments: String::new(),
        result,
    }
}

/// select(2) and pselect6(2), whose sets may be null pointers.
#[derive(Debug, Clone)]
pub(crate) struct Select<'a> {
    /// `select` or `pselect6`.
    pub(crate) name: &'static str,
    /// The first argument.
    pub(crate) nfds: i32,
    /// The sets.
    pub(crate) sets: &'a Sets,
    /// Which of them are there.
    pub(crate) given: [bool; 3],
    /// `None`: forever.
    pub(crate) timeout: Option<Duration>,
    /// The struct of pselect6(2) with its mask: the signals as bits. `None`: there is no struct, or no mask in it.
    pub(crate) mask: Option<Option<u64>>,
}

impl Select<'_> {
    /// As it is printed.
    pub(crate) fn syscall(&self) -> Syscall {
        let named = self.sets.named();
        let sets = named.iter().zip(self.given).map(|((_, set), given)| {
            let numbers: Vec<String> = set.iter().map(|fd| number(fd).to_string()).collect();
            match given {
                true => format!("[{}]", numbers.join(" ")),
                false => "NULL".to_owned(),
            }
        });
        let sets: Vec<String> = sets.collect();
        let timeout = match (self.timeout, self.name) {
            (None, _) => "NULL".to_owned(),
            (Some(span), "select") => format!(
                "{{tv_sec={}, tv_usec={}}}",
                span.as_secs(),
                span.subsec_micros()
            ),
            (Some(span), _) => timespec(span),
        };
        let mask = match (self.name, self.mask) {
            ("select", _) => String::new(),
            (_, None) => ", NULL".to_owned(),
            (_, Some(mask)) => format!(", {{sigmask={}, sigsetsize=8}}", signals(mask)),
        };
        syscall(
            self.name,
            format!("{}, {}, {timeout}{mask}", self.nfds, sets.join(", ")),
        )
    }
}

/// What select(2) and pselect6(2) returned.
pub(crate) fn selected(name: &str, outcome: &Outcome, raw: &Raw) -> Printed {
    let result = match &outcome.result {
        Ok(Returned::Selected { count, sets }) => {
            let text = crate::strace::ready::selected(*count, sets, raw);
            // select(2) has microseconds, and pselect6(2) nanoseconds.
            Some(match (name, raw.left) {
                ("select", Some(left)) if *count > 0 => text.replace(
                    &format!("left {}", timespec(Duration::from_nanos(left))),
                    &format!(
                        "left {{tv_sec={}, tv_usec={}}}",
                        left / 1_000_000_000,
                        left % 1_000_000_000 / 1_000
                    ),
                ),
                _ => text,
            })
        }
        _ => None,
    };
    Printed {
        arguments: String::new(),
        result,
    }
}

/// epoll_wait(2), epoll_pwait(2) and epoll_pwait2(2).
pub(crate) fn epoll_wait(name: &'static str, epoll: i32) -> Syscall {
    syscall(name, format!("{epoll}, "))
}

/// What they print when they have returned: the events with the data that the program gave each descriptor, or the
/// pointer where there are none to be read. `mask`: the signals and the size of the set that the caller gave, which can be
/// any number where it gave no set.
pub(crate) fn epoll_reported(
    events: Result<&[(u32, u64)], u64>,
    max: i32,
    timeout: &str,
    mask: Option<(Option<u64>, u64)>,
) -> Printed {
    let failed = events.is_err();
    let events = match events {
        Ok(events) => list(
            events
                .iter()
                .map(|(events, data)| event(*events, *data))
                .collect(),
        ),
        Err(pointer) => pointer_text(pointer),
    };
    let mask = mask.map_or_else(String::new, |(mask, size)| {
        format!(", {}, {size}", mask_after(mask, failed))
    });
    Printed {
        arguments: format!("{events}, {max}, {timeout}{mask}"),
        result: None,
    }
}

/// epoll_ctl(2) with the data that the program gives a descriptor, or with the pointer where that is not read.
pub(crate) fn epoll_ctl(
    epoll: i32,
    op: i32,
    target: i32,
    given: Result<(u32, u64), u64>,
) -> Syscall {
    let op = crate::strace::names::EPOLL_OPS.one(op);
    let event = match given {
        Ok((events, data)) => event(events, data),
        Err(pointer) => pointer_text(pointer),
    };
    syscall("epoll_ctl", format!("{epoll}, {op}, {target}, {event}"))
}

fn event(events: u32, data: u64) -> String {
    let events = crate::strace::names::EPOLL_EVENTS.mask(events.cast_signed());
    let low = data & u64::from(u32::MAX);
    format!("{{events={events}, data={{u32={low}, u64={data}}}}}")
}

/// getsockopt(2) without a place for the value.
pub(crate) fn getsockopt(fd: i32, option: OptionArg, room: u32) -> Syscall {
    let name = crate::strace::option::name(option, true);
    syscall("getsockopt", format!("{fd}, {name}, NULL, [{room}]"))
}

/// sendfile(2): from where, before and after.
pub(crate) fn sendfile(to: i32, from: i32, offset: Option<i64>) -> Syscall {
    let offset = offset.map_or_else(|| "NULL".to_owned(), |offset| format!("[{offset}]"));
    syscall("sendfile", format!("{to}, {from}, {offset}"))
}

/// What sendfile(2) adds when it has returned.
pub(crate) fn file_sent(offset: Option<i64>, count: u64) -> Printed {
    let offset = offset.map_or_else(String::new, |offset| format!(" => [{offset}]"));
    Printed {
        arguments: format!("{offset}, {count}"),
        result: None,
    }
}

/// fcntl(2) with F_GETOWN_EX.
pub(crate) fn asks_owner(fd: i32) -> Syscall {
    syscall("fcntl", format!("{fd}, F_GETOWN_EX, "))
}

/// The `struct f_owner_ex` that it wrote: type and number. `None`: nothing.
pub(crate) fn owner(owner: Option<(i32, i32)>) -> Printed {
    let text = match owner {
        None => POINTER.to_owned(),
        Some((kind, number)) => {
            let kind = match kind {
                0 => "F_OWNER_TID".to_owned(),
                1 => "F_OWNER_PID".to_owned(),
                2 => "F_OWNER_PGRP".to_owned(),
                other => format!("{} /* F_OWNER_??? */", hex(other.cast_unsigned())),
            };
            format!("{{type={kind}, pid={number}}}")
        }
    };
    Printed {
        arguments: text,
        result: None,
    }
}

/// sendmsg(2) with control messages that the notation does not have.
pub(crate) fn sendmsg(
    fd: i32,
    message: &Message,
    (address, address_length): (&[u8], u32),
    control: &[u8],
    environment: Environment<'_>,
) -> Syscall {
    let name = match address_length {
        0 => "NULL".to_owned(),
        length => crate::strace::sockaddr::address(address, length.cast_signed(), environment),
    };
    let buffers = message
        .data
        .iter()
        .map(|data| vector(&sent(data), data.len()));
    let control = match control.len() {
        0 => String::new(),
        _ => format!(
            ", msg_control={}",
            crate::strace::control::messages(control, environment)
        ),
    } + &format!(", msg_controllen={}", control.len());
    let text = format!(
        "{fd}, {{msg_name={name}, msg_namelen={address_length}, msg_iov={}, msg_iovlen={}{control}, msg_flags=0}}, {}",
        list(buffers.collect()),
        message.data.len(),
        MSG_FLAGS.mask(message.flags.0)
    );
    syscall("sendmsg", text)
}

/// recvmsg(2) without room for an address.
pub(crate) fn recvmsg(fd: i32) -> Syscall {
    syscall("recvmsg", format!("{fd}, "))
}

/// recvmmsg(2) with messages that have different buffers.
pub(crate) fn recvmmsg(fd: i32) -> Syscall {
    syscall("recvmmsg", format!("{fd}, "))
}

/// What it prints when it has returned: the buffers of each message.
pub(crate) fn received_messages(
    call: (&[Vec<usize>], i32, Option<Timeout>, MsgFlags),
    outcome: &Outcome,
    raw: &Raw,
    environment: Environment<'_>,
) -> Printed {
    let (sizes, vlen, timeout, flags) = call;
    let messages = crate::strace::message::received_messages(
        |index| sizes.get(index).map_or(&[], Vec::as_slice),
        outcome,
        raw,
        environment,
    );
    let timeout = crate::strace::ready::span(timeout.unwrap_or(Timeout::Forever));
    let (many, flags) = (vlen.cast_unsigned(), MSG_FLAGS.mask(flags.0));
    let result = match &outcome.result {
        Ok(Returned::Messages(messages)) => {
            Some(crate::strace::ready::received(messages.len(), raw))
        }
        _ => None,
    };
    Printed {
        arguments: format!("{messages}, {many}, {flags}, {timeout}"),
        result,
    }
}

/// What recvmsg(2) without room for an address prints when it has returned.
pub(crate) fn nameless(
    sizes: &[usize],
    flags: MsgFlags,
    outcome: &Outcome,
    raw: &Raw,
    environment: Environment<'_>,
) -> Printed {
    let flags = MSG_FLAGS.mask(flags.0);
    let Ok(Returned::Message(received)) = &outcome.result else {
        return Printed {
            arguments: format!("{{msg_namelen=0}}, {flags}"),
            result: None,
        };
    };
    let count = usize::try_from(received.count).unwrap_or(usize::MAX);
    let buffers = scatter(count, received.bytes.head(), sizes);
    let control = raw.control.clone().unwrap_or_default();
    let messages = match control.length {
        0 => String::new(),
        _ => format!(
            ", msg_control={}",
            crate::strace::control::messages(&control.bytes, environment)
        ),
    };
    Printed {
        arguments: format!(
            "{{msg_name=NULL, msg_namelen=0, msg_iov={buffers}, msg_iovlen={}{messages}, msg_controllen={}, msg_flags={}}}, {flags}",
            sizes.len(),
            control.length,
            MSG_FLAGS.mask(raw.msg_flags)
        ),
        result: None,
    }
}

/// A timeout as `struct timespec`; a null pointer is forever.
pub(crate) fn timeout(timeout: Option<Duration>) -> String {
    crate::strace::ready::span(Timeout::from(timeout))
}
