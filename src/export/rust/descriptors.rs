//! Descriptors in Rust: a `Socket`, a `File` or an `OwnedFd` that closes it when it is dropped, or the number of it.

use crate::call::argument::Descriptor;
use crate::export::held::{Held, Why};
use crate::export::plan::{Fd, Step};
use crate::export::rust::Rust;
use crate::export::rust::names::name;
use crate::socket::Kind;

/// What a call in Rust gives for a new descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    /// A Socket.
    Socket,
    /// A number.
    Number,
}

/// The type of a value.
fn type_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Stream | Kind::Seqpacket | Kind::Datagram | Kind::Raw => "Socket",
        Kind::Epoll => "OwnedFd",
        Kind::PipeReader | Kind::PipeWriter | Kind::Eventfd | Kind::Timerfd | Kind::File => "File",
    }
}

impl Rust<'_> {
    /// How the program has a descriptor.
    pub(crate) fn held(&self, variable: &str) -> Held {
        self.draft.plan.held.held(variable)
    }

    /// The number of a descriptor, as an expression.
    pub(crate) fn number(&self, step: &Step<'_>, descriptor: &Descriptor) -> String {
        self.number_of(&step.fd(descriptor))
    }

    /// The same.
    pub(crate) fn number_of(&self, fd: &Fd) -> String {
        match fd {
            Fd::Number(number) => number.to_string(),
            Fd::Variable(variable) => match self.held(variable) {
                Held::Value { .. } => format!("{}.as_raw_fd()", name(variable)),
                Held::Number(_) => name(variable),
            },
        }
    }

    /// What the methods of a socket are called on. `None`: it is no socket, or there is none.
    pub(crate) fn socket(&self, step: &Step<'_>, descriptor: &Descriptor) -> Option<String> {
        let Fd::Variable(variable) = step.fd(descriptor) else {
            return None;
        };
        match self.held(&variable) {
            Held::Value { kind, .. } if kind.is_socket() => Some(name(&variable)),
            Held::Value { .. } | Held::Number(Why::NeverMade) => None,
            Held::Number(_) => Some(format!("sock({})", name(&variable))),
        }
    }

    /// A reference to a socket.
    pub(crate) fn socket_reference(&self, step: &Step<'_>, descriptor: &Descriptor) -> String {
        let socket = self.socket(step, descriptor);
        let socket = socket.unwrap_or_else(|| format!("sock({})", self.number(step, descriptor)));
        format!("&{socket}")
    }

    /// What read(2) and write(2) are called on.
    pub(crate) fn file(&self, step: &Step<'_>, descriptor: &Descriptor) -> String {
        if let Fd::Variable(variable) = step.fd(descriptor)
            && let Held::Value { kind, shared } = self.held(&variable)
            && type_of(kind) == "File"
        {
            let star = if shared { "*" } else { "" };
            return format!("(&{star}{})", name(&variable));
        }
        format!("file({})", self.number(step, descriptor))
    }

    /// The type of a variable: of a descriptor, or the number of a child.
    pub(crate) fn type_of(&self, variable: &str) -> &'static str {
        if self
            .draft
            .plan
            .children
            .iter()
            .any(|child| child == variable)
        {
            return "libc::pid_t";
        }
        match self.held(variable) {
            Held::Value { kind, .. } => type_of(kind),
            Held::Number(_) => "RawFd",
        }
    }

    /// The variable of a new descriptor. One that nothing uses has a name that says so, and stays open nevertheless.
    pub(crate) fn target(&self, step: &Step<'_>, variable: &str) -> String {
        let name = name(variable);
        let is_unused = self.draft.plan.held.is_unused(step.record.id(), variable);
        match is_unused && !self.is_thread {
            true => format!("_{name}"),
            false => name,
        }
    }

    /// Whether a call can give a value to its variable as it is.
    pub(crate) fn is_plain(&self, step: &Step<'_>, made: Made, at: usize) -> bool {
        let held = step.targets.get(at).map(|variable| self.held(variable));
        match held {
            Some(Held::Value { shared, .. }) => !shared && made == Made::Socket,
            Some(Held::Number(_)) => made == Made::Number,
            None => false,
        }
    }

    /// Gives a variable its new descriptor.
    pub(crate) fn assign(&mut self, step: &Step<'_>, at: usize, value: &str, made: Made) {
        let Some(variable) = step.targets.get(at) else {
            let kept = match made {
                Made::Socket => ".into_raw_fd()",
                Made::Number => "",
            };
            self.line(format!("{value}{kept};"));
            return;
        };
        let value = match (self.held(variable), made) {
            (Held::Value { shared, .. }, Made::Socket) => in_arc(value.to_owned(), shared),
            (Held::Value { kind, shared }, Made::Number) => {
                let value = format!("unsafe {{ {}::from_raw_fd({value}) }}", type_of(kind));
                in_arc(value, shared)
            }
            (Held::Number(why), made) => {
                self.draft.comment(why.text());
                match made {
                    Made::Socket => format!("{value}.into_raw_fd()"),
                    Made::Number => value.to_owned(),
                }
            }
        };
        let target = self.target(step, variable);
        self.line(format!("let {target} = {value};"));
    }
}

/// What a thread has too is counted.
fn in_arc(value: String, shared: bool) -> String {
    match shared {
        true => format!("Arc::new({value})"),
        false => value,
    }
}
