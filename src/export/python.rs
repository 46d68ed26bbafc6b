//! A session as a program in Python: the modules socket, select and os, and ctypes for the calls that they lack.
//!
//! A descriptor is an object that closes it, where [`Held`](crate::export::held::Held) says that it can be.

mod addresses;
mod arguments;
mod call;
mod constants;
mod descriptors;
mod head;
mod helpers;
mod library;
mod modules;
mod names;
mod options;
mod run;
mod sockets;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use crate::export::draft::Draft;
use crate::export::held::Why;
use crate::export::plan::{Item, Plan, Step};
use crate::export::python::modules::seconds;
use crate::export::python::names::{address, name};
use crate::export::split::{READY, usage_line};
use crate::export::text::comment;
use crate::export::writer::Writer;
use crate::export::{Program, source_map};

/// A program that is being written.
pub(crate) struct Python<'a> {
    draft: Draft<'a>,
    /// The constants that it uses and no module has, with their numbers.
    constants: BTreeMap<String, i64>,
    /// Whether what is written is in the thread of a call.
    is_thread: bool,
}

/// A comment on a line.
fn line_comment(text: &str) -> String {
    format!("# {}", comment(text))
}

/// The program of a session.
pub(crate) fn program(plan: &Plan<'_>) -> Program {
    let mut python = Python {
        draft: Draft::of(plan, line_comment),
        constants: BTreeMap::new(),
        is_thread: false,
    };
    let children = python.children();
    let main = python.main();
    let calls = [children, main].concat();
    let mut constants = String::new();
    for (name, number) in &python.constants {
        // Writing to a String cannot fail.
        let _ = writeln!(constants, "{name} = {number}");
    }
    let (imports, functions) = helpers::used(plan, &calls);
    let head = head::head(plan, &[functions.as_str(), &calls].concat());
    let parts = [imports, constants]
        .into_iter()
        .filter(|part| !part.is_empty());
    let parts = parts.collect::<Vec<_>>().join("\n");
    let end = "\n\nif __name__ == \"__main__\":\n    main()\n";
    let marked = [&head, "\n", &parts, "\n\n", &functions, &calls, end].concat();
    let marked = match parts.is_empty() {
        false => marked,
        true => [&head, "\n\n", &functions, &calls, end].concat(),
    };
    source_map::program(&marked, python.draft.gaps)
}

/// Whether lines have more than comments: a function without a statement is an error.
fn has_statement(lines: &str) -> bool {
    let mut lines = lines.lines().map(str::trim_start);
    lines.any(|line| !line.is_empty() && !line.starts_with(['#', '\u{1}']))
}

/// Several values, or one.
fn joined<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.cloned().collect::<Vec<_>>().join(", ")
}

impl Python<'_> {
    /// Writes one line.
    fn line(&mut self, line: impl AsRef<str>) {
        self.draft.line(line.as_ref());
    }

    fn children(&mut self) -> String {
        for child in self.children_with_calls() {
            let parameters = self.parameters(child).join(", ");
            self.line(format!("def child_{child}({parameters}):"));
            self.draft.depth = 1;
            self.write_calls_of_child(child);
            if self.draft.plan.children_end(child) {
                self.line("os._exit(0)");
            }
            self.draft.depth = 0;
            while self.draft.text.ends_with("\n\n") {
                self.draft.text.pop();
            }
            self.line("");
            self.line("");
        }
        self.draft.taken()
    }

    fn main(&mut self) -> String {
        self.line("def main():");
        let begin = self.draft.text.len();
        self.draft.depth = 1;
        if self.draft.plan.has_signals() {
            self.line("hold_signals()");
        }
        if self.draft.plan.has_interrupts() {
            self.line("catch_interrupt()");
        }
        let plan = self.draft.plan;
        for (index, argument) in plan.arguments.iter().enumerate() {
            let (host, place) = (argument.host, index + 1);
            let port = match argument.port {
                Some(port) => port.to_string(),
                None => "None".to_owned(),
            };
            let usage = usage_line(plan);
            let port = format!("port_argument({place}, {port}, \"{usage}\")");
            self.keep(&argument.address, &format!("(\"{host}\", {port})"));
        }
        for own in plan.held.never_made() {
            self.draft.comment(Why::NeverMade.text());
            self.line(format!("{} = -1", name(own)));
        }
        self.write_items();
        if !has_statement(&self.draft.text[begin..]) {
            self.line("pass");
        }
        self.say_open();
        self.draft.depth = 0;
        self.draft.taken()
    }

    /// What happens to the descriptors that no call closes.
    fn say_open(&mut self) {
        let open = self.draft.plan.held.open.iter().map(|own| name(own));
        let names = open.collect::<Vec<_>>().join(", ");
        if !names.is_empty() {
            self.line("");
            self.draft.comment(&format!(
                "The end of the program closes what is open: {names}."
            ));
        }
    }
}

impl<'a> Writer<'a> for Python<'a> {
    fn draft(&mut self) -> &mut Draft<'a> {
        &mut self.draft
    }

    fn run(&mut self, call: String) {
        self.line(call);
    }

    fn make(&mut self, step: &Step<'_>, is_left: bool) {
        self.step(step, is_left);
    }

    fn pause(&mut self, span: Duration) {
        self.line(format!("time.sleep({})", seconds(span)));
    }

    fn start_thread(&mut self, step: &Step<'_>, index: usize, sleeps: bool) {
        self.line(format!("def call_{index}():"));
        self.draft.depth += 1;
        self.is_thread = true;
        self.step(step, true);
        let results = self.results(step);
        if !results.is_empty() {
            let results = joined(results.iter().map(|(own, _)| own));
            self.line(format!("return {results}"));
        }
        self.is_thread = false;
        self.draft.depth -= 1;
        self.line("");
        self.line(format!("thread_{index} = Call(call_{index})"));
        if sleeps {
            self.line(format!("thread_{index}.await_asleep()"));
        }
    }

    fn join_thread(&mut self, index: usize, cancel: bool) {
        if cancel {
            self.line(format!("thread_{index}.interrupt()"));
        }
        let starts =
            |item: &&Item<'_>| matches!(item, Item::Start { index: own, .. } if *own == index);
        let plan = self.draft.plan;
        let Some(step) = plan.items.iter().find(starts).and_then(Item::step) else {
            return;
        };
        let results = self.results(step);
        let results = joined(results.iter().map(|(_, variable)| variable));
        match results.as_str() {
            "" => self.line(format!("thread_{index}.wait()")),
            results => self.line(format!("{results} = thread_{index}.wait()")),
        }
        self.ask(step);
    }

    fn ready(&mut self, ports: &[String]) {
        self.draft.comment(READY);
        let each = ports.iter().map(|key| format!(", {}[1]", self.known(key)));
        let each: String = each.collect();
        let colon = if ports.is_empty() { "" } else { " with:" };
        self.line(format!(
            "print(\"the client can be started{colon}\"{each}, flush=True)"
        ));
    }
}
