//! The arguments of a function of the C library in Rust: what is declared before the call, and what is passed.
//!
//! A call has at most one argument of each type, so what is declared has fixed names, as in C.

use std::net::SocketAddr;
use std::time::Duration;

use crate::call::argument::{AddressArg, Descriptor, Message, OptionArg, PollEntry, Room, Sets};
use crate::call::data::Data;
use crate::call::lookup::{Hints, NameRoom, Text};
use crate::call::mask::Mask;
use crate::call::process::ProcessArg;
use crate::call::timeout::Timeout;
use crate::call::value::Value;
use crate::export::lower::Arg;
use crate::export::plan::{Fd, Place, Step, variable};
use crate::export::rust::{Helper, Rust, name};
use crate::export::text::{byte_string, comment};
use crate::socket::sockaddr::{SUN_PATH, encode};
use crate::socket::{Address, EpollEvents, Sig, UnixName};

/// How many bytes the room for control messages has.
const CONTROL: i32 = 2048;

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
    if number == 0
        || parts
            .iter()
            .any(|part| !is_name(part) || MISSING.contains(part))
    {
        return match number == 0 || !text.starts_with(|c: char| c.is_ascii_uppercase()) {
            true => number.to_string(),
            false => format!("{number} /* {} */", comment(text)),
        };
    }
    let names: Vec<String> = parts.iter().map(|part| format!("libc::{part}")).collect();
    names.join(" | ")
}

impl Rust<'_> {
    /// A descriptor argument.
    pub(crate) fn descriptor(&self, step: &Step<'_>, descriptor: &Descriptor) -> String {
        match step.fd(descriptor) {
            Fd::Variable(variable) => name(&variable),
            Fd::Number(number) => number.to_string(),
        }
    }

    /// What is passed for one argument; what it needs is declared before.
    pub(crate) fn argument(&mut self, step: &Step<'_>, arg: &Arg<'_>) -> String {
        match arg {
            Arg::Fd(descriptor) => self.descriptor(step, descriptor),
            Arg::Process(process) => match process {
                ProcessArg::Named(child) => name(&variable(child)),
                ProcessArg::Number(number) => number.to_string(),
            },
            Arg::Constant(text, number) => {
                let text = constant(text, *number);
                match text.contains(" | ") {
                    true => format!("({text}) as _"),
                    false => format!("{text} as _"),
                }
            }
            Arg::Number(number) => number.to_string(),
            Arg::To(address) => self.to(step, address, "to"),
            Arg::From(length) => self.from(*length),
            Arg::Data(data) => {
                self.data(data, "data");
                "data.0, data.1".to_owned()
            }
            Arg::Room(room) => self.room(*room),
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
            Arg::Value(option, value, length) => self.value(*option, value, *length),
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
                self.used.insert(Helper::Signals);
                self.line(format!(
                    "let signals = signal_set(&[{}]);",
                    signal_list(signals)
                ));
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
                self.line("let mut pair: [RawFd; 2] = [-1; 2];");
                "pair.as_mut_ptr()".to_owned()
            }
            Arg::PathOf(address) => match step.place(&address.place) {
                Place::Literal(address) => c_literal(address.path().unwrap_or_default()),
                Place::Of(key) => {
                    let known = self.known(&key);
                    self.line(format!("let path = {known}.path();"));
                    "path.as_ptr()".to_owned()
                }
                Place::Zoned(..) | Place::PortOf(..) | Place::Unspecified | Place::Null => {
                    c_literal(b"")
                }
            },
            Arg::Path(path) => c_literal(path),
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
                self.line(format!(
                    "let limits = libc::rlimit {{ rlim_cur: {limit}i64 as libc::rlim_t, rlim_max: {limit}i64 as libc::rlim_t }};"
                ));
                "&raw const limits".to_owned()
            }
            Arg::Status => {
                self.line("let mut status: libc::c_int = 0;");
                "&raw mut status".to_owned()
            }
            Arg::Short(number) => format!("{number}u16"),
            Arg::Long(number) => format!("{number}u32"),
        }
    }

    /// An address that is passed: a pointer and its length.
    fn to(&mut self, step: &Step<'_>, arg: &AddressArg, name: &str) -> String {
        let place = step.place(&arg.place);
        if place == Place::Null {
            return format!("std::ptr::null(), {}", arg.length.unwrap_or(0));
        }
        let bytes = self.address_bytes(&place);
        self.line(format!("let {name} = {bytes};"));
        match arg.length {
            Some(length) => format!("{name}.as_ptr().cast(), {length} as libc::c_int as _"),
            None => format!("{name}.as_ptr().cast(), {name}.len() as _"),
        }
    }

    /// The expression of an address that the program asks for.
    pub(crate) fn known(&mut self, key: &str) -> String {
        self.used.insert(Helper::Known);
        format!("shared().{}", crate::export::rust::address(key))
    }

    /// The bytes of an address, as an expression: a vector, long enough for every family.
    fn address_bytes(&mut self, place: &Place) -> String {
        self.used.insert(Helper::SocketAddress);
        match self.socket_address(place) {
            Some(address) => format!("bytes_of(&{address})"),
            None => {
                let bytes = match place {
                    Place::Literal(address) | Place::Zoned(address, _) => encode(address),
                    Place::Of(_) | Place::PortOf(..) | Place::Unspecified | Place::Null => {
                        crate::socket::sockaddr::unspecified()
                    }
                };
                // The kernel reads no more than the length, and the length may be wrong on purpose.
                let length = bytes.len();
                format!("room_behind({}, {length})", byte_string(&bytes))
            }
        }
    }

    /// An address as socket2 has it; `None`: it has none for it.
    pub(crate) fn socket_address(&mut self, place: &Place) -> Option<String> {
        let text = |at: SocketAddr| {
            let mut shown = at;
            if let SocketAddr::V6(at) = &mut shown {
                at.set_flowinfo(0);
                at.set_scope_id(0);
            }
            format!("\"{shown}\"")
        };
        self.used.insert(Helper::SocketAddress);
        Some(match place {
            Place::Literal(address @ (Address::Inet(_) | Address::Inet6(_))) => {
                let at = address.internet()?;
                match at {
                    SocketAddr::V6(v6) if v6.scope_id() != 0 || v6.flowinfo() != 0 => format!(
                        "SockAddr::from(SocketAddrV6::new(\"{}\".parse().unwrap(), {}, {}, {}))",
                        v6.ip(),
                        v6.port(),
                        v6.flowinfo(),
                        v6.scope_id()
                    ),
                    at => format!("internet({})", text(at)),
                }
            }
            Place::Zoned(Address::Inet6(v6), zone) => format!(
                "SockAddr::from(SocketAddrV6::new(\"{}\".parse().unwrap(), {}, 0, unsafe {{ libc::if_nametoindex({}) }}))",
                v6.ip(),
                v6.port(),
                c_literal(zone.as_bytes())
            ),
            Place::Of(key) => format!("{}.get()", self.known(key)),
            Place::PortOf(ip, key) => {
                let known = self.known(key);
                format!(
                    "with_port({}, &{known}.get())",
                    text(SocketAddr::new(*ip, 0))
                )
            }
            Place::Literal(Address::Unix(unix)) => {
                let path = match unix {
                    UnixName::Path(path) => path.clone(),
                    UnixName::Abstract(name) => [b"\0", &name[..]].concat(),
                    UnixName::Unnamed => return None,
                };
                if path.len() >= SUN_PATH || path.is_empty() {
                    return None;
                }
                format!("local({})", byte_string(&path))
            }
            Place::Literal(_) | Place::Zoned(..) | Place::Unspecified | Place::Null => return None,
        })
    }

    fn from(&mut self, length: Option<i32>) -> String {
        self.line("let mut peer = [0u8; 128];");
        let length = length.map_or_else(
            || "128".to_owned(),
            |length| format!("{length}i32 as libc::socklen_t"),
        );
        self.line(format!("let mut peer_length: libc::socklen_t = {length};"));
        "peer.as_mut_ptr().cast(), &raw mut peer_length".to_owned()
    }

    /// Declares bytes to send as an expression for a slice; `None`: a null pointer.
    pub(crate) fn slice(&mut self, data: &Data) -> Option<String> {
        Some(match data {
            Data::Text(bytes) | Data::Hex(bytes) => format!("&{}[..]", byte_string(bytes)),
            Data::U64(bytes) => format!("&{}u64.to_ne_bytes()[..]", u64::from_ne_bytes(*bytes)),
            Data::Pattern(_) | Data::Repeat(..) => {
                self.used.insert(Helper::Repeat);
                let piece = byte_string(data.piece().unwrap_or_default());
                format!("&repeat({piece}, {})[..]", data.len())
            }
            Data::Head(bytes, length) => {
                self.used.insert(Helper::Repeat);
                self.comment("Only the beginning of these bytes was recorded; zeros follow.");
                format!(
                    "&[&{}[..], &vec![0; {}]].concat()[..]",
                    byte_string(bytes),
                    length.saturating_sub(bytes.len())
                )
            }
            Data::Null(_) => return None,
        })
    }

    /// Declares bytes to send: a tuple of a pointer and a length.
    fn data(&mut self, data: &Data, name: &str) {
        match self.slice(data) {
            Some(slice) => {
                self.line(format!("let {name}_bytes = {slice}.to_vec();"));
                self.line(format!(
                    "let {name}: (*const libc::c_void, usize) = ({name}_bytes.as_ptr().cast(), {name}_bytes.len());"
                ));
            }
            None => self.line(format!(
                "let {name}: (*const libc::c_void, usize) = (std::ptr::null(), {});",
                data.len()
            )),
        }
    }

    fn room(&mut self, room: Room) -> String {
        if room.null {
            return format!("std::ptr::null_mut(), {}", room.size);
        }
        self.line(format!("let mut buffer = vec![0u8; {}];", room.size));
        "buffer.as_mut_ptr().cast(), buffer.len()".to_owned()
    }

    fn gather(&mut self, buffers: &[Data], more: &str) {
        let mut entries = Vec::new();
        for (index, data) in buffers.iter().enumerate() {
            let name = format!("data{more}_{index}");
            self.data(data, &name);
            entries.push(format!(
                "libc::iovec {{ iov_base: {name}.0.cast_mut(), iov_len: {name}.1 }}"
            ));
        }
        let (all, count) = (entries.join(", "), entries.len());
        self.line(format!(
            "let vectors{more}: [libc::iovec; {count}] = [{all}];"
        ));
    }

    fn scatter(&mut self, sizes: &[usize], more: &str) {
        let mut entries = Vec::new();
        for (index, size) in sizes.iter().enumerate() {
            let name = format!("buffer{more}_{index}");
            self.line(format!("let mut {name} = vec![0u8; {size}];"));
            entries.push(format!(
                "libc::iovec {{ iov_base: {name}.as_mut_ptr().cast(), iov_len: {name}.len() }}"
            ));
        }
        let (all, count) = (entries.join(", "), entries.len());
        self.line(format!(
            "let vectors{more}: [libc::iovec; {count}] = [{all}];"
        ));
    }

    fn message(&mut self, step: &Step<'_>, message: &Message, more: &str) {
        self.gather(&message.data, more);
        self.line(format!(
            "let mut message{more}: libc::msghdr = unsafe {{ std::mem::zeroed() }};"
        ));
        self.line(format!(
            "message{more}.msg_iov = vectors{more}.as_ptr().cast_mut();"
        ));
        self.line(format!(
            "message{more}.msg_iovlen = {};",
            message.data.len()
        ));
        if let Some(address) = &message.address {
            let to = self.to(step, address, &format!("to{more}"));
            if let Some((pointer, length)) = to.rsplit_once(", ") {
                let pointer = pointer.replace(
                    ".as_ptr().cast()",
                    ".as_ptr().cast::<libc::c_void>().cast_mut()",
                );
                let pointer = pointer.replace("std::ptr::null()", "std::ptr::null_mut()");
                self.line(format!("message{more}.msg_name = {pointer};"));
                self.line(format!("message{more}.msg_namelen = {length};"));
            }
        }
        self.control(step, message, more);
    }

    fn control(&mut self, step: &Step<'_>, message: &Message, more: &str) {
        let all = message.control_data(&|_| 0);
        if all.is_empty() {
            return;
        }
        self.used.insert(Helper::ControlMessage);
        self.line(format!("let control{more} = ["));
        let first = all.len() - message.control.len();
        for (index, (level, kind, data)) in all.iter().enumerate() {
            let own = index
                .checked_sub(first)
                .and_then(|index| message.control.get(index));
            let row = crate::socket::control::by_number(*level, *kind);
            let interface = own.and_then(|own| own.interface.as_deref());
            let at = row.and_then(|row| row.layout.interface_at());
            let is_rights = index == 0 && !message.fds.is_empty();
            let data = if is_rights {
                let fds = message.fds.iter().map(|fd| {
                    let fd = self.descriptor(step, fd);
                    format!("{fd}.to_ne_bytes()")
                });
                format!("&[{}].concat()", fds.collect::<Vec<_>>().join(", "))
            } else if let (Some(interface), Some(at)) = (interface, at) {
                let index = c_literal(interface.as_bytes());
                let (before, after) = (byte_string(&data[..at]), byte_string(&data[at + 4..]));
                format!(
                    "&[&{before}[..], &unsafe {{ libc::if_nametoindex({index}) }}.to_ne_bytes(), &{after}[..]].concat()"
                )
            } else {
                format!("&{}[..]", byte_string(data))
            };
            let note = row.map_or("", |row| row.name);
            self.line(format!(
                "    control_message({level}, {kind}, {data}), // {note}"
            ));
        }
        self.line("]");
        self.line(".concat();");
        self.line(format!(
            "message{more}.msg_control = control{more}.as_ptr().cast::<libc::c_void>().cast_mut();"
        ));
        self.line(format!(
            "message{more}.msg_controllen = control{more}.len();"
        ));
    }

    fn messages(&mut self, step: &Step<'_>, messages: &[Message]) -> String {
        for (index, message) in messages.iter().enumerate() {
            self.message(step, message, &format!("_{index}"));
        }
        let all = (0..messages.len())
            .map(|index| format!("libc::mmsghdr {{ msg_hdr: message_{index}, msg_len: 0 }}"));
        let (all, count) = (all.collect::<Vec<_>>().join(", "), messages.len());
        self.line(format!(
            "let mut messages: [libc::mmsghdr; {count}] = [{all}];"
        ));
        format!("messages.as_mut_ptr(), {count}")
    }

    fn incoming(&mut self, sizes: &[usize], control: Option<i32>, more: &str) {
        self.scatter(sizes, more);
        let room = control.unwrap_or(CONTROL);
        let size = usize::try_from(room).unwrap_or(0);
        self.line(format!("let mut peer{more} = [0u8; 128];"));
        self.line(format!("let mut control{more} = vec![0u8; {size}];"));
        let name = format!("message{more}");
        self.line(format!(
            "let mut {name}: libc::msghdr = unsafe {{ std::mem::zeroed() }};"
        ));
        self.line(format!("{name}.msg_name = peer{more}.as_mut_ptr().cast();"));
        self.line(format!("{name}.msg_namelen = 128;"));
        self.line(format!(
            "{name}.msg_iov = vectors{more}.as_ptr().cast_mut();"
        ));
        self.line(format!("{name}.msg_iovlen = {};", sizes.len()));
        self.line(format!(
            "{name}.msg_control = control{more}.as_mut_ptr().cast();"
        ));
        self.line(format!("{name}.msg_controllen = {room};"));
    }

    fn many_incoming(&mut self, sizes: &[usize], most: i32) -> String {
        let count = usize::try_from(most).unwrap_or(0);
        for index in 0..count {
            self.incoming(sizes, Some(0), &format!("_{index}"));
        }
        let all = (0..count)
            .map(|index| format!("libc::mmsghdr {{ msg_hdr: message_{index}, msg_len: 0 }}"));
        let all = all.collect::<Vec<_>>().join(", ");
        self.line(format!(
            "let mut messages: [libc::mmsghdr; {count}] = [{all}];"
        ));
        format!("messages.as_mut_ptr(), {most}")
    }

    fn value(&mut self, _option: OptionArg, value: &Value, length: Option<i32>) -> String {
        let written = comment(&value.to_string());
        let declared = match value {
            Value::Null => return format!("std::ptr::null(), {}", length.unwrap_or(4)),
            Value::Int(number) => format!("let value: libc::c_int = {number};"),
            Value::NetworkInt(number) => format!("let value: libc::c_int = {number}i32.to_be();"),
            Value::Unsigned(number) => format!("let value: u32 = {number};"),
            Value::Mask(number) => format!("let value: u32 = {number:#x};"),
            Value::Long(number) => format!("let value: u64 = {number};"),
            Value::Named(named) => {
                format!("let value: libc::c_int = {}; // {written}", named.number)
            }
            Value::Linger { on, seconds } => {
                format!("let value = libc::linger {{ l_onoff: {on}, l_linger: {seconds} }};")
            }
            Value::Duration(span) => {
                let (seconds, micros) = (span.as_secs(), span.subsec_micros());
                format!("let value = libc::timeval {{ tv_sec: {seconds}, tv_usec: {micros} }};")
            }
            Value::Timeval { seconds, micros } => {
                format!("let value = libc::timeval {{ tv_sec: {seconds}, tv_usec: {micros} }};")
            }
            Value::Program(instructions) => {
                let each = instructions.iter().map(|one| {
                    format!(
                        "libc::sock_filter {{ code: {:#x}, jt: {}, jf: {}, k: {:#x} }}",
                        one.code, one.jt, one.jf, one.k
                    )
                });
                let (all, count) = (each.collect::<Vec<_>>().join(", "), instructions.len());
                self.line(format!(
                    "let mut instructions: [libc::sock_filter; {count}] = [{all}];"
                ));
                format!(
                    "let value = libc::sock_fprog {{ len: {count}, filter: instructions.as_mut_ptr() }};"
                )
            }
            Value::Text(_)
            | Value::InAddr(_)
            | Value::Membership { .. }
            | Value::IndexedMembership { .. }
            | Value::SourceMembership { .. }
            | Value::SourceFilter { .. }
            | Value::Group { .. }
            | Value::Interface6 { .. }
            | Value::In6Addr(_)
            | Value::PortRange { .. }
            | Value::Numbers(_)
            | Value::Md5Key { .. }
            | Value::Fields(_)
            | Value::Error(_)
            | Value::Address(_)
            | Value::PathMtu { .. }
            | Value::Credentials(_)
            | Value::TcpInfo(_)
            | Value::Raw(_) => {
                let bytes = crate::call::option_bytes::encode(value).unwrap_or_default();
                format!("let value = *{}; // {written}", byte_string(&bytes))
            }
        };
        self.line(declared);
        match length {
            Some(length) => format!("(&raw const value).cast(), {length} as libc::c_int as _"),
            None => "(&raw const value).cast(), size_of_val(&value) as _".to_owned(),
        }
    }

    fn value_room(&mut self, option: OptionArg, length: Option<i32>) -> String {
        let room = crate::call::option_bytes::room(option);
        let unit = crate::call::option_bytes::unit(option);
        let size = length.and_then(|length| usize::try_from(length).ok());
        let size = size.unwrap_or(room).max(room) * unit;
        let offered = length.map_or_else(
            || room.to_string(),
            |length| format!("{length}i32 as libc::socklen_t"),
        );
        self.line(format!("let mut value = vec![0u8; {size}];"));
        self.line(format!(
            "let mut value_length: libc::socklen_t = {offered};"
        ));
        "value.as_mut_ptr().cast(), &raw mut value_length".to_owned()
    }

    fn entries(&mut self, step: &Step<'_>, entries: &[PollEntry]) -> String {
        let each = entries.iter().map(|entry| {
            let socket = self.descriptor(step, &entry.socket);
            let events = constant(&entry.events.to_string(), entry.events.0.into());
            format!("libc::pollfd {{ fd: {socket}, events: {events}, revents: 0 }}")
        });
        let (all, count) = (each.collect::<Vec<_>>().join(", "), entries.len());
        self.line(format!(
            "let mut entries: [libc::pollfd; {count}] = [{all}];"
        ));
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
                let member = self.descriptor(step, member);
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
        self.used.insert(Helper::Signals);
        self.line(format!(
            "let mask = signal_set(&[{}]);",
            signal_list(blocked)
        ));
        "&raw const mask".to_owned()
    }

    fn event(&mut self, step: &Step<'_>, events: EpollEvents, descriptor: &Descriptor) -> String {
        let socket = self.descriptor(step, descriptor);
        let events = constant(&events.to_string(), events.0.into());
        self.line(format!(
            "let mut event = libc::epoll_event {{ events: ({events}) as u32, u64: {socket} as u32 as u64 }};"
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
        self.line("let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };");
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
        for (field, text, number) in fields {
            if number != 0 {
                let text = constant(&text, number.into());
                self.line(format!("hints.{field} = {text};"));
            }
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

/// A text that ends in NUL, as a pointer.
pub(crate) fn c_literal(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0);
    let bytes = &bytes[..end.unwrap_or(bytes.len())];
    format!("c{}.as_ptr()", byte_string(bytes).trim_start_matches('b'))
}

fn rust_text(text: &Text) -> String {
    match &text.0 {
        Some(text) => c_literal(text),
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
