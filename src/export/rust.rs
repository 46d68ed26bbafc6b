//! A session as a program in Rust: socket2 and the standard library, and the libc crate for the calls that they lack.

mod arguments;
mod call;
mod helpers;
mod results;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

use crate::export::plan::{Item, Maker, Plan, Step};
use crate::export::split::{HOLD, READY, introduction, usage, usage_line};
use crate::export::text::comment;
use crate::export::{Program, source_map};

/// A part of the program that is written out before main().
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Helper {
    SocketAddress,
    Known,
    Repeat,
    ControlMessage,
    Passed,
    Signals,
    Threads,
    EndWithParent,
    Children,
    Cancelled,
    AwaitState,
    AwaitPending,
    AwaitUnread,
    Loops,
    Fill,
    Drain,
    Source,
    Sink,
    Echo,
    EchoMessages,
    Serve,
    Accepted,
    SetAddress,
    Hold,
    PrintAddress,
    LookupError,
    Change,
}

/// A program that is being written.
pub(crate) struct Rust<'a> {
    plan: &'a Plan<'a>,
    used: BTreeSet<Helper>,
    gaps: Vec<String>,
    depth: usize,
    text: String,
}

/// The words that no variable can have: those of the language, and what the program uses.
const RESERVED: [&str; 73] = [
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
    "false", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut",
    "pub", "ref", "return", "self", "Self", "static", "struct", "super", "trait", "true", "try",
    "type", "unsafe", "use", "where", "while", "abstract", "become", "box", "do", "final", "macro",
    "override", "priv", "typeof", "unsized", "virtual", "yield", "union", "_", "to", "data",
    "buffer", "peer", "value", "number", "entries", "vectors", "message", "messages", "events",
    "event", "status", "timeout", "mask", "signals", "std", "libc", "parent",
];

/// The variable of a descriptor or of a child.
pub(crate) fn name(name: &str) -> String {
    // What is declared for the arguments of a call begins so, too.
    let is_own = [
        "data_", "buffer_", "vectors_", "message_", "call_", "control", "peer",
    ];
    let clashes = RESERVED.contains(&name)
        || is_own.iter().any(|own| name.starts_with(own))
        || name.starts_with('_')
        || name.ends_with('_')
        || name.starts_with(|first: char| first.is_ascii_uppercase());
    match clashes {
        true => format!("{}_fd", name.to_ascii_lowercase()),
        false => name.to_owned(),
    }
}

/// The field of an address.
pub(crate) fn address(name: &str) -> String {
    format!("{name}_address")
}

/// The program of a session.
pub(crate) fn program(plan: &Plan<'_>) -> Program {
    let mut rust = Rust {
        plan,
        used: BTreeSet::new(),
        gaps: Vec::new(),
        depth: 1,
        text: String::new(),
    };
    if plan.has_child_calls() {
        rust.used.insert(Helper::Children);
    }
    if plan.has_threads() {
        rust.used.insert(Helper::Threads);
    }
    let children = rust.children();
    let main = rust.main();
    let helpers = rust.helper_texts();
    let marked = [&head(plan), helpers::HEAD, &helpers, &children, &main].concat();
    source_map::program(&marked, rust.gaps)
}

/// The comment at the beginning.
fn head(plan: &Plan<'_>) -> String {
    let mut head = format!("//! {} In Cargo.toml:\n", introduction(plan));
    head.push_str(helpers::DEPENDENCIES);
    for line in usage(plan) {
        // Writing to a String cannot fail.
        let _ = writeln!(head, "{}", format!("//! {line}").trim_end());
    }
    head
}

impl Rust<'_> {
    /// Writes one line.
    fn line(&mut self, line: impl AsRef<str>) {
        let width = 4 * self.depth;
        match line.as_ref() {
            "" => self.text.push('\n'),
            // Writing to a String cannot fail.
            line => {
                let _ = writeln!(self.text, "{:width$}{line}", "");
            }
        }
    }

    fn comment(&mut self, text: &str) {
        self.line(format!("// {}", comment(text)));
    }

    /// A line that the program cannot have.
    fn gap(&mut self, line: &str, reason: &str, pause: Option<Duration>) {
        self.comment(&format!("{line}: not in this program: {reason}"));
        self.gaps.push(format!("{line}: {reason}"));
        if let Some(pause) = pause {
            self.pause(pause);
        }
    }

    /// Takes what was written.
    fn taken(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    fn child_place(&self, name: &str) -> usize {
        let place = self.plan.children.iter().position(|child| child == name);
        place.unwrap_or(0)
    }

    /// The variables, as the arguments of a function that makes the calls of a child.
    fn variables(&self) -> Vec<String> {
        let all = self.plan.descriptors.iter().chain(&self.plan.children);
        let mut names: Vec<String> = all.map(|own| name(own)).collect();
        names.dedup();
        names
    }

    /// The functions of the children: the calls of each in their order, each when the parent says so.
    fn children(&mut self) -> String {
        let mut names: Vec<&str> = Vec::new();
        for step in self.plan.steps() {
            if let Some(child) = step.child.as_deref().filter(|child| !names.contains(child)) {
                names.push(child);
            }
        }
        let variables = self.variables();
        for child in names {
            self.depth = 0;
            let params = variables.iter().map(|own| format!("mut {own}: RawFd"));
            let params = params.collect::<Vec<_>>().join(", ");
            self.line(format!("fn child_{child}({params}) {{"));
            self.depth = 1;
            let place = self.child_place(child);
            for step in self.plan.steps() {
                if step.child.as_deref() == Some(child) {
                    self.text.push_str(&source_map::begin(&[step.record.id()]));
                    self.comment(&step.line);
                    self.line(format!("await_turn({place});"));
                    self.step(step);
                    if step.returns() {
                        self.line(format!("end_turn({place});"));
                    }
                    self.text.push_str(source_map::END);
                }
            }
            if self.plan.children_end(child) {
                self.line(format!("await_turn({place});"));
            }
            self.depth = 0;
            self.line("}");
            self.line("");
        }
        self.taken()
    }

    fn main(&mut self) -> String {
        self.depth = 1;
        if self.plan.forgotten > 0 {
            let text = format!("The oldest {} calls were not kept.", self.plan.forgotten);
            self.comment(&text);
            self.gaps.push(text);
        }
        for own in self.variables() {
            self.line(format!("let mut {own}: RawFd = -1;"));
        }
        for item in &self.plan.items {
            self.line("");
            self.text.push_str(&source_map::begin(&item.calls()));
            match item {
                Item::Call(step) => {
                    self.comment(&step.line);
                    match &step.child {
                        Some(child) => {
                            let place = self.child_place(child);
                            self.line(format!("take_turn({place});"));
                        }
                        None => self.step(step),
                    }
                }
                Item::Start {
                    step,
                    index,
                    sleeps,
                } => {
                    self.comment(&step.line);
                    self.start(step, *index, *sleeps);
                }
                Item::Join {
                    index,
                    cancel,
                    line,
                    ..
                } => {
                    self.comment(line);
                    self.join(*index, *cancel);
                }
                Item::Remark { line, .. } => self.comment(line),
                Item::Ready(ports) => self.ready(ports),
                Item::Hold => {
                    self.comment(HOLD);
                    self.used.insert(Helper::Hold);
                    self.line("await_end_of_input();");
                }
                Item::Gap {
                    line,
                    reason,
                    pause,
                    ..
                } => self.gap(line, reason, *pause),
            }
            self.text.push_str(source_map::END);
        }
        let body = self.taken();
        for index in 0..self.plan.arguments.len() {
            self.take_argument(index);
        }
        let arguments = self.taken();
        self.add_needs();
        self.depth = 0;
        self.line("fn main() {");
        self.depth = 1;
        if self.used.contains(&Helper::Signals) {
            self.line("hold_signals();");
        }
        if self.used.contains(&Helper::Cancelled) {
            self.line("catch_interrupt();");
        }
        if self.used.contains(&Helper::Known) || self.used.contains(&Helper::Children) {
            self.line("shared();");
        }
        self.text.push_str(&arguments);
        self.text.push_str(&body);
        self.depth = 0;
        self.line("}");
        self.taken()
    }

    /// The port that is an argument.
    fn take_argument(&mut self, index: usize) {
        let argument = &self.plan.arguments[index];
        self.used.extend([Helper::Known, Helper::SetAddress]);
        let key = address(&argument.address);
        let (host, place) = (argument.host, index + 1);
        let port = match argument.port {
            Some(port) => format!("Some(\"{port}\")"),
            None => "None".to_owned(),
        };
        let usage = usage_line(self.plan);
        self.line(format!(
            "shared().{key}.set(&address_of_port(\"{host}\", {place}, {port}, \"{usage}\"));"
        ));
    }

    /// Says that the client can be started, and with which ports.
    fn ready(&mut self, ports: &[String]) {
        self.comment(READY);
        if ports.is_empty() {
            self.line("println!(\"the client can be started\");");
        } else {
            self.used.insert(Helper::Known);
            let form = " {}".repeat(ports.len());
            let each = ports
                .iter()
                .map(|key| format!(", shared().{}.port()", address(key)));
            let each: String = each.collect();
            self.line(format!(
                "println!(\"the client can be started with:{form}\"{each});"
            ));
        }
        self.line("io::stdout().flush().unwrap();");
    }

    fn start(&mut self, step: &Step<'_>, index: usize, sleeps: bool) {
        if let Some(child) = &step.child {
            let place = self.child_place(child);
            self.line(format!("give_turn({place});"));
            if sleeps {
                self.line(format!("await_child_asleep({place});"));
            }
            return;
        }
        self.line(format!("let call_{index} = std::thread::spawn(move || {{"));
        self.depth += 1;
        self.line(format!("begin_call({index});"));
        self.step(step);
        self.line(format!("end_call({index});"));
        if !step.targets.is_empty() {
            let targets = targets(step);
            self.line(targets);
        }
        self.depth -= 1;
        self.line("});");
        self.line(format!("await_begun({index});"));
        if sleeps {
            self.line(format!("await_asleep({index});"));
        }
    }

    fn join(&mut self, index: usize, cancel: bool) {
        if let Some(Maker::Child(child)) = self.plan.started.get(index) {
            let place = self.child_place(child);
            if cancel {
                self.line(format!("interrupt_child({place});"));
            }
            self.line(format!("await_turn_over({place});"));
            return;
        }
        if cancel {
            self.line(format!(
                "interrupt_call({index}, call_{index}.as_pthread_t());"
            ));
        }
        let starts =
            |item: &&Item<'_>| matches!(item, Item::Start { index: own, .. } if *own == index);
        let started = self.plan.items.iter().find(starts).and_then(Item::step);
        match started.filter(|step| !step.targets.is_empty()) {
            Some(step) => {
                let targets = targets(step);
                self.line(format!("{targets} = call_{index}.join().unwrap();"));
            }
            None => self.line(format!("call_{index}.join().unwrap();")),
        }
    }
}

/// The variables that a call gives a value, as an array.
fn targets(step: &Step<'_>) -> String {
    let names: Vec<String> = step.targets.iter().map(|own| name(own)).collect();
    format!("[{}]", names.join(", "))
}
