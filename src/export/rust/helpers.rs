//! What a program in Rust has beside the calls of the session: the files of `assets/export/rust`.

use std::fmt::Write;

use crate::export::rust::{Helper, Rust};

/// Which parts need which others.
const NEEDS: [(Helper, &[Helper]); 13] = [
    (Helper::Serve, &[Helper::Loops, Helper::Accepted]),
    (Helper::Accepted, &[Helper::Loops]),
    (Helper::SetAddress, &[Helper::SocketAddress]),
    (Helper::EchoMessages, &[Helper::Loops]),
    (Helper::Echo, &[Helper::Loops]),
    (Helper::Sink, &[Helper::Loops]),
    (Helper::Source, &[Helper::Loops, Helper::Repeat]),
    (Helper::Fill, &[Helper::Loops]),
    (Helper::Drain, &[Helper::Loops]),
    (Helper::Loops, &[Helper::Threads]),
    (Helper::Threads, &[Helper::Cancelled]),
    (Helper::Children, &[Helper::Cancelled]),
    (Helper::Known, &[Helper::SocketAddress]),
];

impl Rust<'_> {
    /// Adds the parts that those which are used need.
    pub(crate) fn add_needs(&mut self) {
        for _ in 0..NEEDS.len() {
            for (helper, needs) in NEEDS {
                if self.used.contains(&helper) {
                    self.used.extend(needs);
                }
            }
        }
    }

    /// The parts that are used.
    pub(crate) fn helper_texts(&mut self) -> String {
        self.add_needs();
        let mut text = String::new();
        for helper in &self.used {
            text.push_str(&self.helper(*helper));
            text.push('\n');
        }
        if self.used.contains(&Helper::Known) || self.used.contains(&Helper::Children) {
            text.push_str(&self.shared());
        }
        text
    }

    fn helper(&self, helper: Helper) -> String {
        let text = match helper {
            Helper::SocketAddress => SOCKET_ADDRESS,
            Helper::Known => KNOWN,
            Helper::Repeat => REPEAT,
            Helper::ControlMessage => CONTROL_MESSAGE,
            Helper::Passed => PASSED,
            Helper::Signals => return signals(),
            Helper::Threads => return self.threads(),
            Helper::EndWithParent => END_WITH_PARENT,
            Helper::Children => CHILDREN,
            Helper::Cancelled => CANCELLED,
            Helper::AwaitState => AWAIT_STATE,
            Helper::AwaitPending => AWAIT_PENDING,
            Helper::AwaitUnread => AWAIT_UNREAD,
            Helper::Loops => LOOPS,
            Helper::Fill => FILL,
            Helper::Drain => DRAIN,
            Helper::Source => SOURCE,
            Helper::Sink => SINK,
            Helper::Echo => ECHO,
            Helper::EchoMessages => ECHO_MESSAGES,
            Helper::Serve => SERVE,
            Helper::Accepted => return self.accepted(),
            Helper::SetAddress => SET_ADDRESS,
            Helper::Hold => AWAIT_END_OF_INPUT,
            Helper::PrintAddress => PRINT_ADDRESS,
            Helper::LookupError => LOOKUP_ERROR,
            Helper::Change => CHANGE,
        };
        text.to_owned()
    }

    fn threads(&self) -> String {
        THREADS.replace("COUNT", &self.plan.started.len().max(1).to_string())
    }

    fn accepted(&self) -> String {
        ACCEPTED.replace("COUNT", &self.plan.accepted.len().to_string())
    }

    /// The memory that all processes of the program share.
    fn shared(&self) -> String {
        let mut fields = String::new();
        if self.used.contains(&Helper::Known) {
            for name in &self.plan.addresses {
                let name = crate::export::rust::address(name);
                // Writing to a String cannot fail.
                let _ = writeln!(fields, "    {name}: Known,");
            }
        }
        if self.used.contains(&Helper::Children) {
            let count = self.plan.children.len().max(1);
            let _ = writeln!(fields, "    child: [Turns; {count}],");
        }
        SHARED.replace("    FIELDS\n", &fields)
    }
}

/// What a program needs, in its first comment.
pub(crate) const DEPENDENCIES: &str = include_str!("../../../assets/export/rust/dependencies.rs");

/// What every program begins with.
pub(crate) const HEAD: &str = include_str!("../../../assets/export/rust/head.rs");
const SOCKET_ADDRESS: &str = include_str!("../../../assets/export/rust/socket_address.rs");
const KNOWN: &str = include_str!("../../../assets/export/rust/known.rs");
const SHARED: &str = include_str!("../../../assets/export/rust/shared.rs");
const REPEAT: &str = include_str!("../../../assets/export/rust/repeat.rs");
const CONTROL_MESSAGE: &str = include_str!("../../../assets/export/rust/control_message.rs");
const PASSED: &str = include_str!("../../../assets/export/rust/passed.rs");
const CANCELLED: &str = include_str!("../../../assets/export/rust/cancelled.rs");
const THREADS: &str = include_str!("../../../assets/export/rust/threads.rs");
const END_WITH_PARENT: &str = include_str!("../../../assets/export/rust/end_with_parent.rs");
const CHILDREN: &str = include_str!("../../../assets/export/rust/children.rs");
const AWAIT_STATE: &str = include_str!("../../../assets/export/rust/await_state.rs");
const AWAIT_PENDING: &str = include_str!("../../../assets/export/rust/await_pending.rs");
const AWAIT_UNREAD: &str = include_str!("../../../assets/export/rust/await_unread.rs");
const LOOPS: &str = include_str!("../../../assets/export/rust/loops.rs");
const FILL: &str = include_str!("../../../assets/export/rust/fill.rs");
const DRAIN: &str = include_str!("../../../assets/export/rust/drain.rs");
const SOURCE: &str = include_str!("../../../assets/export/rust/source.rs");
const SINK: &str = include_str!("../../../assets/export/rust/sink.rs");
const ECHO: &str = include_str!("../../../assets/export/rust/echo.rs");
const ECHO_MESSAGES: &str = include_str!("../../../assets/export/rust/echo_messages.rs");
const ACCEPTED: &str = include_str!("../../../assets/export/rust/accepted.rs");
const SET_ADDRESS: &str = include_str!("../../../assets/export/rust/set_address.rs");
const AWAIT_END_OF_INPUT: &str = include_str!("../../../assets/export/rust/await_end_of_input.rs");
const SERVE: &str = include_str!("../../../assets/export/rust/serve.rs");
const PRINT_ADDRESS: &str = include_str!("../../../assets/export/rust/print_address.rs");
const LOOKUP_ERROR: &str = include_str!("../../../assets/export/rust/lookup_error.rs");
const CHANGE: &str = include_str!("../../../assets/export/rust/change.rs");

/// Which signals are held back, and the handlers for those that are let through.
fn signals() -> String {
    let rows = crate::socket::constant::SIGNALS.rows.iter();
    let each = rows.map(|row| match row.name.starts_with("SIGRT") {
        true => row.value.to_string(),
        false => format!("libc::{}", row.name),
    });
    let all = each.collect::<Vec<_>>().join(", ");
    SIGNALS.replace("ALL", &all)
}

const SIGNALS: &str = include_str!("../../../assets/export/rust/signals.rs");
