//! How a plan is written down, whatever the language: its calls in their order, each after its line in the session, and what
//! children make at their turns. The functions that are called here have the same names in all languages.

use std::time::Duration;

use crate::export::draft::Draft;
use crate::export::plan::{Item, Maker, Step};
use crate::export::source_map;
use crate::export::split::HOLD;

/// A program that is being written.
pub(crate) trait Writer<'a> {
    /// What is written of it.
    fn draft(&mut self) -> &mut Draft<'a>;
    /// Writes the call of a function of the program.
    fn run(&mut self, call: String);
    /// Writes the call of a step. `is_left`: others are made before it returns.
    fn make(&mut self, step: &Step<'_>, is_left: bool);
    /// Does nothing for a while.
    fn pause(&mut self, span: Duration);
    /// Has a thread make a call; waits until the thread sleeps in it (`sleeps`), or only until it has begun.
    fn start_thread(&mut self, step: &Step<'_>, index: usize, sleeps: bool);
    /// The call of a thread returns, interrupted or not.
    fn join_thread(&mut self, index: usize, cancel: bool);
    /// Says that the client can be started, and with which ports.
    fn ready(&mut self, ports: &[String]);

    /// The children that make calls.
    fn children_with_calls(&mut self) -> Vec<&'a str> {
        let mut names: Vec<&str> = Vec::new();
        for child in self
            .draft()
            .plan
            .steps()
            .filter_map(|step| step.child.as_deref())
        {
            if !names.contains(&child) {
                names.push(child);
            }
        }
        names
    }

    /// The place of a child among those of the program.
    fn place_of_child(&mut self, name: &str) -> usize {
        let mut children = self.draft().plan.children.iter();
        children.position(|child| child == name).unwrap_or(0)
    }

    /// Writes an empty line, but where a function begins.
    fn separate(&mut self) {
        let last = self.draft().text.lines().next_back().unwrap_or_default();
        if !last.ends_with('{') && !last.starts_with("def ") {
            self.draft().text.push('\n');
        }
    }

    /// Writes the calls of a child in their order, each when the parent says so.
    fn write_calls_of_child(&mut self, child: &str) {
        let place = self.place_of_child(child);
        let plan = self.draft().plan;
        for item in &plan.items {
            let own = item.step();
            let Some(step) = own.filter(|step| step.child.as_deref() == Some(child)) else {
                continue;
            };
            self.separate();
            self.draft()
                .text
                .push_str(&source_map::begin(&[step.record.id()]));
            self.draft().comment(&step.line);
            self.run(format!("await_turn({place})"));
            self.make(step, matches!(item, Item::Start { .. }));
            if step.returns() {
                self.run(format!("end_turn({place})"));
            }
            self.draft().text.push_str(source_map::END);
        }
        if plan.children_end(child) {
            self.draft().text.push('\n');
            self.run(format!("await_turn({place})"));
        }
    }

    /// Writes the calls of the program in their order.
    fn write_items(&mut self) {
        let plan = self.draft().plan;
        if plan.forgotten > 0 {
            let text = format!("The oldest {} calls were not kept.", plan.forgotten);
            self.draft().comment(&text);
            self.draft().gaps.push(text);
        }
        if plan.processes > 1 {
            let text = format!(
                "These are the calls of {} processes. This program makes all of them in one process.",
                plan.processes
            );
            self.draft().comment(&text);
            self.draft().gaps.push(text);
        }
        for item in &plan.items {
            self.separate();
            self.draft()
                .text
                .push_str(&source_map::begin(&item.calls()));
            self.write_item(item);
            self.draft().text.push_str(source_map::END);
        }
    }

    /// Writes one of them.
    fn write_item(&mut self, item: &Item<'_>) {
        match item {
            Item::Call(step) => {
                self.draft().comment(&step.line);
                match &step.child {
                    Some(child) => {
                        let place = self.place_of_child(child);
                        self.run(format!("take_turn({place})"));
                    }
                    None => self.make(step, false),
                }
            }
            Item::Start {
                step,
                index,
                sleeps,
            } => {
                self.draft().comment(&step.line);
                match &step.child {
                    Some(child) => {
                        let place = self.place_of_child(child);
                        self.run(format!("give_turn({place})"));
                        if *sleeps {
                            self.run(format!("await_child_asleep({place})"));
                        }
                    }
                    None => self.start_thread(step, *index, *sleeps),
                }
            }
            Item::Join {
                index,
                cancel,
                line,
                ..
            } => {
                self.draft().comment(line);
                match self.draft().plan.started.get(*index) {
                    Some(Maker::Child(child)) => {
                        let place = self.place_of_child(child);
                        if *cancel {
                            self.run(format!("interrupt_child({place})"));
                        }
                        self.run(format!("await_turn_over({place})"));
                    }
                    Some(Maker::Thread) | None => self.join_thread(*index, *cancel),
                }
            }
            Item::Remark { line, .. } => self.draft().comment(line),
            Item::Ready(ports) => self.ready(ports),
            Item::Hold => {
                self.draft().comment(HOLD);
                self.run("await_end_of_input()".to_owned());
            }
            Item::Gap {
                line,
                reason,
                pause,
                ..
            } => {
                self.draft()
                    .comment(&format!("{line}: not in this program: {reason}"));
                self.draft().gaps.push(format!("{line}: {reason}"));
                if let Some(pause) = pause {
                    self.pause(*pause);
                }
            }
        }
    }
}
