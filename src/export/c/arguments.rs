//! The arguments of a function in C: what is declared before the call, and what stands between its parentheses.
//!
//! A call has at most one argument of each type, so what is declared has fixed names: `to`, `data`, `buffer`, ….

use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::time::Duration;

use crate::call::argument::{AddressArg, Descriptor, Message, OptionArg, PollEntry, Room, Sets};
use crate::call::data::Data;
use crate::call::lookup::{Hints, NameRoom, Text};
use crate::call::mask::Mask;
use crate::call::process::ProcessArg;
use crate::call::timeout::Timeout;
use crate::call::value::Value;
use crate::export::c::{C, Helper, fd, pid};
use crate::export::lower::Arg;
use crate::export::plan::{Fd, Place, Step, variable};
use crate::export::text::{c_comment, c_string, elements};
use crate::socket::constant::SIGNALS;
use crate::socket::sockaddr::{SUN_PATH, encode};
use crate::socket::{Address, EpollEvents, Sig, UnixName};

/// From how many bytes a buffer is static: a stack is small.
const LARGE: usize = 64 << 10;
/// How many bytes the room for control messages has.
const CONTROL: i32 = 2048;

/// An expression of constants as C writes it.
pub(crate) fn constant(text: &str, number: i64) -> String {
    if number == 0 && text != "getpid()" {
        return "0".to_owned();
    }
    text.replace('|', " | ")
}

impl C<'_> {
    /// A descriptor argument.
    pub(crate) fn descriptor(&self, step: &Step<'_>, descriptor: &Descriptor) -> String {
        match step.fd(descriptor) {
            Fd::Variable(name) => fd(&name),
            Fd::Number(number) => number.to_string(),
        }
    }

    /// What stands between the parentheses for one argument; what it needs is declared before.
    pub(crate) fn argument(&mut self, step: &Step<'_>, arg: &Arg<'_>) -> String {
        match arg {
            Arg::Fd(descriptor) => self.descriptor(step, descriptor),
            Arg::Process(process) => match process {
                ProcessArg::Named(name) => pid(&variable(name)),
                ProcessArg::Number(number) => number.to_string(),
            },
            Arg::Constant(text, number) => constant(text, *number),
            Arg::Number(number) => number.to_string(),
            Arg::To(address) => self.to(step, address, "to"),
            Arg::From(length) => self.from(*length),
            Arg::Data(data) => self.data(data, "data"),
            Arg::Room(room) => self.room(*room),
            Arg::Gather(buffers) => {
                self.gather(buffers, "");
                format!("vectors, {}", buffers.len())
            }
            Arg::Scatter(sizes) => {
                self.scatter(sizes, "");
                format!("vectors, {}", sizes.len())
            }
            Arg::Message(message) => {
                self.message(step, message, "");
                "&message".to_owned()
            }
            Arg::Messages(messages) => self.messages(step, messages),
            Arg::Incoming(sizes, control) => self.incoming(sizes, *control),
            Arg::ManyIncoming(sizes, most) => self.many_incoming(sizes, *most),
            Arg::Value(option, value, length) => self.value(*option, value, *length),
            Arg::ValueRoom(option, length) => self.value_room(*option, *length),
            Arg::IntAt(number) => {
                self.line(format!("int number = {number};"));
                "&number".to_owned()
            }
            Arg::Entries(entries) => self.entries(step, entries),
            Arg::Sets(sets, nfds) => self.sets(step, sets, *nfds),
            Arg::Timeval(timeout) => self.time(*timeout, "timeval", 1000),
            Arg::Timespec(timeout) => self.time(*timeout, "timespec", 1),
            Arg::Mask(mask) => self.mask(mask),
            Arg::Signals(signals) => {
                self.used.insert(Helper::Signals);
                self.signal_set("signals", signals);
                "&signals".to_owned()
            }
            Arg::Event(events, descriptor) => self.event(step, *events, descriptor),
            Arg::Events(max) => self.events(*max),
            Arg::Timer(value, interval) => self.timer(*value, *interval),
            Arg::Null => "NULL".to_owned(),
            Arg::Info => {
                self.line("siginfo_t info;");
                "&info".to_owned()
            }
            Arg::Pair => {
                self.line("int pair[2];");
                "pair".to_owned()
            }
            Arg::PathOf(address) => self.path_of(step, address),
            Arg::Path(path) => c_string(path),
            Arg::Text(text) => c_text(text),
            Arg::Hints(hints) => self.hints(*hints),
            Arg::List => {
                self.line("struct addrinfo *list = NULL;");
                "&list".to_owned()
            }
            Arg::Names(room) => self.names(*room),
            Arg::Binary(_) => {
                self.line("unsigned char binary[16];");
                "binary".to_owned()
            }
            Arg::Bytes(data) => {
                let bytes = data.head(64);
                let bytes = if bytes.is_empty() { vec![0] } else { bytes };
                self.line(format!(
                    "unsigned char binary[] = {{{}}};",
                    elements(&bytes)
                ));
                "binary".to_owned()
            }
            Arg::TextRoom(size) => {
                self.line(format!("char text[{}];", size.unwrap_or(46).max(1)));
                match size {
                    Some(size) => format!("text, {size}"),
                    None => "text, sizeof text".to_owned(),
                }
            }
            Arg::Limit(limit) => {
                self.line(format!(
                    "struct rlimit limits = {{(rlim_t){limit}, (rlim_t){limit}}};"
                ));
                "&limits".to_owned()
            }
            Arg::Status => {
                self.line("int status = 0;");
                "&status".to_owned()
            }
            // What does not fit is cut, as the function would cut it.
            Arg::Short(number) if *number > u32::from(u16::MAX) => format!("(uint16_t){number}"),
            Arg::Short(number) | Arg::Long(number) => number.to_string(),
        }
    }

    /// An address that is passed: a pointer and its length.
    fn to(&mut self, step: &Step<'_>, arg: &AddressArg, name: &str) -> String {
        let (pointer, length) = self.place(&step.place(&arg.place), name);
        let length = arg.length.map_or(length, |length| length.to_string());
        format!("{pointer}, {length}")
    }

    /// The expression of an address that the program asks for.
    pub(crate) fn known(&mut self, key: &str) -> String {
        self.used.insert(Helper::Known);
        let name = crate::export::c::address(key);
        match self.plan.has_child_calls() {
            true => format!("shared->{name}"),
            false => name,
        }
    }

    /// Declares an address; gives the pointer to it and its length.
    fn place(&mut self, place: &Place, name: &str) -> (String, String) {
        match place {
            Place::Literal(address) => self.literal(address, name),
            Place::Zoned(address, zone) => {
                let declared = self.literal(address, name);
                let zone = c_string(zone.as_bytes());
                self.line(format!("{name}.sin6_scope_id = if_nametoindex({zone});"));
                declared
            }
            Place::Of(key) => {
                let known = self.known(key);
                (
                    format!("(struct sockaddr *)&{known}.address"),
                    format!("{known}.length"),
                )
            }
            Place::PortOf(ip, key) => {
                let declared = self.literal(&SocketAddr::new(*ip, 0).into(), name);
                let known = self.known(key);
                self.used.insert(Helper::PortOf);
                let field = match ip {
                    IpAddr::V4(_) => "sin_port",
                    IpAddr::V6(_) => "sin6_port",
                };
                self.line(format!("{name}.{field} = port_of(&{known});"));
                declared
            }
            Place::Unspecified => {
                self.line(format!("struct sockaddr {name} = {{0}};"));
                self.line(format!("{name}.sa_family = AF_UNSPEC;"));
                (format!("&{name}"), format!("sizeof {name}"))
            }
            Place::Null => ("NULL".to_owned(), "0".to_owned()),
        }
    }

    fn literal(&mut self, address: &Address, name: &str) -> (String, String) {
        let pointer = format!("(struct sockaddr *)&{name}");
        let whole = format!("sizeof {name}");
        match address {
            Address::Inet(at) => {
                self.line(format!("struct sockaddr_in {name} = {{0}};"));
                self.line(format!("{name}.sin_family = AF_INET;"));
                self.line(format!("{name}.sin_port = htons({});", at.port()));
                if at.ip().is_unspecified() {
                    self.line(format!("{name}.sin_addr.s_addr = htonl(INADDR_ANY);"));
                } else {
                    let ip = at.ip();
                    self.line(format!("inet_pton(AF_INET, \"{ip}\", &{name}.sin_addr);"));
                }
                (pointer, whole)
            }
            Address::Inet6(at) => {
                self.inet6(at, name);
                (pointer, whole)
            }
            Address::Unix(unix) => match self.unix(unix, name) {
                Some(length) => (pointer, length),
                None => self.raw(address, name),
            },
            Address::Other { .. } => self.raw(address, name),
        }
    }

    fn inet6(&mut self, at: &SocketAddrV6, name: &str) {
        self.line(format!("struct sockaddr_in6 {name} = {{0}};"));
        self.line(format!("{name}.sin6_family = AF_INET6;"));
        self.line(format!("{name}.sin6_port = htons({});", at.port()));
        if at.ip().is_unspecified() {
            self.line(format!("{name}.sin6_addr = in6addr_any;"));
        } else {
            let ip = at.ip();
            self.line(format!("inet_pton(AF_INET6, \"{ip}\", &{name}.sin6_addr);"));
        }
        if at.flowinfo() != 0 {
            self.line(format!("{name}.sin6_flowinfo = htonl({});", at.flowinfo()));
        }
        if at.scope_id() != 0 {
            self.line(format!("{name}.sin6_scope_id = {};", at.scope_id()));
        }
    }

    /// An AF_UNIX address and its length; `None`: it does not fit the struct.
    fn unix(&mut self, unix: &UnixName, name: &str) -> Option<String> {
        let (bytes, at, more) = match unix {
            UnixName::Unnamed => (&[][..], "sun_path", 0),
            UnixName::Path(path) if path.len() < SUN_PATH => (&path[..], "sun_path", 1),
            UnixName::Abstract(path) if path.len() < SUN_PATH => (&path[..], "sun_path + 1", 1),
            UnixName::Path(_) | UnixName::Abstract(_) => return None,
        };
        self.line(format!("struct sockaddr_un {name} = {{0}};"));
        self.line(format!("{name}.sun_family = AF_UNIX;"));
        let length = bytes.len() + more;
        if !bytes.is_empty() {
            let (text, count) = (c_string(bytes), bytes.len());
            self.line(format!("memcpy({name}.{at}, {text}, {count});"));
        }
        Some(match length {
            0 => "sizeof(sa_family_t)".to_owned(),
            length => format!("offsetof(struct sockaddr_un, sun_path) + {length}"),
        })
    }

    /// An address by its bytes.
    fn raw(&mut self, address: &Address, name: &str) -> (String, String) {
        let bytes = elements(&encode(address));
        self.line(format!("unsigned char {name}[] = {{{bytes}}};"));
        (
            format!("(struct sockaddr *){name}"),
            format!("sizeof {name}"),
        )
    }

    fn from(&mut self, length: Option<i32>) -> String {
        self.line("struct sockaddr_storage peer = {0};");
        let length = length.map_or_else(|| "sizeof peer".to_owned(), |length| length.to_string());
        self.line(format!("socklen_t peer_length = {length};"));
        "(struct sockaddr *)&peer, &peer_length".to_owned()
    }

    /// Bytes to send: a pointer and their length.
    fn data(&mut self, data: &Data, name: &str) -> String {
        let length = data.len();
        match data {
            Data::Text(bytes) | Data::Hex(bytes) => format!("{}, {length}", c_string(bytes)),
            Data::U64(bytes) => {
                let number = u64::from_ne_bytes(*bytes);
                self.line(format!("uint64_t {name} = {number}u;"));
                format!("&{name}, sizeof {name}")
            }
            Data::Null(_) => {
                self.line(format!("void *{name} = NULL;"));
                self.line(format!("size_t {name}_length = {length};"));
                format!("{name}, {name}_length")
            }
            Data::Pattern(_) | Data::Repeat(..) | Data::Head(..) if length == 0 => {
                "\"\", 0".to_owned()
            }
            Data::Pattern(_) | Data::Repeat(..) => {
                let piece = data.piece().unwrap_or_default();
                self.used.insert(Helper::Repeat);
                self.line(format!("static char {name}[{length}];"));
                let (text, count) = (c_string(piece), piece.len());
                self.line(format!("repeat({name}, sizeof {name}, {text}, {count});"));
                format!("{name}, sizeof {name}")
            }
            Data::Head(bytes, _) => {
                self.comment("Only the beginning of these bytes was recorded.");
                self.line(format!("static char {name}[{length}];"));
                let (text, count) = (c_string(bytes), bytes.len().min(length));
                self.line(format!("memcpy({name}, {text}, {count});"));
                format!("{name}, sizeof {name}")
            }
        }
    }

    fn buffer(&mut self, name: &str, size: usize) {
        let kind = if size >= LARGE { "static char" } else { "char" };
        self.line(format!("{kind} {name}[{}];", size.max(1)));
    }

    fn room(&mut self, room: Room) -> String {
        if room.null {
            self.line("void *buffer = NULL;");
            self.line(format!("size_t size = {};", room.size));
            return "buffer, size".to_owned();
        }
        self.buffer("buffer", room.size);
        match room.size {
            0 => "buffer, 0".to_owned(),
            _ => "buffer, sizeof buffer".to_owned(),
        }
    }

    /// The array of buffers with data; `more` tells several arrays apart.
    fn gather(&mut self, buffers: &[Data], more: &str) {
        let mut entries = Vec::new();
        for (index, data) in buffers.iter().enumerate() {
            let pair = self.data(data, &format!("data{more}_{index}"));
            let (pointer, length) = pair.rsplit_once(", ").unwrap_or((&pair, "0"));
            entries.push(format!("{{(void *){pointer}, {length}}}"));
        }
        self.vectors(&entries, more);
    }

    fn scatter(&mut self, sizes: &[usize], more: &str) {
        let mut entries = Vec::new();
        for (index, size) in sizes.iter().enumerate() {
            let name = format!("buffer{more}_{index}");
            self.buffer(&name, *size);
            entries.push(format!("{{{name}, {size}}}"));
        }
        self.vectors(&entries, more);
    }

    fn vectors(&mut self, entries: &[String], more: &str) {
        match entries {
            [] => self.line(format!("struct iovec *vectors{more} = NULL;")),
            entries => {
                let all = entries.join(", ");
                self.line(format!("struct iovec vectors{more}[] = {{{all}}};"));
            }
        }
    }

    /// A message to send, in `message` with `more` behind it.
    fn message(&mut self, step: &Step<'_>, message: &Message, more: &str) {
        self.gather(&message.data, more);
        let target = message
            .address
            .as_ref()
            .map(|address| self.to(step, address, &format!("to{more}")));
        let name = format!("message{more}");
        self.line(format!("struct msghdr {name} = {{0}};"));
        self.line(format!("{name}.msg_iov = vectors{more};"));
        self.line(format!("{name}.msg_iovlen = {};", message.data.len()));
        if let Some((pointer, length)) = target.as_deref().and_then(|to| to.rsplit_once(", ")) {
            let pointer = pointer
                .strip_prefix("(struct sockaddr *)")
                .unwrap_or(pointer);
            self.line(format!("{name}.msg_name = (void *){pointer};"));
            self.line(format!("{name}.msg_namelen = {length};"));
        }
        self.control(step, message, more);
    }

    /// The control messages that go with a message.
    fn control(&mut self, step: &Step<'_>, message: &Message, more: &str) {
        let all = message.control_data(&|_| 0);
        if all.is_empty() {
            return;
        }
        let name = format!("message{more}");
        let spaces = all
            .iter()
            .map(|(.., data)| format!("CMSG_SPACE({})", data.len()));
        let space = spaces.collect::<Vec<_>>().join(" + ");
        self.line(format!(
            "union {{ char bytes[{space}]; struct cmsghdr header; }} control{more} = {{0}};"
        ));
        self.line(format!("{name}.msg_control = control{more}.bytes;"));
        self.line(format!(
            "{name}.msg_controllen = sizeof control{more}.bytes;"
        ));
        let interfaces: Vec<Option<&str>> = {
            let others = message.control.iter().map(|one| one.interface.as_deref());
            let first = all.len() - message.control.len();
            std::iter::repeat_n(None, first).chain(others).collect()
        };
        let header = format!("header{more}");
        for (index, ((level, kind, data), interface)) in all.iter().zip(interfaces).enumerate() {
            match index {
                0 => self.line(format!(
                    "struct cmsghdr *{header} = CMSG_FIRSTHDR(&{name});"
                )),
                _ => self.line(format!("{header} = CMSG_NXTHDR(&{name}, {header});")),
            }
            self.line(format!("{header}->cmsg_level = {level};"));
            let kind_name = crate::socket::control::by_number(*level, *kind);
            let note =
                kind_name.map_or_else(String::new, |row| format!(" {}", c_comment(row.name)));
            self.line(format!("{header}->cmsg_type = {kind};{note}"));
            self.line(format!("{header}->cmsg_len = CMSG_LEN({});", data.len()));
            let is_rights = (*level, *kind) == (libc::SOL_SOCKET, libc::SCM_RIGHTS);
            if is_rights && !message.fds.is_empty() && index == 0 {
                let fds: Vec<String> = message
                    .fds
                    .iter()
                    .map(|fd| self.descriptor(step, fd))
                    .collect();
                let fds = fds.join(", ");
                self.line(format!("int passed{more}[] = {{{fds}}};"));
                self.line(format!(
                    "memcpy(CMSG_DATA({header}), passed{more}, sizeof passed{more});"
                ));
            } else if !data.is_empty() {
                let (text, count) = (c_string(data), data.len());
                self.line(format!("memcpy(CMSG_DATA({header}), {text}, {count});"));
            }
            if let (Some(interface), Some(row)) = (interface, kind_name)
                && let Some(at) = row.layout.interface_at()
            {
                let interface = c_string(interface.as_bytes());
                self.line(format!(
                    "unsigned int index{more}_{index} = if_nametoindex({interface});"
                ));
                self.line(format!(
                    "memcpy(CMSG_DATA({header}) + {at}, &index{more}_{index}, sizeof index{more}_{index});"
                ));
            }
        }
    }

    fn messages(&mut self, step: &Step<'_>, messages: &[Message]) -> String {
        for (index, message) in messages.iter().enumerate() {
            self.message(step, message, &format!("_{index}"));
        }
        let count = messages.len();
        if count == 0 {
            return "NULL, 0".to_owned();
        }
        let all = (0..count).map(|index| format!("{{message_{index}, 0}}"));
        let all = all.collect::<Vec<_>>().join(", ");
        self.line(format!("struct mmsghdr messages[] = {{{all}}};"));
        format!("messages, {count}")
    }

    /// A message to be filled.
    fn incoming(&mut self, sizes: &[usize], control: Option<i32>) -> String {
        self.scatter(sizes, "");
        let control = control.unwrap_or(CONTROL);
        self.line("struct sockaddr_storage peer = {0};");
        let room = control.max(1);
        self.line(format!(
            "union {{ char bytes[{room}]; struct cmsghdr header; }} control = {{0}};"
        ));
        self.line("struct msghdr message = {0};");
        self.line("message.msg_name = &peer;");
        self.line("message.msg_namelen = sizeof peer;");
        self.line("message.msg_iov = vectors;");
        self.line(format!("message.msg_iovlen = {};", sizes.len()));
        self.line("message.msg_control = control.bytes;");
        self.line(format!("message.msg_controllen = {control};"));
        "&message".to_owned()
    }

    fn many_incoming(&mut self, sizes: &[usize], most: i32) -> String {
        let count = usize::try_from(most).unwrap_or(0);
        for index in 0..count {
            self.scatter(sizes, &format!("_{index}"));
        }
        self.line(format!("struct sockaddr_storage peers[{}];", count.max(1)));
        self.line(format!("struct mmsghdr messages[{}];", count.max(1)));
        self.line("memset(messages, 0, sizeof messages);");
        self.line("memset(peers, 0, sizeof peers);");
        for index in 0..count {
            let header = format!("messages[{index}].msg_hdr");
            self.line(format!("{header}.msg_name = &peers[{index}];"));
            self.line(format!("{header}.msg_namelen = sizeof peers[{index}];"));
            self.line(format!("{header}.msg_iov = vectors_{index};"));
            self.line(format!("{header}.msg_iovlen = {};", sizes.len()));
        }
        format!("messages, {most}")
    }

    /// The value of an option: a pointer and its length.
    fn value(&mut self, _option: OptionArg, value: &Value, length: Option<i32>) -> String {
        let written = c_comment(&value.to_string());
        let declared = match value {
            Value::Null => {
                let length = length.unwrap_or(4);
                return format!("NULL, {length}");
            }
            Value::Int(number) => format!("int value = {};", int(*number)),
            Value::NetworkInt(number) => {
                format!("uint32_t value = htonl({});", number.cast_unsigned())
            }
            Value::Unsigned(number) => format!("unsigned int value = {number}u;"),
            Value::Mask(number) => format!("unsigned int value = {number:#x}u;"),
            Value::Long(number) => format!("uint64_t value = {number}u;"),
            Value::Named(named) => format!("int value = {}; {written}", int(named.number)),
            Value::Linger { on, seconds } => {
                let (on, seconds) = (int(*on), int(*seconds));
                format!("struct linger value = {{.l_onoff = {on}, .l_linger = {seconds}}};")
            }
            Value::Duration(duration) => {
                let (seconds, micros) = (duration.as_secs(), duration.subsec_micros());
                format!("struct timeval value = {{.tv_sec = {seconds}, .tv_usec = {micros}}};")
            }
            Value::Timeval { seconds, micros } => {
                format!("struct timeval value = {{.tv_sec = {seconds}, .tv_usec = {micros}}};")
            }
            Value::Text(text) if !text.is_empty() => {
                let bytes = elements(text);
                format!("unsigned char value[] = {{{bytes}}}; {written}")
            }
            Value::InAddr(ip) => {
                self.line("struct in_addr value;");
                format!("inet_pton(AF_INET, \"{ip}\", &value);")
            }
            Value::Membership { group, interface } => {
                self.line("struct ip_mreq value;");
                self.line(format!(
                    "inet_pton(AF_INET, \"{group}\", &value.imr_multiaddr);"
                ));
                format!("inet_pton(AF_INET, \"{interface}\", &value.imr_interface);")
            }
            Value::Program(instructions) => {
                let count = instructions.len();
                let each = instructions.iter().map(ToString::to_string);
                let all = each.collect::<Vec<_>>().join(", ");
                self.line(format!("struct sock_filter instructions[] = {{{all}}};"));
                format!("struct sock_fprog value = {{.len = {count}, .filter = instructions}};")
            }
            Value::Text(_)
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
                if bytes.is_empty() {
                    return format!("\"\", {}", length.unwrap_or(0));
                }
                let all = elements(&bytes);
                format!("unsigned char value[] = {{{all}}}; {written}")
            }
        };
        self.line(declared);
        match length {
            Some(length) => format!("&value, {length}"),
            None => "&value, sizeof value".to_owned(),
        }
    }

    fn value_room(&mut self, option: OptionArg, length: Option<i32>) -> String {
        let room = crate::call::option_bytes::room(option);
        if room == 4 && length.is_none() {
            self.line("int value = 0;");
            self.line("socklen_t value_length = sizeof value;");
            return "&value, &value_length".to_owned();
        }
        let offered = length.map_or_else(|| room.to_string(), |length| length.to_string());
        let unit = crate::call::option_bytes::unit(option);
        let size = length.and_then(|length| usize::try_from(length).ok());
        let size = (size.unwrap_or(room).max(room) * unit).max(1);
        self.line(format!("unsigned char value[{size}];"));
        self.line(format!("socklen_t value_length = {offered};"));
        "value, &value_length".to_owned()
    }

    fn entries(&mut self, step: &Step<'_>, entries: &[PollEntry]) -> String {
        let each = entries.iter().map(|entry| {
            let socket = self.descriptor(step, &entry.socket);
            let events = constant(&entry.events.to_string(), entry.events.0.into());
            format!("{{.fd = {socket}, .events = {events}}}")
        });
        let all = each.collect::<Vec<_>>();
        let count = all.len();
        if count == 0 {
            self.line("struct pollfd *entries = NULL;");
        } else {
            let all = all.join(", ");
            self.line(format!("struct pollfd entries[] = {{{all}}};"));
        }
        format!("entries, {count}")
    }

    /// The sets of select(): one more than the highest descriptor, and three pointers.
    fn sets(&mut self, step: &Step<'_>, sets: &Sets, nfds: Option<i32>) -> String {
        let names = ["readable", "writable", "exceptional"];
        let mut all = Vec::new();
        let mut pointers = Vec::new();
        for (name, (_, members)) in names.iter().zip(sets.named()) {
            if members.is_empty() {
                pointers.push("NULL".to_owned());
                continue;
            }
            self.line(format!("fd_set {name};"));
            self.line(format!("FD_ZERO(&{name});"));
            for member in members {
                let member = self.descriptor(step, member);
                self.line(format!("FD_SET({member}, &{name});"));
                if !all.contains(&member) {
                    all.push(member);
                }
            }
            pointers.push(format!("&{name}"));
        }
        let highest = match (nfds, all.as_slice()) {
            (Some(nfds), _) => nfds.to_string(),
            (None, []) => "0".to_owned(),
            (None, [only]) => format!("{only} + 1"),
            (None, [first, others @ ..]) => {
                self.line(format!("int highest = {first};"));
                for other in others {
                    self.line(format!("highest = {other} > highest ? {other} : highest;"));
                }
                "highest + 1".to_owned()
            }
        };
        format!("{highest}, {}", pointers.join(", "))
    }

    fn time(&mut self, timeout: Timeout, kind: &str, unit: i64) -> String {
        let Some((seconds, nanos)) = timeout.timespec() else {
            return "NULL".to_owned();
        };
        let part = nanos / unit;
        self.line(format!("struct {kind} timeout = {{{seconds}, {part}}};"));
        "&timeout".to_owned()
    }

    fn mask(&mut self, mask: &Mask) -> String {
        let Some(blocked) = &mask.0 else {
            return "NULL".to_owned();
        };
        self.used.insert(Helper::Signals);
        self.signal_set("mask", blocked);
        "&mask".to_owned()
    }

    fn signal_set(&mut self, name: &str, signals: &[Sig]) {
        self.line(format!("sigset_t {name};"));
        self.line(format!("sigemptyset(&{name});"));
        for signal in signals {
            let signal = signal_name(signal.0);
            self.line(format!("sigaddset(&{name}, {signal});"));
        }
    }

    fn event(&mut self, step: &Step<'_>, events: EpollEvents, descriptor: &Descriptor) -> String {
        let socket = self.descriptor(step, descriptor);
        let events = constant(&events.to_string(), events.0.into());
        self.line("struct epoll_event event = {0};");
        self.line(format!("event.events = {events};"));
        self.line(format!("event.data.fd = {socket};"));
        "&event".to_owned()
    }

    fn events(&mut self, max: i32) -> String {
        self.line(format!("struct epoll_event events[{}];", max.max(1)));
        if max < 0 {
            // A compiler warns of a constant.
            self.line(format!("volatile int most = {max};"));
            return "events, most".to_owned();
        }
        format!("events, {max}")
    }

    fn timer(&mut self, value: Duration, interval: Duration) -> String {
        self.line("struct itimerspec timer = {0};");
        for (field, span) in [("it_value", value), ("it_interval", interval)] {
            if span.as_secs() > 0 {
                self.line(format!("timer.{field}.tv_sec = {};", span.as_secs()));
            }
            if span.subsec_nanos() > 0 {
                self.line(format!("timer.{field}.tv_nsec = {};", span.subsec_nanos()));
            }
        }
        "&timer".to_owned()
    }

    fn path_of(&mut self, step: &Step<'_>, arg: &AddressArg) -> String {
        match step.place(&arg.place) {
            Place::Of(key) => {
                let known = self.known(&key);
                format!("((struct sockaddr_un *)&{known}.address)->sun_path")
            }
            Place::Literal(address) => c_string(address.path().unwrap_or_default()),
            Place::Zoned(..) | Place::PortOf(..) | Place::Unspecified | Place::Null => {
                "\"\"".to_owned()
            }
        }
    }

    fn hints(&mut self, hints: Option<Hints>) -> String {
        let Some(hints) = hints else {
            return "NULL".to_owned();
        };
        self.line("struct addrinfo hints = {0};");
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
        "&hints".to_owned()
    }

    fn names(&mut self, room: NameRoom) -> String {
        let sizes = [("host", room.host, 1025), ("service", room.service, 32)];
        let each = sizes.map(|(name, size, enough)| {
            let size = size.unwrap_or(enough);
            self.line(format!("char {name}[{}] = \"\";", size.max(1)));
            format!("{name}, {size}")
        });
        each.join(", ")
    }
}

/// A text of the C library, or a null pointer.
fn c_text(text: &Text) -> String {
    match &text.0 {
        Some(text) => c_string(text),
        None => "NULL".to_owned(),
    }
}

/// An int: the least one has no literal.
fn int(number: i32) -> String {
    match number {
        i32::MIN => "INT_MIN".to_owned(),
        number => number.to_string(),
    }
}

/// A signal by its name in the headers.
pub(crate) fn signal_name(number: i32) -> String {
    SIGNALS
        .name_of(number)
        .map_or_else(|| number.to_string(), str::to_owned)
}
