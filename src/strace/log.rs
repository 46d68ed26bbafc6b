//! The calls of a session line by line, as `strace -f` prints them while they happen.
//!
//! Words that are not system calls print nothing: not `wait`, `state` or `sleep`, and not `fill` or `serve`, which make
//! many calls in a loop of their own. Functions of the C library print nothing either; the system calls that they make
//! are not known. Nor does the signal by which `cancel` interrupts a call: it is the playground's.

use crate::call::outcome::Outcome;
use crate::event::{Abandonment, CallId, EndStatus, EventKind, Source};
use crate::socket::Errno;
use crate::strace::limit::has_time_limit;
use crate::strace::{Environment, Traced, trace};
use crate::world::{Progress, Record, World};

/// The column of `=` where the call is not longer.
const RESULTS: usize = 40;

/// What strace sees of this process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Host {
    /// Its number.
    pub pid: i32,
    /// Whose it is.
    pub uid: u32,
    /// The network interfaces of this machine by number.
    pub interfaces: Vec<(u32, String)>,
}

impl Host {
    /// What there is to be seen beside a call of this world.
    fn environment(&self, world: &World, record: &Record) -> Environment<'_> {
        let errno = record.outcome().and_then(Outcome::errno);
        Environment {
            pid: record.request.process.unwrap_or(self.pid),
            interfaces: &self.interfaces,
            // Of an interrupted call alone, since it means to look through the log.
            as_returned: matches!(record.source, Source::Traced { .. }),
            timed: errno == Some(Errno(libc::EINTR)) && has_time_limit(world, record),
        }
    }

    /// A call as strace prints it, with its outcome once there is one.
    pub fn trace(&self, world: &World, record: &Record) -> Option<Traced> {
        if let Some(made) = record.made_as() {
            return Some(crate::strace::as_made(made, record.given()));
        }
        let environment = self.environment(world, record);
        trace(&record.request.call, record.given(), environment)
    }

    /// The signal that comes with EPIPE of a call of this process.
    fn sigpipe(&self, record: &Record) -> String {
        let (pid, uid) = (record.request.process.unwrap_or(self.pid), self.uid);
        format!("--- SIGPIPE {{si_signo=SIGPIPE, si_code=SI_USER, si_pid={pid}, si_uid={uid}}} ---")
    }
}

/// Prints what happens on several threads: a call that is not over when another line comes is broken in two.
#[derive(Debug, Default)]
pub struct Log {
    /// The call whose beginning is the present line.
    open: Option<CallId>,
    /// How many bytes of the present line are printed: none until its call is seen asleep.
    printed: usize,
}

impl Log {
    /// The line about the end of a child.
    pub fn ended(&mut self, pid: i32, status: EndStatus, world: &World, host: &Host) -> String {
        let how = match status {
            EndStatus::Exited(status) => format!("exited with {status}"),
            EndStatus::Killed { signal, core } => {
                let core = if core { " (core dumped)" } else { "" };
                format!(
                    "killed by {}{core}",
                    crate::socket::signal::signal(signal.0)
                )
            }
        };
        let before = self.interrupt(world, host);
        format!("{before}[pid {pid:>5}] +++ {how} +++\n")
    }

    /// The text that an event adds, with its line ends. The world knows of the event already.
    pub fn text(&mut self, what: &EventKind, world: &World, host: &Host) -> String {
        match what {
            EventKind::Entered { call, .. } => self.enter(*call, world, host),
            EventKind::Blocked { call, .. } if self.open == Some(*call) => self.show(world, host),
            EventKind::Returned { call, .. } | EventKind::Abandoned { call, .. } => {
                self.leave(*call, world, host)
            }
            EventKind::Refused { call, .. } if self.open == Some(*call) => self.forget(),
            _ => String::new(),
        }
    }

    /// Ends the present line where its call is not over: something else comes, or nothing any more.
    pub fn interrupt(&mut self, world: &World, host: &Host) -> String {
        let printed = std::mem::take(&mut self.printed);
        let open = self.open.take().and_then(|call| world.call(call));
        open.and_then(|record| begun(record, world, host))
            .and_then(|begun| {
                let line = format!("{begun} <unfinished ...>\n");
                line.get(printed..).map(str::to_owned)
            })
            .unwrap_or_default()
    }

    fn enter(&mut self, call: CallId, world: &World, host: &Host) -> String {
        let is_traced = world
            .call(call)
            .is_some_and(|record| host.trace(world, record).is_some());
        if !is_traced {
            return String::new();
        }
        let text = self.interrupt(world, host);
        self.open = Some(call);
        text
    }

    /// Prints the beginning of the present line: its call sleeps, so the rest may be long in coming.
    fn show(&mut self, world: &World, host: &Host) -> String {
        let open = self.open.and_then(|call| world.call(call));
        let begun = open.and_then(|record| begun(record, world, host));
        let Some(begun) = begun.filter(|_| self.printed == 0) else {
            return String::new();
        };
        self.printed = begun.len();
        begun
    }

    /// Drops the present line: its call was refused in the end.
    fn forget(&mut self) -> String {
        self.open = None;
        let printed = std::mem::take(&mut self.printed);
        if printed == 0 { "" } else { "\n" }.to_owned()
    }

    fn leave(&mut self, call: CallId, world: &World, host: &Host) -> String {
        let Some(record) = world.call(call) else {
            return String::new();
        };
        let is_present = self.open == Some(call);
        let Some(traced) = host.trace(world, record) else {
            return if is_present {
                self.forget()
            } else {
                String::new()
            };
        };
        let (mut text, printed) = if is_present {
            self.open = None;
            (String::new(), std::mem::take(&mut self.printed))
        } else {
            (self.interrupt(world, host), 0)
        };
        let mut head = format!("{}{}", prefix(record), traced.head(!is_present));
        if is_killed_inside(record) && head.pop().is_some() {
            head.push_str(" <unfinished ...>)");
        }
        // A call that never returned has no result.
        let result = traced
            .left
            .map_or_else(|| "?".to_owned(), |left| left.result);
        let line = format!("{head:<width$} = {result}\n", width = RESULTS - 1);
        text.push_str(line.get(printed..).unwrap_or(&line));
        let is_own = matches!(record.source, Source::Session | Source::Child { .. });
        if is_own && record.outcome().is_some_and(|outcome| outcome.sigpipe) {
            text.push_str(&format!("{}{}\n", prefix(record), host.sigpipe(record)));
        }
        let raw = record.outcome().and_then(|outcome| outcome.raw.as_ref());
        for caught in raw.iter().flat_map(|raw| &raw.caught) {
            let line = crate::strace::ready::caught(caught);
            text.push_str(&format!("{}{line}\n", prefix(record)));
        }
        text
    }
}

/// Whether a signal has ended the child that was inside of a call.
fn is_killed_inside(record: &Record) -> bool {
    let is_killed = matches!(
        record.progress,
        Progress::Abandoned {
            reason: Abandonment::Ended(EndStatus::Killed { .. }),
            ..
        }
    );
    is_killed && matches!(record.source, Source::Child { .. })
}

/// The line of a call as far as it is known when the call is entered.
fn begun(record: &Record, world: &World, host: &Host) -> Option<String> {
    let begun = host.trace(world, record)?;
    Some(format!("{}{}", prefix(record), begun.begun()))
}

fn prefix(record: &Record) -> String {
    let tid = record.thread.map_or(0, |thread| thread.tid);
    format!("[pid {tid:>5}] ")
}

#[cfg(test)]
mod tests {
    use crate::call::outcome::{Raw, Returned};
    use crate::event::{Event, Refusal, Request, Thread, Timestamp};
    use crate::notation::parse_line;
    use crate::strace::log::*;

    /// A session by hand: what happens in it, and what is printed of that.
    #[derive(Default)]
    struct Session {
        world: World,
        log: Log,
        printed: String,
    }

    impl Session {
        fn happens(&mut self, what: EventKind) {
            self.world.apply(&Event::new(Timestamp(0), what.clone()));
            let text = self.log.text(&what, &self.world, &host());
            self.printed.push_str(&text);
        }

        fn enters(&mut self, id: u64, line: &str) {
            let command = parse_line(line).expect(line).command.expect("a command");
            self.happens(EventKind::Asked(Box::new(Request {
                id: CallId(id),
                call: command.call.clone().into(),
                command: command.into(),
                on: None,
                others: Box::default(),
                reach: crate::event::Reach::Free,
                process: None,
            })));
            self.happens(EventKind::Entered {
                call: CallId(id),
                thread: Thread {
                    tid: 100 + i32::try_from(id).expect("few"),
                    further: false,
                },
                state: None,
            });
        }

        fn fails(&mut self, id: u64, errno: i32, sigpipe: bool) {
            self.returns(id, Err(Errno(errno)), sigpipe);
        }

        fn returns(&mut self, id: u64, result: Result<Returned, Errno>, sigpipe: bool) {
            self.happens(EventKind::Returned {
                call: CallId(id),
                outcome: Outcome {
                    result,
                    sigpipe,
                    partial: None,
                    injected: None,
                    raw: Some(Box::new(Raw::default())),
                },
                state: None,
            });
        }
    }

    fn host() -> Host {
        Host {
            pid: 7,
            uid: 1000,
            interfaces: Vec::new(),
        }
    }

    #[test]
    fn a_call_is_broken_in_two_where_another_thread_comes_between() {
        let mut session = Session::default();
        session.enters(1, "accept(3)");
        session.enters(2, "close(4)");
        session.returns(2, Ok(Returned::Zero), false);
        session.enters(3, "close(5)");
        session.fails(1, libc::EBADF, false);
        session.returns(3, Ok(Returned::Zero), false);
        assert_eq!(
            session.printed,
            "\
[pid   101] accept(3,  <unfinished ...>
[pid   102] close(4)                    = 0
[pid   103] close(5 <unfinished ...>
[pid   101] <... accept resumed>0x…, [128]) = -1 EBADF (Bad file descriptor)
[pid   103] <... close resumed>)        = 0
"
        );
    }

    #[test]
    fn a_call_that_is_seen_asleep_is_begun_at_once_and_broken_only_where_something_comes() {
        let mut session = Session::default();
        let blocked = |id| EventKind::Blocked {
            call: CallId(id),
            wchan: None,
        };
        session.enters(1, "recv(3, 9)");
        session.happens(blocked(1));
        session.happens(blocked(1));
        assert_eq!(session.printed, "[pid   101] recvfrom(3, ");
        session.fails(1, libc::EBADF, false);
        assert_eq!(
            session.printed,
            "[pid   101] recvfrom(3, 0x…, 9, 0, NULL, NULL) = -1 EBADF (Bad file descriptor)\n"
        );
        session.printed.clear();
        session.enters(2, "recv(4, 9)");
        session.happens(blocked(2));
        session.enters(3, "close(900)");
        let left = session.log.interrupt(&session.world, &host());
        assert_eq!(
            session.printed + &left,
            "[pid   102] recvfrom(4,  <unfinished ...>\n[pid   103] close(900 <unfinished ...>\n"
        );
        let again = session.log.interrupt(&session.world, &host());
        assert_eq!(again, "", "not once more");
    }

    #[test]
    fn a_refused_call_is_not_printed() {
        let mut session = Session::default();
        session.enters(1, "recv(3, 9)");
        session.happens(EventKind::Refused {
            call: CallId(1),
            reason: Refusal::WhileMaking("no".to_owned()),
        });
        session.enters(2, "close(900)");
        session.returns(2, Ok(Returned::Zero), false);
        assert_eq!(
            session.printed,
            "[pid   102] close(900)                  = 0\n"
        );
    }

    #[test]
    fn a_signal_follows_its_call_and_words_print_nothing() {
        let mut session = Session::default();
        session.enters(1, "drain(3)");
        session.enters(2, "write(3, \"x\")");
        session.fails(2, libc::EPIPE, true);
        session.returns(1, Ok(Returned::Count(0)), false);
        assert_eq!(
            session.printed,
            "\
[pid   102] write(3, \"x\", 1)            = -1 EPIPE (Broken pipe)
[pid   102] --- SIGPIPE {si_signo=SIGPIPE, si_code=SI_USER, si_pid=7, si_uid=1000} ---
"
        );
    }
}
