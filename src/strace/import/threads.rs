//! Which thread each line is about, which lines are the two halves of a call, and which threads are processes of their own.
//!
//! strace(1) says less of that than a tracer knows: the first process has no number in front of its lines until there is a
//! second one, and how a thread was made is not said where the trace has no clone(2). It is taken for a thread of the
//! first process then, unless something shows that it is a process: that it executes a program, or that somebody waits for
//! it or gets SIGCHLD from it.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::strace::import::line::{Line, What};
use crate::strace::import::result::result;
use crate::strace::import::time::Stamp;

/// The number of the first thread where nothing says it.
pub(super) const UNKNOWN: i32 = 0;
/// How many lines behind a call its signal is looked for: other threads may have some in between.
const BEHIND: usize = 100;

/// How a thread was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Birth {
    /// The thread that made it.
    pub(super) parent: i32,
    /// CLONE_THREAD: it belongs to the same process.
    pub(super) is_thread: bool,
    /// CLONE_FILES: it has the same descriptor table.
    pub(super) shares_table: bool,
}

/// A line whose thread is known.
#[derive(Debug, Clone)]
pub(super) struct Step<'a> {
    /// Its number in the file, from 1.
    pub(super) number: usize,
    /// The thread.
    pub(super) thread: i32,
    /// The time.
    pub(super) stamp: Option<Stamp>,
    /// What happened.
    pub(super) what: What<'a>,
    /// Of a call that was entered, the place of the line that says that it has returned; and the other way round.
    pub(super) half: Option<usize>,
}

/// All lines, and what they say of threads.
#[derive(Debug, Default)]
pub(super) struct Threads<'a> {
    /// The lines in their order.
    pub(super) steps: Vec<Step<'a>>,
    /// The first thread.
    pub(super) root: i32,
    births: HashMap<i32, VecDeque<Birth>>,
    /// Threads that are processes, whoever made them.
    processes: HashSet<i32>,
}

impl<'a> Threads<'a> {
    /// Takes lines with their numbers, and the process that strace was attached to, where it says so.
    pub(super) fn of(lines: Vec<(usize, Line<'a>)>, attached: Option<i32>) -> Self {
        let mut all = Self {
            root: attached.unwrap_or_else(|| root(&lines)),
            ..Self::default()
        };
        let mut alive = HashSet::from([all.root]);
        for (number, line) in lines {
            let only = alive.iter().next().filter(|_| alive.len() == 1).copied();
            let thread = line.thread.or(only).unwrap_or(all.root);
            match line.what {
                What::Ended(_) | What::Superseded | What::Left(..) | What::Detached => {
                    alive.remove(&thread)
                }
                _ => alive.insert(thread),
            };
            all.steps.push(Step {
                number,
                thread,
                stamp: line.stamp,
                what: line.what,
                half: None,
            });
        }
        all.join();
        all.note_processes();
        all
    }

    /// Finds the two halves of each call.
    fn join(&mut self) {
        let mut open: HashMap<i32, usize> = HashMap::new();
        for index in 0..self.steps.len() {
            let (thread, what) = (self.steps[index].thread, self.steps[index].what.clone());
            match what {
                What::Entered(..) => {
                    open.insert(thread, index);
                }
                What::Resumed(name, ..) => {
                    let entered = open.remove(&thread);
                    let is_same = |entered: &usize| match self.steps[*entered].what {
                        What::Entered(own, _) => own == name,
                        _ => false,
                    };
                    if let Some(entered) = entered.filter(is_same) {
                        self.steps[entered].half = Some(index);
                        self.steps[index].half = Some(entered);
                    }
                }
                // The thread does something else: the call did not go on.
                What::Call(..) | What::Left(..) | What::Ended(_) | What::Superseded => {
                    open.remove(&thread);
                }
                What::Signal(..) | What::Stopped(_) | What::Detached => {}
            }
        }
    }

    /// Notes how threads were made, and which are processes.
    fn note_processes(&mut self) {
        for index in 0..self.steps.len() {
            let step = &self.steps[index];
            if let What::Signal(_, info) = step.what {
                let pid = info.split_once("si_code=CLD_").and_then(|_| sender(info));
                self.processes.extend(pid);
            }
            let Some((name, arguments, number)) = self.returned(index) else {
                continue;
            };
            let thread = step.thread;
            match name {
                "clone" | "clone3" | "fork" | "vfork" => {
                    let birth = Birth {
                        parent: thread,
                        is_thread: arguments.contains("CLONE_THREAD"),
                        shares_table: arguments.contains("CLONE_FILES"),
                    };
                    self.births.entry(number).or_default().push_back(birth);
                }
                "wait4" | "waitpid" => {
                    self.processes.insert(number);
                }
                "getpid" | "set_tid_address" | "execve" | "execveat" => {
                    let is_own = number == thread || name.starts_with("exec");
                    self.processes.extend(is_own.then_some(thread));
                }
                _ => {}
            }
        }
    }

    /// The name, the first arguments and the number of a call that has returned one; execve(2) returns 0.
    fn returned(&self, index: usize) -> Option<(&'a str, &'a str, i32)> {
        let step = self.steps.get(index)?;
        let (name, arguments, returned) = match step.what {
            What::Call(name, arguments, returned) => (name, arguments, returned),
            What::Resumed(name, _, returned) => match self.steps.get(step.half?)?.what {
                What::Entered(_, arguments) => (name, arguments, returned),
                _ => return None,
            },
            _ => return None,
        };
        let number = i32::try_from(result(returned.result)?.number?).ok()?;
        let is_exec = name.starts_with("exec") && number == 0;
        (number > 0 || is_exec).then_some((name, arguments, number))
    }

    /// How a thread that begins now was made. `None`: the trace does not say it.
    pub(super) fn birth(&mut self, thread: i32) -> Option<Birth> {
        self.births.get_mut(&thread)?.pop_front()
    }

    /// Whether a thread was made that has not begun yet.
    pub(super) fn is_to_begin(&self, thread: i32) -> bool {
        self.births.get(&thread).and_then(VecDeque::front).is_some()
    }

    /// Whether something shows that a thread is a process of its own.
    pub(super) fn is_process(&self, thread: i32) -> bool {
        self.processes.contains(&thread)
    }

    /// Whether the next thing that happens to the thread of a line is this signal.
    pub(super) fn is_followed_by(&self, index: usize, signal: i32) -> bool {
        let Some(step) = self.steps.get(index) else {
            return false;
        };
        let mut next = self.steps.iter().skip(index + 1).take(BEHIND);
        let next = next.find(|other| other.thread == step.thread);
        next.is_some_and(|next| matches!(next.what, What::Signal(own, _) if own.0 == signal))
    }
}

/// The process in `si_pid=12`.
fn sender(info: &str) -> Option<i32> {
    let (_, rest) = info.split_once("si_pid=")?;
    let end = rest.find(|c: char| !c.is_ascii_digit());
    rest.get(..end.unwrap_or(rest.len()))?.parse().ok()
}

/// The number of the first thread: in front of its lines, or what the calls say that it makes; else the first number that
/// no clone(2) gave.
fn root(lines: &[(usize, Line<'_>)]) -> i32 {
    if let Some((_, first)) = lines.first()
        && let Some(thread) = first.thread
    {
        return thread;
    }
    let unnamed = lines.iter().take_while(|(_, line)| line.thread.is_none());
    let mut own = unnamed.filter_map(|(_, line)| number_of(line));
    let says_own = ["set_tid_address", "gettid", "getpid"];
    if let Some((_, thread)) = own.find(|(name, _)| says_own.contains(name)) {
        return thread;
    }
    let makes = ["clone", "clone3", "fork", "vfork"];
    let made: HashSet<i32> = lines
        .iter()
        .filter_map(|(_, line)| number_of(line))
        .filter(|(name, _)| makes.contains(name))
        .map(|(_, number)| number)
        .collect();
    let mut named = lines.iter().filter_map(|(_, line)| line.thread);
    named
        .find(|thread| !made.contains(thread))
        .unwrap_or(UNKNOWN)
}

/// The name of a call that has returned, and the number that it returned.
fn number_of<'a>(line: &Line<'a>) -> Option<(&'a str, i32)> {
    let (What::Call(name, _, returned) | What::Resumed(name, _, returned)) = line.what else {
        return None;
    };
    let number = result(returned.result)?.number?;
    Some((name, i32::try_from(number).ok()?))
}
