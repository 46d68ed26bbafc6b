//! One call in Rust: by socket2 or the standard library where they have it, else by the libc crate.

use std::time::Duration;

use crate::call::value::Value;
use crate::export::function::{Arg, Function, Gives, Meaning};
use crate::export::held::Held;
use crate::export::lower::meaning;
use crate::export::plan::{Fd, Kept, Step};
use crate::export::rust::Rust;
use crate::export::rust::arguments::constant;
use crate::export::rust::descriptors::Made;
use crate::export::rust::names::name;
use crate::export::text::rust_duration;
use crate::export::writer::Writer;

impl Rust<'_> {
    /// Writes a call, and what the program asks for after it.
    pub(crate) fn step(&mut self, step: &Step<'_>) {
        for place in &step.accepted {
            let accepted = name(&self.draft.plan.accepted[*place]);
            self.line(format!("let {accepted} = accepted({place});"));
        }
        match meaning(&step.call) {
            Meaning::Function(function) => self.function(step, &function),
            Meaning::Loop(kind, socket) => {
                let socket = self.socket_reference(step, socket);
                self.run_loop(step, kind, &socket);
            }
            Meaning::Question(..) => self.question(step),
            Meaning::Fork => self.fork(step),
            Meaning::Sleep(span) => self.pause(span),
            Meaning::Wait | Meaning::Cancel | Meaning::None(_) => {}
        }
        if step.sigpipe() {
            self.draft
                .comment("The runtime of Rust ignores SIGPIPE; the error is the same.");
        }
        for kept in step.keeps.iter().filter(|kept| !kept.is_given) {
            self.ask(kept);
        }
    }

    /// Asks for the address of a descriptor.
    fn ask(&mut self, kept: &Kept) {
        let number = self.number_of(&Fd::Variable(kept.descriptor.clone()));
        let socket = self.draft.plan.held.held(&kept.descriptor);
        let socket = match socket {
            Held::Value { kind, .. } if kind.is_socket() => name(&kept.descriptor),
            Held::Value { .. } | Held::Number(_) => {
                format!("sock({number})")
            }
        };
        self.draft
            .comment("The address that it has now; the kernel may have chosen the port.");
        let asked = format!("{socket}.local_addr().expect(\"getsockname\")");
        self.keep(&kept.address, &asked);
    }

    fn function(&mut self, step: &Step<'_>, function: &Function<'_>) {
        if step.call.word() == "close" && self.drops(step, function) {
            return;
        }
        match self.own(step, function) {
            Some(expression) => self.made(step, function, &expression, Made::Socket),
            None => {
                let expression = self.of_library(step, function);
                self.made(step, function, &expression, Made::Number);
            }
        }
    }

    /// A close() of a value: it is dropped. `false`: it is a number.
    fn drops(&mut self, step: &Step<'_>, function: &Function<'_>) -> bool {
        let [Arg::Fd(descriptor)] = function.args.as_slice() else {
            return false;
        };
        let Fd::Variable(variable) = step.fd(descriptor) else {
            return false;
        };
        let is_value = matches!(self.held(&variable), Held::Value { .. });
        if is_value {
            self.line(format!("drop({});", name(&variable)));
        }
        is_value
    }

    /// The call by the libc crate: a result, or for what looks names up the number that it returns.
    fn of_library(&mut self, step: &Step<'_>, function: &Function<'_>) -> String {
        let args: Vec<String> = function
            .args
            .iter()
            .map(|arg| self.argument(step, arg))
            .collect();
        let (called, args) = (function.name, args.join(", "));
        let call = match called {
            "inet_pton" | "inet_ntop" | "sockatmark" => format!("unsafe {{ {called}({args}) }}"),
            _ => format!("unsafe {{ libc::{called}({args}) }}"),
        };
        match function.gives {
            Gives::Swapped => match called {
                "htons" | "htonl" => format!("{args}.to_be()"),
                "ntohs" => format!("u16::from_be({args})"),
                _ => format!("u32::from_be({args})"),
            },
            Gives::List | Gives::Names | Gives::Nothing => call,
            Gives::Text => format!("not_null({call})"),
            Gives::Accepted | Gives::DataFrom | Gives::Address => {
                let length = function.args.iter().find_map(|arg| match arg {
                    Arg::From(length) => *length,
                    _ => None,
                });
                with_address(&format!("libc::{called}({args})"), length)
            }
            _ => format!("check({call})"),
        }
    }

    /// The call by socket2 or the standard library, where they have it as the session made it.
    fn own(&mut self, step: &Step<'_>, function: &Function<'_>) -> Option<String> {
        match (function.name, function.args.as_slice()) {
            (
                called @ ("socket" | "socketpair"),
                [
                    Arg::Constant(_, domain),
                    Arg::Constant(kind, number),
                    protocol,
                    ..,
                ],
            ) => {
                // Socket::new() and Socket::pair() set this flag, and no other.
                let (kind, raw) = match kind.strip_suffix("|SOCK_CLOEXEC") {
                    Some(kind) => (of_type(kind, number & !i64::from(libc::SOCK_CLOEXEC)), ""),
                    None => (of_type(kind, *number), "_raw"),
                };
                let (domain, protocol) = (of_domain(*domain), of_protocol(protocol));
                let made = if called == "socket" { "new" } else { "pair" };
                Some(format!("Socket::{made}{raw}({domain}, {kind}, {protocol})"))
            }
            (called @ ("bind" | "connect"), [Arg::Fd(socket), Arg::To(to)]) => {
                let socket = self.socket(step, socket)?;
                let to = self.address_reference(step, to)?;
                Some(format!("{socket}.{called}({to})"))
            }
            ("listen", [Arg::Fd(socket), Arg::Number(backlog)]) => {
                let socket = self.socket(step, socket)?;
                Some(format!("{socket}.listen({backlog})"))
            }
            ("accept", [Arg::Fd(socket), Arg::From(None)]) => {
                let socket = self.socket(step, socket)?;
                Some(format!("{socket}.accept_raw()"))
            }
            // Socket::accept() is this.
            ("accept4", [Arg::Fd(socket), Arg::From(None), Arg::Constant(flags, _)])
                if flags == "SOCK_CLOEXEC" =>
            {
                let socket = self.socket(step, socket)?;
                Some(format!("{socket}.accept()"))
            }
            ("send", [Arg::Fd(socket), Arg::Data(data), Arg::Constant(text, flags)]) => {
                let socket = self.socket(step, socket)?;
                let data = self.slice(data)?;
                Some(match flags {
                    0 => format!("{socket}.send({data})"),
                    flags => {
                        let flags = constant(text, *flags);
                        format!("{socket}.send_with_flags({data}, {flags})")
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
                let socket = self.socket(step, socket)?;
                let to = self.address_reference(step, to)?;
                let data = self.slice(data)?;
                Some(match flags {
                    0 => format!("{socket}.send_to({data}, {to})"),
                    flags => {
                        let flags = constant(text, *flags);
                        format!("{socket}.send_to_with_flags({data}, {to}, {flags})")
                    }
                })
            }
            ("write", [Arg::Fd(descriptor), Arg::Data(data)]) => {
                let data = self.slice(data)?;
                Some(format!("{}.write({data})", self.file(step, descriptor)))
            }
            ("read", [Arg::Fd(descriptor), Arg::Room(room)]) if !room.null => {
                self.line(format!("let mut buffer = vec![0; {}];", room.size));
                let file = self.file(step, descriptor);
                Some(format!("{file}.read(&mut buffer)"))
            }
            (
                called @ ("recv" | "recvfrom"),
                [
                    Arg::Fd(socket),
                    Arg::Room(room),
                    Arg::Constant(text, flags),
                    from @ ..,
                ],
            ) if !room.null && matches!(from, [] | [Arg::From(None)]) => {
                let socket = self.socket(step, socket)?;
                self.line(format!("let mut buffer = vec![0; {}];", room.size));
                let method = if called == "recv" {
                    "recv"
                } else {
                    "recv_from"
                };
                Some(match flags {
                    0 => format!("{socket}.{method}(as_uninit(&mut buffer))"),
                    flags => {
                        let flags = constant(text, *flags);
                        format!("{socket}.{method}_with_flags(as_uninit(&mut buffer), {flags})")
                    }
                })
            }
            ("shutdown", [Arg::Fd(socket), Arg::Constant(how, _)]) => {
                let socket = self.socket(step, socket)?;
                let how = match how.as_str() {
                    "SHUT_RD" => "Read",
                    "SHUT_WR" => "Write",
                    "SHUT_RDWR" => "Both",
                    _ => return None,
                };
                Some(format!("{socket}.shutdown(Shutdown::{how})"))
            }
            ("getsockname", [Arg::Fd(socket), Arg::From(None)]) => {
                let socket = self.socket(step, socket)?;
                Some(format!("{socket}.local_addr()"))
            }
            ("getpeername", [Arg::Fd(socket), Arg::From(None)]) => {
                let socket = self.socket(step, socket)?;
                Some(format!("{socket}.peer_addr()"))
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
                let socket = self.socket(step, socket)?;
                let set = of_option(option, value)?;
                Some(format!("{socket}.{set}"))
            }
            _ => None,
        }
    }
}

/// A call of the libc crate that writes an address: what it gives is a pair, with the address.
fn with_address(call: &str, length: Option<i32>) -> String {
    match length {
        None => format!("unsafe {{ SockAddr::try_init(|address, length| check({call})) }}"),
        Some(own) => format!(
            "unsafe {{ SockAddr::try_init(|address, length| {{ *length = {own}i32 as _; check({call}) }}) }}"
        ),
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
        Arg::Constant(text, number) => match text.as_str() {
            "IPPROTO_TCP" => "Some(Protocol::TCP)".to_owned(),
            "IPPROTO_UDP" => "Some(Protocol::UDP)".to_owned(),
            text => format!("Some(Protocol::from({}))", constant(text, *number)),
        },
        _ => "None".to_owned(),
    }
}

/// A method of socket2 that sets an option, for values that it sets as they are.
fn of_option(option: &str, value: &Value) -> Option<String> {
    let method = |method: &str, on: i32| match on {
        0 | 1 => Some(format!("{method}({})", on == 1)),
        _ => None,
    };
    let span = |span: &Duration| rust_duration(*span);
    match (option, value) {
        ("SO_REUSEADDR", Value::Int(on)) => method("set_reuse_address", *on),
        ("SO_BROADCAST", Value::Int(on)) => method("set_broadcast", *on),
        ("SO_KEEPALIVE", Value::Int(on)) => method("set_keepalive", *on),
        ("TCP_NODELAY", Value::Int(on)) => method("set_tcp_nodelay", *on),
        ("SO_RCVTIMEO", Value::Duration(own)) if !own.is_zero() => {
            Some(format!("set_read_timeout(Some({}))", span(own)))
        }
        ("SO_SNDTIMEO", Value::Duration(own)) if !own.is_zero() => {
            Some(format!("set_write_timeout(Some({}))", span(own)))
        }
        _ => None,
    }
}
