//! What a call returned, in Rust: the check, the variables that it sets, and what the program prints of it. The texts are
//! those of the program in C.

use crate::export::lower::{Arg, Function, Gives};
use crate::export::plan::Step;
use crate::export::rust::{Helper, Rust, name};

impl Rust<'_> {
    /// The call, and what follows it.
    pub(crate) fn made(&mut self, step: &Step<'_>, function: &Function<'_>, expression: &str) {
        let called = function.name;
        if function.gives == Gives::Nothing {
            self.line("std::io::stdout().flush().unwrap();");
            self.line(expression);
            return;
        }
        if let Some(errno) = step.error() {
            let known = errno.known_name();
            let number = known.map_or_else(|| errno.0.to_string(), |name| format!("libc::{name}"));
            if errno.is_of_library() {
                self.used.insert(Helper::LookupError);
                let number = errno.0;
                self.line(format!(
                    "expect_lookup_error(\"{called}\", {expression}, {number});"
                ));
            } else {
                self.line(format!(
                    "expect_error(\"{called}\", {expression}, {number});"
                ));
            }
            return;
        }
        self.succeeds(step, function, expression);
    }

    /// A call that succeeded in the session.
    fn succeeds(&mut self, step: &Step<'_>, function: &Function<'_>, expression: &str) {
        let called = function.name;
        let must = format!("must(\"{called}\", {expression})");
        match function.gives {
            Gives::Zero => self.line(format!("{must};")),
            Gives::Descriptor => match step.target() {
                Some(target) => self.line(format!("{} = {must};", name(target))),
                None => self.line(format!("{must};")),
            },
            Gives::Accepted => {
                self.line(format!("let (made, from) = {must};"));
                if let Some(target) = step.target() {
                    self.line(format!("{} = made;", name(target)));
                }
                self.print_address("from");
            }
            Gives::Pair => {
                self.line(format!("let made = {must};"));
                for (index, target) in step.targets.iter().take(2).enumerate() {
                    self.line(format!("{} = made[{index}];", name(target)));
                }
            }
            Gives::Count => self.line(format!("println!(\"{called}: {{}}\", {must});")),
            Gives::Data => {
                self.line(format!("let received = {must};"));
                self.received(step, function);
            }
            Gives::DataFrom => {
                self.line(format!("let (received, from) = {must};"));
                self.received(step, function);
                self.print_address("from");
            }
            Gives::Buffers | Gives::Message => {
                self.line(format!("let received = {must} as usize;"));
                self.line(format!("println!(\"{called}: {{received}}\");"));
                self.print_buffers(function);
                if function.gives == Gives::Message {
                    self.print_message(step, called);
                }
            }
            Gives::Messages => {
                self.line(format!("let count = {must};"));
                self.messages_received(step, function);
            }
            Gives::Sent => {
                self.line(format!("println!(\"{called}: {{}} messages\", {must});"));
            }
            Gives::Address => {
                self.line(format!("let from = {must};"));
                self.print_address("from");
            }
            Gives::Value => {
                self.line(format!("{must};"));
                self.print_value(function);
            }
            Gives::Int => {
                self.line(format!("{must};"));
                self.line(format!("println!(\"{called}: {{number}}\");"));
            }
            Gives::Number => self.line(format!("println!(\"{called}: {{}}\", {must});")),
            Gives::Polled => {
                self.line(format!("println!(\"{called}: {{}}\", {must});"));
                self.line("for entry in entries.iter().filter(|entry| entry.revents != 0) {");
                self.line("    println!(\"  fd {}: {:#x}\", entry.fd, entry.revents);");
                self.line("}");
            }
            Gives::Selected => {
                self.line(format!("println!(\"{called}: {{}}\", {must});"));
                self.print_selected(step, function);
            }
            Gives::Events => {
                self.line(format!("let ready = {must};"));
                self.line(format!("println!(\"{called}: {{ready}}\");"));
                self.line("for event in &events[..ready as usize] {");
                self.line("    println!(\"  fd {}: {:#x}\", { event.u64 }, { event.events });");
                self.line("}");
            }
            Gives::Signal => self.line(format!("println!(\"{called}: signal {{}}\", {must});")),
            Gives::List => self.print_list(called, expression),
            Gives::Names => {
                self.used.insert(Helper::LookupError);
                self.line(format!("no_lookup_error(\"{called}\", {expression});"));
                self.line(format!(
                    "println!(\"{called}: {{}} {{}}\", until_nul(&host), until_nul(&service));"
                ));
            }
            Gives::Binary => {
                self.line(format!("let result = {must};"));
                self.line(format!("println!(\"{called}: {{result}}\");"));
                self.print_binary(function);
            }
            Gives::Text => {
                self.used.insert(Helper::LookupError);
                self.line(format!("{must};"));
                self.line(format!("println!(\"{called}: {{}}\", until_nul(&text));"));
            }
            Gives::Swapped => self.line(format!("println!(\"{called}: {{}}\", {expression});")),
            Gives::Child => {
                self.used.insert(Helper::Change);
                self.line(format!("let changed = {must};"));
                self.line(format!("print_change(\"{called}\", changed, status);"));
            }
            Gives::Nothing => self.line(format!("{expression};")),
        }
        if matches!(
            function.gives,
            Gives::Accepted | Gives::DataFrom | Gives::Address
        ) {
            self.line(format!("print_address(\"{called}\", &from);"));
        }
    }

    fn print_address(&mut self, _from: &str) {
        self.used.insert(Helper::PrintAddress);
    }

    fn received(&mut self, step: &Step<'_>, function: &Function<'_>) {
        let called = function.name;
        self.line(format!("println!(\"{called}: {{received}}\");"));
        let is_whole = function.args.iter().any(|arg| match arg {
            Arg::Room(room) => !room.null && room.size > 0 && !step.discards,
            _ => false,
        });
        if is_whole {
            self.line("print_bytes(&buffer, received);");
        }
    }

    fn print_buffers(&mut self, function: &Function<'_>) {
        for arg in &function.args {
            let (Arg::Scatter(sizes) | Arg::Incoming(sizes, _)) = arg else {
                continue;
            };
            let mut before = 0;
            for (index, size) in sizes.iter().enumerate() {
                self.line(format!(
                    "print_bytes(&buffer_{index}, received.saturating_sub({before}));"
                ));
                before += size;
            }
        }
    }

    fn print_message(&mut self, step: &Step<'_>, called: &str) {
        self.line("if message.msg_flags != 0 {");
        self.line(format!(
            "    println!(\"{called}: flags {{:#x}}\", message.msg_flags);"
        ));
        self.line("}");
        if !step.targets.is_empty() {
            self.used.insert(Helper::Passed);
            self.line("let passed = passed(&control[..message.msg_controllen]);");
            for (index, target) in step.targets.iter().enumerate() {
                let target = name(target);
                self.line(format!(
                    "{target} = passed.get({index}).copied().unwrap_or(-1);"
                ));
            }
        }
    }

    fn messages_received(&mut self, step: &Step<'_>, function: &Function<'_>) {
        let called = function.name;
        self.line(format!("println!(\"{called}: {{count}} messages\");"));
        self.used.insert(Helper::PrintAddress);
        for arg in &function.args {
            let Arg::ManyIncoming(sizes, most) = arg else {
                continue;
            };
            for message in 0..usize::try_from(*most).unwrap_or(0) {
                self.line(format!("if count > {message} {{"));
                let mut before = 0;
                for (index, size) in sizes.iter().enumerate().filter(|_| !step.discards) {
                    self.line(format!(
                        "    print_bytes(&buffer_{message}_{index}, (messages[{message}].msg_len as usize).saturating_sub({before}));"
                    ));
                    before += size;
                }
                self.line(format!(
                    "    print_address(\"{called}\", &written(&peer_{message}, messages[{message}].msg_hdr.msg_namelen));"
                ));
                self.line("}");
            }
        }
    }

    fn print_value(&mut self, function: &Function<'_>) {
        let called = function.name;
        let is_int = function.args.iter().any(|arg| match arg {
            Arg::ValueRoom(option, length) => {
                crate::call::option_bytes::room(*option) == 4 && length.is_none()
            }
            _ => false,
        });
        if is_int {
            self.line(format!(
                "println!(\"{called}: {{}}\", libc::c_int::from_ne_bytes(value[..4].try_into().unwrap()));"
            ));
        } else {
            self.line(format!("println!(\"{called}: {{value_length}} bytes\");"));
            self.line("print_bytes(&value, value_length as usize);");
        }
    }

    fn print_selected(&mut self, step: &Step<'_>, function: &Function<'_>) {
        let names = ["readable", "writable", "exceptional"];
        for arg in &function.args {
            let Arg::Sets(sets, _) = arg else { continue };
            for (set, (_, members)) in names.iter().zip(sets.named()) {
                for member in members {
                    let member = self.descriptor(step, member);
                    self.line(format!(
                        "if unsafe {{ libc::FD_ISSET({member}, &{set}) }} {{"
                    ));
                    self.line(format!("    println!(\"  fd {{}}: {set}\", {member});"));
                    self.line("}");
                }
            }
        }
    }

    fn print_list(&mut self, called: &str, expression: &str) {
        self.used.insert(Helper::LookupError);
        self.used.insert(Helper::PrintAddress);
        self.line(format!("no_lookup_error(\"{called}\", {expression});"));
        self.line("let mut entry = list;");
        self.line("while let Some(info) = unsafe { entry.as_ref() } {");
        self.line(
            "    let address = unsafe { std::slice::from_raw_parts(info.ai_addr.cast::<u8>(), info.ai_addrlen as usize) };",
        );
        self.line(format!("    print_address(\"{called}\", address);"));
        self.line("    entry = info.ai_next;");
        self.line("}");
        self.line("unsafe { libc::freeaddrinfo(list) };");
    }

    fn print_binary(&mut self, function: &Function<'_>) {
        for arg in &function.args {
            if let Arg::Binary(family) = arg {
                let size = if family.0 == libc::AF_INET6 { 16 } else { 4 };
                self.line("if result == 1 {");
                self.line(format!("    print_bytes(&binary, {size});"));
                self.line("}");
            }
        }
    }
}
