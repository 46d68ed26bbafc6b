//! The arguments of a function of the C library in Python, by ctypes: what is made before the call, and what is passed.

use std::time::Duration;

use crate::call::argument::{Message, Room};
use crate::call::data::Data;
use crate::call::process::ProcessArg;
use crate::call::timeout::Timeout;
use crate::export::function::Arg;
use crate::export::plan::{Step, variable};
use crate::export::python::{Python, name};
use crate::export::text::byte_string;

impl Python<'_> {
    /// What is passed for one argument; what it needs is made before.
    pub(crate) fn argument(&mut self, step: &Step<'_>, arg: &Arg<'_>) -> String {
        match arg {
            Arg::Fd(descriptor) => self.number(step, descriptor),
            Arg::Process(process) => match process {
                ProcessArg::Named(child) => name(&variable(child)),
                ProcessArg::Number(number) => number.to_string(),
            },
            Arg::Constant(text, number) => self.constant(text, *number),
            Arg::Number(number) => number.to_string(),
            Arg::To(address) => self.to(step, address),
            Arg::From(length) => {
                self.line("peer = ctypes.create_string_buffer(128)");
                let length = length.unwrap_or(128);
                self.line(format!("peer_length = ctypes.c_int({length})"));
                "peer, ctypes.byref(peer_length)".to_owned()
            }
            Arg::Data(data) => match self.data(data) {
                Some(data_bytes) => {
                    self.line(format!("data = {data_bytes}"));
                    "data, ctypes.c_size_t(len(data))".to_owned()
                }
                None => format!("None, ctypes.c_size_t({})", data.len()),
            },
            Arg::Room(Room { size, null: true }) => format!("None, ctypes.c_size_t({size})"),
            Arg::Room(Room { size, .. }) => {
                self.line(format!("buffer = ctypes.create_string_buffer({size})"));
                "buffer, ctypes.c_size_t(len(buffer))".to_owned()
            }
            Arg::Gather(buffers) => {
                let array = self.gather(buffers, "");
                format!("{array}, {}", buffers.len())
            }
            Arg::Scatter(sizes) => {
                self.scatter(sizes, "");
                format!("array, {}", sizes.len())
            }
            Arg::Message(message) => {
                self.message(step, message, "");
                "ctypes.byref(message)".to_owned()
            }
            Arg::Messages(messages) => {
                for (index, message) in messages.iter().enumerate() {
                    self.message(step, message, &format!("_{index}"));
                }
                let all = (0..messages.len()).map(|index| format!("Mmsghdr(message_{index})"));
                let (all, count) = (all.collect::<Vec<_>>().join(", "), messages.len());
                self.line(format!("messages = (Mmsghdr * {count})({all})"));
                format!("messages, {count}")
            }
            Arg::Incoming(sizes, control) => {
                self.incoming(sizes, control.unwrap_or(2048), "");
                "ctypes.byref(message)".to_owned()
            }
            Arg::ManyIncoming(sizes, most) => {
                let count = usize::try_from(*most).unwrap_or(0);
                // Without room for it no descriptor comes.
                let control = if step.targets.is_empty() { 0 } else { 2048 };
                for index in 0..count {
                    self.incoming(sizes, control, &format!("_{index}"));
                }
                let all = (0..count).map(|index| format!("Mmsghdr(message_{index})"));
                let all = all.collect::<Vec<_>>().join(", ");
                self.line(format!("messages = (Mmsghdr * {count})({all})"));
                format!("messages, {most}")
            }
            Arg::Value(_, value, length) => self.value(value, *length),
            Arg::ValueRoom(option, length) => {
                let room = crate::call::option_bytes::room(*option);
                let unit = crate::call::option_bytes::unit(*option);
                let own = length.and_then(|length| usize::try_from(length).ok());
                let size = own.unwrap_or(room).max(room) * unit;
                self.line(format!("value = ctypes.create_string_buffer({size})"));
                let offered = length.map_or_else(|| room.to_string(), |length| length.to_string());
                self.line(format!("value_length = ctypes.c_int({offered})"));
                "value, ctypes.byref(value_length)".to_owned()
            }
            Arg::IntAt(number) => {
                self.line(format!("number = ctypes.c_int({number})"));
                "ctypes.byref(number)".to_owned()
            }
            Arg::Entries(entries) => {
                let each: Vec<String> = entries
                    .iter()
                    .map(|entry| {
                        let socket = self.number(step, &entry.socket);
                        let events =
                            self.constant(&entry.events.to_string(), entry.events.0.into());
                        format!("struct.pack(\"=ihh\", {socket}, {events}, 0)")
                    })
                    .collect();
                let (all, count) = (each.join(" + "), entries.len());
                let all = if all.is_empty() {
                    "b\"\"".to_owned()
                } else {
                    all
                };
                self.line(format!(
                    "entries = ctypes.create_string_buffer({all}, {})",
                    8 * count.max(1)
                ));
                format!("entries, {count}")
            }
            Arg::Sets(sets, nfds) => {
                let names = ["readable", "writable", "exceptional"];
                let (mut all, mut pointers) = (Vec::new(), Vec::new());
                for (set, (_, members)) in names.iter().zip(sets.named()) {
                    if members.is_empty() {
                        pointers.push("None".to_owned());
                        continue;
                    }
                    let members: Vec<String> = members
                        .iter()
                        .map(|member| self.number(step, member))
                        .collect();
                    let bits = members.iter().map(|member| format!("1 << {member}"));
                    let bits = bits.collect::<Vec<_>>().join(" | ");
                    self.line(format!(
                        "{set} = ctypes.create_string_buffer(({bits}).to_bytes(128, \"little\"), 128)"
                    ));
                    all.extend(members);
                    pointers.push((*set).to_owned());
                }
                let highest = match nfds {
                    Some(nfds) => nfds.to_string(),
                    None if all.is_empty() => "0".to_owned(),
                    None => format!("max([{}]) + 1", all.join(", ")),
                };
                format!("{highest}, {}", pointers.join(", "))
            }
            Arg::Timeval(timeout) => self.time(*timeout, 1000),
            Arg::Timespec(timeout) => self.time(*timeout, 1),
            Arg::Mask(mask) => match &mask.0 {
                Some(blocked) => format!("signal_set([{}])", self.signals(blocked)),
                None => "None".to_owned(),
            },
            Arg::Signals(signals) => format!("signal_set([{}])", self.signals(signals)),
            Arg::Event(events, descriptor) => {
                let mut socket = self.number(step, descriptor);
                if self.object(step, descriptor).is_none() {
                    socket.push_str(" & 0xffffffff");
                }
                let number = i64::from(events.0.cast_unsigned());
                let events = self.constant(&events.to_string(), number);
                self.line(format!("event = struct.pack(\"=IQ\", {events}, {socket})"));
                "event".to_owned()
            }
            Arg::Events(max) => {
                let size = 12 * usize::try_from(*max).unwrap_or(0).max(1);
                self.line(format!("events = ctypes.create_string_buffer({size})"));
                format!("events, {max}")
            }
            Arg::Timer(value, interval) => {
                let span = |span: &Duration| format!("{}, {}", span.as_secs(), span.subsec_nanos());
                format!(
                    "struct.pack(\"@qqqq\", {}, {})",
                    span(interval),
                    span(value)
                )
            }
            Arg::Null | Arg::Info => "None".to_owned(),
            Arg::Pair => {
                self.line("pair = (ctypes.c_int * 2)()");
                "pair".to_owned()
            }
            Arg::PathOf(address) => {
                let path = self.path(&step.place(&address.place));
                format!("os.fsencode({path})")
            }
            Arg::Path(path) => byte_string(path),
            Arg::Text(text) => {
                let text = text.0.as_deref().map(byte_string);
                text.unwrap_or_else(|| "None".to_owned())
            }
            Arg::Limit(limit) => format!("struct.pack(\"@qq\", {limit}, {limit})"),
            Arg::Status => {
                self.line("status = ctypes.c_int(0)");
                "ctypes.byref(status)".to_owned()
            }
            Arg::Binary(_) => {
                self.line("binary = ctypes.create_string_buffer(16)");
                "binary".to_owned()
            }
            Arg::Bytes(data) => byte_string(&data.head(64)),
            Arg::TextRoom(size) => {
                let size = size.unwrap_or(46);
                self.line(format!(
                    "text = ctypes.create_string_buffer({})",
                    size.max(1)
                ));
                format!("text, {size}")
            }
            Arg::Names(room) => {
                let sizes = [("host", room.host, 1025), ("service", room.service, 32)];
                let each = sizes.map(|(name, size, enough)| {
                    let size = size.unwrap_or(enough);
                    let buffer = format!("ctypes.create_string_buffer({})", size.max(1));
                    self.line(format!("{name} = {buffer}"));
                    format!("{name}, {size}")
                });
                each.join(", ")
            }
            Arg::Hints(_) | Arg::List => "None".to_owned(),
            Arg::Short(number) | Arg::Long(number) => number.to_string(),
        }
    }

    /// An array of buffers with data.
    fn gather(&mut self, buffers: &[Data], more: &str) -> String {
        let mut all = Vec::new();
        for (index, data) in buffers.iter().enumerate() {
            // A null pointer is its length alone.
            let bytes = self.data(data).unwrap_or_else(|| data.len().to_string());
            self.line(format!("data{more}_{index} = {bytes}"));
            all.push(format!("data{more}_{index}"));
        }
        self.line(format!("array{more} = vectors({})", all.join(", ")));
        format!("array{more}")
    }

    fn scatter(&mut self, sizes: &[usize], more: &str) {
        let mut all = Vec::new();
        for (index, size) in sizes.iter().enumerate() {
            self.line(format!(
                "buffer{more}_{index} = ctypes.create_string_buffer({size})"
            ));
            all.push(format!("buffer{more}_{index}"));
        }
        self.line(format!("array{more} = vectors({})", all.join(", ")));
    }

    fn message(&mut self, step: &Step<'_>, message: &Message, more: &str) {
        let array = self.gather(&message.data, more);
        let place = message
            .address
            .as_ref()
            .map(|address| step.place(&address.place));
        let to = place.map_or_else(|| "b\"\"".to_owned(), |place| self.raw(&place));
        self.line(format!("to{more} = {to}"));
        let control = match self.control(step, message) {
            messages if messages.is_empty() => String::new(),
            messages => {
                self.line(format!("control{more} = control_messages({messages})"));
                format!(", control{more}")
            }
        };
        self.line(format!(
            "message{more} = header({array}, to{more}{control})"
        ));
    }

    /// The control messages of a message: level, type and data of each.
    pub(crate) fn control(&self, step: &Step<'_>, message: &Message) -> String {
        let fds = message.fds.iter().map(|fd| self.number(step, fd));
        let fds: Vec<String> = fds.collect();
        let all = message.control_data(&|_| 0).into_iter().enumerate();
        let each = all.map(|(index, (level, kind, data))| {
            if index == 0 && !fds.is_empty() {
                let form = if fds.len() == 1 {
                    "i".to_owned()
                } else {
                    format!("{}i", fds.len())
                };
                let fds = fds.join(", ");
                return format!("(SOL_SOCKET, SCM_RIGHTS, struct.pack(\"{form}\", {fds}))");
            }
            format!("({level}, {kind}, {})", byte_string(&data))
        });
        each.collect::<Vec<_>>().join(", ")
    }

    fn incoming(&mut self, sizes: &[usize], control: i32, more: &str) {
        self.scatter(sizes, more);
        self.line(format!("peer{more} = ctypes.create_string_buffer(128)"));
        let room = usize::try_from(control).unwrap_or(0);
        self.line(format!(
            "control{more} = ctypes.create_string_buffer({room})"
        ));
        self.line(format!(
            "message{more} = header(array{more}, peer{more}, control{more})"
        ));
    }

    fn time(&mut self, timeout: Timeout, unit: i64) -> String {
        match timeout.timespec() {
            Some((seconds, nanos)) => format!("struct.pack(\"@qq\", {seconds}, {})", nanos / unit),
            None => "None".to_owned(),
        }
    }
}
