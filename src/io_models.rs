//! The I/O models side by side: one and the same exchange, carried out for real as each model does it, and timed.
//!
//! A peer sends one datagram a little later; the process wants it. What differs is where the process waits meanwhile,
//! how it hears that there is data, who copies it, and how many system calls that takes. UNP chapter 6.2 draws these as
//! figures; [`lanes`] draws them from a run. Each run has a thread and descriptors of its own, so that it touches
//! nothing of the playground.

mod exchange;
mod json;
pub mod lanes;

use std::io::Write;
use std::time::Duration;

use crate::cli::{ModelsArgs, ModelsFormat};
pub use crate::io_models::exchange::run;
use crate::socket::text::{escaped, escaped_json};

/// Runs models and prints the lanes of each, or a JSON object.
///
/// # Errors
///
/// When nothing can be written.
pub fn print(args: &ModelsArgs, out: &mut impl Write) -> std::io::Result<()> {
    let wanted = |model: &&Model| {
        args.models.is_empty() || args.models.iter().any(|word| word == model.word())
    };
    for model in Model::ALL.iter().filter(wanted) {
        let made = run(*model);
        let made = made.as_ref().map_err(String::as_str);
        match args.format {
            ModelsFormat::Text => {
                for line in lanes::page(*model, made, lanes::NARROWEST) {
                    writeln!(out, "{}", escaped(&line))?;
                }
                writeln!(out)?;
            }
            ModelsFormat::Json => {
                writeln!(out, "{}", escaped_json(&json::object(*model, made)?))?;
            }
        }
    }
    out.flush()
}

/// An I/O model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// The call sleeps in the kernel until there is data.
    Blocking,
    /// The call returns EAGAIN until there is data: polling.
    NonBlocking,
    /// select(2) sleeps, for several descriptors at once.
    Select,
    /// The same with poll(2).
    Poll,
    /// The same with epoll(7).
    Epoll,
    /// A signal announces that there is data.
    SignalDriven,
    /// The kernel receives by itself and reports when it has.
    Asynchronous,
}

impl Model {
    /// All of them, in the order of the book.
    pub const ALL: [Self; 7] = [
        Self::Blocking,
        Self::NonBlocking,
        Self::Select,
        Self::Poll,
        Self::Epoll,
        Self::SignalDriven,
        Self::Asynchronous,
    ];

    /// The word by which it is asked for.
    pub fn word(self) -> &'static str {
        match self {
            Self::Blocking => "blocking",
            Self::NonBlocking => "nonblocking",
            Self::Select => "select",
            Self::Poll => "poll",
            Self::Epoll => "epoll",
            Self::SignalDriven => "signal",
            Self::Asynchronous => "async",
        }
    }

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Blocking => "blocking I/O",
            Self::NonBlocking => "non-blocking I/O",
            Self::Select => "multiplexed I/O: select",
            Self::Poll => "multiplexed I/O: poll",
            Self::Epoll => "multiplexed I/O: epoll",
            Self::SignalDriven => "signal-driven I/O: O_ASYNC",
            Self::Asynchronous => "asynchronous I/O: io_uring",
        }
    }

    /// Where it is described.
    pub fn source(self) -> &'static str {
        match self {
            Self::Blocking => "UNP figure 6.1",
            Self::NonBlocking => "UNP figure 6.2",
            Self::Select => "UNP figure 6.3",
            Self::Poll => "poll(2)",
            Self::Epoll => "epoll(7)",
            Self::SignalDriven => "UNP figure 6.4",
            Self::Asynchronous => "UNP figure 6.5, io_uring(7)",
        }
    }

    /// What is to be seen.
    pub fn lesson(self) -> &'static str {
        match self {
            Self::Blocking => "One call. The process sleeps in it, for the data and for the copy.",
            Self::NonBlocking => "No call sleeps, but it must try again and again.",
            Self::Select => "It waits for many descriptors at once, then receives: two calls.",
            Self::Poll => "Like select, with an array instead of sets: no limit of 1024.",
            Self::Epoll => "The kernel keeps the list; epoll_wait returns only what is ready.",
            Self::SignalDriven => {
                "It does other work until the signal; recv() then copies the data."
            }
            Self::Asynchronous => "It does other work until the kernel has also copied the data.",
        }
    }
}

/// What the process did, in one piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// A system call, as the notation writes it, and its result.
    Call {
        /// The call.
        call: String,
        /// What it returned.
        result: String,
    },
    /// Something else: the process is free.
    Work,
    /// The handler of a signal ran.
    Handler,
    /// It found the completion in shared memory, without a system call.
    Completion(String),
}

/// One step of the process. Times are since the beginning of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When it began.
    pub from: Duration,
    /// When it ended.
    pub to: Duration,
    /// What it was.
    pub what: EventKind,
}

/// A finished run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The model.
    pub model: Model,
    /// What the process did, in order.
    pub steps: Vec<Step>,
    /// When the peer began to send.
    pub sent: Duration,
    /// When the data was in the receive queue: the peer's send() had returned. Loopback delivers inside it.
    pub ready: Duration,
    /// What was received.
    pub data: Vec<u8>,
}

impl Run {
    /// How many system calls the process made.
    pub fn calls(&self) -> usize {
        let is_call = |step: &&Step| matches!(step.what, EventKind::Call { .. });
        self.steps.iter().filter(is_call).count()
    }

    /// How long the process was inside a call in which the data arrived: asleep.
    pub fn asleep(&self) -> Duration {
        let slept = self.steps.iter().filter(|step| self.slept_in(step));
        slept.map(|step| step.to - step.from).sum()
    }

    /// Whether the data arrived while the process was inside this call.
    pub fn slept_in(&self, step: &Step) -> bool {
        matches!(step.what, EventKind::Call { .. }) && step.from < self.sent && step.to > self.sent
    }

    /// How long the process was free for other work.
    pub fn free(&self) -> Duration {
        let work = self
            .steps
            .iter()
            .filter(|step| step.what == EventKind::Work);
        work.map(|step| step.to - step.from).sum()
    }

    /// How long the data waited in the queue until the process had it.
    pub fn late(&self) -> Duration {
        let end = self.steps.last().map_or(self.ready, |step| step.to);
        end.saturating_sub(self.ready)
    }
}
