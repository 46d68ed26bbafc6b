//! A session as a program in C: checked returns, perror(), and the byte order of the network.

mod addresses;
mod arguments;
mod call;
mod headers;
mod helpers;
mod messages;
mod options;
mod results;

use std::fmt::Write;
use std::time::Duration;

use crate::export::draft::Draft;
use crate::export::plan::{Item, Maker, Plan, Step};
use crate::export::split::{EACH_CALL, READY, introduction, usage, usage_line};
use crate::export::text::c_comment;
use crate::export::writer::Writer;
use crate::export::{Program, source_map};

/// A program that is being written.
pub(crate) struct C<'a> {
    draft: Draft<'a>,
    /// Whether the program goes on where the present call fails.
    may_fail: bool,
}

/// The program of a session.
pub(crate) fn program(plan: &Plan<'_>) -> Program {
    let mut c = C {
        draft: Draft::of(plan, c_comment),
        may_fail: false,
    };
    let threads = c.threads();
    let children = c.children();
    let main = c.main();
    let calls = [threads, children, main].concat();
    let body = [c.variables(&calls), helpers::used(plan, &calls), calls].concat();
    let head = head(plan, &body);
    source_map::program(&format!("{head}{body}"), c.draft.gaps)
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
    head.push_str(&format!(" * {EACH_CALL}\n */\n"));
    let words = headers::words(body);
    if headers::needs_gnu(&words) {
        head.push_str("#ifndef _GNU_SOURCE\n#define _GNU_SOURCE\n#endif\n");
    }
    for header in headers::headers(&words) {
        let _ = writeln!(head, "#include <{header}>");
    }
    for (name, number) in headers::missing(&words) {
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
        self.draft.line(line.as_ref());
    }

    /// The file-level variables.
    fn variables(&mut self, calls: &str) -> String {
        self.draft.depth = 0;
        let used = headers::words(calls);
        let descriptors = self
            .draft
            .plan
            .descriptors
            .iter()
            .map(|name| ("int", fd(name)));
        let children = self
            .draft
            .plan
            .children
            .iter()
            .map(|name| ("pid_t", pid(name)));
        for (kind, name) in descriptors.chain(children) {
            if used.contains(&name) {
                self.line(format!("static {kind} {name} = -1;"));
            }
        }
        if !self.draft.text.is_empty() {
            self.line("");
        }
        self.draft.taken()
    }

    /// The functions of the threads.
    fn threads(&mut self) -> String {
        for item in &self.draft.plan.items {
            let Item::Start { step, index, .. } = item else {
                continue;
            };
            if self.draft.plan.started.get(*index) != Some(&Maker::Thread) {
                continue;
            }
            self.draft.depth = 0;
            self.draft
                .text
                .push_str(&source_map::begin(&[step.record.id()]));
            self.draft.comment(&step.line);
            self.line(format!("static void *call_{index}(void *unused)"));
            self.line("{");
            self.draft.depth = 1;
            self.line("(void)unused;");
            self.line(format!("begin_call({index});"));
            self.step(step);
            self.line(format!("end_call({index});"));
            self.line("return NULL;");
            self.draft.depth = 0;
            self.line("}");
            self.draft.text.push_str(source_map::END);
            self.line("");
        }
        self.draft.taken()
    }

    /// The functions of the children: the calls of each in their order, each when the parent says so.
    fn children(&mut self) -> String {
        for name in self.children_with_calls() {
            self.draft.depth = 0;
            self.line(format!("static void child_{name}(void)"));
            self.line("{");
            self.draft.depth = 1;
            self.write_calls_of_child(name);
            self.draft.depth = 0;
            self.line("}");
            self.line("");
        }
        self.draft.taken()
    }

    fn main(&mut self) -> String {
        self.draft.depth = 0;
        self.line(match self.draft.plan.arguments.is_empty() {
            true => "int main(void)",
            false => "int main(int argc, char **argv)",
        });
        self.line("{");
        self.draft.depth = 1;
        self.set_up();
        self.write_items();
        self.line("return 0;");
        self.draft.depth = 0;
        self.line("}");
        self.draft.taken()
    }

    /// What main() does before the first call.
    fn set_up(&mut self) {
        let plan = self.draft.plan;
        if plan.has_signals() {
            self.line("hold_signals();");
        }
        if plan.steps().any(Step::may_raise_sigpipe) {
            self.line("catch_sigpipe();");
        }
        if plan.has_interrupts() {
            self.line("catch_interrupt();");
        }
        if plan.has_child_calls() {
            self.line("share_with_children();");
        }
        for index in 0..plan.arguments.len() {
            self.take_argument(index);
        }
    }

    /// The port that is an argument.
    fn take_argument(&mut self, index: usize) {
        let argument = &self.draft.plan.arguments[index];
        let known = self.known(&argument.address);
        let (host, place) = (argument.host, index + 1);
        let port = match argument.port {
            Some(port) => format!("argc > {place} ? argv[{place}] : \"{port}\""),
            None => {
                let usage = usage_line(self.draft.plan);
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
}

impl<'a> Writer<'a> for C<'a> {
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
        let micros = span.as_micros();
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
        self.draft.comment(READY);
        if ports.is_empty() {
            self.line("printf(\"the client can be started\\n\");");
        } else {
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
