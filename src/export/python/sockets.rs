//! The methods of a socket in Python.

use crate::call::argument::{Descriptor, Message};
use crate::call::data::Data;
use crate::export::function::{Arg, Function};
use crate::export::plan::Step;
use crate::export::python::Python;
use crate::export::python::call::Written;
use crate::export::python::descriptors::Made;
use crate::socket::Domain;

/// Arguments at the end, without those that Python adds by itself.
fn arguments(needed: &[String], more: &[(&str, String)]) -> String {
    let given = more.iter().rposition(|(usual, own)| usual != own);
    let more = more.iter().take(given.map_or(0, |at| at + 1));
    let all = needed.iter().chain(more.map(|(_, own)| own));
    all.cloned().collect::<Vec<_>>().join(", ")
}

/// Whether to Python an argument is one that is not given: a negative number.
fn is_negative(arg: &Arg<'_>) -> bool {
    matches!(arg, Arg::Constant(_, ..0))
}

impl Python<'_> {
    /// A call by a method of a socket. `None`: no method makes it as it was made.
    pub(crate) fn by_socket(
        &mut self,
        step: &Step<'_>,
        function: &Function<'_>,
    ) -> Option<Written> {
        let called = function.name;
        match (called, function.args.as_slice()) {
            ("socket" | "socketpair", [domain, kind, protocol, ..]) => {
                if [domain, kind, protocol].into_iter().any(is_negative) {
                    return None;
                }
                let needed = [self.argument(step, domain), self.argument(step, kind)];
                let protocol = match protocol {
                    Arg::Constant(_, 0) => "0".to_owned(),
                    protocol => self.argument(step, protocol),
                };
                let args = arguments(&needed, &[("0", protocol)]);
                Some(match called {
                    "socket" => self.made(step, &format!("socket({args})"), Made::Socket),
                    _ => {
                        let (gives, then) = self.targets(step, Made::Socket, &["one", "other"]);
                        let gives = gives.join(", ");
                        Written::of(&gives, format!("socketpair({args})"), &then)
                    }
                })
            }
            ("bind" | "connect", [Arg::Fd(socket), Arg::To(to)]) => {
                let socket = self.socket(&step.fd(socket))?;
                let to = self.address_of(step, to)?;
                Some(Written::plain(format!("{socket}.{called}({to})")))
            }
            // Python makes 0 of a negative number.
            ("listen", [Arg::Fd(socket), Arg::Number(backlog @ 0..)]) => {
                let socket = self.socket(&step.fd(socket))?;
                Some(Written::plain(format!("{socket}.listen({backlog})")))
            }
            ("accept", [Arg::Fd(socket), Arg::From(None)]) => self.accept(step, socket, called),
            ("accept4", [Arg::Fd(socket), Arg::From(None), Arg::Constant(_, flags)])
                if *flags == 0 || *flags == i64::from(libc::SOCK_CLOEXEC) =>
            {
                self.accept(step, socket, called)
            }
            ("send", [Arg::Fd(socket), Arg::Data(data), flags]) => {
                let socket = self.socket(&step.fd(socket))?;
                let (data, flags) = (self.data(data)?, self.argument(step, flags));
                let args = arguments(&[data], &[("0", flags)]);
                Some(sent(called, format!("{socket}.send({args})")))
            }
            ("sendto", [Arg::Fd(socket), Arg::Data(data), flags, Arg::To(to)]) => {
                let socket = self.socket(&step.fd(socket))?;
                let to = self.address_of(step, to)?;
                let (data, flags) = (self.data(data)?, self.argument(step, flags));
                Some(sent(
                    called,
                    match flags.as_str() {
                        "0" => format!("{socket}.sendto({data}, {to})"),
                        flags => format!("{socket}.sendto({data}, {flags}, {to})"),
                    },
                ))
            }
            ("sendmsg", [Arg::Fd(socket), Arg::Message(message), flags]) => {
                let flags = self.argument(step, flags);
                self.sendmsg(step, socket, message, flags)
            }
            ("recv" | "recvfrom", [Arg::Fd(socket), Arg::Room(room), flags, from @ ..])
                if !room.null && room.size > 0 && matches!(from, [] | [Arg::From(None)]) =>
            {
                let socket = self.socket(&step.fd(socket))?;
                let flags = self.argument(step, flags);
                let has_address = called == "recvfrom";
                // Of these Python would give no more bytes than there are, and not what the call returned.
                if step.discards || flags.contains("MSG_TRUNC") {
                    return Some(self.truncated(step, &socket, room.size, &flags, has_address));
                }
                let args = arguments(&[room.size.to_string()], &[("0", flags)]);
                let print = format!("print_data(\"{called}\", data)");
                let call = format!("{socket}.{called}({args})");
                Some(match has_address {
                    false => Written::of("data", call, &[print]),
                    true => {
                        let address = print_peer(step, called);
                        Written::of("data, peer", call, &[print, address])
                    }
                })
            }
            ("recvmsg", [Arg::Fd(socket), Arg::Incoming(sizes, None), flags]) if !step.discards => {
                let flags = self.argument(step, flags);
                self.recvmsg(step, socket, sizes, &flags)
            }
            ("shutdown", [Arg::Fd(socket), how]) => {
                let socket = self.socket(&step.fd(socket))?;
                let how = self.argument(step, how);
                Some(Written::plain(format!("{socket}.shutdown({how})")))
            }
            ("getsockname" | "getpeername", [Arg::Fd(socket), Arg::From(None)]) => {
                let socket = self.socket(&step.fd(socket))?;
                let print = print_peer(step, called);
                Some(Written::of(
                    "peer",
                    format!("{socket}.{called}()"),
                    &[print],
                ))
            }
            ("setsockopt", [Arg::Fd(socket), level, option, Arg::Value(_, value, length)]) => {
                let socket = self.socket(&step.fd(socket))?;
                let option = [self.argument(step, level), self.argument(step, option)].join(", ");
                let value = self.option_value(value, *length)?;
                Some(Written::plain(format!(
                    "{socket}.setsockopt({option}, {value})"
                )))
            }
            ("getsockopt", [Arg::Fd(socket), level, option, Arg::ValueRoom(of, length)]) => {
                let socket = self.socket(&step.fd(socket))?;
                let option_names = [self.argument(step, level), self.argument(step, option)];
                let option = option_names.join(", ");
                let (size, unit) = (
                    crate::call::option_bytes::room(*of),
                    crate::call::option_bytes::unit(*of),
                );
                let size = length.map_or(i32::try_from(size).ok(), Some)?;
                if unit != 1 || !(1..=1024).contains(&size) {
                    return None;
                }
                let is_int = size == 4 && length.is_none();
                Some(match is_int {
                    true => Written::of(
                        "value",
                        format!("{socket}.getsockopt({option})"),
                        &["print(\"getsockopt:\", value)".to_owned()],
                    ),
                    false => Written::of(
                        "value",
                        format!("{socket}.getsockopt({option}, {size})"),
                        &[
                            "print(f\"getsockopt: {len(value)} bytes\")".to_owned(),
                            "print_bytes(value)".to_owned(),
                        ],
                    ),
                })
            }
            _ => None,
        }
    }

    fn accept(&mut self, step: &Step<'_>, socket: &Descriptor, called: &str) -> Option<Written> {
        let socket = self.socket(&step.fd(socket))?;
        let (mut gives, mut then) = self.targets(step, Made::Socket, &["made"]);
        gives.push("peer".to_owned());
        then.push(print_peer(step, called));
        let gives = gives.join(", ");
        Some(Written::of(&gives, format!("{socket}.accept()"), &then))
    }

    fn sendmsg(
        &mut self,
        step: &Step<'_>,
        socket: &Descriptor,
        message: &Message,
        flags: String,
    ) -> Option<Written> {
        let socket = self.socket(&step.fd(socket))?;
        let buffers: Option<Vec<String>> =
            message.data.iter().map(|data| self.data(data)).collect();
        let buffers = format!("[{}]", buffers?.join(", "));
        let to = match &message.address {
            Some(to) => self.address_of(step, to)?,
            None => "None".to_owned(),
        };
        let ancillary = format!("[{}]", self.control(step, message));
        let args = arguments(&[buffers], &[("[]", ancillary), ("0", flags), ("None", to)]);
        Some(sent("sendmsg", format!("{socket}.sendmsg({args})")))
    }

    fn recvmsg(
        &mut self,
        step: &Step<'_>,
        socket: &Descriptor,
        sizes: &[usize],
        flags: &str,
    ) -> Option<Written> {
        let socket = self.socket(&step.fd(socket))?;
        if flags.contains("MSG_TRUNC") {
            return None;
        }
        let flags = match flags {
            "0" => String::new(),
            flags => format!(", {flags}"),
        };
        let (gives, call, print) = match sizes {
            [size] => (
                "data",
                format!("{socket}.recvmsg({size}, 2048{flags})"),
                "print_data(\"recvmsg\", data)".to_owned(),
            ),
            sizes => {
                let each = sizes.iter().map(|size| format!("bytearray({size})"));
                let each = each.collect::<Vec<_>>().join(", ");
                self.line(format!("buffers = [{each}]"));
                (
                    "count",
                    format!("{socket}.recvmsg_into(buffers, 2048{flags})"),
                    "print_buffers(\"recvmsg\", buffers, count)".to_owned(),
                )
            }
        };
        let mut then = vec![print, "print_flags(\"recvmsg\", flags)".to_owned()];
        let ancillary = if step.targets.is_empty() {
            "_"
        } else {
            "ancillary"
        };
        then.extend(self.passed(step, "passed(ancillary)"));
        let keeps = step.keeps.iter().any(|kept| kept.is_given);
        let peer = if keeps { "peer" } else { "_" };
        Some(Written::of(
            &format!("{gives}, {ancillary}, flags, {peer}"),
            call,
            &then,
        ))
    }

    /// What is received without all of its bytes: with `MSG_TRUNC` the call returns how many there were.
    fn truncated(
        &mut self,
        step: &Step<'_>,
        socket: &str,
        size: usize,
        flags: &str,
        has_address: bool,
    ) -> Written {
        self.line(format!("buffer = bytearray({size})"));
        let called = if has_address { "recvfrom" } else { "recv" };
        let mut then = vec![format!("print(\"{called}:\", count)")];
        if !step.discards {
            then.push("print_bytes(buffer[:count])".to_owned());
        }
        if has_address {
            then.push(print_peer(step, called));
        }
        let gives = if has_address { "count, peer" } else { "count" };
        Written::of(
            gives,
            format!("{socket}.{called}_into(buffer, 0, {flags})"),
            &then,
        )
    }

    /// Bytes to send, as an expression. `None`: a null pointer.
    pub(crate) fn data(&mut self, data: &Data) -> Option<String> {
        use crate::export::text::byte_string;
        Some(match data {
            Data::Text(bytes) | Data::Hex(bytes) => byte_string(bytes),
            Data::U64(bytes) => format!("struct.pack(\"Q\", {})", u64::from_ne_bytes(*bytes)),
            Data::Pattern(_) | Data::Repeat(..) => {
                let piece = byte_string(data.piece().unwrap_or_default());
                match data.is_empty() {
                    true => "b\"\"".to_owned(),
                    false => format!("repeat({piece}, {})", data.len()),
                }
            }
            Data::Head(bytes, length) => {
                self.draft
                    .comment("Only the beginning of these bytes was recorded; zeros follow.");
                format!("{}.ljust({length}, b\"\\0\")", byte_string(bytes))
            }
            Data::Null(_) => return None,
        })
    }
}

fn sent(called: &str, call: String) -> Written {
    Written::of("sent", call, &[format!("print(\"{called}:\", sent)")])
}

/// Prints an address: that of a connection, which recvfrom() does not give, and a path in another form.
fn print_peer(step: &Step<'_>, called: &str) -> String {
    let is_internet = [Domain::INET, Domain::INET6].contains(&step.domain);
    let is_given = called != "recvfrom" || step.of_messages;
    match is_internet && is_given {
        true => format!("print_address(\"{called}\", peer)"),
        false => format!("print_any_address(\"{called}\", peer)"),
    }
}
