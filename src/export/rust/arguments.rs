//! The arguments of a function of the C library in Rust: what is declared before the call, and what is passed.
//!
//! A call has at most one argument of each type, so what is declared has fixed names, as in C.

use std::time::Duration;

use crate::call::argument::{Descriptor, PollEntry, Room, Sets};
use crate::call::lookup::{Hints, NameRoom, Text};
use crate::call::mask::Mask;
use crate::call::process::ProcessArg;
use crate::call::timeout::Timeout;
use crate::export::function::Arg;
use crate::export::plan::{Place, Step, variable};
use crate::export::rust::Rust;
use crate::export::rust::names::name;
use crate::export::text::{byte_string, comment, rust_c_string};
use crate::socket::{EpollEvents, Sig};

/// Constants that the libc crate does not have.
const MISSING: [&str; 12] = [
    "FIOGETOWN",
    "F_GETSIG",
    "F_SETSIG",
    "ICMPV6_FILTER",
    "ICMP_FILTER",
    "IPV6_RECVERR_RFC4884",
    "IP_LOCAL_PORT_RANGE",
    "IP_RECVERR_RFC4884",
    "SIOCATMARK",
    "SIOCINQ",
    "SIOCOUTQ",
    "TCP_TX_DELAY",
];

/// An expression of constants as Rust writes it; the number where the libc crate lacks one of them.
pub(crate) fn constant(text: &str, number: i64) -> String {
    if text == "getpid()" {
        return "std::process::id() as libc::c_int".to_owned();
    }
    if let Some(octal) = text
        .strip_prefix('0')
        .filter(|octal| !octal.is_empty() && !octal.starts_with('x'))
    {
        return format!("0o{octal}");
    }
    let parts: Vec<&str> = text.split('|').collect();
    let is_name = |part: &&str| part.starts_with(|c: char| c.is_ascii_uppercase());
    if parts
        .iter()
        .any(|part| !is_name(part) || MISSING.contains(part))
    {
        let written = match number {
            // The parameter may be unsigned.
            ..0 => format!("{number}i32 as _"),
            0.. => number.to_string(),
        };
        return match number == 0 || !text.starts_with(|c: char| c.is_ascii_uppercase()) {
            true => written,
            false => format!("{written} /* {} */", comment(text)),
        };
    }
    let names: Vec<String> = parts.iter().map(|part| format!("libc::{part}")).collect();
    names.join(" | ")
}

impl Rust<'_> {
    /// What is passed for one argument; what it needs is declared before.
    pub(crate) fn argument(&mut self, step: &Step<'_>, arg: &Arg<'_>) -> String {
        match arg {
            Arg::Fd(descriptor) => self.number(step, descriptor),
            Arg::Process(process) => match process {
                ProcessArg::Named(child) => name(&variable(child)),
                ProcessArg::Number(number) => number.to_string(),
            },
            Arg::Constant(text, number) => constant(text, *number),
            Arg::Number(number) => number.to_string(),
            Arg::To(address) => self.to(step, address, "to").join(", "),
            // They are those of SockAddr::try_init().
            Arg::From(_) => "address.cast(), length".to_owned(),
            Arg::Data(data) => {
                let [pointer, length] = self.data(data, "data");
                format!("{pointer}, {length}")
            }
            Arg::Room(Room { size, null: true }) => format!("std::ptr::null_mut(), {size}"),
            Arg::Room(Room { size, .. }) => {
                self.line(format!("let mut buffer = vec![0u8; {size}];"));
                "buffer.as_mut_ptr().cast(), buffer.len()".to_owned()
            }
            Arg::Gather(buffers) => {
                self.gather(buffers, "");
                format!("vectors.as_ptr(), {}", buffers.len())
            }
            Arg::Scatter(sizes) => {
                self.scatter(sizes, "");
                format!("vectors.as_ptr(), {}", sizes.len())
            }
            Arg::Message(message) => {
                self.message(step, message, "");
                "&raw const message".to_owned()
            }
            Arg::Messages(messages) => self.messages(step, messages),
            Arg::Incoming(sizes, control) => {
                self.incoming(sizes, *control, "");
                "&raw mut message".to_owned()
            }
            Arg::ManyIncoming(sizes, most) => self.many_incoming(sizes, *most),
            Arg::Value(_, value, length) => self.value(value, *length),
            Arg::ValueRoom(option, length) => self.value_room(*option, *length),
            Arg::IntAt(number) => {
                self.line(format!("let mut number: libc::c_int = {number};"));
                "&raw mut number".to_owned()
            }
            Arg::Entries(entries) => self.entries(step, entries),
            Arg::Sets(sets, nfds) => self.sets(step, sets, *nfds),
            Arg::Timeval(timeout) => self.time(*timeout, "timeval", "tv_usec", 1000),
            Arg::Timespec(timeout) => self.time(*timeout, "timespec", "tv_nsec", 1),
            Arg::Mask(mask) => self.mask(mask),
            Arg::Signals(signals) => {
                let signals = signal_list(signals);
                self.line(format!("let signals = signal_set(&[{signals}]);"));
                "&raw const signals".to_owned()
            }
            Arg::Event(events, descriptor) => self.event(step, *events, descriptor),
            Arg::Events(max) => {
                let size = usize::try_from(*max).unwrap_or(0).max(1);
                self.line(format!(
                    "let mut events = [libc::epoll_event {{ events: 0, u64: 0 }}; {size}];"
                ));
                format!("events.as_mut_ptr(), {max}")
            }
            Arg::Timer(value, interval) => self.timer(*value, *interval),
            Arg::Null => "std::ptr::null_mut()".to_owned(),
            Arg::Info => {
                self.line("let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };");
                "&raw mut info".to_owned()
            }
            Arg::Pair => {
                self.line("let mut pair = [-1; 2];");
                "pair.as_mut_ptr()".to_owned()
            }
            Arg::PathOf(address) => match step.place(&address.place) {
                Place::Literal(address) => rust_c_string(address.path().unwrap_or_default()),
                Place::Of(key) => {
                    let known = self.known(&key);
                    self.line(format!("let path = path_of(&{known});"));
                    "path.as_ptr()".to_owned()
                }
                Place::Zoned(..) | Place::PortOf(..) | Place::Unspecified | Place::Null => {
                    rust_c_string(b"")
                }
            },
            Arg::Path(path) => rust_c_string(path),
            Arg::Text(text) => rust_text(text),
            Arg::Hints(hints) => self.hints(*hints),
            Arg::List => {
                self.line("let mut list: *mut libc::addrinfo = std::ptr::null_mut();");
                "&raw mut list".to_owned()
            }
            Arg::Names(room) => self.names(*room),
            Arg::Binary(_) => {
                self.line("let mut binary = [0u8; 16];");
                "binary.as_mut_ptr().cast()".to_owned()
            }
            Arg::Bytes(data) => {
                let bytes = byte_string(&data.head(64));
                self.line(format!("let binary = {bytes};"));
                "binary.as_ptr().cast()".to_owned()
            }
            Arg::TextRoom(size) => {
                let size = size.unwrap_or(46);
                self.line(format!("let mut text = vec![0u8; {}];", size.max(1)));
                format!("text.as_mut_ptr().cast(), {size}")
            }
            Arg::Limit(limit) => {
                let limit = match limit {
                    0.. => limit.to_string(),
                    _ => format!("{limit}i64 as libc::rlim_t"),
                };
                self.line(format!(
                    "let limits = libc::rlimit {{ rlim_cur: {limit}, rlim_max: {limit} }};"
                ));
                "&raw const limits".to_owned()
            }
            Arg::Status => {
                self.line("let mut status: libc::c_int = 0;");
                "&raw mut status".to_owned()
            }
            Arg::Short(number) => match u16::try_from(*number) {
                Ok(number) => format!("{number}u16"),
                Err(_) => format!("({number}u32 as u16)"),
            },
            Arg::Long(number) => format!("{number}u32"),
        }
    }

    fn entries(&mut self, step: &Step<'_>, entries: &[PollEntry]) -> String {
        let each = entries.iter().map(|entry| {
            let socket = self.number(step, &entry.socket);
            let events = constant(&entry.events.to_string(), entry.events.0.into());
            format!("libc::pollfd {{ fd: {socket}, events: {events}, revents: 0 }}")
        });
        let (all, count) = (each.collect::<Vec<_>>().join(", "), entries.len());
        let of_type = if count == 0 {
            ": [libc::pollfd; 0]"
        } else {
            ""
        };
        self.line(format!("let mut entries{of_type} = [{all}];"));
        format!("entries.as_mut_ptr(), {count}")
    }

    fn sets(&mut self, step: &Step<'_>, sets: &Sets, nfds: Option<i32>) -> String {
        let names = ["readable", "writable", "exceptional"];
        let mut all = Vec::new();
        let mut pointers = Vec::new();
        for (set, (_, members)) in names.iter().zip(sets.named()) {
            if members.is_empty() {
                pointers.push("std::ptr::null_mut()".to_owned());
                continue;
            }
            self.line(format!(
                "let mut {set}: libc::fd_set = unsafe {{ std::mem::zeroed() }};"
            ));
            for member in members {
                let member = self.number(step, member);
                self.line(format!("unsafe {{ libc::FD_SET({member}, &mut {set}) }};"));
                all.push(member);
            }
            pointers.push(format!("&raw mut {set}"));
        }
        let highest = match (nfds, all.is_empty()) {
            (Some(nfds), _) => nfds.to_string(),
            (None, true) => "0".to_owned(),
            (None, false) => {
                let all = all.join(", ");
                self.line(format!(
                    "let highest = [{all}].into_iter().max().unwrap_or(-1);"
                ));
                "highest + 1".to_owned()
            }
        };
        format!("{highest}, {}", pointers.join(", "))
    }

    fn time(&mut self, timeout: Timeout, kind: &str, part: &str, unit: i64) -> String {
        let Some((seconds, nanos)) = timeout.timespec() else {
            return "std::ptr::null_mut()".to_owned();
        };
        let rest = nanos / unit;
        self.line(format!(
            "let mut timeout = libc::{kind} {{ tv_sec: {seconds}, {part}: {rest} }};"
        ));
        "&raw mut timeout".to_owned()
    }

    fn mask(&mut self, mask: &Mask) -> String {
        let Some(blocked) = &mask.0 else {
            return "std::ptr::null()".to_owned();
        };
        let blocked = signal_list(blocked);
        self.line(format!("let mask = signal_set(&[{blocked}]);"));
        "&raw const mask".to_owned()
    }

    fn event(&mut self, step: &Step<'_>, events: EpollEvents, descriptor: &Descriptor) -> String {
        let socket = self.number(step, descriptor);
        let events = constant(&events.to_string(), events.0.into());
        self.line(format!(
            "let mut event = libc::epoll_event {{ events: ({events}) as u32, u64: {socket} as u64 }};"
        ));
        "&raw mut event".to_owned()
    }

    fn timer(&mut self, value: Duration, interval: Duration) -> String {
        let span = |span: Duration| {
            let (seconds, nanos) = (span.as_secs(), span.subsec_nanos());
            format!("libc::timespec {{ tv_sec: {seconds}, tv_nsec: {nanos} }}")
        };
        self.line(format!(
            "let timer = libc::itimerspec {{ it_value: {}, it_interval: {} }};",
            span(value),
            span(interval)
        ));
        "&raw const timer".to_owned()
    }

    fn hints(&mut self, hints: Option<Hints>) -> String {
        let Some(hints) = hints else {
            return "std::ptr::null()".to_owned();
        };
        let fields = [
            ("ai_flags", hints.flags.to_string(), hints.flags.0),
            ("ai_family", hints.family.to_string(), hints.family.0),
            (
                "ai_socktype",
                hints.socket_type.to_string(),
                hints.socket_type.0,
            ),
            ("ai_protocol", hints.protocol.to_string(), hints.protocol.0),
        ];
        let set = fields.into_iter().filter(|(_, _, number)| *number != 0);
        let set: Vec<String> = set
            .map(|(field, text, number)| {
                format!("hints.{field} = {};", constant(&text, number.into()))
            })
            .collect();
        let mutable = if set.is_empty() { "" } else { "mut " };
        self.line(format!(
            "let {mutable}hints: libc::addrinfo = unsafe {{ std::mem::zeroed() }};"
        ));
        for line in set {
            self.line(line);
        }
        "&raw const hints".to_owned()
    }

    fn names(&mut self, room: NameRoom) -> String {
        let sizes = [("host", room.host, 1025), ("service", room.service, 32)];
        let each = sizes.map(|(name, size, enough)| {
            let size = size.unwrap_or(enough);
            self.line(format!("let mut {name} = vec![0u8; {}];", size.max(1)));
            format!("{name}.as_mut_ptr().cast(), {size}")
        });
        each.join(", ")
    }
}

fn rust_text(text: &Text) -> String {
    match &text.0 {
        Some(text) => rust_c_string(text),
        None => "std::ptr::null()".to_owned(),
    }
}

fn signal_list(signals: &[Sig]) -> String {
    let each = signals.iter().map(|signal| {
        let name = crate::socket::constant::SIGNALS.name_of(signal.0);
        // SIGRTMIN is a function.
        match name.filter(|name| !name.starts_with("SIGRT")) {
            Some(name) => format!("libc::{name}"),
            None => signal.0.to_string(),
        }
    });
    each.collect::<Vec<_>>().join(", ")
}
