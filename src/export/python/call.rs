//! One call in Python: by the modules where they make it as the session did, else by ctypes. What is printed of it are the
//! texts of the program in C.

use crate::export::function::{Function, Gives, Loop, Meaning};
use crate::export::lower::meaning;
use crate::export::plan::{Item, Step};
use crate::export::python::descriptors::Made;
use crate::export::python::{Python, name};
use crate::export::writer::Writer;
use crate::socket::{Domain, Errno};

/// A call as it is written in the program.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// What is before the `=`. Empty: the result is not kept.
    pub(crate) gives: String,
    /// The call.
    pub(crate) call: String,
    /// What is done with what it gave.
    pub(crate) then: Vec<String>,
    /// The address that it gave.
    pub(crate) peer: &'static str,
}

impl Written {
    /// A call that gives nothing.
    pub(crate) fn plain(call: String) -> Self {
        Self {
            call,
            ..Self::default()
        }
    }

    /// A call, the name of what it gives, and what is done with that.
    pub(crate) fn of(gives: &str, call: String, then: &[String]) -> Self {
        Self {
            gives: gives.to_owned(),
            call,
            then: then.to_vec(),
            peer: "peer",
        }
    }
}

impl Python<'_> {
    /// Writes a call, and what the program asks for after it.
    pub(crate) fn step(&mut self, step: &Step<'_>, left: bool) {
        for place in &step.accepted {
            let accepted = name(&self.draft.plan.accepted[*place]);
            self.line(format!("{accepted} = await_accepted({place})"));
        }
        match meaning(&step.call) {
            Meaning::Function(function) => self.function(step, &function, left),
            Meaning::Loop(kind, socket) => {
                let socket = self.number(step, socket);
                self.run_loop(step, kind, &socket);
            }
            Meaning::Question(..) => self.question(step),
            Meaning::Fork => self.fork(step),
            Meaning::Sleep(span) => self.pause(span),
            Meaning::Wait | Meaning::Cancel | Meaning::None(_) => {}
        }
        if step.sigpipe() {
            self.draft
                .comment("Python ignores SIGPIPE; the error is the same.");
        }
        if !self.is_thread {
            self.ask(step);
        }
    }

    /// Asks for addresses after a call.
    pub(crate) fn ask(&mut self, step: &Step<'_>) {
        for kept in step.keeps.iter().filter(|kept| !kept.is_given) {
            let fd = crate::export::plan::Fd::Variable(kept.descriptor.clone());
            let socket = self.socket(&fd);
            let socket = socket.unwrap_or_else(|| format!("Borrowed({})", name(&kept.descriptor)));
            self.draft.comment(match step.domain {
                Domain::UNIX => "The address that it has now.",
                _ => "The address that it has now; the kernel may have chosen the port.",
            });
            self.keep(&kept.address, &format!("{socket}.getsockname()"));
        }
    }

    fn function(&mut self, step: &Step<'_>, function: &Function<'_>, left: bool) {
        if function.gives == Gives::Nothing {
            self.line("sys.stdout.flush()");
            let status = function.args.first().map(|arg| self.argument(step, arg));
            self.line(format!("os._exit({})", status.unwrap_or_default()));
            return;
        }
        let own = match self.is_interrupted(step, left) || gives_foreign_address(step, function) {
            true => None,
            false => self.by_modules(step, function),
        };
        let written = match own {
            Some(written) => written,
            None => self.of_library(step, function),
        };
        self.write(step, function, written);
    }

    /// Writes a call with what is expected of it.
    fn write(&mut self, step: &Step<'_>, function: &Function<'_>, written: Written) {
        let called = function.name;
        let Written {
            gives,
            call,
            then,
            peer,
        } = written;
        if step.may_fail() {
            self.may_fail(called, |own| {
                if step.error().is_none() && !function.gives.is_number() {
                    own.given_by(&gives, call, then);
                } else if function.gives == Gives::Zero {
                    own.line(call);
                    own.line(format!("print(\"{called}:\", 0)"));
                } else {
                    own.line(format!("result = {call}"));
                    own.line(format!("print(\"{called}:\", result)"));
                }
            });
            return;
        }
        if step.error().is_some() {
            self.expects(called, &step.expected_errors(), &call);
            return;
        }
        self.given_by(&gives, call, then);
        for kept in step.keeps.iter().filter(|kept| kept.is_given) {
            self.keep(&kept.address, peer);
        }
    }

    /// Writes a call, and what is done with what it gives.
    fn given_by(&mut self, gives: &str, call: String, then: Vec<String>) {
        match gives {
            "" => self.line(call),
            gives => self.line(format!("{gives} = {call}")),
        }
        for line in then {
            self.line(line);
        }
    }

    /// Writes a call of which the session left open whether it fails.
    pub(crate) fn may_fail(&mut self, called: &str, make: impl FnOnce(&mut Self)) {
        self.draft
            .comment("The session left open whether it fails.");
        self.line("try:");
        self.draft.depth += 1;
        make(self);
        self.draft.depth -= 1;
        self.line("except OSError as error:");
        self.line(format!("    print(\"{called}:\", error.strerror)"));
    }

    /// Writes a call that is to fail.
    pub(crate) fn expects(&mut self, called: &str, errors: &[Errno], call: &str) {
        let numbers = errors.iter().map(|errno| match errno.known_name() {
            Some(known) if errno.is_of_library() => self.constant(known, errno.0.into()),
            Some(known) => format!("errno.{known}"),
            None => errno.0.to_string(),
        });
        let numbers = numbers.collect::<Vec<_>>().join(", ");
        self.line(format!("with expected(\"{called}\", {numbers}):"));
        self.line(format!("    {call}"));
    }

    /// Whether a signal is to interrupt a call: Python would make it again.
    fn is_interrupted(&self, step: &Step<'_>, left: bool) -> bool {
        let id = step.record.id();
        let started = self.draft.plan.items.iter().find_map(|item| match item {
            Item::Start { step, index, .. } if step.record.id() == id => Some(*index),
            _ => None,
        });
        let cancels = |item: &Item<'_>| match item {
            Item::Join { index, cancel, .. } => *cancel && Some(*index) == started,
            _ => false,
        };
        let is_cancelled = left && self.draft.plan.items.iter().any(cancels);
        is_cancelled || step.error() == Some(Errno(libc::EINTR))
    }

    /// A call that makes a descriptor.
    pub(crate) fn made(&mut self, step: &Step<'_>, call: &str, made: Made) -> Written {
        if step.error().is_some() {
            return Written::plain(call.to_owned());
        }
        self.say_numbers(step);
        let value = self.given(step, 0, call, made);
        match step.targets.first() {
            Some(variable) => Written::of(&self.target(step, variable), value, &[]),
            None => Written::plain(value),
        }
    }

    /// The texts before the `=` of new descriptors, and what makes the variables of them where they are not the same.
    pub(crate) fn targets(
        &mut self,
        step: &Step<'_>,
        made: Made,
        own: &[&str],
    ) -> (Vec<String>, Vec<String>) {
        self.say_numbers(step);
        let (mut gives, mut then) = (Vec::new(), Vec::new());
        for (at, own) in own.iter().enumerate() {
            match step.targets.get(at) {
                Some(variable) if self.is_plain(step, at, made) => {
                    gives.push(self.target(step, variable));
                }
                Some(variable) => {
                    gives.push((*own).to_owned());
                    let target = self.target(step, variable);
                    then.push(format!("{target} = {}", self.given(step, at, own, made)));
                }
                None => {
                    gives.push((*own).to_owned());
                    then.push(self.given(step, at, own, made));
                }
            }
        }
        (gives, then)
    }

    /// What a thread gives: the new descriptors, and the address that the call gave.
    pub(crate) fn results(&self, step: &Step<'_>) -> Vec<(String, String)> {
        if step.error().is_some() || matches!(meaning(&step.call), Meaning::Loop(Loop::Serve(_), _))
        {
            return Vec::new();
        }
        let targets = step.targets.iter();
        let mut all: Vec<_> = targets
            .map(|own| (self.target(step, own), name(own)))
            .collect();
        if !self.draft.plan.has_child_calls() {
            let given = step.keeps.iter().filter(|kept| kept.is_given);
            let address =
                |own: &crate::export::plan::Kept| crate::export::python::address(&own.address);
            all.extend(given.map(|own| (address(own), address(own))));
        }
        all
    }
}

/// Whether a call gives an address of a family that Python has in a form of its own.
fn gives_foreign_address(step: &Step<'_>, function: &Function<'_>) -> bool {
    let is_known = [Domain::INET, Domain::INET6, Domain::UNIX].contains(&step.domain);
    !is_known
        && matches!(
            function.gives,
            Gives::Address | Gives::DataFrom | Gives::Accepted
        )
}
