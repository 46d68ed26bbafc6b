//! One call in Rust: by socket2 or the standard library where they have it, else by the libc crate.

use std::time::Duration;

use crate::call::argument::{AddressArg, Service};
use crate::call::value::Value;
use crate::export::lower::{Arg, Function, Gives, Loop, Meaning, meaning};
use crate::export::plan::{Answer, Fd, Kept, Step};
use crate::export::rust::arguments::constant;
use crate::export::rust::{Helper, Rust, address, name};

impl Rust<'_> {
    /// Writes a call, and what the program asks for after it.
    pub(crate) fn step(&mut self, step: &Step<'_>) {
        for place in &step.accepted {
            self.used.insert(Helper::Accepted);
            let accepted = name(&self.plan.accepted[*place]);
            self.line(format!("{accepted} = accepted({place});"));
        }
        match meaning(&step.call) {
            Meaning::Function(function) => self.function(step, &function),
            Meaning::Loop(kind, socket) => {
                let socket = self.descriptor(step, socket);
                self.run_loop(step, kind, &socket);
            }
            Meaning::Question(..) => self.question(step),
            Meaning::Fork => self.fork(step),
            Meaning::Sleep(span) => self.pause(span),
            Meaning::Wait | Meaning::Cancel | Meaning::None(_) => {}
        }
        if step.sigpipe() {
            self.comment("The runtime of Rust ignores SIGPIPE; the error is the same.");
        }
        for kept in step.keeps.iter().filter(|kept| !kept.is_given) {
            self.used.insert(Helper::Known);
            let (socket, key) = (name(&kept.descriptor), address(&kept.address));
            self.comment("The address that it has now; the kernel may have chosen the port.");
            self.line(format!("shared().{key}.ask({socket});"));
        }
    }

    /// Keeps the address of the other end that the call gave.
    fn keep_given(&mut self, kept: &Kept, function: &Function<'_>) {
        self.used.insert(Helper::Known);
        let key = address(&kept.address);
        let bytes = match function.gives {
            Gives::Message => "&written(&peer, message.msg_namelen)",
            _ => "&from",
        };
        self.line(format!("shared().{key}.set({bytes});"));
    }

    fn function(&mut self, step: &Step<'_>, function: &Function<'_>) {
        let outer = std::mem::take(&mut self.text);
        self.depth += 1;
        let expression = self.own(step, function);
        let expression = expression.unwrap_or_else(|| self.of_library(step, function));
        self.made(step, function, &expression);
        for kept in step.keeps.iter().filter(|kept| kept.is_given) {
            self.keep_given(kept, function);
        }
        self.depth -= 1;
        let inner = std::mem::replace(&mut self.text, outer);
        if inner
            .lines()
            .any(|line| line.trim_start().starts_with("let "))
        {
            self.line("{");
            self.text.push_str(&inner);
            self.line("}");
        } else {
            for line in inner.lines() {
                self.text
                    .push_str(line.strip_prefix("    ").unwrap_or(line));
                self.text.push('\n');
            }
        }
    }

    /// The call by the libc crate: a result, or for what looks names up the number that it returns.
    fn of_library(&mut self, step: &Step<'_>, function: &Function<'_>) -> String {
        let args: Vec<String> = function
            .args
            .iter()
            .map(|arg| self.argument(step, arg))
            .collect();
        let (called, mut args) = (function.name, args.join(", "));
        if called == "fcntl" && args.matches(", ").count() > 1 {
            // It takes any number of arguments, and so says nothing of their types.
            args = match args.strip_suffix(" as _") {
                Some(args) => format!("{args} as libc::c_int"),
                None => args,
            };
        }
        match function.gives {
            Gives::Swapped => match called {
                "htons" | "htonl" => format!("{args}.to_be()"),
                _ => format!(
                    "{}::from_be({args})",
                    if called == "ntohs" { "u16" } else { "u32" }
                ),
            },
            Gives::List | Gives::Names | Gives::Nothing => {
                format!("unsafe {{ libc::{called}({args}) }}")
            }
            Gives::Text => format!("not_null(unsafe {{ inet_ntop({args}) }})"),
            Gives::Binary => format!("check(unsafe {{ inet_pton({args}) }})"),
            Gives::Accepted => {
                let call = format!("check(unsafe {{ libc::{called}({args}) }})");
                format!("{call}.map(|made| (made, written(&peer, peer_length)))")
            }
            Gives::DataFrom => {
                let call = format!("check(unsafe {{ libc::{called}({args}) }})");
                format!("{call}.map(|count| (count as usize, written(&peer, peer_length)))")
            }
            Gives::Address => {
                let call = format!("check(unsafe {{ libc::{called}({args}) }})");
                format!("{call}.map(|_| written(&peer, peer_length))")
            }
            Gives::Pair => format!("check(unsafe {{ libc::{called}({args}) }}).map(|_| pair)"),
            Gives::Data => {
                format!("check(unsafe {{ libc::{called}({args}) }}).map(|count| count as usize)")
            }
            _ if called == "sockatmark" => {
                format!("check(unsafe {{ sockatmark({args}) }})")
            }
            _ => format!("check(unsafe {{ libc::{called}({args}) }})"),
        }
    }

    /// The call by socket2 or the standard library, where they have it as the session made it.
    fn own(&mut self, step: &Step<'_>, function: &Function<'_>) -> Option<String> {
        match (function.name, function.args.as_slice()) {
            (
                "socket",
                [
                    Arg::Constant(_, domain),
                    Arg::Constant(kind, number),
                    protocol,
                ],
            ) => {
                let (domain, kind) = (of_domain(*domain), of_type(kind, *number));
                let protocol = of_protocol(protocol);
                Some(format!(
                    "Socket::new_raw({domain}, {kind}, {protocol}).map(IntoRawFd::into_raw_fd)"
                ))
            }
            (
                "socketpair",
                [
                    Arg::Constant(_, domain),
                    Arg::Constant(kind, number),
                    protocol,
                    _,
                ],
            ) => {
                let (domain, kind) = (of_domain(*domain), of_type(kind, *number));
                let protocol = of_protocol(protocol);
                Some(format!(
                    "Socket::pair_raw({domain}, {kind}, {protocol}).map(|(one, other)| [one.into_raw_fd(), other.into_raw_fd()])"
                ))
            }
            (called @ ("bind" | "connect"), [Arg::Fd(socket), Arg::To(to)]) => {
                let socket = self.variable(step, socket)?;
                let to = self.socket_address_of(step, to)?;
                Some(format!("sock({socket}).{called}(&{to})"))
            }
            ("listen", [Arg::Fd(socket), Arg::Number(backlog)]) => {
                let socket = self.variable(step, socket)?;
                Some(format!("sock({socket}).listen({backlog})"))
            }
            ("accept", [Arg::Fd(socket), Arg::From(None)]) => {
                let socket = self.variable(step, socket)?;
                Some(format!(
                    "sock({socket}).accept_raw().map(|(made, from)| (made.into_raw_fd(), bytes_of(&from)))"
                ))
            }
            ("send", [Arg::Fd(socket), Arg::Data(data), Arg::Constant(text, flags)]) => {
                let socket = self.variable(step, socket)?;
                let data = self.slice(data)?;
                Some(match flags {
                    0 => format!("sock({socket}).send({data})"),
                    flags => {
                        let flags = constant(text, *flags);
                        format!("sock({socket}).send_with_flags({data}, {flags})")
                    }
                })
            }
            (
                "sendto",
                [
                    Arg::Fd(socket),
                    Arg::Data(data),
                    Arg::Constant(text, flags),
                    Arg::To(to),
                ],
            ) => {
                let socket = self.variable(step, socket)?;
                let to = self.socket_address_of(step, to)?;
                let data = self.slice(data)?;
                let flags = constant(text, *flags);
                Some(format!(
                    "sock({socket}).send_to_with_flags({data}, &{to}, {flags})"
                ))
            }
            ("write", [Arg::Fd(socket), Arg::Data(data)]) => {
                let socket = self.variable(step, socket)?;
                let data = self.slice(data)?;
                Some(format!("file({socket}).write({data})"))
            }
            ("read", [Arg::Fd(socket), Arg::Room(room)]) if !room.null => {
                let socket = self.variable(step, socket)?;
                self.line(format!("let mut buffer = vec![0u8; {}];", room.size));
                Some(format!("file({socket}).read(&mut buffer)"))
            }
            ("recv", [Arg::Fd(socket), Arg::Room(room), Arg::Constant(text, flags)])
                if !room.null =>
            {
                let socket = self.variable(step, socket)?;
                let flags = constant(text, *flags);
                self.line(format!("let mut buffer = vec![0u8; {}];", room.size));
                Some(format!(
                    "sock({socket}).recv_with_flags(room(&mut buffer), {flags})"
                ))
            }
            (
                "recvfrom",
                [
                    Arg::Fd(socket),
                    Arg::Room(room),
                    Arg::Constant(text, flags),
                    Arg::From(None),
                ],
            ) if !room.null => {
                let socket = self.variable(step, socket)?;
                let flags = constant(text, *flags);
                self.line(format!("let mut buffer = vec![0u8; {}];", room.size));
                Some(format!(
                    "sock({socket}).recv_from_with_flags(room(&mut buffer), {flags}).map(|(count, from)| (count, bytes_of(&from)))"
                ))
            }
            ("shutdown", [Arg::Fd(socket), Arg::Constant(how, _)]) => {
                let socket = self.variable(step, socket)?;
                let how = match how.as_str() {
                    "SHUT_RD" => "Read",
                    "SHUT_WR" => "Write",
                    "SHUT_RDWR" => "Both",
                    _ => return None,
                };
                Some(format!("sock({socket}).shutdown(Shutdown::{how})"))
            }
            (called @ ("getsockname" | "getpeername"), [Arg::Fd(socket), Arg::From(None)]) => {
                let socket = self.variable(step, socket)?;
                let method = match called {
                    "getsockname" => "local_addr",
                    _ => "peer_addr",
                };
                Some(format!(
                    "sock({socket}).{method}().map(|own| bytes_of(&own))"
                ))
            }
            (
                "setsockopt",
                [
                    Arg::Fd(socket),
                    _,
                    Arg::Constant(option, _),
                    Arg::Value(_, value, None),
                ],
            ) => {
                let socket = self.variable(step, socket)?;
                let set = of_option(option, value)?;
                Some(format!("sock({socket}).{set}"))
            }
            _ => None,
        }
    }

    fn variable(
        &self,
        step: &Step<'_>,
        descriptor: &crate::call::argument::Descriptor,
    ) -> Option<String> {
        match step.fd(descriptor) {
            Fd::Variable(variable) => Some(name(&variable)),
            Fd::Number(_) => None,
        }
    }

    fn socket_address_of(&mut self, step: &Step<'_>, arg: &AddressArg) -> Option<String> {
        if arg.length.is_some() {
            return None;
        }
        self.socket_address(&step.place(&arg.place))
    }

    fn run_loop(&mut self, step: &Step<'_>, kind: Loop, socket: &str) {
        self.used.insert(Helper::Loops);
        let (helper, call) = match kind {
            Loop::Fill => (Helper::Fill, format!("fill({socket})")),
            Loop::Drain => (Helper::Drain, format!("drain({socket})")),
            Loop::Source(bytes, chunk) => (
                Helper::Source,
                format!("source({socket}, {bytes}, {chunk})"),
            ),
            Loop::Sink => (
                Helper::Sink,
                format!("sink({socket}, {})", step.of_messages),
            ),
            Loop::Echo if step.of_messages => {
                (Helper::EchoMessages, format!("echo_messages({socket})"))
            }
            Loop::Echo => (Helper::Echo, format!("echo({socket})")),
            Loop::Serve(service) => {
                self.used.extend([Helper::Sink, Helper::Echo]);
                let service = match service {
                    Service::Echo => "echo",
                    Service::Sink => "|socket| sink(socket, false)",
                };
                let places = self.plan.served.get(&step.record.id());
                let places = places.cloned().unwrap_or_default();
                (
                    Helper::Serve,
                    format!("serve({socket}, {service}, {places:?})"),
                )
            }
        };
        self.used.insert(helper);
        let word = step.call.word();
        match step.error() {
            Some(errno) => {
                let errno = errno.name();
                self.line(format!("expect_error(\"{word}\", {call}, libc::{errno});"));
            }
            None => self.line(format!(
                "println!(\"{word}: {{}}\", must(\"{word}\", {call}));"
            )),
        }
    }

    fn fork(&mut self, step: &Step<'_>) {
        let Some(child) = step.target() else { return };
        let variable = name(child);
        let has_calls = self
            .plan
            .steps()
            .any(|own| own.child.as_deref() == Some(child));
        self.used.insert(Helper::EndWithParent);
        self.line("let parent = unsafe { libc::getpid() };");
        self.line(format!(
            "{variable} = must(\"fork\", check(unsafe {{ libc::fork() }}));"
        ));
        self.line(format!("if {variable} == 0 {{"));
        self.line("    end_with_parent(parent);");
        if has_calls {
            let variables = self.variables().join(", ");
            self.line(format!("    child_{child}({variables});"));
        } else {
            self.line("    loop {");
            self.line("        unsafe { libc::pause() };");
            self.line("    }");
        }
        if has_calls {
            self.line("    unsafe { libc::_exit(0) };");
        }
        self.line("}");
        if has_calls {
            let place = self.child_place(child);
            self.line(format!(
                "shared().child[{place}].pid.store({variable}, SeqCst);"
            ));
        }
    }

    /// Does nothing for a while.
    pub(crate) fn pause(&mut self, span: Duration) {
        let micros = span.as_micros();
        self.line(format!("sleep(Duration::from_micros({micros}));"));
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
        let (helper, line) = match asked.answer {
            Answer::State(state) => {
                let number = crate::export::state_number(state);
                let line = format!("await_state({of}, {number}); // {state}");
                (Helper::AwaitState, line)
            }
            Answer::Pending(count) => (
                Helper::AwaitPending,
                format!("await_pending({of}, {count});"),
            ),
            Answer::Unread(count) => (Helper::AwaitUnread, format!("await_unread({of}, {count});")),
        };
        self.used.insert(helper);
        self.line(line);
    }
}

fn of_domain(number: i64) -> String {
    match i32::try_from(number) {
        Ok(libc::AF_INET) => "Domain::IPV4".to_owned(),
        Ok(libc::AF_INET6) => "Domain::IPV6".to_owned(),
        Ok(libc::AF_UNIX) => "Domain::UNIX".to_owned(),
        Ok(_) | Err(_) => format!("Domain::from({number})"),
    }
}

fn of_type(text: &str, number: i64) -> String {
    match text {
        "SOCK_STREAM" => "Type::STREAM".to_owned(),
        "SOCK_DGRAM" => "Type::DGRAM".to_owned(),
        "SOCK_SEQPACKET" => "Type::SEQPACKET".to_owned(),
        "SOCK_RAW" => "Type::RAW".to_owned(),
        text => format!("Type::from({})", constant(text, number)),
    }
}

fn of_protocol(arg: &Arg<'_>) -> String {
    match arg {
        Arg::Constant(_, 0) => "None".to_owned(),
        Arg::Constant(text, number) => format!("Some(Protocol::from({}))", constant(text, *number)),
        _ => "None".to_owned(),
    }
}

/// A method of socket2 that sets an option, for values that it sets as they are.
fn of_option(option: &str, value: &Value) -> Option<String> {
    let method = |method: &str, on: i32| match on {
        0 | 1 => Some(format!("{method}({})", on == 1)),
        _ => None,
    };
    match (option, value) {
        ("SO_REUSEADDR", Value::Int(on)) => method("set_reuse_address", *on),
        ("SO_BROADCAST", Value::Int(on)) => method("set_broadcast", *on),
        ("SO_KEEPALIVE", Value::Int(on)) => method("set_keepalive", *on),
        ("TCP_NODELAY", Value::Int(on)) => method("set_tcp_nodelay", *on),
        ("SO_RCVTIMEO", Value::Duration(span)) if !span.is_zero() => Some(format!(
            "set_read_timeout(Some(Duration::from_micros({})))",
            span.as_micros()
        )),
        ("SO_SNDTIMEO", Value::Duration(span)) if !span.is_zero() => Some(format!(
            "set_write_timeout(Some(Duration::from_micros({})))",
            span.as_micros()
        )),
        _ => None,
    }
}
