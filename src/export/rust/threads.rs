//! The threads of a program in Rust: what each of them has, and what it gives back.

use crate::export::Language;
use crate::export::held::Held;
use crate::export::helpers::uses;
use crate::export::plan::{Item, Place, Step};
use crate::export::rust::Rust;
use crate::export::rust::names::{address, name};

impl Rust<'_> {
    /// Has a thread make a call.
    pub(crate) fn spawn(&mut self, step: &Step<'_>, index: usize) {
        let is_joined = self.is_joined(index);
        let begin = match is_joined {
            true => format!("let call_{index} = "),
            false => String::new(),
        };
        let body = self.thread(step, index, is_joined);
        let copies = self.copies(step, &body);
        if copies.is_empty() {
            self.line(format!("{begin}thread::spawn(move || {{"));
            self.draft.text.push_str(&body);
            self.line("});");
        } else {
            self.line(format!("{begin}{{"));
            self.draft.depth += 1;
            for copy in copies {
                self.line(copy);
            }
            self.line("thread::spawn(move || {");
            let indented = body.lines().map(|line| format!("    {line}\n"));
            self.draft.text.extend(indented);
            self.line("})");
            self.draft.depth -= 1;
            self.line("};");
        }
    }

    /// Waits for a thread, and takes what it gives back.
    pub(crate) fn take_back(&mut self, index: usize) {
        let starts =
            |item: &&Item<'_>| matches!(item, Item::Start { index: own, .. } if *own == index);
        let started = self
            .draft
            .plan
            .items
            .iter()
            .find(starts)
            .and_then(Item::step);
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

    /// What a thread does.
    fn thread(&mut self, step: &Step<'_>, index: usize, is_joined: bool) -> String {
        let outer = self.draft.taken();
        self.draft.depth += 1;
        self.is_thread = true;
        self.line(format!("begin_call({index});"));
        self.step(step);
        self.line(format!("end_call({index});"));
        let results = self.results(step);
        if is_joined && !results.is_empty() {
            self.line(tuple(&results));
        }
        self.is_thread = false;
        self.draft.depth -= 1;
        std::mem::replace(&mut self.draft.text, outer)
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
            .filter(|_| !self.draft.plan.has_child_calls())
            .map(|key| format!("let {key} = {key}.clone();"));
        copies.chain(of_addresses).collect()
    }

    fn is_joined(&self, index: usize) -> bool {
        let joins =
            |item: &Item<'_>| matches!(item, Item::Join { index: own, .. } if *own == index);
        self.draft.plan.items.iter().any(joins)
    }
}

/// Several values, or one.
fn tuple(names: &[String]) -> String {
    match names {
        [only] => only.clone(),
        several => format!("({})", several.join(", ")),
    }
}
