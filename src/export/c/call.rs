//! One call in C: its arguments, the call itself, and the check of what it returned.

use crate::call::argument::Service;
use crate::export::c::{C, fd, pid};
use crate::export::function::{Function, Gives, Loop, Meaning};
use crate::export::lower::meaning;
use crate::export::plan::{Answer, Fd, Kept, Step};
use crate::export::writer::Writer;
use crate::socket::Errno;

impl C<'_> {
    /// Writes a call, and what the program asks for after it.
    pub(crate) fn step(&mut self, step: &Step<'_>) {
        for place in &step.accepted {
            let accepted = fd(&self.draft.plan.accepted[*place]);
            self.line(format!("await_accepted(&{accepted});"));
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
        for kept in step.keeps.iter().filter(|kept| !kept.is_given) {
            self.keep(kept);
        }
    }

    /// Keeps the address of the other end that the call gave.
    fn keep_given(&mut self, kept: &Kept, function: &Function<'_>) {
        let known = self.known(&kept.address);
        let length = match function.gives {
            Gives::Message => "message.msg_namelen",
            _ => "peer_length",
        };
        self.line(format!("{known}.address = peer;"));
        self.line(format!("{known}.length = {length};"));
    }

    /// Asks for the address of a descriptor.
    fn keep(&mut self, kept: &Kept) {
        let known = self.known(&kept.address);
        let socket = fd(&kept.descriptor);
        self.draft
            .comment("The address that it has now; the kernel may have chosen the port.");
        self.line(format!("ask_address({socket}, &{known});"));
    }

    fn function(&mut self, step: &Step<'_>, function: &Function<'_>) {
        let outer = std::mem::take(&mut self.draft.text);
        self.draft.depth += 1;
        let args: Vec<String> = function
            .args
            .iter()
            .map(|arg| self.argument(step, arg))
            .collect();
        let call = format!("{}({})", function.name, args.join(", "));
        self.made(step, function, &call);
        for kept in step.keeps.iter().filter(|kept| kept.is_given) {
            self.keep_given(kept, function);
        }
        self.draft.depth -= 1;
        let inner = std::mem::replace(&mut self.draft.text, outer);
        // A block only where something is declared in it.
        if is_declared(&inner) {
            self.line("{");
            self.draft.text.push_str(&inner);
            self.line("}");
        } else {
            for line in inner.lines() {
                let line = line.strip_prefix("    ").unwrap_or(line);
                self.draft.text.push_str(line);
                self.draft.text.push('\n');
            }
        }
    }

    /// The call, and the check of what it returned.
    fn made(&mut self, step: &Step<'_>, function: &Function<'_>, call: &str) {
        let name = function.name;
        if function.gives == Gives::Nothing {
            // The parent sees that the turn is over by its end.
            self.line("fflush(NULL);");
            self.line(format!("{call};"));
            return;
        }
        if step.may_fail() {
            self.may_fail(step, function, call);
            return;
        }
        if let Some(errno) = step.error() {
            self.fails(step, function, call, errno);
            return;
        }
        self.succeeds(step, function, name, call);
    }

    /// A call of which the session left open whether it fails.
    fn may_fail(&mut self, step: &Step<'_>, function: &Function<'_>, call: &str) {
        let name = function.name;
        let error = step.error();
        if error.is_some_and(Errno::is_of_library) {
            self.line(format!("printf(\"{name}: %s\\n\", gai_strerror({call}));"));
            return;
        }
        if error.is_some() || function.gives.is_number() {
            let call = number_of(function, call);
            self.line(format!("print_result(\"{name}\", {call});"));
            return;
        }
        let depth = self.draft.depth;
        self.may_fail = true;
        self.succeeds(step, function, name, call);
        self.may_fail = false;
        while self.draft.depth > depth {
            self.draft.depth -= 1;
            self.line("}");
        }
    }

    /// A call that failed in the session: the same error is expected.
    fn fails(&mut self, step: &Step<'_>, function: &Function<'_>, call: &str, errno: Errno) {
        let name = function.name;
        if errno.is_of_library() {
            let all = list(&step.expected_errors());
            self.line(format!("expect_lookup_error(\"{name}\", {call}, {all});"));
            return;
        }
        let call = number_of(function, call);
        self.expects(step, name, &call);
        if step.sigpipe() && step.expected_errors().len() == 1 {
            self.line("expect_sigpipe();");
        }
    }

    /// Expects the errors that the line allows of a call that is -1 where it failed.
    fn expects(&mut self, step: &Step<'_>, name: &str, call: &str) {
        match step.expected_errors().as_slice() {
            [only] => {
                let only = number(*only);
                self.line(format!("expect_error(\"{name}\", {call}, {only});"));
            }
            all => {
                let all = list(all);
                self.line(format!("expect_one_of(\"{name}\", {call}, {all});"));
            }
        }
    }

    fn run_loop(&mut self, step: &Step<'_>, kind: Loop, socket: &str) {
        let name = step.call.word();
        let call = match kind {
            Loop::Fill => format!("fill({socket})"),
            Loop::Drain => format!("drain({socket})"),
            Loop::Source(bytes, chunk) => format!("source({socket}, {bytes}u, {chunk}u)"),
            Loop::Sink => format!("sink({socket}, {})", u8::from(step.of_messages)),
            Loop::Echo if step.of_messages => format!("echo_messages({socket})"),
            Loop::Echo => format!("echo({socket})"),
            Loop::Serve(service) => {
                let service = match service {
                    Service::Echo => "serve_echo",
                    Service::Sink => "serve_sink",
                };
                let names = self.draft.plan.served.get(&step.record.id());
                let names: Vec<String> = names
                    .into_iter()
                    .flat_map(Clone::clone)
                    .map(|place| {
                        let closed = u8::from(self.draft.plan.closed.contains(&place));
                        format!("{{&{}, {closed}}}, ", fd(&self.draft.plan.accepted[place]))
                    })
                    .collect();
                let names = format!("(struct named[]){{{}{{NULL, 0}}}}", names.concat());
                format!("serve({socket}, {service}, {names})")
            }
        };
        match step.error() {
            _ if step.may_fail() => self.line(format!("print_result(\"{name}\", {call});")),
            Some(_) => self.expects(step, name, &call),
            None => self.line(format!(
                "printf(\"{name}: %lld\\n\", check_loop(\"{name}\", {call}));"
            )),
        }
    }

    fn fork(&mut self, step: &Step<'_>) {
        let Some(name) = step.target() else { return };
        let variable = pid(name);
        let has_calls = self
            .draft
            .plan
            .steps()
            .any(|own| own.child.as_deref() == Some(name));
        self.line("fflush(NULL);");
        self.line("parent = getpid();");
        self.line(format!("{variable} = fork();"));
        self.check(&variable, "fork");
        self.line(format!("if ({variable} == 0) {{"));
        self.draft.depth += 1;
        self.line("end_with_parent();");
        if has_calls {
            self.line(format!("child_{name}();"));
        } else {
            self.line("for (;;)");
            self.line("    pause();");
        }
        self.line("_exit(0);");
        self.draft.depth -= 1;
        self.line("}");
        if has_calls {
            let place = self.place_of_child(name);
            self.line(format!("shared->child[{place}].pid = {variable};"));
        }
    }

    /// Ends the program when a call returned -1, unless it may fail.
    pub(crate) fn check(&mut self, variable: &str, name: &str) {
        self.check_that(&format!("{variable} == -1"), name);
    }

    /// Ends the program when a call failed. If it may fail that is printed, and what follows stands after `else`.
    pub(crate) fn check_that(&mut self, failed: &str, name: &str) {
        if self.may_fail {
            self.line(format!("if ({failed}) {{"));
            self.line(format!("    print_result(\"{name}\", -1);"));
            self.line("} else {");
            self.draft.depth += 1;
            return;
        }
        self.line(format!("if ({failed})"));
        self.line(format!("    fatal(\"{name}\");"));
    }

    /// What the kernel is asked until it answers as in the session.
    fn question(&mut self, step: &Step<'_>) {
        let Some(asked) = &step.asked else { return };
        if let Some(after) = asked.after {
            self.pause(after);
        }
        let of = match &asked.of {
            Fd::Variable(name) => fd(name),
            Fd::Number(number) => number.to_string(),
        };
        let line = match asked.answer {
            Answer::State(state) => {
                let state = crate::export::c::results::state(state);
                format!("await_state({of}, {state});")
            }
            Answer::Pending(count) => format!("await_pending({of}, {count});"),
            Answer::Unread(count) => format!("await_unread({of}, {count});"),
        };
        self.line(line);
    }
}

/// The number of an error, by its name where it has one.
fn number(errno: Errno) -> String {
    match errno.known_name() {
        Some(name) => name.to_owned(),
        None => errno.0.to_string(),
    }
}

/// Errors as an array that ends with 0.
fn list(errors: &[Errno]) -> String {
    let all: String = errors.iter().map(|error| number(*error) + ", ").collect();
    format!("(int[]){{{all}0}}")
}

/// A call as an expression that is -1 where it failed.
fn number_of(function: &Function<'_>, call: &str) -> String {
    match function.gives {
        Gives::Text => format!("{call} == NULL ? -1 : 0"),
        _ => call.to_owned(),
    }
}

/// Whether lines of a block declare something: then it needs braces.
fn is_declared(lines: &str) -> bool {
    const TYPES: [&str; 22] = [
        "struct ",
        "int ",
        "char ",
        "unsigned ",
        "static ",
        "socklen_t ",
        "size_t ",
        "ssize_t ",
        "void *",
        "uint16_t ",
        "uint32_t ",
        "uint64_t ",
        "fd_set ",
        "sigset_t ",
        "union ",
        "const ",
        "pid_t ",
        "siginfo_t ",
        "long ",
        "in_addr_t ",
        "in_port_t ",
        "time_t ",
    ];
    lines
        .lines()
        .any(|line| TYPES.iter().any(|name| line.trim_start().starts_with(name)))
}
