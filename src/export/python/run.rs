//! What is not a function of the C library in Python: the loops, the children, and the questions.

use crate::call::argument::Service;
use crate::export::function::Loop;
use crate::export::plan::{Answer, Fd, Step};
use crate::export::python::modules::seconds;
use crate::export::python::{Python, name};
use crate::export::writer::Writer;

impl Python<'_> {
    pub(crate) fn run_loop(&mut self, step: &Step<'_>, kind: Loop, socket: &str) {
        let call = match kind {
            Loop::Fill => format!("fill({socket})"),
            Loop::Drain => format!("drain({socket})"),
            Loop::Source(bytes, chunk) => format!("source({socket}, {bytes}, {chunk})"),
            Loop::Sink if step.of_messages => format!("sink({socket}, messages=True)"),
            Loop::Sink => format!("sink({socket})"),
            Loop::Echo if step.of_messages => format!("echo_messages({socket})"),
            Loop::Echo => format!("echo({socket})"),
            Loop::Serve(service) => {
                let service = match service {
                    Service::Echo => "echo",
                    Service::Sink => "sink",
                };
                let places = self.draft.plan.served.get(&step.record.id());
                let places = places.cloned().unwrap_or_default();
                match places.is_empty() {
                    true => format!("serve({socket}, {service})"),
                    false => {
                        let (start, end) = (places.start, places.end);
                        let closed = self.draft.plan.closed_among(&places);
                        let closed = match closed.is_empty() {
                            true => String::new(),
                            false => format!(", closed_by_lines={closed:?}"),
                        };
                        format!("serve({socket}, {service}, range({start}, {end}){closed})")
                    }
                }
            }
        };
        let word = step.call.word();
        let printed = format!("print(\"{word}:\", {call})");
        match step.error() {
            _ if step.may_fail() => self.may_fail(word, |own| own.line(printed)),
            Some(_) => self.expects(word, &step.expected_errors(), &call),
            None => self.line(printed),
        }
    }

    pub(crate) fn fork(&mut self, step: &Step<'_>) {
        let Some(child) = step.target() else { return };
        let variable = name(child);
        let has_calls = self.children_with_calls().contains(&child);
        self.line("sys.stdout.flush()");
        self.line("parent = os.getpid()");
        self.line(format!("{variable} = os.fork()"));
        self.line(format!("if {variable} == 0:"));
        self.line("    end_with_parent(parent)");
        if has_calls {
            let parameters = self.parameters(child).join(", ");
            self.line(format!("    child_{child}({parameters})"));
            let place = self.place_of_child(child);
            self.line(format!("set_turn({place}, PID, {variable})"));
        } else {
            self.line("    while True:");
            self.line("        signal.pause()");
        }
    }

    /// What the kernel is asked until it answers as in the session.
    pub(crate) fn question(&mut self, step: &Step<'_>) {
        let Some(asked) = &step.asked else { return };
        if let Some(after) = asked.after {
            self.line(format!("time.sleep({})", seconds(after)));
        }
        let of = match (&asked.of, self.socket(&asked.of)) {
            (_, Some(socket)) => socket,
            (Fd::Variable(variable), None) => name(variable),
            (Fd::Number(number), None) => number.to_string(),
        };
        match asked.answer {
            Answer::State(state) => {
                let number = crate::export::state_number(state);
                self.line(format!("await_state({of}, {number})  # {state}"));
            }
            Answer::Pending(count) => self.line(format!("await_pending({of}, {count})")),
            Answer::Unread(count) => self.line(format!("await_unread({of}, {count})")),
        }
    }

    /// What the function of a child is given: what its calls use, and none of them has made.
    pub(crate) fn parameters(&self, child: &str) -> Vec<String> {
        let mut own: Vec<&str> = self
            .draft
            .plan
            .accepted
            .iter()
            .map(String::as_str)
            .collect();
        let mut given: Vec<String> = Vec::new();
        let steps = self.draft.plan.steps();
        for step in steps.filter(|step| step.child.as_deref() == Some(child)) {
            for variable in step.variables().into_iter().chain(step.process()) {
                if !own.contains(&variable.as_str()) && !given.contains(&name(&variable)) {
                    given.push(name(&variable));
                }
            }
            own.extend(step.targets.iter().map(String::as_str));
        }
        given
    }
}
