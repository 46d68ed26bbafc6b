//! One call in C: its arguments, the call itself, and the check of what it returned.

use crate::call::argument::Service;
use crate::call::outcome::Returned;
use crate::export::c::{C, Helper, fd, pid};
use crate::export::lower::{Function, Gives, Loop, Meaning, Question, meaning};
use crate::export::plan::{Kept, Step};
use crate::socket::Errno;
use crate::socket::TcpState;

impl C<'_> {
    /// Writes a call, and what the program asks for after it.
    pub(crate) fn step(&mut self, step: &Step<'_>) {
        if step.sigpipe() {
            self.used.insert(Helper::Sigpipe);
        }
        for place in &step.accepted {
            self.used.insert(Helper::Accepted);
            let accepted = fd(&self.plan.accepted[*place]);
            self.line(format!("await_accepted(&{accepted});"));
        }
        match meaning(&step.call) {
            Meaning::Function(function) => self.function(step, &function),
            Meaning::Loop(kind, socket) => {
                let socket = self.descriptor(step, socket);
                self.run_loop(step, kind, &socket);
            }
            Meaning::Question(question, socket) => {
                let socket = self.descriptor(step, socket);
                self.question(step, question, &socket);
            }
            Meaning::Fork => self.fork(step),
            Meaning::Sleep(span) => {
                let micros = span.as_micros();
                self.used.insert(Helper::Pause);
                self.line(format!("sleep_for({micros}); /* microseconds */"));
            }
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
        self.used.insert(Helper::Ask);
        let socket = fd(&kept.descriptor);
        self.comment("The address that it has now; the kernel may have chosen the port.");
        self.line(format!("ask_address({socket}, &{known});"));
    }

    fn function(&mut self, step: &Step<'_>, function: &Function<'_>) {
        let outer = std::mem::take(&mut self.text);
        self.depth += 1;
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
        self.depth -= 1;
        let inner = std::mem::replace(&mut self.text, outer);
        // A block only where something is declared in it.
        if is_declared(&inner) {
            self.line("{");
            self.text.push_str(&inner);
            self.line("}");
        } else {
            for line in inner.lines() {
                let line = line.strip_prefix("    ").unwrap_or(line);
                self.text.push_str(line);
                self.text.push('\n');
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
        if let Some(errno) = step.error() {
            self.fails(step, function, call, errno);
            return;
        }
        self.succeeds(step, function, name, call);
    }

    /// A call that failed in the session: the same error is expected.
    fn fails(&mut self, step: &Step<'_>, function: &Function<'_>, call: &str, errno: Errno) {
        let name = function.name;
        if errno.is_of_library() {
            self.used.insert(Helper::ExpectLookupError);
            let error = errno.name();
            self.line(format!("expect_lookup_error(\"{name}\", {call}, {error});"));
            return;
        }
        let number = match errno.known_name() {
            Some(name) => name.to_owned(),
            None => errno.0.to_string(),
        };
        self.used.insert(Helper::ExpectError);
        let call = match function.gives {
            Gives::Text => format!("{call} == NULL ? -1 : 0"),
            _ => call.to_owned(),
        };
        self.line(format!("expect_error(\"{name}\", {call}, {number});"));
        if step.sigpipe() {
            self.line("expect_sigpipe();");
        }
    }

    fn run_loop(&mut self, step: &Step<'_>, kind: Loop, socket: &str) {
        self.loop_helper(kind, step);
        self.used.insert(Helper::Loops);
        let name = step.call.word();
        let call = match kind {
            Loop::Fill => format!("fill({socket})"),
            Loop::Drain => format!("drain({socket})"),
            Loop::Source(bytes, chunk) => format!("source({socket}, {bytes}u, {chunk}u)"),
            Loop::Sink => format!("sink({socket}, {})", u8::from(step.of_messages)),
            Loop::Echo if step.of_messages => format!("echo_messages({socket})"),
            Loop::Echo => format!("echo({socket})"),
            Loop::Serve(service) => {
                self.used.insert(Helper::Sink);
                self.used.insert(Helper::Echo);
                let service = match service {
                    Service::Echo => "serve_echo",
                    Service::Sink => "serve_sink",
                };
                let names = self.plan.served.get(&step.record.id());
                let names: Vec<String> = names
                    .into_iter()
                    .flat_map(Clone::clone)
                    .map(|place| format!("&{}, ", fd(&self.plan.accepted[place])))
                    .collect();
                let names = format!("(int *[]){{{}NULL}}", names.concat());
                format!("serve({socket}, {service}, {names})")
            }
        };
        match step.error() {
            Some(errno) => {
                let number = errno.name();
                self.used.insert(Helper::ExpectError);
                self.line(format!("expect_error(\"{name}\", {call}, {number});"));
            }
            None => self.line(format!(
                "printf(\"{name}: %lld\\n\", check_loop(\"{name}\", {call}));"
            )),
        }
    }

    fn fork(&mut self, step: &Step<'_>) {
        let Some(name) = step.target() else { return };
        let variable = pid(name);
        let has_calls = self
            .plan
            .steps()
            .any(|own| own.child.as_deref() == Some(name));
        self.line("fflush(NULL);");
        self.line(format!("{variable} = fork();"));
        self.check(&variable, "fork");
        self.line(format!("if ({variable} == 0) {{"));
        self.depth += 1;
        if has_calls {
            self.line(format!("child_{name}();"));
        } else {
            self.line("for (;;)");
            self.line("    pause();");
        }
        self.line("_exit(0);");
        self.depth -= 1;
        self.line("}");
        if has_calls {
            let place = self.child_place(name);
            self.line(format!("shared->child[{place}].pid = {variable};"));
        }
    }

    /// Ends the program when a call returned -1.
    pub(crate) fn check(&mut self, variable: &str, name: &str) {
        self.line(format!("if ({variable} == -1)"));
        self.used.insert(Helper::Fatal);
        self.line(format!("    fatal(\"{name}\");"));
    }

    fn question(&mut self, step: &Step<'_>, question: Question, socket: &str) {
        let given = step
            .outcome
            .and_then(|outcome| outcome.result.as_ref().ok());
        match (question, given) {
            (Question::State, Some(Returned::State(state))) if step.is_open => {
                self.await_state(socket, *state);
            }
            (Question::Peer, Some(Returned::State(state))) => match &step.peer {
                Some(peer) => {
                    let peer = fd(peer);
                    self.await_state(&peer, *state);
                }
                None => self.unasked(step, "the other end is not in this program"),
            },
            (Question::Pending, Some(Returned::Count(count))) if step.is_tcp => {
                self.used.insert(Helper::AwaitPending);
                self.line(format!("await_pending({socket}, {count});"));
            }
            (Question::Unread, Some(Returned::Count(count))) => {
                self.used.insert(Helper::AwaitUnread);
                self.line(format!("await_unread({socket}, {count});"));
            }
            (Question::State | Question::Peer | Question::Pending | Question::Unread, _) => {
                self.unasked(
                    step,
                    "sockplay reads it in the kernel's table of sockets, sock_diag(7)",
                );
            }
        }
    }

    fn await_state(&mut self, socket: &str, state: TcpState) {
        self.used.insert(Helper::AwaitState);
        let name = crate::export::c::results::state(state);
        self.line(format!("await_state({socket}, {name});"));
    }

    /// A question that no call of the program answers.
    fn unasked(&mut self, step: &Step<'_>, why: &str) {
        let text = format!("not asked: {why}");
        self.comment(&text);
        self.gaps.push(format!("{}: {text}", step.line));
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
