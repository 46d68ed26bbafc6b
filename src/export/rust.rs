//! A session as a program in Rust: socket2 and the standard library, and the libc crate for the calls that they lack.
//!
//! A descriptor is a value that closes it when it is dropped, where [`Held`](crate::export::held::Held) says that it can be.

mod addresses;
mod arguments;
mod call;
mod descriptors;
mod head;
mod helpers;
mod imports;
mod layout;
mod messages;
mod names;
mod options;
mod results;
mod run;
mod threads;

use std::time::Duration;

use crate::export::draft::Draft;
use crate::export::held::Why;
use crate::export::plan::{Plan, Step};
use crate::export::rust::names::name;
use crate::export::split::{READY, usage_line};
use crate::export::text::{comment, rust_duration};
use crate::export::writer::Writer;
use crate::export::{Program, source_map};

/// A program that is being written.
pub(crate) struct Rust<'a> {
    draft: Draft<'a>,
    /// Whether what is written is in the thread of a call.
    is_thread: bool,
}

/// A comment on a line.
fn line_comment(text: &str) -> String {
    format!("// {}", comment(text))
}

/// The program of a session.
pub(crate) fn program(plan: &Plan<'_>) -> Program {
    let mut rust = Rust {
        draft: Draft::of(plan, line_comment),
        is_thread: false,
    };
    let children = rust.children();
    let main = rust.main();
    let calls = layout::laid_out(&[children, main].concat());
    let (imports, functions) = helpers::used(plan, &calls);
    let head = head::head(plan, &[&imports, "\n", &functions, &calls].concat());
    let after = if imports.is_empty() { "" } else { "\n" };
    let marked = [&head, "\n", &imports, after, &functions, &calls].concat();
    source_map::program(&marked, rust.draft.gaps)
}

impl Rust<'_> {
    /// Writes one line.
    fn line(&mut self, line: impl AsRef<str>) {
        self.draft.line(line.as_ref());
    }

    /// What the function of a child is given: what its calls use, and none of them has made.
    fn parameters(&self, child: &str) -> Vec<String> {
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
                if !own.contains(&variable.as_str()) && !given.contains(&variable) {
                    given.push(variable);
                }
            }
            own.extend(step.targets.iter().map(String::as_str));
        }
        given
    }

    /// The functions of the children: the calls of each in their order, each when the parent says so.
    fn children(&mut self) -> String {
        for child in self.children_with_calls() {
            self.draft.depth = 0;
            let parameters = self.parameters(child).into_iter();
            let typed = |own: String| format!("{}: {}", name(&own), self.type_of(&own));
            let parameters = parameters.map(typed);
            let parameters = parameters.collect::<Vec<_>>().join(", ");
            self.line(format!("fn child_{child}({parameters}) -> ! {{"));
            self.draft.depth = 1;
            self.write_calls_of_child(child);
            if self.draft.plan.children_end(child) {
                self.line("unsafe { libc::_exit(0) }");
            }
            self.draft.depth = 0;
            self.line("}");
            self.line("");
        }
        self.draft.taken()
    }

    fn main(&mut self) -> String {
        self.draft.depth = 0;
        self.line("fn main() {");
        self.draft.depth = 1;
        if self.draft.plan.has_signals() {
            self.line("hold_signals();");
        }
        if self.draft.plan.has_interrupts() {
            self.line("catch_interrupt();");
        }
        if self.draft.plan.has_child_calls() {
            self.draft.comment("All processes are to have this memory.");
            self.line("shared();");
        }
        for index in 0..self.draft.plan.arguments.len() {
            self.take_argument(index);
        }
        let plan = self.draft.plan;
        for own in plan.held.never_made() {
            self.draft.comment(Why::NeverMade.text());
            self.line(format!("let {} = -1;", name(own)));
        }
        self.write_items();
        self.say_drops();
        self.draft.depth = 0;
        self.line("}");
        self.draft.taken()
    }

    /// What happens to the values at the end.
    fn say_drops(&mut self) {
        let names: Vec<String> = self
            .draft
            .plan
            .held
            .open
            .iter()
            .rev()
            .map(|own| name(own))
            .collect();
        if !names.is_empty() {
            self.line("");
            let names = names.join(", ");
            self.draft.comment(&format!(
                "What is still open is closed here, the newest first: {names}."
            ));
        }
    }

    /// The port that is an argument.
    fn take_argument(&mut self, index: usize) {
        let argument = &self.draft.plan.arguments[index];
        let (host, place) = (argument.host, index + 1);
        let port = match argument.port {
            Some(port) => format!("Some(\"{port}\")"),
            None => "None".to_owned(),
        };
        let usage = usage_line(self.draft.plan);
        let value = format!("address_of_port(\"{host}\", {place}, {port}, \"{usage}\")");
        self.keep(&argument.address, &value);
    }
}

impl<'a> Writer<'a> for Rust<'a> {
    fn draft(&mut self) -> &mut Draft<'a> {
        &mut self.draft
    }

    fn run(&mut self, call: String) {
        self.line(format!("{call};"));
    }

    fn make(&mut self, step: &Step<'_>, _: bool) {
        self.step(step);
    }

    fn pause(&mut self, span: Duration) {
        let span = rust_duration(span);
        self.line(format!("thread::sleep({span});"));
    }

    fn start_thread(&mut self, step: &Step<'_>, index: usize, sleeps: bool) {
        self.spawn(step, index);
        match sleeps {
            true => self.line(format!("await_asleep({index});")),
            false => self.line(format!("await_begun({index});")),
        }
    }

    fn join_thread(&mut self, index: usize, cancel: bool) {
        if cancel {
            self.line(format!("interrupt_call({index}, &call_{index});"));
        }
        self.take_back(index);
    }

    fn ready(&mut self, ports: &[String]) {
        self.draft.comment(READY);
        if ports.is_empty() {
            self.line("println!(\"the client can be started\");");
        } else {
            let form = " {}".repeat(ports.len());
            let each = ports
                .iter()
                .map(|key| format!(", port_of(&{})", self.known(key)));
            let each: String = each.collect();
            self.line(format!(
                "println!(\"the client can be started with:{form}\"{each});"
            ));
        }
    }
}
