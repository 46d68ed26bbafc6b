//! One call in Python: by the modules where they make it as the session did, else by ctypes; and what is printed of it,
//! which are the texts of the program in C.

use crate::call::argument::{AddressArg, Service};
use crate::export::lower::{Arg, Function, Gives, Loop, Meaning, meaning};
use crate::export::plan::{Answer, Fd, Step};
use crate::export::python::{Python, name};
use crate::export::writer::Writer;
use crate::socket::{Domain, Errno};

impl Python<'_> {
    /// Writes a call, and what the program asks for after it. `left`: others are made during it.
    pub(crate) fn step(&mut self, step: &Step<'_>, left: bool) {
        for place in &step.accepted {
            let accepted = &self.plan.accepted[*place];
            self.line(format!("await_accepted(\"{}\")", name(accepted)));
        }
        match meaning(&step.call) {
            Meaning::Function(function) => self.function(step, &function, left),
            Meaning::Loop(kind, socket) => {
                let socket = self.descriptor(step, socket);
                self.run_loop(step, kind, &socket);
            }
            Meaning::Question(..) => self.question(step),
            Meaning::Fork => self.fork(step),
            Meaning::Sleep(span) => self.pause(span),
            Meaning::Wait | Meaning::Cancel | Meaning::None(_) => self.line("pass"),
        }
        for kept in step.keeps.iter().filter(|kept| !kept.is_given) {
            self.line(format!(
                "ask(\"{}\", {})",
                kept.address,
                name(&kept.descriptor)
            ));
        }
    }

    fn function(&mut self, step: &Step<'_>, function: &Function<'_>, left: bool) {
        let called = function.name;
        if function.gives == Gives::Nothing {
            self.line("sys.stdout.flush()");
            let status = function.args.first().map(|arg| self.argument(step, arg));
            self.line(format!("os._exit({})", status.unwrap_or_default()));
            return;
        }
        // Python makes a call that a signal interrupted again.
        let own = match left || gives_foreign_address(step, function) {
            true => None,
            false => self.own(step, function),
        };
        let is_own = own.is_some();
        let expression = own.unwrap_or_else(|| {
            let args: Vec<String> = function
                .args
                .iter()
                .map(|arg| self.argument(step, arg))
                .collect();
            let check = match function.gives {
                Gives::Names => "check_lookup",
                _ => "check",
            };
            format!("{check}(libc.{called}({}))", args.join(", "))
        });
        let is_number = match step.error() {
            Some(errno) => !errno.is_of_library(),
            None => function.gives.is_number(),
        };
        if step.is_open_ended && is_number {
            self.line(format!("print_result(\"{called}\", lambda: {expression})"));
            return;
        }
        if let Some(errno) = step.error() {
            let number = match errno.known_name() {
                Some(known) if !errno.is_of_library() => format!("errno.{known}"),
                Some(_) | None => errno.0.to_string(),
            };
            self.line(format!(
                "expect_error(\"{called}\", lambda: {expression}, {number})"
            ));
            return;
        }
        self.line(format!("result = must(\"{called}\", lambda: {expression})"));
        match is_own {
            true => self.own_result(step, function),
            false => self.result(step, function),
        }
        for kept in step.keeps.iter().filter(|kept| kept.is_given) {
            let given = match (is_own, function.gives) {
                (true, Gives::Message) => "result[3]",
                (true, Gives::Address) => "result",
                (true, _) => "result[1]",
                (false, Gives::Message) => "native(peer.raw[:message.name_length])",
                (false, _) => "native(peer.raw[:peer_length.value])",
            };
            self.line(format!("remember(\"{}\", {given})", kept.address));
        }
    }

    /// The call by a module. `None`: no module makes it as it was made.
    fn own(&mut self, step: &Step<'_>, function: &Function<'_>) -> Option<String> {
        match (function.name, function.args.as_slice()) {
            // To Python a negative number is one that is not given.
            ("socket" | "socketpair", [Arg::Constant(_, ..0), ..])
            | ("socket" | "socketpair", [_, Arg::Constant(_, ..0), ..])
            | ("socket" | "socketpair", [_, _, Arg::Constant(_, ..0), ..]) => None,
            (called @ ("socket" | "socketpair"), [domain, kind, protocol, ..]) => {
                let (domain, kind) = (self.argument(step, domain), self.argument(step, kind));
                let protocol = self.argument(step, protocol);
                Some(match called {
                    "socket" => format!("keep(socket.socket({domain}, {kind}, {protocol}))"),
                    _ => format!("keep(*socket.socketpair({domain}, {kind}, {protocol}))"),
                })
            }
            (called @ ("bind" | "connect"), [Arg::Fd(socket), Arg::To(to)]) => {
                let socket = self.descriptor(step, socket);
                let to = self.address_of(step, to)?;
                Some(format!("sock({socket}).{called}({to})"))
            }
            ("listen", [Arg::Fd(socket), Arg::Number(backlog)]) if *backlog >= 0 => {
                let socket = self.descriptor(step, socket);
                Some(format!("sock({socket}).listen({backlog})"))
            }
            ("accept", [Arg::Fd(socket), Arg::From(None)]) => {
                let socket = self.descriptor(step, socket);
                Some(format!("accept({socket})"))
            }
            ("send", [Arg::Fd(socket), Arg::Data(data), flags]) => {
                let socket = self.descriptor(step, socket);
                let (data, flags) = (self.data(data)?, self.argument(step, flags));
                Some(format!("sock({socket}).send({data}, {flags})"))
            }
            ("sendto", [Arg::Fd(socket), Arg::Data(data), flags, Arg::To(to)]) => {
                let socket = self.descriptor(step, socket);
                let to = self.address_of(step, to)?;
                let (data, flags) = (self.data(data)?, self.argument(step, flags));
                Some(format!("sock({socket}).sendto({data}, {flags}, {to})"))
            }
            ("sendmsg", [Arg::Fd(socket), Arg::Message(message), flags]) => {
                let socket = self.descriptor(step, socket);
                let buffers: Option<Vec<String>> =
                    message.data.iter().map(|data| self.data(data)).collect();
                let buffers = buffers?.join(", ");
                let to = match &message.address {
                    Some(to) => self.address_of(step, to)?,
                    None => "None".to_owned(),
                };
                let ancillary = self.control(step, message);
                let flags = self.argument(step, flags);
                Some(format!(
                    "sock({socket}).sendmsg([{buffers}], [{ancillary}], {flags}, {to})"
                ))
            }
            ("recv", [Arg::Fd(socket), Arg::Room(room), flags]) if !room.null && !step.discards => {
                let socket = self.descriptor(step, socket);
                let flags_text = self.argument(step, flags);
                // What MSG_TRUNC returns is more than the bytes that Python gives.
                if flags_text.contains("MSG_TRUNC") {
                    return None;
                }
                Some(format!("sock({socket}).recv({}, {flags_text})", room.size))
            }
            ("recvfrom", [Arg::Fd(socket), Arg::Room(room), flags, Arg::From(None)])
                if !room.null && !step.discards =>
            {
                let socket = self.descriptor(step, socket);
                let flags = self.argument(step, flags);
                if flags.contains("MSG_TRUNC") {
                    return None;
                }
                Some(format!("sock({socket}).recvfrom({}, {flags})", room.size))
            }
            ("recvmsg", [Arg::Fd(socket), Arg::Incoming(sizes, None), flags]) if !step.discards => {
                let socket = self.descriptor(step, socket);
                let flags = self.argument(step, flags);
                if flags.contains("MSG_TRUNC") {
                    return None;
                }
                let size: usize = sizes.iter().sum();
                Some(format!("sock({socket}).recvmsg({size}, 2048, {flags})"))
            }
            ("read", [Arg::Fd(socket), Arg::Room(room)]) if !room.null => {
                let socket = self.descriptor(step, socket);
                Some(format!("os.read({socket}, {})", room.size))
            }
            ("write", [Arg::Fd(socket), Arg::Data(data)]) => {
                let socket = self.descriptor(step, socket);
                let data = self.data(data)?;
                Some(format!("os.write({socket}, {data})"))
            }
            ("shutdown", [Arg::Fd(socket), how]) => {
                let socket = self.descriptor(step, socket);
                let how = self.argument(step, how);
                Some(format!("sock({socket}).shutdown({how})"))
            }
            ("close", [Arg::Fd(socket)]) => {
                let socket = self.descriptor(step, socket);
                Some(format!("close({socket})"))
            }
            (called @ ("getsockname" | "getpeername"), [Arg::Fd(socket), Arg::From(None)]) => {
                let socket = self.descriptor(step, socket);
                Some(format!("sock({socket}).{called}()"))
            }
            ("open", [Arg::Path(path), _]) => {
                let path = crate::export::text::byte_string(path);
                Some(format!(
                    "os.open({path}, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)"
                ))
            }
            ("sockatmark", [Arg::Fd(socket)]) => {
                let socket = self.descriptor(step, socket);
                self.comment("ioctl(SIOCATMARK), as sockatmark() makes it");
                Some(format!(
                    "struct.unpack(\"=i\", fcntl.ioctl({socket}, 0x8905, bytes(4)))[0]"
                ))
            }
            ("sigtimedwait", [Arg::Signals(signals), _, Arg::Timespec(timeout)]) => {
                let signals: Vec<String> = signals.iter().map(|own| own.0.to_string()).collect();
                let span = timeout.span()?.as_secs_f64();
                Some(format!("await_signal([{}], {span})", signals.join(", ")))
            }
            ("getaddrinfo", [Arg::Text(_), Arg::Text(_), Arg::Hints(hints), _]) => {
                let text = |arg: String| match arg.as_str() {
                    "None" => arg,
                    _ => format!("{arg}.decode()"),
                };
                let host = text(self.argument(step, &function.args[0]));
                let service = text(self.argument(step, &function.args[1]));
                let hints = hints.unwrap_or_default();
                let (family, kind) = (hints.family.0, hints.socket_type.0);
                let (protocol, flags) = (hints.protocol.0, hints.flags.0);
                Some(format!(
                    "socket.getaddrinfo({host}, {service}, {family}, {kind}, {protocol}, {flags})"
                ))
            }
            ("getnameinfo", [Arg::To(to), Arg::Names(room), flags])
                if room.host.is_none() && room.service.is_none() =>
            {
                let to = self.address_of(step, to)?;
                let flags = self.argument(step, flags);
                Some(format!("socket.getnameinfo({to}, {flags})"))
            }
            // What does not fit is cut, as the function would cut it.
            (called, [Arg::Short(number)]) if *number > u32::from(u16::MAX) => {
                Some(format!("socket.{called}({number} & 0xffff)"))
            }
            (called, [Arg::Short(number) | Arg::Long(number)]) => {
                Some(format!("socket.{called}({number})"))
            }
            ("waitpid", [process, _, options]) => {
                let (process, options) =
                    (self.argument(step, process), self.argument(step, options));
                Some(format!("os.waitpid({process}, {options})"))
            }
            _ => None,
        }
    }

    fn address_of(&mut self, step: &Step<'_>, arg: &AddressArg) -> Option<String> {
        // An address of another family than that of the socket would not reach the kernel.
        let is_other = matches!(step.error(), Some(Errno(libc::EINVAL | libc::EAFNOSUPPORT)));
        if arg.length.is_some() || is_other || step.is_of_other_family {
            return None;
        }
        self.address(&step.place(&arg.place))
    }

    /// Gives new variables their values.
    fn assign(&mut self, step: &Step<'_>, values: &[&str]) {
        for (target, value) in step.targets.iter().zip(values) {
            let target = name(target);
            self.line(format!("{target} = {value}"));
        }
    }

    /// What a module gave.
    fn own_result(&mut self, step: &Step<'_>, function: &Function<'_>) {
        let called = function.name;
        match function.gives {
            Gives::Zero => {}
            Gives::Descriptor => self.assign(step, &["result"]),
            Gives::Pair => self.assign(step, &["result[0]", "result[1]"]),
            Gives::Accepted => {
                self.assign(step, &["result[0]"]);
                self.line(format!("print_address(\"{called}\", result[1])"));
            }
            Gives::Data => {
                self.line(format!("print(f\"{called}: {{len(result)}}\")"));
                self.line("print_bytes(result, len(result))");
            }
            Gives::DataFrom => {
                self.line(format!("print(f\"{called}: {{len(result[0])}}\")"));
                self.line("print_bytes(result[0], len(result[0]))");
                self.line(format!("print_address(\"{called}\", result[1])"));
            }
            Gives::Message => {
                self.line(format!("print(f\"{called}: {{len(result[0])}}\")"));
                for arg in &function.args {
                    if let Arg::Incoming(sizes, _) = arg {
                        self.line(format!("scatter(result[0], {sizes:?})"));
                    }
                }
                self.line("if result[2] & ~0x40000000:");
                self.line(format!(
                    "    print(f\"{called}: flags {{result[2] & ~0x40000000:#x}}\")"
                ));
                self.line("fds = passed(result[1])");
                for (index, target) in step.targets.iter().enumerate() {
                    let target = name(target);
                    self.line(format!(
                        "{target} = fds[{index}] if len(fds) > {index} else -1"
                    ));
                }
            }
            Gives::Address => self.line(format!("print_address(\"{called}\", result)")),
            Gives::Signal => self.line(format!("print(f\"{called}: signal {{result}}\")")),
            Gives::List => {
                self.line("for entry in result:");
                self.line(format!("    print_address(\"{called}\", entry[4])"));
            }
            Gives::Names => self.line(format!("print(f\"{called}: {{result[0]}} {{result[1]}}\")")),
            Gives::Child => self.line(format!("print_change(\"{called}\", *result)")),
            Gives::Count
            | Gives::Buffers
            | Gives::Messages
            | Gives::Sent
            | Gives::Value
            | Gives::Number
            | Gives::Int
            | Gives::Polled
            | Gives::Selected
            | Gives::Events
            | Gives::Binary
            | Gives::Text
            | Gives::Swapped
            | Gives::Nothing => self.line(format!("print(f\"{called}: {{result}}\")")),
        }
    }

    /// What a function of the C library gave by ctypes.
    fn result(&mut self, step: &Step<'_>, function: &Function<'_>) {
        let called = function.name;
        match function.gives {
            Gives::Zero | Gives::Nothing => {}
            Gives::Descriptor => self.assign(step, &["result"]),
            Gives::Pair => self.assign(step, &["pair[0]", "pair[1]"]),
            Gives::Accepted => {
                self.assign(step, &["result"]);
                self.line(format!(
                    "print_address(\"{called}\", native(peer.raw[:peer_length.value]))"
                ));
            }
            Gives::Count | Gives::Number => self.line(format!("print(f\"{called}: {{result}}\")")),
            Gives::Sent => self.line(format!("print(f\"{called}: {{result}} messages\")")),
            Gives::Data | Gives::DataFrom => {
                self.line(format!("print(f\"{called}: {{result}}\")"));
                let is_whole = function.args.iter().any(|arg| match arg {
                    Arg::Room(room) => !room.null && !step.discards,
                    _ => false,
                });
                if is_whole {
                    self.line("print_bytes(buffer.raw, result)");
                }
                if function.gives == Gives::DataFrom {
                    self.line(format!(
                        "print_address(\"{called}\", native(peer.raw[:peer_length.value]))"
                    ));
                }
            }
            Gives::Buffers | Gives::Message => {
                self.line(format!("print(f\"{called}: {{result}}\")"));
                for arg in &function.args {
                    if let Arg::Scatter(sizes) | Arg::Incoming(sizes, _) = arg {
                        let all = (0..sizes.len()).map(|index| format!("buffer_{index}.raw"));
                        let all = all.collect::<Vec<_>>().join(" + ");
                        self.line(format!("scatter(({all})[:result], {sizes:?})"));
                    }
                }
            }
            Gives::Messages => {
                self.line(format!("print(f\"{called}: {{result}} messages\")"));
                for arg in &function.args {
                    let Arg::ManyIncoming(sizes, most) = arg else {
                        continue;
                    };
                    for message in 0..usize::try_from(*most).unwrap_or(0) {
                        let all =
                            (0..sizes.len()).map(|index| format!("buffer_{message}_{index}.raw"));
                        let all = all.collect::<Vec<_>>().join(" + ");
                        self.line(format!("if result > {message}:"));
                        self.line(format!(
                            "    scatter(({all})[:messages[{message}].length], {sizes:?})"
                        ));
                        self.line(format!(
                            "    print_address(\"{called}\", native(peer_{message}.raw[:messages[{message}].header.name_length]))"
                        ));
                    }
                }
            }
            Gives::Address => self.line(format!(
                "print_address(\"{called}\", native(peer.raw[:peer_length.value]))"
            )),
            Gives::Value => {
                let is_int = function.args.iter().any(|arg| match arg {
                    Arg::ValueRoom(option, length) => {
                        crate::call::option_bytes::room(*option) == 4 && length.is_none()
                    }
                    _ => false,
                });
                if is_int {
                    self.line(format!(
                        "print(f\"{called}: {{struct.unpack_from('=i', value)[0]}}\")"
                    ));
                } else {
                    self.line(format!(
                        "print(f\"{called}: {{value_length.value}} bytes\")"
                    ));
                    self.line("print_bytes(value.raw, value_length.value)");
                }
            }
            Gives::Int => self.line(format!("print(f\"{called}: {{number.value}}\")")),
            Gives::Polled => {
                self.line(format!("print(f\"{called}: {{result}}\")"));
                self.line("for fd, _, revents in struct.iter_unpack(\"=ihh\", entries.raw):");
                self.line("    if revents:");
                self.line("        print(f\"  fd {fd}: {revents:#x}\")");
            }
            Gives::Selected => {
                self.line(format!("print(f\"{called}: {{result}}\")"));
                let names = ["readable", "writable", "exceptional"];
                for arg in &function.args {
                    let Arg::Sets(sets, _) = arg else { continue };
                    for (set, (_, members)) in names.iter().zip(sets.named()) {
                        for member in members {
                            let member = self.descriptor(step, member);
                            self.line(format!(
                                "if int.from_bytes({set}.raw, \"little\") >> {member} & 1:"
                            ));
                            self.line(format!("    print(f\"  fd {{{member}}}: {set}\")"));
                        }
                    }
                }
            }
            Gives::Events => {
                self.line(format!("print(f\"{called}: {{result}}\")"));
                self.line(
                    "for events_of, fd in struct.iter_unpack(\"=IQ\", events.raw[:12 * result]):",
                );
                self.line("    print(f\"  fd {fd}: {events_of:#x}\")");
            }
            Gives::Signal => self.line(format!("print(f\"{called}: signal {{result}}\")")),
            Gives::Binary => {
                self.line(format!("print(f\"{called}: {{result}}\")"));
                for arg in &function.args {
                    if let Arg::Binary(family) = arg {
                        let size = if family.0 == libc::AF_INET6 { 16 } else { 4 };
                        self.line("if result == 1:");
                        self.line(format!("    print_bytes(binary.raw, {size})"));
                    }
                }
            }
            Gives::Text => self.line(format!("print(f\"{called}: {{text.value.decode()}}\")")),
            Gives::Child => {
                self.line(format!("print_change(\"{called}\", result, status.value)"));
            }
            Gives::Names => self.line(format!(
                "print(f\"{called}: {{host.value.decode()}} {{service.value.decode()}}\")"
            )),
            Gives::List | Gives::Swapped => {
                self.line(format!("print(f\"{called}: {{result}}\")"));
            }
        }
    }

    fn run_loop(&mut self, step: &Step<'_>, kind: Loop, socket: &str) {
        let call = match kind {
            Loop::Fill => format!("fill({socket})"),
            Loop::Drain => format!("drain({socket})"),
            Loop::Source(bytes, chunk) => format!("source({socket}, {bytes}, {chunk})"),
            Loop::Sink if step.of_messages => format!("sink({socket}, True)"),
            Loop::Sink => format!("sink({socket})"),
            Loop::Echo if step.of_messages => format!("echo_messages({socket})"),
            Loop::Echo => format!("echo({socket})"),
            Loop::Serve(service) => {
                let places = self.plan.served.get(&step.record.id());
                let names = places.cloned().unwrap_or_default();
                let names = names.map(|place| format!("\"{}\"", name(&self.plan.accepted[place])));
                let names = names.collect::<Vec<_>>().join(", ");
                let service = match service {
                    Service::Echo => "echo",
                    Service::Sink => "sink",
                };
                format!("serve({socket}, {service}, [{names}])")
            }
        };
        let word = step.call.word();
        match step.error() {
            Some(known) => {
                let number = known.name();
                self.line(format!(
                    "expect_error(\"{word}\", lambda: {call}, errno.{number})"
                ));
            }
            None => {
                self.line(format!("result = must(\"{word}\", lambda: {call})"));
                self.line(format!("print(f\"{word}: {{result}}\")"));
            }
        }
    }

    fn fork(&mut self, step: &Step<'_>) {
        let Some(child) = step.target() else {
            self.line("pass");
            return;
        };
        let variable = name(child);
        let has_calls = self
            .plan
            .steps()
            .any(|own| own.child.as_deref() == Some(child));
        self.line("sys.stdout.flush()");
        self.line("parent = os.getpid()");
        self.line(format!("{variable} = must(\"fork\", os.fork)"));
        self.line(format!("if {variable} == 0:"));
        self.line("    end_with_parent(parent)");
        if has_calls {
            self.line(format!("    child_{child}()"));
            self.line("    os._exit(0)");
            let place = self.place_of_child(child);
            self.line(format!("set_turn({place}, PID, {variable})"));
        } else {
            self.line("    while True:");
            self.line("        signal.pause()");
        }
    }

    /// What the kernel is asked until it answers as in the session.
    fn question(&mut self, step: &Step<'_>) {
        let Some(asked) = &step.asked else { return };
        if let Some(after) = asked.after {
            self.pause(after);
        }
        let of = match &asked.of {
            Fd::Variable(variable) => name(variable),
            Fd::Number(number) => number.to_string(),
        };
        match asked.answer {
            Answer::State(state) => {
                let number = crate::export::state_number(state);
                self.line(format!("await_state({of}, {number})  # {state}"));
            }
            Answer::Pending(count) => self.line(format!("await_pending({of}, {count})")),
            Answer::Unread(count) => self.line(format!("await_unread({of}, {count})")),
        }
    }
}

/// Whether a call gives an address of a family that Python has in a form of its own.
fn gives_foreign_address(step: &Step<'_>, function: &Function<'_>) -> bool {
    let is_known = [Domain::INET, Domain::INET6, Domain::UNIX].contains(&step.domain);
    !is_known
        && matches!(
            function.gives,
            Gives::Address | Gives::DataFrom | Gives::Accepted
        )
}
