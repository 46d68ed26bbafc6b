//! Calls in Python that are not methods of a socket: the functions of the other modules, and the methods of `select.epoll`.

use std::time::Duration;

use crate::call::argument::{Descriptor, PollEntry, Sets};
use crate::call::lookup::Hints;
use crate::call::outcome::Returned;
use crate::call::timeout::Timeout;
use crate::export::function::{Arg, Function};
use crate::export::plan::{Place, Step};
use crate::export::python::Python;
use crate::export::python::addresses::text;
use crate::export::python::call::Written;
use crate::export::python::descriptors::Made;
use crate::export::text::byte_string;
use crate::socket::{EpollEvents, Sig};

/// A call whose result is printed as it is.
fn printed(called: &str, gives: &str, call: String) -> Written {
    Written::of(gives, call, &[format!("print(\"{called}:\", {gives})")])
}

/// A span of time in seconds.
pub(crate) fn seconds(span: Duration) -> String {
    span.as_secs_f64().to_string()
}

/// The same for a number of milliseconds, of which every negative one is without an end.
fn seconds_of(millis: i64) -> String {
    match u64::try_from(millis) {
        Ok(millis) => seconds(Duration::from_millis(millis)),
        Err(_) => "None".to_owned(),
    }
}

impl Python<'_> {
    /// A call by a module. `None`: no module makes it as it was made.
    pub(crate) fn by_modules(
        &mut self,
        step: &Step<'_>,
        function: &Function<'_>,
    ) -> Option<Written> {
        self.by_socket(step, function)
            .or_else(|| self.by_descriptor(step, function))
            .or_else(|| self.by_epoll(step, function))
            .or_else(|| self.by_process(step, function))
            .or_else(|| self.by_lookup(step, function))
    }

    /// The calls that every descriptor has, and those that make what is no socket.
    fn by_descriptor(&mut self, step: &Step<'_>, function: &Function<'_>) -> Option<Written> {
        let called = function.name;
        match (called, function.args.as_slice()) {
            ("close", [Arg::Fd(descriptor)]) => {
                let number = self.number(step, descriptor);
                Some(Written::plain(match number.strip_suffix(".fileno()") {
                    Some(object) => format!("{object}.close()"),
                    None => format!("os.close({number})"),
                }))
            }
            ("read", [Arg::Fd(descriptor), Arg::Room(room)]) if !room.null => {
                let number = self.number(step, descriptor);
                let call = format!("os.read({number}, {})", room.size);
                Some(Written::of(
                    "data",
                    call,
                    &["print_data(\"read\", data)".to_owned()],
                ))
            }
            ("write", [Arg::Fd(descriptor), Arg::Data(data)]) => {
                let number = self.number(step, descriptor);
                let data = self.data(data)?;
                Some(printed(
                    called,
                    "sent",
                    format!("os.write({number}, {data})"),
                ))
            }
            ("readv", [Arg::Fd(descriptor), Arg::Scatter(sizes)]) if !sizes.is_empty() => {
                let number = self.number(step, descriptor);
                let each = sizes.iter().map(|size| format!("bytearray({size})"));
                let each = each.collect::<Vec<_>>().join(", ");
                self.line(format!("buffers = [{each}]"));
                let call = format!("os.readv({number}, buffers)");
                let print = "print_buffers(\"readv\", buffers, count)".to_owned();
                Some(Written::of("count", call, &[print]))
            }
            ("writev", [Arg::Fd(descriptor), Arg::Gather(buffers)]) => {
                let number = self.number(step, descriptor);
                let buffers: Option<Vec<String>> =
                    buffers.iter().map(|data| self.data(data)).collect();
                let call = format!("os.writev({number}, [{}])", buffers?.join(", "));
                Some(printed(called, "sent", call))
            }
            ("fcntl", [Arg::Fd(descriptor), command, more @ ..]) => {
                let object = self.object(step, descriptor)?;
                let mut args = vec![object, self.argument(step, command)];
                args.extend(more.iter().map(|arg| self.argument(step, arg)));
                let call = format!("fcntl.fcntl({})", args.join(", "));
                if args[1].ends_with("F_GETFD") {
                    self.draft
                        .comment("Python sets FD_CLOEXEC for what it makes.");
                }
                Some(match function.gives.is_number() {
                    true => printed(called, "result", call),
                    false => self.made(step, &call, Made::Number),
                })
            }
            ("ioctl", [Arg::Fd(descriptor), request, Arg::IntAt(number)]) => {
                let object = self.object(step, descriptor)?;
                let request = self.argument(step, request);
                let bytes = match number {
                    0 => "bytes(4)".to_owned(),
                    number => format!("struct.pack(\"i\", {number})"),
                };
                let call = format!("fcntl.ioctl({object}, {request}, {bytes})");
                Some(match function.gives.is_number() {
                    true => Written::plain(call),
                    false => int_behind(called, call),
                })
            }
            ("sockatmark", [Arg::Fd(descriptor)]) => {
                let object = self.object(step, descriptor)?;
                self.draft
                    .comment("ioctl(SIOCATMARK), as sockatmark() makes it");
                let call = format!("fcntl.ioctl({object}, 0x8905, bytes(4))");
                Some(int_behind(called, call))
            }
            ("dup", [Arg::Fd(descriptor)]) => {
                let number = self.number(step, descriptor);
                Some(self.made(step, &format!("os.dup({number})"), Made::Number))
            }
            ("dup2", [Arg::Fd(descriptor), Arg::Fd(other)]) => {
                // Negative numbers do not reach the kernel.
                self.object(step, descriptor)?;
                self.object(step, other)?;
                let [own, other] = [descriptor, other].map(|own| self.number(step, own));
                Some(self.made(step, &format!("os.dup2({own}, {other})"), Made::Number))
            }
            ("pipe2", [_, Arg::Constant(text, flags)]) => {
                let (gives, then) = self.targets(step, Made::Number, &["one", "other"]);
                let gives = gives.join(", ");
                let call = match flags {
                    0 => "os.pipe()".to_owned(),
                    flags => format!("os.pipe2({})", self.constant(text, *flags)),
                };
                Some(Written::of(&gives, call, &then))
            }
            ("eventfd", [Arg::Number(initial @ 0..=0xffff_ffff), flags]) => {
                let flags = self.argument(step, flags);
                Some(self.made(
                    step,
                    &format!("os.eventfd({initial}, {flags})"),
                    Made::Number,
                ))
            }
            ("open", [Arg::Path(path), flags]) => {
                let (path, flags) = (text(path), self.argument(step, flags));
                Some(self.made(step, &format!("os.open({path}, {flags})"), Made::Number))
            }
            ("poll", [Arg::Entries(entries), Arg::Number(timeout)]) => {
                self.poll(step, entries, *timeout)
            }
            ("select", [Arg::Sets(sets, None), Arg::Timeval(timeout)]) => {
                self.select(step, sets, *timeout)
            }
            _ => None,
        }
    }

    fn poll(&mut self, step: &Step<'_>, entries: &[PollEntry], timeout: i64) -> Option<Written> {
        let objects: Option<Vec<String>> = entries
            .iter()
            .map(|own| self.object(step, &own.socket))
            .collect();
        let objects = objects?;
        // An object of select.poll() has each descriptor once.
        let is_twice = |(at, own): (usize, &String)| objects[..at].contains(own);
        if objects.iter().enumerate().any(is_twice) {
            return None;
        }
        self.line("poll = select.poll()");
        for (object, entry) in objects.iter().zip(entries) {
            let number = i64::from(entry.events.0.cast_unsigned());
            let events = self.constant(&entry.events.to_string(), number);
            self.line(format!("poll.register({object}, {events})"));
        }
        let timeout = match timeout {
            0.. => timeout.to_string(),
            _ => String::new(),
        };
        let call = format!("poll.poll({timeout})");
        Some(Written::of(
            "ready",
            call,
            &["print_events(\"poll\", ready)".to_owned()],
        ))
    }

    fn select(&mut self, step: &Step<'_>, sets: &Sets, timeout: Timeout) -> Option<Written> {
        let mut lists = Vec::new();
        for (_, members) in sets.named() {
            let objects: Option<Vec<String>> =
                members.iter().map(|own| self.object(step, own)).collect();
            let mut objects = objects?;
            objects.dedup();
            lists.push(format!("[{}]", objects.join(", ")));
        }
        match timeout {
            Timeout::Forever => {}
            Timeout::Span(span) => lists.push(seconds(span)),
            Timeout::Negative(_) => return None,
        }
        let call = format!("select.select({})", lists.join(", "));
        let print = "print_selected(\"select\", readable, writable, exceptional)".to_owned();
        Some(Written::of(
            "readable, writable, exceptional",
            call,
            &[print],
        ))
    }

    /// The calls of epoll(7).
    fn by_epoll(&mut self, step: &Step<'_>, function: &Function<'_>) -> Option<Written> {
        match (function.name, function.args.as_slice()) {
            ("epoll_create1", [Arg::Constant(text, flags)])
                if *flags == 0 || *flags == i64::from(libc::EPOLL_CLOEXEC) =>
            {
                if step
                    .targets
                    .iter()
                    .any(|own| self.held(own) != Ok(Made::Epoll))
                {
                    return None;
                }
                let flags = match flags {
                    0 => String::new(),
                    flags => format!("flags={}", self.constant(text, *flags)),
                };
                Some(self.made(step, &format!("select.epoll({flags})"), Made::Epoll))
            }
            (
                "epoll_ctl",
                [
                    Arg::Fd(epoll),
                    Arg::Constant(op, _),
                    Arg::Fd(target),
                    Arg::Event(events, _),
                ],
            ) => self.epoll_ctl(step, epoll, (op, target), *events),
            (
                "epoll_wait",
                [
                    Arg::Fd(epoll),
                    Arg::Events(most @ 1..),
                    Arg::Number(timeout),
                ],
            ) => {
                let epoll = self.epoll(step, epoll)?;
                let call = format!("{epoll}.poll({}, {most})", seconds_of(*timeout));
                Some(Written::of(
                    "events",
                    call,
                    &["print_events(\"epoll_wait\", events)".to_owned()],
                ))
            }
            _ => None,
        }
    }

    fn epoll_ctl(
        &mut self,
        step: &Step<'_>,
        epoll: &Descriptor,
        (op, target): (&str, &Descriptor),
        events: EpollEvents,
    ) -> Option<Written> {
        let epoll = self.epoll(step, epoll)?;
        let object = self.object(step, target)?;
        let number = i64::from(events.0.cast_unsigned());
        let mut events = || self.constant(&events.to_string(), number);
        Some(Written::plain(match op {
            "EPOLL_CTL_ADD" => format!("{epoll}.register({object}, {})", events()),
            "EPOLL_CTL_MOD" => format!("{epoll}.modify({object}, {})", events()),
            "EPOLL_CTL_DEL" => format!("{epoll}.unregister({object})"),
            _ => return None,
        }))
    }

    /// Processes, signals and files.
    fn by_process(&mut self, step: &Step<'_>, function: &Function<'_>) -> Option<Written> {
        match (function.name, function.args.as_slice()) {
            ("kill", [process, signal]) => {
                let args = [self.argument(step, process), self.argument(step, signal)];
                Some(Written::plain(format!("os.kill({})", args.join(", "))))
            }
            ("waitpid", [process, _, options]) => {
                let args = [self.argument(step, process), self.argument(step, options)];
                let call = format!("os.waitpid({})", args.join(", "));
                let print = "print_change(\"waitpid\", changed, status)".to_owned();
                Some(Written::of("changed, status", call, &[print]))
            }
            // Python gives its own errors for this.
            ("setrlimit", [resource, Arg::Limit(limit)]) if step.error().is_none() => {
                let resource = self.argument(step, resource);
                Some(Written::plain(format!(
                    "resource.setrlimit({resource}, ({limit}, {limit}))"
                )))
            }
            ("chmod", [Arg::PathOf(address), Arg::Constant(_, mode)]) => {
                let path = self.path(&step.place(&address.place));
                Some(Written::plain(format!("os.chmod({path}, 0o{mode:o})")))
            }
            ("unlink", [Arg::PathOf(address)]) => {
                let path = self.path(&step.place(&address.place));
                Some(Written::plain(format!("os.unlink({path})")))
            }
            ("sigtimedwait", [Arg::Signals(signals), _, Arg::Timespec(timeout)]) => {
                let span = seconds(timeout.span()?);
                let signals = self.signals(signals);
                let call = format!("await_signal([{signals}], {span})");
                let print = "print(\"sigtimedwait: signal\", number)".to_owned();
                Some(Written::of("number", call, &[print]))
            }
            _ => None,
        }
    }

    /// The path of an address.
    pub(crate) fn path(&self, place: &Place) -> String {
        match place {
            Place::Literal(address) => text(address.path().unwrap_or_default()),
            Place::Of(key) => self.known(key),
            Place::Zoned(..) | Place::PortOf(..) | Place::Unspecified | Place::Null => {
                "\"\"".to_owned()
            }
        }
    }

    /// Signals, separated by commas.
    pub(crate) fn signals(&mut self, signals: &[Sig]) -> String {
        let each = signals.iter();
        let each = each.map(|own| self.constant(&own.to_string(), own.0.into()));
        each.collect::<Vec<_>>().join(", ")
    }

    /// Names, addresses and the byte order.
    fn by_lookup(&mut self, step: &Step<'_>, function: &Function<'_>) -> Option<Written> {
        let called = function.name;
        match (called, function.args.as_slice()) {
            ("getaddrinfo", [Arg::Text(host), Arg::Text(service), Arg::Hints(hints), _]) => {
                let own = [host, service]
                    .map(|own| own.0.as_deref().map_or_else(|| "None".to_owned(), text));
                let more = self.hints(hints.unwrap_or_default());
                let call = format!("getaddrinfo({}{more})", own.join(", "));
                let then = [
                    "for entry in entries:".to_owned(),
                    "    print_address(\"getaddrinfo\", entry[4])".to_owned(),
                ];
                Some(Written::of("entries", call, &then))
            }
            ("getnameinfo", [Arg::To(to), Arg::Names(room), flags])
                if room.host.is_none() && room.service.is_none() =>
            {
                let to = self.address_of(step, to)?;
                let flags = self.argument(step, flags);
                let print = "print(\"getnameinfo:\", host, service)".to_owned();
                Some(Written::of(
                    "host, service",
                    format!("getnameinfo({to}, {flags})"),
                    &[print],
                ))
            }
            ("inet_pton", [family, Arg::Text(source), _]) => {
                // Where it returns 0, Python gives an error of its own.
                let source = source.0.as_deref().filter(|source| source.is_ascii())?;
                let outcome = step.outcome.map(|outcome| &outcome.result);
                if !matches!(outcome, Some(Ok(Returned::Bytes { value: 1, .. }))) {
                    return None;
                }
                let family = self.argument(step, family);
                let then = [
                    "print(\"inet_pton: 1\")".to_owned(),
                    "print_bytes(binary)".to_owned(),
                ];
                Some(Written::of(
                    "binary",
                    format!("inet_pton({family}, {})", text(source)),
                    &then,
                ))
            }
            ("inet_ntop", [family, Arg::Bytes(data), Arg::TextRoom(None)])
                if step.error().is_none() =>
            {
                let Arg::Constant(_, number) = family else {
                    return None;
                };
                let size = if *number == i64::from(libc::AF_INET6) {
                    16
                } else {
                    4
                };
                if data.len() < size {
                    return None;
                }
                let family = self.argument(step, family);
                let data = byte_string(&data.head(size));
                Some(printed(
                    called,
                    "text",
                    format!("inet_ntop({family}, {data})"),
                ))
            }
            // What does not fit is cut, as the function would cut it.
            ("htons" | "ntohs", [Arg::Short(number)]) if *number > u32::from(u16::MAX) => Some(
                Written::plain(format!("print(\"{called}:\", {called}({number} & 0xffff))")),
            ),
            ("htons" | "ntohs" | "htonl" | "ntohl", [Arg::Short(number) | Arg::Long(number)]) => {
                Some(Written::plain(format!(
                    "print(\"{called}:\", {called}({number}))"
                )))
            }
            _ => None,
        }
    }

    /// What is looked for, as further arguments of getaddrinfo().
    fn hints(&mut self, hints: Hints) -> String {
        let Hints {
            flags,
            family,
            socket_type,
            protocol,
        } = hints;
        let mut all = vec![
            self.constant(&family.to_string(), family.0.into()),
            self.constant(&socket_type.to_string(), socket_type.0.into()),
            match protocol.0 {
                0 => "0".to_owned(),
                number => self.constant(&protocol.to_string(), number.into()),
            },
            self.constant(&flags.to_string(), flags.0.into()),
        ];
        let is_zero = [family.0, socket_type.0, protocol.0, flags.0].map(|number| number == 0);
        let count = is_zero
            .iter()
            .rposition(|is_zero| !is_zero)
            .map_or(0, |at| at + 1);
        all.truncate(count);
        all.iter().map(|own| format!(", {own}")).collect()
    }
}

/// A request that writes an int.
fn int_behind(called: &str, call: String) -> Written {
    let then = [
        "number, = struct.unpack(\"i\", value)".to_owned(),
        format!("print(\"{called}:\", number)"),
    ];
    Written::of("value", call, &then)
}
