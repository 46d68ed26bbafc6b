//! A session as a program in Rust: socket2 and the standard library, and the libc crate for the calls that they lack.
//!
//! A descriptor is a value that closes it when it is dropped, where [`Held`](crate::export::held::Held) says that it can be.

mod addresses;
mod arguments;
mod call;
mod descriptors;
mod helpers;
mod imports;
mod messages;
mod options;
mod results;
mod run;

use std::fmt::Write;
use std::time::Duration;

use crate::export::held::{Held, Why};
use crate::export::helpers::{uses, words};
use crate::export::plan::{Item, Maker, Place, Plan, Step};
use crate::export::split::{HOLD, READY, introduction, usage, usage_line};
use crate::export::text::comment;
use crate::export::{Language, Program, source_map};

/// A program that is being written.
pub(crate) struct Rust<'a> {
    plan: &'a Plan<'a>,
    gaps: Vec<String>,
    depth: usize,
    /// Whether what is written is in the thread of a call.
    is_thread: bool,
    text: String,
}

/// The words that no variable can have: those of the language, and what the program uses.
const RESERVED: [&str; 175] = [
    "as",
    "async",
    "await",
    "break",
    "const",
    "continue",
    "crate",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "match",
    "mod",
    "move",
    "mut",
    "pub",
    "ref",
    "return",
    "self",
    "Self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "unsafe",
    "use",
    "where",
    "while",
    "abstract",
    "become",
    "box",
    "do",
    "final",
    "macro",
    "override",
    "priv",
    "typeof",
    "unsized",
    "virtual",
    "yield",
    "union",
    "_",
    "std",
    "parent",
    "end_with_parent",
    "print_result",
    "fd",
    "libc",
    "socket2",
    "io",
    "thread",
    "main",
    "check",
    "not_null",
    "expect_error",
    "text_of",
    "print_bytes",
    "print_address",
    "host_of",
    "print_change",
    "until_nul",
    "lookup_error",
    "no_lookup_error",
    "expect_lookup_error",
    "inet_pton",
    "inet_ntop",
    "sockatmark",
    "found_address",
    "sock",
    "file",
    "as_uninit",
    "repeat",
    "control_message",
    "passed",
    "internet",
    "with_port",
    "port_of",
    "local",
    "path_of",
    "address_of_port",
    "await_end_of_input",
    "remember",
    "recall",
    "shared",
    "begin_call",
    "end_call",
    "await_begun",
    "await_asleep",
    "interrupt_call",
    "is_cancelled",
    "do_nothing",
    "catch_interrupt",
    "sleeps",
    "signal_set",
    "handle",
    "hold_signals",
    "turns",
    "await_turn",
    "end_turn",
    "is_turn_over",
    "give_turn",
    "await_turn_over",
    "take_turn",
    "await_child_asleep",
    "interrupt_child",
    "tcp_info",
    "await_state",
    "await_pending",
    "await_unread",
    "step",
    "becomes",
    "fill",
    "drain",
    "source",
    "sink",
    "echo",
    "echo_messages",
    "accepted",
    "serve",
    "to",
    "data",
    "buffer",
    "value",
    "number",
    "entries",
    "vectors",
    "message",
    "messages",
    "events",
    "event",
    "status",
    "timeout",
    "mask",
    "signals",
    "from",
    "received",
    "made",
    "one",
    "other",
    "pair",
    "info",
    "list",
    "hints",
    "host",
    "service",
    "text",
    "binary",
    "limits",
    "path",
    "readable",
    "writable",
    "exceptional",
    "highest",
    "timer",
    "count",
    "ready",
    "result",
    "changed",
    "entry",
    "instructions",
    "value_length",
    "length",
    "address",
];

/// The variable of a descriptor or of a child.
pub(crate) fn name(name: &str) -> String {
    // What is declared for the arguments of a call begins so, too.
    let is_own = [
        "data_", "buffer_", "vectors_", "message_", "call_", "child_", "control", "peer", "to_",
    ];
    let clashes = RESERVED.contains(&name)
        || is_own.iter().any(|own| name.starts_with(own))
        || name.starts_with('_')
        || name.ends_with('_')
        || name.ends_with("_address")
        || name.contains("__")
        || name.contains(|c: char| c.is_ascii_uppercase());
    match clashes {
        true => format!("{}_fd", name.to_ascii_lowercase().replace("__", "_")),
        false => name.to_owned(),
    }
}

/// The variable of an address.
pub(crate) fn address(name: &str) -> String {
    format!("{}_address", name.to_ascii_lowercase())
}

/// The program of a session.
pub(crate) fn program(plan: &Plan<'_>) -> Program {
    let mut rust = Rust {
        plan,
        gaps: Vec::new(),
        depth: 1,
        is_thread: false,
        text: String::new(),
    };
    let children = rust.children();
    let main = rust.main();
    let calls = [children, main].concat();
    let (imports, functions) = helpers::used(plan, &calls);
    let head = head(plan, &[&imports, "\n", &functions, &calls].concat());
    let marked = [&head, "\n", &imports, "\n", &functions, &calls].concat();
    source_map::program(&marked, rust.gaps)
}

/// The comment at the beginning.
fn head(plan: &Plan<'_>, program: &str) -> String {
    let words = words(program, Language::Rust);
    let has = |all: &[&str]| all.iter().any(|one| words.iter().any(|own| own == one));
    let mut lines = vec![introduction(plan).to_owned(), String::new()];
    let crates = [
        ("libc", "libc = \"0.2\""),
        (
            "socket2",
            "socket2 = { version = \"0.6\", features = [\"all\"] }",
        ),
    ];
    let crates = crates.into_iter().filter(|(name, _)| has(&[name]));
    let crates: Vec<String> = crates.map(|(_, line)| format!("    {line}")).collect();
    if !crates.is_empty() {
        lines.push("In Cargo.toml:".to_owned());
        lines.push(String::new());
        lines.push("    [dependencies]".to_owned());
        lines.extend(crates);
        lines.push(String::new());
    }
    lines.extend(usage(plan));
    lines.push("Before each call is its line in the session with its result.".to_owned());
    if has(&["::new_raw", "::pair_raw", ".accept_raw"]) {
        lines.extend(RAW.map(str::to_owned));
    }
    lines.extend(RUNTIME.map(str::to_owned));
    let line = |line: String| format!("{}\n", format!("//! {line}").trim_end());
    lines.into_iter().map(line).collect()
}

/// What socket2 would add.
const RAW: [&str; 3] = [
    "",
    "Socket::new(), pair() and accept() set SOCK_CLOEXEC. Where the session did not set it, new_raw(), pair_raw() and",
    "accept_raw() are used.",
];
/// What the runtime adds.
const RUNTIME: [&str; 3] = [
    "",
    "The runtime of Rust makes further calls: it handles SIGSEGV, ignores SIGPIPE and asks with poll() for descriptors 0 to",
    "2. In a debug build drop() asks with fcntl(F_GETFD) whether a descriptor is open, and then closes it.",
];

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

    /// What the function of a child is given: what its calls use, and none of them has made.
    fn parameters(&self, child: &str) -> Vec<String> {
        let mut own: Vec<&str> = self.plan.accepted.iter().map(String::as_str).collect();
        let mut given: Vec<String> = Vec::new();
        let steps = self.plan.steps();
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
        let mut names: Vec<&str> = Vec::new();
        for step in self.plan.steps() {
            if let Some(child) = step.child.as_deref().filter(|child| !names.contains(child)) {
                names.push(child);
            }
        }
        for child in names {
            self.depth = 0;
            let parameters = self.parameters(child).into_iter();
            let typed = |own: String| format!("{}: {}", name(&own), self.type_of(&own));
            let parameters = parameters.map(typed);
            let parameters = parameters.collect::<Vec<_>>().join(", ");
            self.line(format!("fn child_{child}({parameters}) -> ! {{"));
            self.depth = 1;
            let place = self.child_place(child);
            let mut is_first = true;
            for step in self.plan.steps() {
                if step.child.as_deref() == Some(child) {
                    if !std::mem::take(&mut is_first) {
                        self.line("");
                    }
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
                self.line("");
                self.line(format!("await_turn({place});"));
                self.line("unsafe { libc::_exit(0) }");
            }
            self.depth = 0;
            self.line("}");
            self.line("");
        }
        self.taken()
    }

    fn main(&mut self) -> String {
        self.depth = 0;
        self.line("fn main() {");
        self.depth = 1;
        if self.plan.has_signals() {
            self.line("hold_signals();");
        }
        if self.plan.has_interrupts() {
            self.line("catch_interrupt();");
        }
        if self.plan.has_child_calls() {
            self.comment("All processes are to have this memory.");
            self.line("shared();");
        }
        for index in 0..self.plan.arguments.len() {
            self.take_argument(index);
        }
        let plan = self.plan;
        for own in plan.held.never_made() {
            self.comment(Why::NeverMade.text());
            self.line(format!("let {} = -1;", name(own)));
        }
        if self.plan.forgotten > 0 {
            let text = format!("The oldest {} calls were not kept.", self.plan.forgotten);
            self.comment(&text);
            self.gaps.push(text);
        }
        let mut is_first = self.text.ends_with("{\n");
        for item in &plan.items {
            if !std::mem::take(&mut is_first) {
                self.line("");
            }
            self.text.push_str(&source_map::begin(&item.calls()));
            self.item(item);
            self.text.push_str(source_map::END);
        }
        self.say_drops();
        self.depth = 0;
        self.line("}");
        self.taken()
    }

    fn item(&mut self, item: &Item<'_>) {
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
                self.line("await_end_of_input();");
            }
            Item::Gap {
                line,
                reason,
                pause,
                ..
            } => self.gap(line, reason, *pause),
        }
    }

    /// What happens to the values at the end.
    fn say_drops(&mut self) {
        let names: Vec<String> = self
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
            self.comment(&format!(
                "What is still open is closed here, the newest first: {names}."
            ));
        }
    }

    /// The port that is an argument.
    fn take_argument(&mut self, index: usize) {
        let argument = &self.plan.arguments[index];
        let (host, place) = (argument.host, index + 1);
        let port = match argument.port {
            Some(port) => format!("Some(\"{port}\")"),
            None => "None".to_owned(),
        };
        let usage = usage_line(self.plan);
        let value = format!("address_of_port(\"{host}\", {place}, {port}, \"{usage}\")");
        self.keep(&argument.address, &value);
    }

    /// Says that the client can be started, and with which ports.
    fn ready(&mut self, ports: &[String]) {
        self.comment(READY);
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

    fn start(&mut self, step: &Step<'_>, index: usize, sleeps: bool) {
        if let Some(child) = &step.child {
            let place = self.child_place(child);
            self.line(format!("give_turn({place});"));
            if sleeps {
                self.line(format!("await_child_asleep({place});"));
            }
            return;
        }
        let is_joined = self.is_joined(index);
        let begin = match is_joined {
            true => format!("let call_{index} = "),
            false => String::new(),
        };
        let body = self.thread(step, index, is_joined);
        let copies = self.copies(step, &body);
        if copies.is_empty() {
            self.line(format!("{begin}thread::spawn(move || {{"));
            self.text.push_str(&body);
            self.line("});");
        } else {
            self.line(format!("{begin}{{"));
            self.depth += 1;
            for copy in copies {
                self.line(copy);
            }
            self.line("thread::spawn(move || {");
            let indented = body.lines().map(|line| format!("    {line}\n"));
            self.text.extend(indented);
            self.line("})");
            self.depth -= 1;
            self.line("};");
        }
        match sleeps {
            true => self.line(format!("await_asleep({index});")),
            false => self.line(format!("await_begun({index});")),
        }
    }

    /// What a thread does.
    fn thread(&mut self, step: &Step<'_>, index: usize, is_joined: bool) -> String {
        let outer = self.taken();
        self.depth += 1;
        self.is_thread = true;
        self.line(format!("begin_call({index});"));
        self.step(step);
        self.line(format!("end_call({index});"));
        let results = self.results(step);
        if is_joined && !results.is_empty() {
            self.line(tuple(&results));
        }
        self.is_thread = false;
        self.depth -= 1;
        std::mem::replace(&mut self.text, outer)
    }

    /// What a thread has too is cloned for it.
    fn copies(&self, step: &Step<'_>, body: &str) -> Vec<String> {
        let shared = step.variables().into_iter().filter(|variable| {
            matches!(self.held(variable), Held::Value { shared: true, .. })
                && uses(body, Language::Rust, &name(variable))
        });
        let mut names: Vec<String> = shared.map(|own| name(&own)).collect();
        names.sort();
        names.dedup();
        let copies = names.into_iter();
        let copies = copies.map(|own| format!("let {own} = Arc::clone(&{own});"));
        let mut keys: Vec<String> = Vec::new();
        for (_, place) in &step.places {
            if let Place::Of(key) | Place::PortOf(_, key) = place {
                keys.push(address(key));
            }
        }
        keys.dedup();
        let of_addresses = keys
            .into_iter()
            .filter(|_| !self.plan.has_child_calls())
            .map(|key| format!("let {key} = {key}.clone();"));
        copies.chain(of_addresses).collect()
    }

    fn is_joined(&self, index: usize) -> bool {
        let joins =
            |item: &Item<'_>| matches!(item, Item::Join { index: own, .. } if *own == index);
        self.plan.items.iter().any(joins)
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
            self.line(format!("interrupt_call({index}, &call_{index});"));
        }
        let starts =
            |item: &&Item<'_>| matches!(item, Item::Start { index: own, .. } if *own == index);
        let started = self.plan.items.iter().find(starts).and_then(Item::step);
        let joined = format!("call_{index}.join().unwrap();");
        let Some(step) = started else { return };
        let mut results = self.results(step);
        for (result, variable) in results.iter_mut().zip(&step.targets) {
            *result = self.target(step, variable);
        }
        match results.is_empty() {
            true => self.line(joined),
            false => self.line(format!("let {} = {joined}", tuple(&results))),
        }
    }
}

/// Several values, or one.
fn tuple(names: &[String]) -> String {
    match names {
        [only] => only.clone(),
        several => format!("({})", several.join(", ")),
    }
}
