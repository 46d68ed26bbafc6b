//! A session as a program in Python: the modules socket, select and os, and ctypes for the calls that they lack.

mod arguments;
mod call;
mod helpers;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use crate::export::plan::{Item, Maker, Plan, Step};
use crate::export::split::{READY, introduction, usage, usage_line};
use crate::export::text::comment;
use crate::export::writer::Writer;
use crate::export::{Program, source_map};

/// A program that is being written.
pub(crate) struct Python<'a> {
    plan: &'a Plan<'a>,
    /// The constants that it uses, with their numbers.
    constants: BTreeMap<String, i64>,
    gaps: Vec<String>,
    depth: usize,
    text: String,
}

/// The words that no variable can have: those of the language, and what the program uses.
const RESERVED: [&str; 66] = [
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "print",
    "len",
    "bytes",
    "int",
    "range",
    "socket",
    "select",
    "os",
    "ctypes",
    "struct",
    "libc",
    "sock",
    "keep",
    "known",
    "check",
    "must",
    "time",
    "signal",
    "sys",
    "mmap",
    "fcntl",
    "threading",
    "errno",
    "turns",
    "sockets",
    "resource",
    "made",
    "ask",
    "ast",
    "own",
    "raw",
];

/// The variable of a descriptor or of a child.
pub(crate) fn name(name: &str) -> String {
    // A function, a constant or a name of the program may be called so.
    let clashes = RESERVED.contains(&name)
        || name.len() > 3
        || name.starts_with('_')
        || name.starts_with(|first: char| first.is_ascii_uppercase());
    match clashes {
        true => format!("{name}_fd"),
        false => name.to_owned(),
    }
}

/// The program of a session.
pub(crate) fn program(plan: &Plan<'_>) -> Program {
    let mut python = Python {
        plan,
        constants: BTreeMap::new(),
        gaps: Vec::new(),
        depth: 0,
        text: String::new(),
    };
    let threads = python.threads();
    let children = python.children();
    let main = python.main();
    let mut constants = String::new();
    for (name, number) in &python.constants {
        // Writing to a String cannot fail.
        let _ = writeln!(constants, "{name} = {number}");
    }
    let mut own = String::new();
    for variable in python.variables() {
        let _ = writeln!(own, "{variable} = -1");
    }
    let calls = [own, threads, children, main].concat();
    let (imports, functions) = helpers::used(plan, &calls);
    let separate = |text: String, lines: &str| match text.is_empty() {
        true => text,
        false => text + lines,
    };
    let marked = [
        &head(plan),
        helpers::HEAD,
        &separate(imports, "\n"),
        &separate(constants, "\n\n"),
        &functions,
        &calls,
    ]
    .concat();
    source_map::program(&marked, python.gaps)
}

/// The text at the beginning.
fn head(plan: &Plan<'_>) -> String {
    let mut head = format!(
        "\"\"\"{} For Python 3.10 and later.\n\n",
        introduction(plan)
    );
    for line in usage(plan) {
        // Writing to a String cannot fail.
        let _ = writeln!(head, "{line}");
    }
    head
}

/// Whether lines have more than comments: a function without a statement is an error.
fn has_statement(lines: &str) -> bool {
    let mut lines = lines.lines().map(str::trim_start);
    lines.any(|line| {
        !line.is_empty() && !line.starts_with(['#', '\u{1}']) && !line.starts_with("global ")
    })
}

impl Python<'_> {
    /// Writes one line.
    fn line(&mut self, line: impl AsRef<str>) {
        let width = 4 * self.depth;
        match line.as_ref() {
            "" => self.text.push('\n'),
            line => {
                let _ = writeln!(self.text, "{:width$}{line}", "");
            }
        }
    }

    fn comment(&mut self, text: &str) {
        self.line(format!("# {}", comment(text)));
    }

    fn taken(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    fn variables(&self) -> Vec<String> {
        let all = self.plan.descriptors.iter().chain(&self.plan.children);
        all.map(|own| name(own)).collect()
    }

    /// Says that what a function assigns are the variables of the program.
    fn globals(&mut self) {
        let variables = self.variables();
        if !variables.is_empty() {
            self.line(format!("global {}", variables.join(", ")));
        }
    }

    fn threads(&mut self) -> String {
        for item in &self.plan.items {
            let Item::Start { step, index, .. } = item else {
                continue;
            };
            if self.plan.started.get(*index) != Some(&Maker::Thread) {
                continue;
            }
            self.line("");
            self.line("");
            self.text.push_str(&source_map::begin(&[step.record.id()]));
            self.line(format!("def call_{index}():"));
            self.depth = 1;
            self.globals();
            self.comment(&step.line);
            self.line(format!("begin_call({index})"));
            self.step(step, true);
            self.line(format!("end_call({index})"));
            self.text.push_str(source_map::END);
            self.depth = 0;
        }
        self.taken()
    }

    fn children(&mut self) -> String {
        for child in self.children_with_calls() {
            self.line("");
            self.line("");
            self.line(format!("def child_{child}():"));
            self.depth = 1;
            self.globals();
            self.write_calls_of_child(child);
            self.depth = 0;
        }
        self.taken()
    }

    fn main(&mut self) -> String {
        self.line("");
        self.line("");
        self.line("def main():");
        let begin = self.text.len();
        self.depth = 1;
        self.globals();
        if self.plan.has_signals() {
            self.line("hold_signals()");
        }
        if self.plan.has_interrupts() {
            self.line("catch_interrupt()");
        }
        for (index, argument) in self.plan.arguments.iter().enumerate() {
            let (host, place) = (argument.host, index + 1);
            let port = match argument.port {
                Some(port) => port.to_string(),
                None => "None".to_owned(),
            };
            let usage = usage_line(self.plan);
            let key = &argument.address;
            let line = format!(
                "remember(\"{key}\", (\"{host}\", port_argument({place}, {port}, \"{usage}\")))"
            );
            // The same as self.line(), while the plan is read.
            let _ = writeln!(self.text, "    {line}");
        }
        self.write_items();
        if self.plan.has_threads() {
            self.line("finish()");
        }
        if !has_statement(&self.text[begin..]) {
            self.line("pass");
        }
        self.depth = 0;
        self.line("");
        self.line("");
        self.line("main()");
        self.taken()
    }
}

impl<'a> Writer<'a> for Python<'a> {
    fn plan(&self) -> &'a Plan<'a> {
        self.plan
    }

    fn text(&mut self) -> &mut String {
        &mut self.text
    }

    fn gaps(&mut self) -> &mut Vec<String> {
        &mut self.gaps
    }

    fn note(&mut self, text: &str) {
        self.comment(text);
    }

    fn run(&mut self, call: String) {
        self.line(call);
    }

    fn make(&mut self, step: &Step<'_>, is_left: bool) {
        self.step(step, is_left);
    }

    fn pause(&mut self, span: Duration) {
        self.line(format!("time.sleep({})", span.as_secs_f64()));
    }

    fn start_thread(&mut self, _: &Step<'_>, index: usize, sleeps: bool) {
        self.line(format!("start_call({index}, call_{index})"));
        if sleeps {
            self.line(format!("await_asleep({index})"));
        }
    }

    fn join_thread(&mut self, index: usize, cancel: bool) {
        if cancel {
            self.line(format!("interrupt_call({index})"));
        }
        self.line(format!("await_call({index})"));
    }

    fn ready(&mut self, ports: &[String]) {
        self.comment(READY);
        if ports.is_empty() {
            self.line("print(\"the client can be started\", flush=True)");
            return;
        }
        let each = ports.iter().map(|key| format!(", known(\"{key}\")[1]"));
        let each: String = each.collect();
        self.line(format!(
            "print(\"the client can be started with:\"{each}, flush=True)"
        ));
    }
}
