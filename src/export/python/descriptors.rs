//! Descriptors in Python: a `socket` or a `select.epoll`, which close it when they are dropped, or the number of it.

use crate::call::argument::Descriptor;
use crate::export::held::{Held, Why};
use crate::export::plan::{Fd, Step};
use crate::export::python::{Python, name};
use crate::socket::Kind;

/// What a call in Python gives for a new descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    /// A socket.
    Socket,
    /// A `select.epoll`.
    Epoll,
    /// A number.
    Number,
}

impl Made {
    /// How Python has what a descriptor refers to.
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Stream | Kind::Seqpacket | Kind::Datagram | Kind::Raw => Self::Socket,
            Kind::Epoll => Self::Epoll,
            Kind::PipeReader | Kind::PipeWriter | Kind::Eventfd | Kind::Timerfd | Kind::File => {
                Self::Number
            }
        }
    }
}

impl Python<'_> {
    /// How the program has a descriptor. `Err`: by its number, and why.
    pub(crate) fn held(&self, variable: &str) -> Result<Made, Why> {
        match self.draft.plan.held.held(variable) {
            Held::Value { kind, .. } => Ok(Made::of(kind)),
            Held::Number(why) => Err(why),
        }
    }

    /// Whether a variable is an object that closes its descriptor when it is dropped.
    fn is_object(&self, variable: &str) -> bool {
        matches!(self.held(variable), Ok(Made::Socket | Made::Epoll))
    }

    /// The number of a descriptor, as an expression.
    pub(crate) fn number(&self, step: &Step<'_>, descriptor: &Descriptor) -> String {
        match step.fd(descriptor) {
            Fd::Number(number) => number.to_string(),
            Fd::Variable(variable) if self.is_object(&variable) => {
                format!("{}.fileno()", name(&variable))
            }
            Fd::Variable(variable) => name(&variable),
        }
    }

    /// What functions are given that take an object or a number. `None`: there is no such descriptor, which Python
    /// would notice before the kernel.
    pub(crate) fn object(&self, step: &Step<'_>, descriptor: &Descriptor) -> Option<String> {
        match step.fd(descriptor) {
            Fd::Number(number) => (number >= 0).then(|| number.to_string()),
            Fd::Variable(variable) => match self.held(&variable) {
                Err(Why::NeverMade) => None,
                Ok(_) | Err(_) => Some(name(&variable)),
            },
        }
    }

    /// What the methods of a socket are called on. `None`: it is no socket, or there is none.
    pub(crate) fn socket(&self, fd: &Fd) -> Option<String> {
        let Fd::Variable(variable) = fd else {
            return None;
        };
        match self.held(variable) {
            Ok(Made::Socket) => Some(name(variable)),
            Ok(Made::Epoll | Made::Number) | Err(Why::NeverMade | Why::SeveralKinds) => None,
            Err(_) => Some(format!("Borrowed({})", name(variable))),
        }
    }

    /// What the methods of an epoll instance are called on.
    pub(crate) fn epoll(&self, step: &Step<'_>, descriptor: &Descriptor) -> Option<String> {
        let Fd::Variable(variable) = step.fd(descriptor) else {
            return None;
        };
        (self.held(&variable) == Ok(Made::Epoll)).then(|| name(&variable))
    }

    /// The variable of a new descriptor, where the call is made: a thread may read one that has the same name.
    pub(crate) fn target(&self, step: &Step<'_>, variable: &str) -> String {
        match self.is_thread && step.variables().iter().any(|own| own == variable) {
            true => "made".to_owned(),
            false => name(variable),
        }
    }

    /// Whether a call can give a value to its variable as it is.
    pub(crate) fn is_plain(&self, step: &Step<'_>, at: usize, made: Made) -> bool {
        let held = step.targets.get(at).map(|variable| self.held(variable));
        match held {
            Some(Ok(own)) => own == made,
            Some(Err(_)) => made == Made::Number,
            None => false,
        }
    }

    /// What a variable is given for its new descriptor.
    pub(crate) fn given(&self, step: &Step<'_>, at: usize, value: &str, made: Made) -> String {
        let held = step.targets.get(at).map(|variable| self.held(variable));
        match (held, made) {
            (Some(Ok(Made::Socket)), Made::Number) => format!("socket(fileno={value})"),
            (Some(Ok(Made::Epoll)), Made::Number) => format!("select.epoll.fromfd({value})"),
            (Some(Err(_)) | None, Made::Socket) => format!("{value}.detach()"),
            (Some(Err(_)) | None, Made::Epoll) => format!("os.dup({value}.fileno())"),
            (Some(_) | None, _) => value.to_owned(),
        }
    }

    /// Says why the new descriptors of a call are numbers.
    pub(crate) fn say_numbers(&mut self, step: &Step<'_>) {
        let why = step.targets.iter().find_map(|own| self.held(own).err());
        if let Some(why) = why {
            self.draft.comment(why.text());
        }
    }
}
