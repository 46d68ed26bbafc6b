//! What a call returned, in Rust: the check, the variables that it sets, and what the program prints of it. The texts are
//! those of the program in C.

use crate::export::function::{Arg, Function, Gives};
use crate::export::plan::Step;
use crate::export::rust::Rust;
use crate::export::rust::descriptors::Made;
use crate::export::rust::names::{address, name};
use crate::socket::Errno;

impl Rust<'_> {
    /// The call, and what follows it.
    pub(crate) fn made(
        &mut self,
        step: &Step<'_>,
        function: &Function<'_>,
        expression: &str,
        made: Made,
    ) {
        let called = function.name;
        if function.gives == Gives::Nothing {
            self.line("io::stdout().flush().unwrap();");
            self.line(format!("{expression};"));
            return;
        }
        if step.may_fail() {
            self.may_fail(step, function, expression, made);
            return;
        }
        if let Some(errno) = step.error() {
            if errno.is_of_library() {
                let all = step.expected_errors().into_iter();
                let all = all.map(|error| error.0.to_string());
                let all = all.collect::<Vec<_>>().join(", ");
                self.line(format!(
                    "expect_lookup_error(\"{called}\", {expression}, &[{all}]);"
                ));
                return;
            }
            self.expects(step, called, expression);
            return;
        }
        self.succeeds(step, function, expression, made);
    }

    /// Expects the errors that the line allows.
    pub(crate) fn expects(&mut self, step: &Step<'_>, called: &str, expression: &str) {
        let errors = step.expected_errors();
        let all = errors.iter().map(|error| number(*error));
        let all = all.collect::<Vec<_>>().join(", ");
        self.line(match errors.len() {
            1 => format!("expect_error(\"{called}\", {expression}, {all});"),
            _ => format!("expect_one_of(\"{called}\", {expression}, &[{all}]);"),
        });
    }

    /// A call of which the session left open whether it fails.
    fn may_fail(&mut self, step: &Step<'_>, function: &Function<'_>, expression: &str, made: Made) {
        let called = function.name;
        let error = step.error();
        if error.is_some_and(Errno::is_of_library) {
            self.line(format!(
                "println!(\"{called}: {{}}\", lookup_error({expression}));"
            ));
            return;
        }
        if error.is_some() || function.gives.is_number() {
            let number = match (made, function.gives) {
                (Made::Number, gives) if gives.is_number() => "",
                (Made::Socket, Gives::Count) => "",
                (Made::Socket | Made::Number, _) => ".map(|_| 0)",
            };
            self.line(format!("print_result(\"{called}\", {expression}{number});"));
            return;
        }
        self.line(format!("may_fail(\"{called}\", || {{"));
        self.draft.depth += 1;
        self.succeeds(step, function, expression, made);
        self.line("Ok(())");
        self.draft.depth -= 1;
        self.line("});");
    }

    /// A call that succeeded in the session.
    fn succeeds(&mut self, step: &Step<'_>, function: &Function<'_>, expression: &str, made: Made) {
        let called = function.name;
        let value = match step.may_fail() {
            true => format!("{expression}?"),
            false => format!("{expression}.expect(\"{called}\")"),
        };
        match function.gives {
            Gives::Zero => self.line(format!("{value};")),
            Gives::Descriptor if self.is_plain(step, made, 0) || made == Made::Socket => {
                self.assign(step, 0, &value, made);
            }
            Gives::Descriptor => {
                self.line(format!("let made = {value};"));
                self.assign(step, 0, "made", made);
            }
            Gives::Accepted => self.accepted(step, called, &value, made),
            Gives::Pair => self.pair(step, &value, made),
            Gives::Count | Gives::Number => {
                self.line(format!("println!(\"{called}: {{}}\", {value});"));
            }
            Gives::Data => {
                self.line(format!("let received = {value};"));
                self.received(step, function, made);
            }
            Gives::DataFrom => {
                self.line(format!("let (received, from) = {value};"));
                self.received(step, function, made);
                self.line(format!("print_address(\"{called}\", &from);"));
                self.keep_given(step, "from");
            }
            Gives::Buffers | Gives::Message => {
                self.line(format!("let received = {value} as usize;"));
                self.line(format!("println!(\"{called}: {{received}}\");"));
                self.print_buffers(function);
                if function.gives == Gives::Message {
                    self.print_message(step, called);
                    self.keep_given(step, "unsafe { SockAddr::new(peer, message.msg_namelen) }");
                }
            }
            Gives::Messages => {
                self.line(format!("let count = {value};"));
                self.messages_received(step, function);
            }
            Gives::Sent => {
                self.line(format!("println!(\"{called}: {{}} messages\", {value});"));
            }
            Gives::Address => {
                match made {
                    Made::Socket => self.line(format!("let from = {value};")),
                    Made::Number => self.line(format!("let (_, from) = {value};")),
                }
                self.line(format!("print_address(\"{called}\", &from);"));
                self.keep_given(step, "from");
            }
            Gives::Value => {
                self.line(format!("{value};"));
                self.print_value(function);
            }
            Gives::Int => {
                self.line(format!("{value};"));
                self.line(format!("println!(\"{called}: {{number}}\");"));
            }
            Gives::Polled => {
                self.line(format!("println!(\"{called}: {{}}\", {value});"));
                self.line("for entry in entries.iter().filter(|entry| entry.revents != 0) {");
                self.line("    println!(\"  fd {}: {:#x}\", entry.fd, entry.revents);");
                self.line("}");
            }
            Gives::Selected => {
                self.line(format!("println!(\"{called}: {{}}\", {value});"));
                self.print_selected(step, function);
            }
            Gives::Events => {
                self.line(format!("let ready = {value};"));
                self.line(format!("println!(\"{called}: {{ready}}\");"));
                self.line("for event in &events[..ready as usize] {");
                self.line("    println!(\"  fd {}: {:#x}\", { event.u64 }, { event.events });");
                self.line("}");
            }
            Gives::Signal => self.line(format!("println!(\"{called}: signal {{}}\", {value});")),
            Gives::List => {
                self.look_up(step, called, expression);
                self.print_list(called);
            }
            Gives::Names => {
                self.look_up(step, called, expression);
                self.line(format!(
                    "println!(\"{called}: {{}} {{}}\", until_nul(&host), until_nul(&service));"
                ));
            }
            Gives::Binary => {
                self.line(format!("let result = {value};"));
                self.line(format!("println!(\"{called}: {{result}}\");"));
                self.print_binary(function);
            }
            Gives::Text => {
                self.line(format!("{value};"));
                self.line(format!("println!(\"{called}: {{}}\", until_nul(&text));"));
            }
            Gives::Swapped => self.line(format!("println!(\"{called}: {{}}\", {expression});")),
            Gives::Child => {
                self.line(format!("let changed = {value};"));
                self.line(format!("print_change(\"{called}\", changed, status);"));
            }
            Gives::Nothing => self.line(format!("{expression};")),
        }
    }

    /// A connection, and the address of its other end.
    fn accepted(&mut self, step: &Step<'_>, called: &str, value: &str, made: Made) {
        match step.target().filter(|_| self.is_plain(step, made, 0)) {
            Some(variable) => {
                let target = self.target(step, variable);
                self.line(format!("let ({target}, from) = {value};"));
            }
            None => {
                self.line(format!("let (made, from) = {value};"));
                self.assign(step, 0, "made", made);
            }
        }
        self.line(format!("print_address(\"{called}\", &from);"));
        self.keep_given(step, "from");
    }

    /// Two descriptors.
    fn pair(&mut self, step: &Step<'_>, value: &str, made: Made) {
        if made == Made::Number {
            self.line(format!("{value};"));
            for at in 0..2 {
                self.assign(step, at, &format!("pair[{at}]"), made);
            }
            return;
        }
        let names = ["one", "other"];
        let each: Vec<String> = names
            .iter()
            .enumerate()
            .map(|(at, name)| match step.targets.get(at) {
                Some(variable) if self.is_plain(step, made, at) => self.target(step, variable),
                _ => (*name).to_owned(),
            })
            .collect();
        self.line(format!("let ({}) = {value};", each.join(", ")));
        for (at, name) in names.into_iter().enumerate() {
            if !self.is_plain(step, made, at) {
                self.assign(step, at, name, made);
            }
        }
    }

    /// Keeps the address of the other end that the call gave.
    fn keep_given(&mut self, step: &Step<'_>, given: &str) {
        for kept in step.keeps.iter().filter(|kept| kept.is_given) {
            self.keep(&kept.address, given);
        }
    }

    fn received(&mut self, step: &Step<'_>, function: &Function<'_>, made: Made) {
        let called = function.name;
        self.line(format!("println!(\"{called}: {{received}}\");"));
        let is_whole = function.args.iter().any(|arg| match arg {
            Arg::Room(room) => !room.null && room.size > 0 && !step.discards,
            _ => false,
        });
        if is_whole {
            let count = match made {
                Made::Socket => "received",
                Made::Number => "received as usize",
            };
            self.line(format!("print_bytes(&buffer, {count});"));
        }
    }

    fn print_buffers(&mut self, function: &Function<'_>) {
        for arg in &function.args {
            let (Arg::Scatter(sizes) | Arg::Incoming(sizes, _)) = arg else {
                continue;
            };
            let mut before = 0;
            for (index, size) in sizes.iter().enumerate() {
                let count = rest("received", before);
                self.line(format!("print_bytes(&buffer_{index}, {count});"));
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
            self.line("let passed = passed(&control[..message.msg_controllen]);");
            for at in 0..step.targets.len() {
                self.assign(step, at, &format!("passed[{at}]"), Made::Number);
            }
        }
    }

    fn messages_received(&mut self, step: &Step<'_>, function: &Function<'_>) {
        let called = function.name;
        self.line(format!("println!(\"{called}: {{count}} messages\");"));
        for arg in &function.args {
            let Arg::ManyIncoming(sizes, most) = arg else {
                continue;
            };
            let most = usize::try_from(*most).unwrap_or(0);
            self.passed_with_messages(step, most);
            for message in 0..most {
                self.line(format!("if count > {message} {{"));
                self.draft.depth += 1;
                let mut before = 0;
                if !step.discards {
                    self.line(format!(
                        "let received = messages[{message}].msg_len as usize;"
                    ));
                }
                for (index, size) in sizes.iter().enumerate().filter(|_| !step.discards) {
                    let count = rest("received", before);
                    self.line(format!("print_bytes(&buffer_{message}_{index}, {count});"));
                    before += size;
                }
                self.line(format!(
                    "let length = messages[{message}].msg_hdr.msg_namelen;"
                ));
                self.line(format!(
                    "let from = unsafe {{ SockAddr::new(peer_{message}, length) }};"
                ));
                self.line(format!("print_address(\"{called}\", &from);"));
                self.draft.depth -= 1;
                self.line("}");
            }
        }
    }

    /// The descriptors that came with several messages.
    fn passed_with_messages(&mut self, step: &Step<'_>, most: usize) {
        if step.targets.is_empty() {
            return;
        }
        let each = (0..most).map(|message| {
            let length = format!("messages[{message}].msg_hdr.msg_controllen");
            format!("passed(&control_{message}[..{length}])")
        });
        let each = each.collect::<Vec<_>>().join(", ");
        self.line(format!("let passed = [{each}].concat();"));
        for at in 0..step.targets.len() {
            self.assign(step, at, &format!("passed[{at}]"), Made::Number);
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
            self.line("let number = i32::from_ne_bytes(value[..4].try_into().unwrap());");
            self.line(format!("println!(\"{called}: {{number}}\");"));
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
                    let member = self.number(step, member);
                    self.line(format!(
                        "if unsafe {{ libc::FD_ISSET({member}, &{set}) }} {{"
                    ));
                    self.line(format!("    println!(\"  fd {{}}: {set}\", {member});"));
                    self.line("}");
                }
            }
        }
    }

    fn look_up(&mut self, step: &Step<'_>, called: &str, expression: &str) {
        self.line(match step.may_fail() {
            true => format!("looked_up({expression})?;"),
            false => format!("no_lookup_error(\"{called}\", {expression});"),
        });
    }

    fn print_list(&mut self, called: &str) {
        self.line("let mut entry = list;");
        self.line("while let Some(info) = unsafe { entry.as_ref() } {");
        self.draft.depth += 1;
        self.line("let from = unsafe { found_address(info) };");
        self.line(format!("print_address(\"{called}\", &from);"));
        self.line("entry = info.ai_next;");
        self.draft.depth -= 1;
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

    /// The names that a call gives a value: descriptors, and addresses.
    pub(crate) fn results(&self, step: &Step<'_>) -> Vec<String> {
        let targets = match step.error() {
            Some(_) => &[],
            None => step.targets.as_slice(),
        };
        let targets = targets.iter().map(|own| name(own));
        let keeps = step.keeps.iter().map(|kept| address(&kept.address));
        match self.draft.plan.has_child_calls() {
            true => targets.collect(),
            false => targets.chain(keeps).collect(),
        }
    }
}

/// How many of the received bytes are behind so many others.
fn rest(received: &str, before: usize) -> String {
    match before {
        0 => received.to_owned(),
        before => format!("{received}.saturating_sub({before})"),
    }
}

/// The number of an error, by its name where it has one.
fn number(errno: Errno) -> String {
    match errno.known_name() {
        Some(name) => format!("libc::{name}"),
        None => errno.0.to_string(),
    }
}
