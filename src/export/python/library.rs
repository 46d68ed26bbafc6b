//! The functions of the C library in Python, by ctypes: what no module has, and what a signal is to interrupt.

use crate::export::function::{Arg, Function, Gives};
use crate::export::plan::Step;
use crate::export::python::Python;
use crate::export::python::call::Written;
use crate::export::python::descriptors::Made;

impl Python<'_> {
    /// A call by ctypes.
    pub(crate) fn of_library(&mut self, step: &Step<'_>, function: &Function<'_>) -> Written {
        let called = function.name;
        let args = function.args.iter();
        let args: Vec<String> = args.map(|arg| self.argument(step, arg)).collect();
        let check = match function.gives {
            Gives::Names => "check_lookup",
            _ => "check",
        };
        let call = format!("{check}(libc.{called}({}))", args.join(", "));
        if step.error().is_some() {
            return Written::plain(call);
        }
        let (gives, then) = self.gives(step, function);
        let mut written = match function.gives {
            Gives::Descriptor => self.made(step, &call, Made::Number),
            Gives::Accepted => {
                let mut made = self.made(step, &call, Made::Number);
                made.then = then;
                made
            }
            _ => Written::of(gives, call, &then),
        };
        written.peer = match function.gives {
            Gives::Message => "native(peer.raw[:message.name_length])",
            _ => "native(peer.raw[:peer_length.value])",
        };
        written
    }

    /// The name of what a function gives, and what is done with it.
    fn gives(&mut self, step: &Step<'_>, function: &Function<'_>) -> (&'static str, Vec<String>) {
        let called = function.name;
        let print = |gives: &str| format!("print(\"{called}:\", {gives})");
        let address =
            || format!("print_any_address(\"{called}\", native(peer.raw[:peer_length.value]))");
        match function.gives {
            Gives::Zero | Gives::Nothing | Gives::Descriptor => ("", Vec::new()),
            Gives::Accepted | Gives::Address => ("", vec![address()]),
            Gives::Pair => ("", self.pair(step)),
            Gives::Count => ("sent", vec![print("sent")]),
            Gives::Number | Gives::List | Gives::Swapped => ("result", vec![print("result")]),
            Gives::Sent => (
                "count",
                vec![format!("print(f\"{called}: {{count}} messages\")")],
            ),
            Gives::Data | Gives::DataFrom => ("count", received(step, function)),
            Gives::Buffers | Gives::Message => ("count", self.scattered(step, function)),
            Gives::Messages => {
                let mut then = messages(function);
                let each =
                    "for own in messages[:count] for fd in passed(received_control(own.header))";
                then.extend(self.passed(step, &format!("[fd {each}]")));
                ("count", then)
            }
            Gives::Value => ("", value(function)),
            Gives::Int => ("", vec![print("number.value")]),
            Gives::Polled => (
                "",
                vec![format!("print_poll_events(\"{called}\", entries)")],
            ),
            Gives::Selected => ("count", self.selected(step, function)),
            Gives::Events => (
                "count",
                vec![format!("print_epoll_events(\"{called}\", events, count)")],
            ),
            Gives::Signal => (
                "number",
                vec!["print(\"sigtimedwait: signal\", number)".to_owned()],
            ),
            Gives::Binary => ("result", binary(function)),
            Gives::Text => ("", vec![print("text.value.decode()")]),
            Gives::Names => (
                "",
                vec![print("host.value.decode(), service.value.decode()")],
            ),
            Gives::Child => (
                "changed",
                vec!["print_change(\"waitpid\", changed, status.value)".to_owned()],
            ),
        }
    }

    fn pair(&mut self, step: &Step<'_>) -> Vec<String> {
        self.say_numbers(step);
        let each = step.targets.iter().take(2).enumerate();
        let each = each.map(|(at, variable)| {
            let target = self.target(step, variable);
            let value = self.given(step, at, &format!("pair[{at}]"), Made::Number);
            format!("{target} = {value}")
        });
        each.collect()
    }

    fn scattered(&mut self, step: &Step<'_>, function: &Function<'_>) -> Vec<String> {
        let called = function.name;
        let mut then = Vec::new();
        for arg in &function.args {
            if let Arg::Scatter(sizes) | Arg::Incoming(sizes, _) = arg {
                let all = buffers("buffer_", sizes.len());
                then.push(format!("print_buffers(\"{called}\", [{all}], count)"));
            }
        }
        if function.gives == Gives::Message {
            then.push("print_flags(\"recvmsg\", message.flags)".to_owned());
        }
        let fds = "passed(received_control(message))";
        if function.gives == Gives::Message {
            then.extend(self.passed(step, fds));
        }
        then
    }

    /// Takes the descriptors that came with messages.
    pub(crate) fn passed(&mut self, step: &Step<'_>, fds: &str) -> Vec<String> {
        if step.targets.is_empty() {
            return Vec::new();
        }
        self.say_numbers(step);
        let mut then = vec![format!("fds = {fds}")];
        for (at, variable) in step.targets.iter().enumerate() {
            let target = self.target(step, variable);
            let value = self.given(step, at, &format!("fds[{at}]"), Made::Number);
            then.push(format!("{target} = {value}"));
        }
        then
    }

    fn selected(&mut self, step: &Step<'_>, function: &Function<'_>) -> Vec<String> {
        let called = function.name;
        let names = ["readable", "writable", "exceptional"];
        let mut sets = Vec::new();
        for arg in &function.args {
            let Arg::Sets(own, _) = arg else { continue };
            for (name, (_, members)) in names.iter().zip(own.named()) {
                let members: Vec<String> =
                    members.iter().map(|own| self.number(step, own)).collect();
                sets.push(match members.is_empty() {
                    true => "[]".to_owned(),
                    false => format!("members({name}, [{}])", members.join(", ")),
                });
            }
        }
        vec![format!("print_selected(\"{called}\", {})", sets.join(", "))]
    }
}

/// Numbered buffers, separated by commas.
fn buffers(name: &str, count: usize) -> String {
    let each = (0..count).map(|index| format!("{name}{index}.raw"));
    each.collect::<Vec<_>>().join(", ")
}

fn received(step: &Step<'_>, function: &Function<'_>) -> Vec<String> {
    let called = function.name;
    let is_whole = function.args.iter().any(|arg| match arg {
        Arg::Room(room) => !room.null && !step.discards,
        _ => false,
    });
    let mut then = vec![format!("print(\"{called}:\", count)")];
    if is_whole {
        then.push("print_bytes(buffer.raw[:count])".to_owned());
    }
    if function.gives == Gives::DataFrom {
        then.push(format!(
            "print_any_address(\"{called}\", native(peer.raw[:peer_length.value]))"
        ));
    }
    then
}

fn messages(function: &Function<'_>) -> Vec<String> {
    let called = function.name;
    let mut then = vec![format!("print(f\"{called}: {{count}} messages\")")];
    for arg in &function.args {
        let Arg::ManyIncoming(sizes, most) = arg else {
            continue;
        };
        for message in 0..usize::try_from(*most).unwrap_or(0) {
            let all = buffers(&format!("buffer_{message}_"), sizes.len());
            let of = format!("messages[{message}]");
            then.push(format!("if count > {message}:"));
            then.push(format!("    scatter([{all}], {of}.length)"));
            then.push(format!(
                "    print_any_address(\"{called}\", native(peer_{message}.raw[:{of}.header.name_length]))"
            ));
        }
    }
    then
}

fn value(function: &Function<'_>) -> Vec<String> {
    let called = function.name;
    let is_int = function.args.iter().any(|arg| match arg {
        Arg::ValueRoom(option, length) => {
            crate::call::option_bytes::room(*option) == 4 && length.is_none()
        }
        _ => false,
    });
    match is_int {
        true => vec![format!(
            "print(\"{called}:\", struct.unpack_from(\"i\", value)[0])"
        )],
        false => vec![
            format!("print(f\"{called}: {{value_length.value}} bytes\")"),
            "print_bytes(value.raw[:value_length.value])".to_owned(),
        ],
    }
}

fn binary(function: &Function<'_>) -> Vec<String> {
    let mut then = vec![format!("print(\"{}:\", result)", function.name)];
    for arg in &function.args {
        if let Arg::Binary(family) = arg {
            let size = if family.0 == libc::AF_INET6 { 16 } else { 4 };
            then.push("if result == 1:".to_owned());
            then.push(format!("    print_bytes(binary.raw[:{size}])"));
        }
    }
    then
}
