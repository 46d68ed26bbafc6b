//! What a call returned, in C: the check, the variables that it sets, and what the program prints of it.

use crate::call::argument::Descriptor;
use crate::export::c::{C, fd};
use crate::export::function::{Arg, Function, Gives};
use crate::export::plan::Step;
use crate::socket::TcpState;

/// The name of a state in netinet/tcp.h.
pub(crate) fn state(state: TcpState) -> &'static str {
    match state {
        TcpState::Established => "TCP_ESTABLISHED",
        TcpState::SynSent => "TCP_SYN_SENT",
        TcpState::SynRecv => "TCP_SYN_RECV",
        TcpState::FinWait1 => "TCP_FIN_WAIT1",
        TcpState::FinWait2 => "TCP_FIN_WAIT2",
        TcpState::TimeWait => "TCP_TIME_WAIT",
        TcpState::Close => "TCP_CLOSE",
        TcpState::CloseWait => "TCP_CLOSE_WAIT",
        TcpState::LastAck => "TCP_LAST_ACK",
        TcpState::Listen => "TCP_LISTEN",
        TcpState::Closing => "TCP_CLOSING",
    }
}

impl C<'_> {
    /// A call that succeeded in the session.
    pub(crate) fn succeeds(
        &mut self,
        step: &Step<'_>,
        function: &Function<'_>,
        name: &str,
        call: &str,
    ) {
        match function.gives {
            Gives::Zero => {
                self.check(call, name);
            }
            Gives::Descriptor | Gives::Accepted => self.descriptor_made(step, function, call),
            Gives::Pair => {
                self.check(call, name);
                for (index, target) in step.targets.iter().take(2).enumerate() {
                    self.line(format!("{} = pair[{index}];", fd(target)));
                }
            }
            Gives::Count => {
                self.line(format!("ssize_t sent = {call};"));
                self.check("sent", name);
                self.line(format!("printf(\"{name}: %zd\\n\", sent);"));
            }
            Gives::Data | Gives::DataFrom => {
                self.line(format!("ssize_t received = {call};"));
                self.check("received", name);
                self.received(step, function, name);
            }
            Gives::Buffers | Gives::Message => {
                self.line(format!("ssize_t received = {call};"));
                self.check("received", name);
                self.print_buffers(function, name, "received");
                if function.gives == Gives::Message {
                    self.print_message(step, name);
                }
            }
            Gives::Messages => {
                self.line(format!("int count = {call};"));
                self.check("count", name);
                self.messages_received(step, function, name);
            }
            Gives::Sent => {
                self.line(format!("int count = {call};"));
                self.check("count", name);
                self.line(format!("printf(\"{name}: %d messages\\n\", count);"));
            }
            Gives::Address => {
                self.check(call, name);
                self.print_address(name);
            }
            Gives::Value => {
                self.check(call, name);
                self.print_value(function, name);
            }
            Gives::Int => {
                self.check(call, name);
                self.line(format!("printf(\"{name}: %d\\n\", number);"));
            }
            Gives::Number => {
                self.line(format!("int result = {call};"));
                self.check("result", name);
                self.line(format!("printf(\"{name}: %d\\n\", result);"));
            }
            Gives::Polled => {
                self.line(format!("int ready = {call};"));
                self.check("ready", name);
                self.line(format!("printf(\"{name}: %d\\n\", ready);"));
                self.print_polled(step, function);
            }
            Gives::Selected => {
                self.line(format!("int ready = {call};"));
                self.check("ready", name);
                self.line(format!("printf(\"{name}: %d\\n\", ready);"));
                self.print_selected(step, function);
            }
            Gives::Events => {
                self.line(format!("int ready = {call};"));
                self.check("ready", name);
                self.line(format!("printf(\"{name}: %d\\n\", ready);"));
                self.line("for (int i = 0; i < ready; i++)");
                self.line(
                    "    printf(\"  fd %d: 0x%x\\n\", events[i].data.fd, (unsigned int)events[i].events);",
                );
            }
            Gives::Signal => {
                self.line(format!("int signal_number = {call};"));
                self.check("signal_number", name);
                self.line(format!("printf(\"{name}: signal %d\\n\", signal_number);"));
            }
            Gives::List => self.print_list(name, call),
            Gives::Names => {
                self.line(format!("int error = {call};"));
                self.lookup_failed(name);
                self.line(format!("printf(\"{name}: %s %s\\n\", host, service);"));
            }
            Gives::Binary => {
                self.line(format!("int result = {call};"));
                self.check("result", name);
                self.line(format!("printf(\"{name}: %d\\n\", result);"));
                self.print_binary(function);
            }
            Gives::Text => {
                self.check_that(&format!("{call} == NULL"), name);
                self.line(format!("printf(\"{name}: %s\\n\", text);"));
            }
            Gives::Swapped => {
                self.line(format!("printf(\"{name}: %u\\n\", (unsigned int){call});"));
            }
            Gives::Child => {
                self.line(format!("pid_t changed = {call};"));
                self.check("changed", name);
                self.line(format!("print_change(\"{name}\", changed, status);"));
            }
            Gives::Nothing => self.line(format!("{call};")),
        }
    }

    fn descriptor_made(&mut self, step: &Step<'_>, function: &Function<'_>, call: &str) {
        let variable = match step.target() {
            Some(name) => fd(name),
            None => {
                self.line("int made;");
                "made".to_owned()
            }
        };
        self.line(format!("{variable} = {call};"));
        self.check(&variable, function.name);
        if function.gives == Gives::Accepted {
            self.print_address(function.name);
        }
    }

    fn received(&mut self, step: &Step<'_>, function: &Function<'_>, name: &str) {
        let is_whole = function.args.iter().any(|arg| match arg {
            Arg::Room(room) => !room.null && room.size > 0 && !step.discards,
            _ => false,
        });
        self.line(format!("printf(\"{name}: %zd\\n\", received);"));
        if is_whole {
            self.line("print_bytes(buffer, sizeof buffer, received);");
        }
        if function.gives == Gives::DataFrom {
            self.print_address(name);
        }
    }

    fn print_address(&mut self, name: &str) {
        self.line(format!(
            "print_address(\"{name}\", (struct sockaddr *)&peer, peer_length);"
        ));
    }

    fn print_buffers(&mut self, function: &Function<'_>, name: &str, count: &str) {
        self.line(format!("printf(\"{name}: %zd\\n\", {count});"));
        for arg in &function.args {
            let (Arg::Scatter(sizes) | Arg::Incoming(sizes, _)) = arg else {
                continue;
            };
            let mut before = 0;
            for (index, size) in sizes.iter().enumerate() {
                self.line(format!(
                    "print_bytes(buffer_{index}, {size}, {count} - {before});"
                ));
                before += size;
            }
        }
    }

    /// The flags of a message, and the descriptors that came with it.
    fn print_message(&mut self, step: &Step<'_>, name: &str) {
        self.line("if (message.msg_flags != 0)");
        self.line(format!(
            "    printf(\"{name}: flags 0x%x\\n\", (unsigned int)message.msg_flags);"
        ));
        self.take_descriptors(step, "message");
    }

    fn take_descriptors(&mut self, step: &Step<'_>, message: &str) {
        if step.targets.is_empty() {
            return;
        }
        self.line(format!(
            "for (struct cmsghdr *header = CMSG_FIRSTHDR(&{message}); header != NULL;"
        ));
        self.line(format!("     header = CMSG_NXTHDR(&{message}, header)) {{"));
        self.line("    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {");
        for (index, target) in step.targets.iter().enumerate() {
            let target = fd(target);
            self.line(format!(
                "        if (header->cmsg_len >= CMSG_LEN({} * sizeof(int)))",
                index + 1
            ));
            self.line(format!(
                "            memcpy(&{target}, CMSG_DATA(header) + {index} * sizeof(int), sizeof(int));"
            ));
        }
        self.line("    }");
        self.line("}");
    }

    fn messages_received(&mut self, step: &Step<'_>, function: &Function<'_>, name: &str) {
        self.line(format!("printf(\"{name}: %d messages\\n\", count);"));
        for arg in &function.args {
            let Arg::ManyIncoming(sizes, most) = arg else {
                continue;
            };
            for message in 0..usize::try_from(*most).unwrap_or(0) {
                self.line(format!("if (count > {message}) {{"));
                self.draft.depth += 1;
                let mut before = 0;
                for (index, size) in sizes.iter().enumerate().filter(|_| !step.discards) {
                    self.line(format!(
                        "print_bytes(buffer_{message}_{index}, {size}, (ssize_t)messages[{message}].msg_len - {before});"
                    ));
                    before += size;
                }
                self.line(format!(
                    "print_address(\"{name}\", (struct sockaddr *)&peers[{message}], messages[{message}].msg_hdr.msg_namelen);"
                ));
                self.draft.depth -= 1;
                self.line("}");
            }
        }
    }

    fn print_value(&mut self, function: &Function<'_>, name: &str) {
        let is_int = function.args.iter().any(|arg| match arg {
            Arg::ValueRoom(option, length) => {
                crate::call::option_bytes::room(*option) == 4 && length.is_none()
            }
            _ => false,
        });
        if is_int {
            self.line(format!("printf(\"{name}: %d\\n\", value);"));
        } else {
            self.line(format!(
                "printf(\"{name}: %u bytes\\n\", (unsigned int)value_length);"
            ));
            self.line("print_bytes((char *)value, sizeof value, (ssize_t)value_length);");
        }
    }

    fn print_polled(&mut self, step: &Step<'_>, function: &Function<'_>) {
        let _ = step;
        for arg in &function.args {
            if let Arg::Entries(entries) = arg
                && !entries.is_empty()
            {
                let count = entries.len();
                self.line(format!("for (int i = 0; i < {count}; i++) {{"));
                self.line("    if (entries[i].revents != 0)");
                self.line(
                    "        printf(\"  fd %d: 0x%x\\n\", entries[i].fd, (unsigned int)entries[i].revents);",
                );
                self.line("}");
            }
        }
    }

    fn print_selected(&mut self, step: &Step<'_>, function: &Function<'_>) {
        let names = ["readable", "writable", "exceptional"];
        for arg in &function.args {
            let Arg::Sets(sets, _) = arg else { continue };
            for (name, (_, members)) in names.iter().zip(sets.named()) {
                self.print_set(step, name, members);
            }
        }
    }

    fn print_set(&mut self, step: &Step<'_>, name: &str, members: &[Descriptor]) {
        for member in members {
            let member = self.descriptor(step, member);
            self.line(format!("if (FD_ISSET({member}, &{name}))"));
            self.line(format!("    printf(\"  fd %d: {name}\\n\", {member});"));
        }
    }

    fn lookup_failed(&mut self, name: &str) {
        self.line("if (error != 0) {");
        if self.may_fail {
            self.line(format!(
                "    printf(\"{name}: %s\\n\", gai_strerror(error));"
            ));
            self.line("} else {");
            self.draft.depth += 1;
            return;
        }
        self.line(format!(
            "    fprintf(stderr, \"{name}: %s\\n\", gai_strerror(error));"
        ));
        self.line("    exit(EXIT_FAILURE);");
        self.line("}");
    }

    fn print_list(&mut self, name: &str, call: &str) {
        self.line(format!("int error = {call};"));
        self.lookup_failed(name);
        self.line("for (struct addrinfo *entry = list; entry != NULL; entry = entry->ai_next)");
        self.line(format!(
            "    print_address(\"{name}\", entry->ai_addr, entry->ai_addrlen);"
        ));
        self.line("freeaddrinfo(list);");
    }

    fn print_binary(&mut self, function: &Function<'_>) {
        for arg in &function.args {
            if let Arg::Binary(family) = arg {
                let size = if family.0 == libc::AF_INET6 { 16 } else { 4 };
                self.line("if (result == 1)");
                self.line(format!(
                    "    print_bytes((char *)binary, sizeof binary, {size});"
                ));
            }
        }
    }
}
