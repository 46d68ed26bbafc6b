//! A session as a program in C: checked returns, perror(), and the byte order of the network.

mod addresses;
mod arguments;
mod call;
mod helpers;
mod messages;
mod options;
mod results;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

use crate::export::lower::Loop;
use crate::export::plan::{Item, Maker, Plan, Step};
use crate::export::split::{READY, introduction, usage, usage_line};
use crate::export::text::c_comment;
use crate::export::writer::Writer;
use crate::export::{Program, source_map};

/// A function of the program that is written out before main().
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Helper {
    Fatal,
    ExpectError,
    ExpectLookupError,
    PrintResult,
    Sigpipe,
    PrintBytes,
    PrintAddress,
    PortOf,
    Ask,
    SetAddress,
    Hold,
    Accepted,
    Known,
    Repeat,
    EndWithParent,
    Child,
    Started,
    Signals,
    Interrupt,
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
    Pause,
    OthersBlocked,
}

/// A program that is being written.
pub(crate) struct C<'a> {
    plan: &'a Plan<'a>,
    used: BTreeSet<Helper>,
    gaps: Vec<String>,
    /// How deep the lines that are written now are indented.
    depth: usize,
    text: String,
}

/// The program of a session.
pub(crate) fn program(plan: &Plan<'_>) -> Program {
    let mut c = C {
        plan,
        used: BTreeSet::new(),
        gaps: Vec::new(),
        depth: 1,
        text: String::new(),
    };
    if plan.has_child_calls() {
        c.used.insert(Helper::Child);
    }
    if plan.items.iter().any(|item| matches!(item, Item::Hold)) {
        c.used.insert(Helper::Hold);
    }
    if plan.has_threads() {
        c.used.extend([Helper::Started, Helper::Pause]);
    }
    let threads = c.threads();
    let children = c.children();
    let main = c.main();
    let calls = [threads, children, main].concat();
    let variables = c.variables(&calls);
    let body = [variables, c.helper_texts(), calls].concat();
    let head = head(plan, &body);
    source_map::program(&format!("{head}{body}"), c.gaps)
}

/// The comment at the beginning, and the headers of what the program uses.
fn head(plan: &Plan<'_>, body: &str) -> String {
    let mut head = format!(
        "/*\n * {} Compile it with: cc -Wall -Wextra FILE.c\n *\n",
        introduction(plan)
    );
    for line in usage(plan) {
        let _ = writeln!(head, "{}", format!(" * {line}").trim_end());
    }
    head.push_str(
        " * Before each call is its line in the session with its result.\n */\n#define _GNU_SOURCE\n",
    );
    for header in helpers::headers(body) {
        let _ = writeln!(head, "#include <{header}>");
    }
    for (name, number) in helpers::missing(body) {
        let _ = write!(
            head,
            "\n#ifndef {name} /* not in every version of the headers */\n#define {name} {number}\n#endif\n"
        );
    }
    head.push('\n');
    head
}

impl C<'_> {
    /// Writes one line.
    fn line(&mut self, line: impl AsRef<str>) {
        let line = line.as_ref();
        if line.is_empty() {
            self.text.push('\n');
            return;
        }
        let width = 4 * self.depth;
        let _ = writeln!(self.text, "{:width$}{line}", "");
    }

    fn comment(&mut self, text: &str) {
        self.line(c_comment(text));
    }

    /// Takes what was written.
    fn taken(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// The file-level variables.
    fn variables(&mut self, calls: &str) -> String {
        self.depth = 0;
        let used: BTreeSet<&str> = helpers::words(calls).collect();
        let descriptors = self.plan.descriptors.iter().map(|name| ("int", fd(name)));
        let children = self.plan.children.iter().map(|name| ("pid_t", pid(name)));
        for (kind, name) in descriptors.chain(children) {
            if used.contains(name.as_str()) {
                self.line(format!("static {kind} {name} = -1;"));
            }
        }
        if !self.plan.addresses.is_empty() {
            self.used.insert(Helper::Known);
        }
        if !self.text.is_empty() {
            self.line("");
        }
        self.taken()
    }

    /// The functions of the threads.
    fn threads(&mut self) -> String {
        for item in &self.plan.items {
            let Item::Start { step, index, .. } = item else {
                continue;
            };
            if self.plan.started.get(*index) != Some(&Maker::Thread) {
                continue;
            }
            self.depth = 0;
            self.text.push_str(&source_map::begin(&[step.record.id()]));
            self.comment(&step.line);
            self.line(format!("static void *call_{index}(void *unused)"));
            self.line("{");
            self.depth = 1;
            self.line("(void)unused;");
            self.line(format!("begin_call({index});"));
            self.step(step);
            self.line(format!("end_call({index});"));
            self.line("return NULL;");
            self.depth = 0;
            self.line("}");
            self.text.push_str(source_map::END);
            self.line("");
        }
        self.taken()
    }

    /// The functions of the children: the calls of each in their order, each when the parent says so.
    fn children(&mut self) -> String {
        for name in self.children_with_calls() {
            self.depth = 0;
            self.line(format!("static void child_{name}(void)"));
            self.line("{");
            self.depth = 1;
            self.write_calls_of_child(name);
            self.depth = 0;
            self.line("}");
            self.line("");
        }
        self.taken()
    }

    fn main(&mut self) -> String {
        self.depth = 0;
        self.line(match self.plan.arguments.is_empty() {
            true => "int main(void)",
            false => "int main(int argc, char **argv)",
        });
        self.line("{");
        self.depth = 1;
        let begin = self.text.len();
        self.write_items();
        self.line("return 0;");
        let body = self.text.split_off(begin);
        self.add_needs();
        let setup = self.setup();
        self.text.push_str(&setup);
        if !setup.is_empty() {
            self.line("");
        }
        self.text.push_str(&body);
        self.depth = 0;
        self.line("}");
        self.taken()
    }

    /// What main() does before the first call.
    fn setup(&mut self) -> String {
        let saved = self.taken();
        self.depth = 1;
        if self.used.contains(&Helper::Signals) {
            self.line("hold_signals();");
        }
        if self.used.contains(&Helper::Sigpipe) {
            self.line("catch_sigpipe();");
        }
        if self.used.contains(&Helper::Interrupt) {
            self.line("catch_interrupt();");
        }
        if self.used.contains(&Helper::Child) {
            self.line("share_with_children();");
        }
        for index in 0..self.plan.arguments.len() {
            self.take_argument(index);
        }
        let setup = self.taken();
        self.text = saved;
        setup
    }

    /// The port that is an argument.
    fn take_argument(&mut self, index: usize) {
        let argument = &self.plan.arguments[index];
        let known = self.known(&argument.address);
        self.used.insert(Helper::SetAddress);
        let (host, place) = (argument.host, index + 1);
        let port = match argument.port {
            Some(port) => format!("argc > {place} ? argv[{place}] : \"{port}\""),
            None => {
                let usage = usage_line(self.plan);
                self.line(format!("if (argc <= {place}) {{"));
                self.line(format!(
                    "    fprintf(stderr, \"usage: %s{usage}\\n\", argv[0]);"
                ));
                self.line("    return 2;");
                self.line("}");
                format!("argv[{place}]")
            }
        };
        self.line(format!("set_address(&{known}, \"{host}\", {port});"));
    }

    /// Whether a loop treats 0 bytes as a message, and not as the end of a stream.
    fn has_messages(&self, step: &Step<'_>) -> bool {
        step.of_messages
    }

    fn loop_helper(&mut self, kind: Loop, step: &Step<'_>) -> Helper {
        let messages = self.has_messages(step);
        let helper = match kind {
            Loop::Fill => Helper::Fill,
            Loop::Drain => Helper::Drain,
            Loop::Source(..) => Helper::Source,
            Loop::Sink => Helper::Sink,
            Loop::Echo if messages => Helper::EchoMessages,
            Loop::Echo => Helper::Echo,
            Loop::Serve(_) => Helper::Serve,
        };
        self.used.insert(helper);
        helper
    }
}

impl<'a> Writer<'a> for C<'a> {
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
        self.line(format!("{call};"));
    }

    fn make(&mut self, step: &Step<'_>, _: bool) {
        self.step(step);
    }

    fn pause(&mut self, span: Duration) {
        let micros = span.as_micros();
        self.used.insert(Helper::Pause);
        self.line(format!("sleep_for({micros}); /* microseconds */"));
    }

    fn start_thread(&mut self, _: &Step<'_>, index: usize, sleeps: bool) {
        self.line(format!("start_call({index}, call_{index});"));
        if sleeps {
            self.line(format!("await_asleep({index});"));
        }
    }

    fn join_thread(&mut self, index: usize, cancel: bool) {
        if cancel {
            self.line(format!("interrupt_call({index});"));
        }
        self.line(format!("await_call({index});"));
    }

    fn ready(&mut self, ports: &[String]) {
        self.comment(READY);
        if ports.is_empty() {
            self.line("printf(\"the client can be started\\n\");");
        } else {
            self.used.insert(Helper::PortOf);
            let form = " %d".repeat(ports.len());
            let each = ports.iter().map(|key| {
                let known = self.known(key);
                format!(", ntohs(port_of(&{known}))")
            });
            let each: String = each.collect();
            self.line(format!(
                "printf(\"the client can be started with:{form}\\n\"{each});"
            ));
        }
        self.line("fflush(stdout);");
    }
}

/// The variable of a descriptor. No name of C or of its library ends so.
pub(crate) fn fd(name: &str) -> String {
    format!("{name}_fd")
}

/// The variable of a child.
fn pid(name: &str) -> String {
    format!("{name}_pid")
}

/// The variable of an address.
pub(crate) fn address(name: &str) -> String {
    format!("{name}_address")
}
