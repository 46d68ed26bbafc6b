//! Decides how a program has its descriptors. A descriptor is a value unless a call of the session needs its number.

use std::collections::{BTreeMap, BTreeSet};

use crate::call::Call;
use crate::event::CallId;
use crate::export::held::{Descriptors, Held, Why};
use crate::export::plan::{Fd, Item, Plan, Step};

/// How a program has its descriptors.
pub(super) fn descriptors(plan: &Plan<'_>) -> Descriptors {
    let mut reader = Reader::default();
    for variable in &plan.accepted {
        reader.number(variable, Why::Served);
    }
    for item in &plan.items {
        reader.item(item);
    }
    for variable in std::mem::take(&mut reader.of_children) {
        if let Some(Held::Value { shared: true, .. }) = reader.result.held.get(&variable) {
            reader.number(&variable, Why::ThreadAndChild);
        }
    }
    let Reader {
        mut result,
        lives,
        waiting,
        ..
    } = reader;
    for ((process, variable), life) in lives {
        if !life.used {
            result.unused.insert((life.made_by, variable.clone()));
        }
        // A thread that still waits has it until the process ends.
        let waits = waiting.values().any(|step| waits_on(step, &variable));
        let is_value = matches!(result.held(&variable), Held::Value { .. });
        if process.is_none() && !life.closed && !waits && is_value {
            result.open.push(variable);
        }
    }
    let order = |variable: &String| plan.descriptors.iter().position(|own| own == variable);
    result.open.sort_by_key(order);
    result
}

/// Whether a call that has not returned uses a descriptor.
fn waits_on(step: &Step<'_>, variable: &String) -> bool {
    step.variables().contains(variable)
}

/// The name of a child; `None`: the program itself.
type Process = Option<String>;

/// A descriptor under its name.
#[derive(Clone, Copy)]
struct Life {
    made_by: CallId,
    used: bool,
    closed: bool,
}

/// What is known while a plan is read.
#[derive(Default)]
struct Reader<'a> {
    result: Descriptors,
    lives: BTreeMap<(Process, String), Life>,
    /// What calls of children use.
    of_children: BTreeSet<String>,
    /// The calls that have not returned.
    waiting: BTreeMap<usize, &'a Step<'a>>,
}

impl<'a> Reader<'a> {
    fn number(&mut self, variable: &str, why: Why) {
        let held = self.result.held.get(variable);
        if !matches!(held, Some(Held::Number(_))) {
            let number = Held::Number(why);
            self.result.held.insert(variable.to_owned(), number);
        }
    }

    fn item(&mut self, item: &'a Item<'a>) {
        match item {
            Item::Call(step) => {
                self.uses(step);
                self.closes(step, false);
                self.makes(step);
                self.asks(step);
            }
            Item::Start { step, index, .. } => {
                self.uses(step);
                if step.child.is_none() {
                    self.share(step);
                }
                self.closes(step, step.child.is_none());
                self.waiting.insert(*index, step);
            }
            Item::Join { index, .. } => {
                if let Some(step) = self.waiting.remove(index) {
                    self.makes(step);
                    self.asks(step);
                }
            }
            Item::Remark { .. } | Item::Ready(_) | Item::Hold | Item::Gap { .. } => {}
        }
    }

    fn uses(&mut self, step: &Step<'_>) {
        for variable in step.variables() {
            if step.child.is_some() {
                self.of_children.insert(variable.clone());
                // The function of the child is given what the parent has.
                let same = self
                    .lives
                    .iter_mut()
                    .filter(|((_, own), _)| *own == variable);
                same.for_each(|(_, life)| life.used = true);
            }
            match self.lives.get_mut(&(step.child.clone(), variable.clone())) {
                Some(life) => {
                    life.used = true;
                    if life.closed {
                        self.number(&variable, Why::UsedAfterClose);
                    }
                }
                None => self.number(&variable, Why::NeverMade),
            }
        }
        if let Call::Dup2 { number, .. } | Call::Dup3 { number, .. } = &step.call
            && let Fd::Variable(variable) = step.fd(number)
        {
            self.number(&variable, Why::Replaced);
        }
    }

    /// The program asks for addresses after a call.
    fn asks(&mut self, step: &Step<'_>) {
        for kept in step.keeps.iter().filter(|kept| !kept.is_given) {
            let key = (step.child.clone(), kept.descriptor.clone());
            if let Some(life) = self.lives.get_mut(&key) {
                life.used = true;
                if life.closed {
                    self.number(&kept.descriptor, Why::UsedAfterClose);
                }
            }
        }
    }

    /// A thread uses what the program has.
    fn share(&mut self, step: &Step<'_>) {
        for variable in step.variables() {
            if let Some(Held::Value { shared, .. }) = self.result.held.get_mut(&variable) {
                *shared = true;
            }
        }
    }

    fn closes(&mut self, step: &Step<'_>, by_thread: bool) {
        let Call::Close { socket } = &step.call else {
            return;
        };
        let Fd::Variable(variable) = step.fd(socket) else {
            return;
        };
        let mut others = self.waiting.values();
        if others.any(|own| own.child == step.child && waits_on(own, &variable)) {
            self.number(&variable, Why::ClosedDuring);
        }
        if by_thread {
            self.number(&variable, Why::ClosedByThread);
        }
        if step.is_open_ended {
            self.number(&variable, Why::CloseIsOpen);
        }
        match step.outcome.map(|outcome| outcome.result.is_ok()) {
            Some(true) => {
                if let Some(life) = self.lives.get_mut(&(step.child.clone(), variable)) {
                    life.closed = true;
                }
            }
            Some(false) | None => self.number(&variable, Why::CloseFails),
        }
    }

    /// A child has what its parent has.
    fn forks(&mut self, step: &Step<'_>) {
        let Some(child) = step.target() else { return };
        let of_parent = self.lives.iter().filter(|((own, _), _)| *own == step.child);
        let copies = of_parent.map(|((_, variable), life)| {
            let copy = Life {
                used: true,
                ..*life
            };
            ((Some(child.to_owned()), variable.clone()), copy)
        });
        let copies: Vec<_> = copies.collect();
        self.lives.extend(copies);
    }

    fn makes(&mut self, step: &Step<'_>) {
        if step.error().is_some() {
            return;
        }
        if matches!(step.call, Call::Fork {}) {
            self.forks(step);
            return;
        }
        for (variable, kind) in step.targets.iter().zip(&step.kinds) {
            let life = Life {
                made_by: step.record.id(),
                used: false,
                closed: false,
            };
            let key = (step.child.clone(), variable.clone());
            if let Some(before) = self.lives.insert(key, life)
                && !before.used
            {
                let unused = (before.made_by, variable.clone());
                self.result.unused.insert(unused);
            }
            if matches!(step.call, Call::Dup2 { .. } | Call::Dup3 { .. }) {
                self.number(variable, Why::Replaced);
            }
            match self.result.held.get(variable) {
                None => {
                    let value = Held::Value {
                        kind: *kind,
                        shared: false,
                    };
                    self.result.held.insert(variable.clone(), value);
                }
                Some(Held::Value { kind: other, .. }) if other.is_socket() != kind.is_socket() => {
                    self.number(variable, Why::SeveralKinds);
                }
                Some(Held::Value { .. } | Held::Number(_)) => {}
            }
        }
    }
}
