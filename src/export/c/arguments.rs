//! The arguments of a function in C: what is declared before the call, and what is between its parentheses.
//!
//! A call has at most one argument of each type, so what is declared has fixed names: `to`, `data`, `buffer`, ….

use std::time::Duration;

use crate::call::Call;
use crate::call::argument::{Descriptor, PollEntry, Sets};
use crate::call::lookup::{Hints, NameRoom, Text};
use crate::call::mask::Mask;
use crate::call::process::ProcessArg;
use crate::call::timeout::Timeout;
use crate::export::c::{C, fd, pid};
use crate::export::function::Arg;
use crate::export::plan::{Fd, Step, variable};
use crate::export::text::{c_string, elements};
use crate::socket::constant::SIGNALS;
use crate::socket::{EpollEvents, Sig};

/// An expression of constants as C writes it.
pub(crate) fn constant(text: &str, number: i64) -> String {
    let is_name = text.starts_with(|first: char| first.is_ascii_uppercase());
    if number == 0 && !is_name && text != "getpid()" {
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

    /// What is between the parentheses for one argument; what it needs is declared before.
    pub(crate) fn argument(&mut self, step: &Step<'_>, arg: &Arg<'_>) -> String {
        match arg {
            Arg::Fd(descriptor) => self.descriptor(step, descriptor),
            Arg::Process(process) => match process {
                ProcessArg::Named(name) => pid(&variable(name)),
                ProcessArg::Number(number) => number.to_string(),
            },
            Arg::Constant(text, number) => constant(text, *number),
            Arg::Number(number) => number.to_string(),
            Arg::To(address) => {
                let is_own = matches!(step.call, Call::Bind { .. });
                self.to(step, address, if is_own { "address" } else { "to" })
            }
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

/// A signal by its name in the headers.
pub(crate) fn signal_name(number: i32) -> String {
    SIGNALS
        .name_of(number)
        .map_or_else(|| number.to_string(), str::to_owned)
}
