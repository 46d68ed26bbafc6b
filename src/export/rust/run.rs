//! What is not a function of the C library in Rust: the loops, the children, and the questions.

use crate::call::argument::Service;
use crate::export::function::Loop;
use crate::export::plan::{Answer, Fd, Step};
use crate::export::rust::Rust;
use crate::export::rust::names::name;
use crate::export::writer::Writer;

impl Rust<'_> {
    pub(crate) fn run_loop(&mut self, step: &Step<'_>, kind: Loop, socket: &str) {
        let call = match kind {
            Loop::Fill => format!("fill({socket})"),
            Loop::Drain => format!("drain({socket})"),
            Loop::Source(bytes, chunk) => format!("source({socket}, {bytes}, {chunk})"),
            Loop::Sink => format!("sink({socket}, {})", step.of_messages),
            Loop::Echo if step.of_messages => format!("echo_messages({socket})"),
            Loop::Echo => format!("echo({socket})"),
            Loop::Serve(service) => {
                let service = match service {
                    Service::Echo => "echo",
                    Service::Sink => "|socket| sink(socket, false)",
                };
                let places = self.draft.plan.served.get(&step.record.id());
                let places = places.cloned().unwrap_or_default();
                let closed = self.draft.plan.closed_among(&places);
                format!("serve({socket}, {service}, {places:?}, &{closed:?})")
            }
        };
        let word = step.call.word();
        match step.error() {
            _ if step.may_fail() => self.line(format!("print_result(\"{word}\", {call});")),
            Some(_) => self.expects(step, word, &call),
            None => self.line(format!(
                "println!(\"{word}: {{}}\", {call}.expect(\"{word}\"));"
            )),
        }
    }

    pub(crate) fn fork(&mut self, step: &Step<'_>) {
        let Some(child) = step.target() else { return };
        let variable = name(child);
        let has_calls = self
            .draft
            .plan
            .steps()
            .any(|own| own.child.as_deref() == Some(child));
        self.line("let parent = unsafe { libc::getpid() };");
        self.line(format!(
            "let {variable} = check(unsafe {{ libc::fork() }}).expect(\"fork\");"
        ));
        self.line(format!("if {variable} == 0 {{"));
        self.line("    end_with_parent(parent);");
        if has_calls {
            let variables = self.parameters(child);
            let variables = variables.iter().map(|own| name(own));
            let variables = variables.collect::<Vec<_>>().join(", ");
            self.line(format!("    child_{child}({variables});"));
        } else {
            self.line("    loop {");
            self.line("        unsafe { libc::pause() };");
            self.line("    }");
        }
        self.line("}");
        if has_calls {
            let place = self.place_of_child(child);
            self.line(format!(
                "shared().child[{place}].pid.store({variable}, SeqCst);"
            ));
        }
    }

    /// What the kernel is asked until it answers as in the session.
    pub(crate) fn question(&mut self, step: &Step<'_>) {
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
                self.line(format!("await_state(&{of}, {number}); // {state}"));
            }
            Answer::Pending(count) => self.line(format!("await_pending(&{of}, {count});")),
            Answer::Unread(count) => self.line(format!("await_unread(&{of}, {count});")),
        }
    }
}
