//! Worlds made by hand: a script with results, turned into the events that the engine would report.

mod children;

use std::collections::VecDeque;
use std::time::Duration;

use crate::call::Call;
use crate::call::argument::{Descriptor, Name, OptionArg, Sets};
use crate::call::control_message::ControlMessage;
use crate::call::data::Data;
use crate::call::lookup::{AddressList, ListedAddress};
use crate::call::outcome::after::{After, Unsent};
use crate::call::outcome::{Caught, Events, Outcome, Raw, Received, Returned};
use crate::call::signal::SignalInfo;
use crate::call::table::CallKind;
use crate::call::value::{Credentials, Value};
use crate::event::{
    AddressOwner, Bytes, CallId, Cookie, DescriptorId, End, Endpoints, Event, EventKind, Evidence,
    Identity, Interest, InterestList, NewDescriptor, Observation, Origin, Other, Owner, PathFile,
    Queue, Refusal, Seen, TIMERS, Thread, Timer, TimerKind, Timestamp,
};
use crate::explain::context::Context;
use crate::explain::{Why, suggestions, why};
use crate::journal::Entry;
use crate::notation::parse::parse_address;
use crate::notation::{parse_data, parse_line};
use crate::socket::constant::{EPOLL_EVENTS, Family, MSG_FLAGS, POLL_EVENTS, SIGNALS};
use crate::socket::tcp_state::TCP_STATES;
use crate::socket::{
    Address, Domain, EpollEvents, Errno, Kind, MsgFlags, PollEvents, Protocol, Sig, SocketType,
    StatusFlags, TcpState,
};
use crate::world::{Handle, Record, World, resolve};

/// An event as a recording has it: all that is explained must follow from that.
pub(super) fn recorded(event: Event) -> Event {
    let entry = Entry::Event(event);
    let line = entry.line();
    assert_eq!(Entry::of(line.as_bytes()).as_ref(), Ok(&entry), "{line}");
    let Entry::Event(event) = entry else {
        unreachable!("it is an event");
    };
    event
}

/// A session, line by line.
///
/// A line is `call -> result`, or begins with a sign: `?` the explanation of the last call contains the text, `!` the
/// line is one of its suggestions, `!!` it is none, `@` an
/// event (`@ c local A`, `@ c peer A`, `@ c waiting 2 1`, `@ c unread 5`, `@ c gone`, `@ signal`, `@ returns RESULT`,
/// `@ e watches x EPOLLIN|EPOLLET now EPOLLIN`, `@ c orphan time-wait 59`, `@ c orphan retransmit 1`, `@ c held python3`, `@ c held hidden`,
/// `@ c vanishes`,
/// `@ outside_owner nginx`, `@ outside_owner nginx A`, `@ outside_owner hidden`, `@ outside_owner nobody`, `@ state CLOSE` just after the
/// next call, `-> fails EINVAL` of getsockopt(), `@ before CLOSING` just before it, what the kernel says about the next call (see
/// `story_evidence`), `@ passes 2` seconds, `@ earlier returns RESULT` of the call before the
/// last, `@ c errors` its error queue holds a record, `@ after unread=4 mark` what was found just after the next call).
#[derive(Clone)]
pub(crate) struct Story {
    pub(crate) world: World,
    /// What has happened.
    pub(crate) events: Vec<Event>,
    clock: u64,
    calls: u64,
    sockets: u32,
    /// The kernel's state just after the next call.
    state: Option<TcpState>,
    /// The same just before.
    before: Option<TcpState>,
    /// What is found just after the next call.
    after: Option<After>,
    /// The sockets in messages that were not received yet.
    in_flight: VecDeque<DescriptorId>,
    /// What the kernel says about the next call.
    pub(crate) evidence: Evidence,
}

impl Story {
    pub(crate) fn new() -> Self {
        Self {
            world: World::default(),
            events: Vec::new(),
            clock: 0,
            calls: 0,
            sockets: 0,
            state: None,
            before: None,
            after: None,
            in_flight: VecDeque::new(),
            evidence: Evidence::default(),
        }
    }

    #[track_caller]
    pub(crate) fn tell(&mut self, script: &str) {
        for line in script
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
        {
            if let Some(text) = line.strip_prefix('?') {
                self.expect(text.trim());
            } else if let Some(suggestion) = line.strip_prefix("!!") {
                self.does_not_offer(suggestion.trim());
            } else if let Some(suggestion) = line.strip_prefix('!') {
                self.offers(suggestion.trim());
            } else if let Some(event) = line.strip_prefix('@') {
                self.event(event.trim());
            } else {
                self.call(line);
            }
        }
    }

    #[track_caller]
    pub(crate) fn expect(&self, text: &str) {
        let why = self.why();
        let call = self.last().call();
        assert!(
            why.text.contains(text),
            "{call}: {:?} lacks {text:?}",
            why.text
        );
    }

    #[track_caller]
    fn does_not_offer(&self, line: &str) {
        let suggestions = suggestions(&self.world, self.last());
        let call = self.last().call();
        assert!(
            suggestions.iter().all(|suggestion| suggestion.line != line),
            "{call}: {line:?}"
        );
    }

    #[track_caller]
    fn offers(&self, line: &str) {
        let suggestions = suggestions(&self.world, self.last());
        let lines: Vec<&str> = suggestions
            .iter()
            .map(|suggestion| suggestion.line.as_str())
            .collect();
        let call = self.last().call();
        assert!(lines.contains(&line), "{call}: {lines:?} lack {line:?}");
    }

    pub(crate) fn why(&self) -> Why {
        why(&self.world, self.last())
    }

    pub(crate) fn last(&self) -> &Record {
        self.world.log().last().expect("a call")
    }

    pub(crate) fn named(&self, name: &str) -> Handle<'_> {
        let name = Name::new(name).expect("a name");
        self.world.named(&name).expect("it exists")
    }

    fn happens(&mut self, what: EventKind) {
        self.clock += 1;
        let event = recorded(Event::new(Timestamp(self.clock), what));
        crate::explain::fold(&mut self.world, &event);
        self.events.push(event);
    }

    fn event(&mut self, event: &str) {
        let words: Vec<&str> = event.split(' ').collect();
        let call = CallId(self.calls);
        if self.is_evidence(&words) {
            return;
        }
        match words[..] {
            ["signal"] => self.happens(EventKind::Cancelling { call }),
            ["returns", ..] => self.returns(call, event["returns".len()..].trim()),
            ["earlier", "returns", result] => self.returns(CallId(self.calls - 1), result),
            ["state", state] => self.state = named_state(state),
            ["before", state] => self.before = named_state(state),
            ["after", ..] => self.after = Some(after(&words[1..])),
            [name, "errors"] => self.observe(name, |seen| seen.error_queued = Some(true)),
            ["passes", seconds] => {
                self.clock += 1_000_000_000 * seconds.parse::<u64>().expect("a number");
            }
            ["path", "is", "regular"] => self.happens(EventKind::PathFile {
                call,
                file: PathFile::Regular,
            }),
            ["outsider", "nobody"] => self.happens(EventKind::AddressOwner {
                call,
                address_owner: AddressOwner::Nobody,
            }),
            ["outsider", program] => self.outside_owner(program, None),
            ["outsider", program, address] => self.outside_owner(program, Some(address)),
            [name, "gone"] => self.close(name),
            [name, "local", address] => self.observe(name, |seen| seen.local = addressed(address)),
            [name, "peer", address] => self.observe(name, |seen| seen.peer = addressed(address)),
            [name, "unread", bytes] => self.observe(name, |seen| {
                seen.unread = Some(bytes.parse().expect("a number"));
            }),
            [name, "watches", watched, events, "now", now] => {
                let entry = Interest {
                    fd: self.number(watched),
                    events: EpollEvents(mask(&EPOLL_EVENTS, events)),
                    now: Some(EpollEvents(mask(&EPOLL_EVENTS, now))),
                };
                self.observe(name, |seen| {
                    seen.interest = Some(InterestList {
                        entries: vec![entry],
                        ready: false,
                    });
                });
            }
            [name, "waiting", length, limit] => self.observe(name, |seen| {
                seen.waiting = Some(Queue {
                    length: length.parse().expect("a number"),
                    limit: limit.parse().expect("a number"),
                });
            }),
            [name, "orphan", timer, seconds] => self.orphan_state(name, Some((timer, seconds))),
            [name, "outside", program, unread] => self.outside(name, program, unread),
            [name, "probes", bytes] => self.probe(name, bytes),
            [name, "held", program] => self.held(name, program),
            [name, "vanishes"] => self.orphan_state(name, None),
            _ => panic!("no event: {event}"),
        }
    }

    /// A program outside of the session has the address of the last call, or one that overlaps it; `hidden`: it is not
    /// known which.
    fn outside_owner(&mut self, program: &str, address: Option<&str>) {
        let asked = Context::of(&self.world, self.last()).address().cloned();
        let local = address.map_or(asked, addressed).expect("an address");
        let address_owner = match program {
            "hidden" => AddressOwner::Hidden {
                reason: "owned by uid 7".to_owned(),
                local,
            },
            _ => AddressOwner::Process {
                pid: 812,
                program: program.to_owned(),
                local,
            },
        };
        let call = CallId(self.calls);
        self.happens(EventKind::AddressOwner {
            call,
            address_owner,
        });
    }

    fn observe(&mut self, name: &str, change: impl FnOnce(&mut Observation)) {
        let mut seen = Observation::default();
        change(&mut seen);
        let socket = self.named(name).id();
        self.happens(EventKind::Observed {
            descriptor: socket,
            seen,
        });
    }

    /// What the kernel's table shows for a closed connection: FIN_WAIT2 with the time-wait timer, else LAST_ACK.
    fn orphan_state(&mut self, name: &str, timer: Option<(&str, &str)>) {
        let socket = self.named(name).id();
        let own = timer.map(|(word, seconds)| {
            let row = TIMERS.iter().find(|(_, _, own)| *own == word);
            let kind = row.expect("a timer").1;
            End {
                identity: Identity::default(),
                state: match kind {
                    TimerKind::TimeWait => TcpState::FinWait2,
                    _ => TcpState::LastAck,
                },
                receive: Bytes::default(),
                send: None,
                timer: Some(Timer {
                    kind,
                    left: Duration::from_secs(seconds.parse().expect("a number")),
                    times: 0,
                }),
                details: None,
            }
        });
        let other = Seen::Inferred(Other::Gone);
        let endpoints = Box::new(Endpoints {
            elsewhere: None,
            own,
            other,
            half_open: None,
        });
        self.happens(EventKind::Endpoints {
            descriptor: socket,
            endpoints,
        });
    }

    /// A program outside of the session has the other end, with this many unread bytes.
    fn outside(&mut self, name: &str, program: &str, unread: &str) {
        let end = End {
            identity: Identity::default(),
            state: TcpState::Established,
            receive: Bytes {
                count: unread.parse().expect("a number"),
                control: None,
            },
            send: None,
            timer: None,
            details: None,
        };
        let owner = Seen::Observed(Owner::Process {
            pid: 812,
            program: program.to_owned(),
        });
        let socket = self.named(name).id();
        let endpoints = Box::new(Endpoints {
            elsewhere: None,
            own: None,
            other: Seen::Observed(Other::There { end, owner }),
            half_open: None,
        });
        self.happens(EventKind::Endpoints {
            descriptor: socket,
            endpoints,
        });
    }

    /// The closed socket still exists, since a program has a descriptor of it; `hidden`: it is not known which.
    fn held(&mut self, name: &str, program: &str) {
        let (socket, identity) = (self.named(name).id(), self.named(name).identity());
        let own = End {
            identity,
            state: TcpState::Established,
            receive: Bytes::default(),
            send: None,
            timer: None,
            details: None,
        };
        let owner = match program {
            "hidden" => Seen::Unavailable("owned by uid 7".to_owned()),
            _ => Seen::Observed(Owner::Process {
                pid: 812,
                program: program.to_owned(),
            }),
        };
        let endpoints = Box::new(Endpoints {
            own: Some(own),
            other: Seen::Unavailable("it is not asked for".to_owned()),
            half_open: None,
            elsewhere: Some(owner),
        });
        self.happens(EventKind::Endpoints {
            descriptor: socket,
            endpoints,
        });
    }

    /// The kernel probes the window of the peer, and this many bytes wait.
    fn probe(&mut self, name: &str, bytes: &str) {
        let own = End {
            identity: Identity::default(),
            state: TcpState::Established,
            receive: Bytes::default(),
            send: Some(Bytes {
                count: bytes.parse().expect("a number"),
                control: None,
            }),
            timer: Some(Timer {
                kind: TimerKind::Probe,
                left: Duration::from_secs(1),
                times: 0,
            }),
            details: None,
        };
        let socket = self.named(name).id();
        let other = Seen::Unavailable("it is not asked for".to_owned());
        let own = Some(own);
        let endpoints = Box::new(Endpoints {
            elsewhere: None,
            own,
            other,
            half_open: None,
        });
        self.happens(EventKind::Endpoints {
            descriptor: socket,
            endpoints,
        });
    }

    fn close(&mut self, name: &str) {
        let socket = self.named(name).id();
        self.happens(EventKind::Closed { descriptor: socket });
    }

    fn call(&mut self, line: &str) {
        let (written, result) = line.split_once(" -> ").unwrap_or((line, ""));
        self.ask(written);
        let call = CallId(self.calls);
        if let Some(state) = self.before.take() {
            let thread = Thread {
                tid: 1,
                further: false,
            };
            let state = Some(state);
            self.happens(EventKind::Entered {
                call,
                thread,
                state,
            });
        }
        match result.split_once(' ') {
            _ if result == "runs" => {}
            _ if result == "?" => self.never_returns(call),
            _ if result == "blocks" => self.happens(EventKind::Blocked { call, wchan: None }),
            Some(("refused", reason)) => self.happens(EventKind::Refused {
                call,
                reason: Refusal::WhileMaking(reason.to_owned()),
            }),
            _ => self.returns(call, result),
        }
    }

    pub(crate) fn ask(&mut self, line: &str) {
        self.calls += 1;
        let command = parse_line(line).expect(line).command.expect("a command");
        let request = resolve(&self.world, CallId(self.calls), &command).expect(line);
        self.clock += 1;
        let event = recorded(Event {
            at: Timestamp(self.clock),
            source: request.source(),
            what: EventKind::Asked(Box::new(request)),
        });
        crate::explain::fold(&mut self.world, &event);
    }

    fn returns(&mut self, call: CallId, result: &str) {
        let record = self.world.call(call).expect("a call").clone();
        let made = &record.request.call;
        let (word, signal) = result.split_once("+SIG").unwrap_or((result, ""));
        // The value of getsockopt() may be an errno, so its own failure is written differently.
        let fails = word.strip_prefix("fails ");
        let word = word.split(" errno ").next().unwrap_or(word);
        let mut outcome = Outcome::of(match Errno::from_name(fails.unwrap_or(word)) {
            Some(errno) if fails.is_some() || made.call_kind() != CallKind::Getsockopt => {
                Err(errno)
            }
            _ => Ok(self.success(&record, result)),
        });
        outcome.sigpipe = signal == "PIPE";
        if let Some(row) = SIGNALS.find(signal) {
            outcome.raw = Some(Box::new(Raw {
                caught: vec![Caught {
                    signal: Sig(row.value),
                    about: None,
                    info: SignalInfo::default(),
                }],
                ..Raw::default()
            }));
        }
        if let (Call::Setsockopt { option, .. }, Some((_, read))) =
            (&**made, result.split_once(" reads "))
        {
            outcome.raw = Some(Box::new(Raw {
                read_back: Some(read_value(option, read)),
                ..Raw::default()
            }));
        }
        if let (Call::Sigtimedwait { .. }, Some((_, info))) = (&**made, result.split_once(" info "))
        {
            outcome.raw = Some(Box::new(Raw {
                info: read_info(info),
                ..Raw::default()
            }));
        }
        if let Some((_, errno)) = result.split_once(" errno ") {
            outcome.raw = Some(Box::new(Raw {
                system_errno: Errno::from_name(errno),
                ..Raw::default()
            }));
        }
        if result.ends_with(" of /etc/hosts") {
            outcome.raw = Some(Box::new(Raw {
                names_from: Some("/etc/hosts"),
                ..Raw::default()
            }));
        }
        if let Some(after) = self.after.take() {
            outcome.raw = Some(Box::new(Raw {
                after: Some(Box::new(after)),
                ..Raw::default()
            }));
        }
        let succeeded = outcome.result.is_ok();
        let evidence = Box::new(std::mem::take(&mut self.evidence));
        if !evidence.is_empty() {
            self.happens(EventKind::Evidence { call, evidence });
        }
        let state = self.state.take();
        self.happens(EventKind::Returned {
            call,
            outcome,
            state,
        });
        if !succeeded {
            return;
        }
        if made.call_kind() == CallKind::Sendmsg {
            self.in_flight.extend(&record.request.others);
        }
        if made.call_kind() == CallKind::Recv && !result.starts_with('0') {
            // recv() drops the descriptors that a message carries.
            self.in_flight.pop_front();
        }
        match (&**made, record.on()) {
            (Call::Close { .. }, Some(socket)) => {
                self.happens(EventKind::Closed { descriptor: socket });
            }
            (Call::Bind { .. }, Some(socket)) => {
                let local = made.address().and_then(|arg| match &arg.place {
                    crate::call::argument::AddressExpr::Literal(address) => Some(address.clone()),
                    _ => None,
                });
                let seen = Observation {
                    local,
                    ..Observation::default()
                };
                self.happens(EventKind::Observed {
                    descriptor: socket,
                    seen,
                });
            }
            _ => {}
        }
    }

    /// What a successful call returns, after the events of its new descriptors.
    fn success(&mut self, record: &Record, result: &str) -> Returned {
        match &*record.request.call {
            Call::Fork {} => self.forks(record),
            Call::Waitpid { .. } => self.waited(record, result),
            Call::Kill { .. } | Call::Setrlimit { .. } => Returned::Zero,
            Call::Socket {
                domain,
                socket_type,
                protocol,
                ..
            } => {
                let like = (*domain, *socket_type, *protocol);
                Returned::Descriptor(self.creates(record, 0, like, Origin::Created))
            }
            Call::Socketpair {
                domain,
                socket_type,
                protocol,
                ..
            } => {
                let like = (*domain, *socket_type, *protocol);
                let first = self.creates(record, 0, like, Origin::Paired);
                Returned::Pair(first, self.creates(record, 1, like, Origin::Paired))
            }
            Call::Accept { .. } | Call::Accept4 { .. } => {
                let fd = self.child(record, Origin::Accepted);
                let from = addressed(result.trim_start_matches("fd from "));
                Returned::Accepted { fd, from }
            }
            Call::Dup { .. } => Returned::Descriptor(self.child(record, Origin::DuplicateOf)),
            Call::Dup2 { number, .. } | Call::Dup3 { number, .. } => self.dup2(record, number),
            Call::Fcntl { command, .. } if command.makes() => {
                Returned::Descriptor(self.child(record, Origin::DuplicateOf))
            }
            Call::EpollCreate1 { .. } | Call::EpollCreate { .. } => Returned::Descriptor(
                self.creates_as(record, 0, Kind::Epoll, NO_SOCKET, Origin::Created),
            ),
            Call::Eventfd { .. } => Returned::Descriptor(self.creates_as(
                record,
                0,
                Kind::Eventfd,
                NO_SOCKET,
                Origin::Created,
            )),
            Call::TimerfdCreate { .. } => Returned::Descriptor(self.creates_as(
                record,
                0,
                Kind::Timerfd,
                NO_SOCKET,
                Origin::Created,
            )),
            Call::Pipe { .. } => {
                let mut end =
                    |index, kind| self.creates_as(record, index, kind, NO_SOCKET, Origin::Created);
                let reader = end(0, Kind::PipeReader);
                Returned::Pair(reader, end(1, Kind::PipeWriter))
            }
            Call::Open { .. } => Returned::Descriptor(self.creates_as(
                record,
                0,
                Kind::File,
                NO_SOCKET,
                Origin::Created,
            )),
            Call::Recvmsg { .. } => self.message(record, result),
            Call::Sendmmsg { messages, .. } => {
                let sent: usize = result.parse().expect(result);
                let sent = messages.iter().take(sent);
                Returned::Sent(sent.map(|message| message.len() as u64).collect())
            }
            Call::Recvmmsg { .. } => {
                let many: usize = result.parse().expect(result);
                let one = |story: &mut Self| match story.message(record, "1") {
                    Returned::Message(message) => *message,
                    other => panic!("{other:?}"),
                };
                Returned::Messages((0..many).map(|_| one(self)).collect())
            }
            Call::Poll { .. }
            | Call::Ppoll { .. }
            | Call::EpollWait { .. }
            | Call::EpollPwait { .. } => self.ready(&record.request.call, result),
            Call::Select { .. } | Call::Pselect { .. } => self.selected(result),
            Call::Sigtimedwait { .. } => self.signal(result),
            Call::Wait { .. } | Call::Cancel { .. } => self
                .world
                .log()
                .iter()
                .rfind(|earlier| earlier.on() == record.on() && earlier.outcome().is_some())
                .and_then(|earlier| earlier.outcome()?.result.clone().ok())
                .expect("a result to collect"),
            call => plain(call, result),
        }
    }

    fn child(&mut self, record: &Record, origin: fn(DescriptorId) -> Origin) -> i32 {
        let parent = self
            .world
            .descriptor(record.on().expect("a socket"))
            .expect("it");
        let like = (parent.domain(), parent.socket_type(), parent.protocol());
        let (kind, origin) = (parent.kind(), origin(parent.id()));
        self.creates_as(record, 0, kind, like, origin)
    }

    /// Closes a descriptor that has the number; for its own number it creates and closes nothing.
    fn dup2(&mut self, record: &Record, number: &Descriptor) -> Returned {
        let Descriptor::Raw(number) = *number else {
            panic!("{number} is not a number")
        };
        let replaced = record.request.others.first().copied();
        if replaced.is_some() && replaced == record.on() {
            return Returned::Descriptor(number);
        }
        if let Some(socket) = replaced {
            self.happens(EventKind::Closed { descriptor: socket });
        }
        Returned::Descriptor(self.child(record, Origin::DuplicateOf))
    }

    /// The number of a name, or the number itself.
    fn number(&self, name: &str) -> i32 {
        name.parse().unwrap_or_else(|_| self.named(name).number())
    }

    /// `1 [x: POLLIN, 900: POLLNVAL]`
    fn ready(&self, call: &Call, result: &str) -> Returned {
        let entries = between(result, '[', ']').filter_map(|entry| entry.split_once(": "));
        let events = |text| match call {
            Call::Poll { .. } | Call::Ppoll { .. } => {
                Events::Poll(PollEvents(mask(&POLL_EVENTS, text)))
            }
            _ => Events::Epoll(EpollEvents(mask(&EPOLL_EVENTS, text))),
        };
        Returned::Ready(
            entries
                .map(|(name, text)| (Descriptor::Raw(self.number(name)), events(text)))
                .collect(),
        )
    }

    /// `2 read [a] write [c] except []`
    fn selected(&self, result: &str) -> Returned {
        let set = |word: &str| {
            let (_, rest) = result.split_once(word).unwrap_or_default();
            between(rest, '[', ']')
                .map(|name| Descriptor::Raw(self.number(name)))
                .collect()
        };
        let count = result
            .split(' ')
            .next()
            .and_then(|count| count.parse().ok());
        Returned::Selected {
            count: count.expect("a number"),
            sets: Box::new(Sets {
                read: set("read"),
                write: set("write"),
                except: set("except"),
            }),
        }
    }

    /// `SIGIO [x: POLLIN]`, `SIGUSR1 info 0 77 0`: code, process and status
    fn signal(&self, result: &str) -> Returned {
        let word = result.split(' ').next().unwrap_or_default();
        let mut about = between(result, '[', ']').filter_map(|entry| entry.split_once(": "));
        Returned::Signal {
            signal: Sig(SIGNALS.find(word).expect(word).value),
            about: about.next().map(|(name, text)| {
                let events = PollEvents(mask(&POLL_EVENTS, text));
                (Descriptor::Raw(self.number(name)), events)
            }),
        }
    }

    /// `5 "hello" flags MSG_TRUNC fds 2 creds with UDP_GRO(2)`: the number after `fds` is how many are received, `nobody`
    /// makes the credentials those of nobody, and `with` is another control message.
    fn message(&mut self, record: &Record, result: &str) -> Returned {
        let words: Vec<&str> = result.split(' ').collect();
        let after = |word| {
            let at = words.iter().position(|other| *other == word)?;
            words.get(at + 1).copied()
        };
        let count: u64 = words[0].parse().expect("a number");
        let number = after("fds").map_or(0, |count| count.parse().expect("a number"));
        let via = record.on().expect("a socket");
        let like = (Domain::UNIX, SocketType::STREAM, Protocol(0));
        let fds = (0..number)
            .map(|index| self.creates(record, index, like, Origin::ReceivedOn(via)))
            .map(Descriptor::Raw)
            .collect();
        Returned::Message(Box::new(Received {
            count,
            bytes: vec![b'x'; usize::try_from(count).unwrap_or(0)].into(),
            sizes: Vec::new(),
            from: after("from").and_then(addressed),
            flags: MsgFlags(after("flags").map_or(0, |text| mask(&MSG_FLAGS, text))),
            fds,
            credentials: words.contains(&"creds").then_some(Credentials {
                pid: if words.contains(&"nobody") { 0 } else { 1 },
                uid: 0,
                gid: 0,
            }),
            control: after("with").map(control).into_iter().collect(),
        }))
    }

    fn creates(
        &mut self,
        record: &Record,
        index: usize,
        like: (Domain, SocketType, Protocol),
        origin: Origin,
    ) -> i32 {
        self.creates_as(record, index, Kind::of(like.1), like, origin)
    }

    fn creates_as(
        &mut self,
        record: &Record,
        index: usize,
        kind: Kind,
        (domain, socket_type, protocol): (Domain, SocketType, Protocol),
        origin: Origin,
    ) -> i32 {
        let used = |fd: &i32| self.world.with_fd(*fd).is_some();
        let fd = (3..).find(|fd| !used(fd)).expect("a number");
        let socket = DescriptorId(self.sockets);
        self.sockets += 1;
        let own = match kind.is_socket() {
            true => Identity {
                inode: Some(self.sockets),
                cookie: Cookie::new(u64::from(self.sockets)),
            },
            false => Identity::default(),
        };
        let sent = match origin {
            Origin::ReceivedOn(_) => self.in_flight.pop_front(),
            Origin::DuplicateOf(of) => Some(of),
            Origin::Created
            | Origin::Accepted(_)
            | Origin::Paired
            | Origin::Inherited(_)
            | Origin::Found => None,
        };
        let original = sent.map(|id| self.world.descriptor(id).expect("the original"));
        let identity = original.map_or(own, Handle::identity);
        let kind = original.map_or(kind, Handle::kind);
        let received = matches!(origin, Origin::ReceivedOn(_)) && !kind.is_socket();
        let same_file = sent.filter(|_| received);
        self.happens(EventKind::Created(NewDescriptor {
            same_file,
            identity,
            descriptor: socket,
            call: record.id(),
            fd,
            name: record.request.command.targets.get(index).cloned(),
            kind,
            domain,
            socket_type,
            protocol,
            origin,
        }));
        fd
    }
}

/// `UDP_GRO(5)`, `IP_RECVERR({ECONNREFUSED})`: the errno of a record stands for all of it.
fn control(text: &str) -> ControlMessage {
    let errno = text
        .split_once("RECVERR({")
        .map(|(_, rest)| rest.trim_end_matches("})"));
    let line = match errno {
        Some(errno) => {
            let errno = Errno::from_name(errno).expect(text).0.to_ne_bytes();
            let mut data = errno.to_vec();
            data.resize(16, 0);
            format!("IP_RECVERR({})", Data::Hex(data))
        }
        None => text.to_owned(),
    };
    let line = format!("sendmsg(x, [\"\"], {line})");
    let call = parse_line(&line).expect(&line).command.expect(&line).call;
    let message = call.message().expect(&line);
    message.control.first().expect(&line).clone()
}

/// `unread=4 mark nonblocking=1 events=POLLERR buffer=900/800 unsent=6/0/1000 cork nodelay window=0 mtu=1500 discover=2
/// nofrag segment=100 syndata=1`; `unsent` has the bytes, those in flight, and the size of a segment.
fn after(words: &[&str]) -> After {
    let mut after = After::default();
    for word in words {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        let numbers: Vec<u32> = value
            .split('/')
            .filter_map(|part| part.parse().ok())
            .collect();
        match (key, &numbers[..]) {
            ("unread", [bytes]) => after.unread = Some(*bytes),
            ("mark", _) => after.at_mark = Some(true),
            ("nonblocking", [on]) => after.nonblocking = Some(*on != 0),
            ("events", _) => after.events = Some(mask(&POLL_EVENTS, value)),
            ("buffer", [used, limit]) => after.send_buffer = Some((*used, *limit)),
            ("unsent", [bytes, in_flight, segment]) => {
                after.unsent = Some(Unsent {
                    bytes: *bytes,
                    in_flight: *in_flight,
                    segment: *segment,
                    ..Unsent::default()
                });
            }
            ("cork", _) => after.unsent.get_or_insert_default().cork = true,
            ("nodelay", _) => after.unsent.get_or_insert_default().no_delay = true,
            ("window", [bytes]) => after.unsent.get_or_insert_default().window = Some(*bytes),
            ("mtu", [bytes]) => after.path.get_or_insert_default().mtu = Some(*bytes),
            ("discover", [mode]) => {
                after.path.get_or_insert_default().discover = i32::try_from(*mode).unwrap_or(0);
            }
            ("syndata", [acked]) => after.syn_data = Some(*acked != 0),
            ("nofrag", _) => after.path.get_or_insert_default().no_fragments = true,
            ("segment", [bytes]) => after.path.get_or_insert_default().segment = *bytes,
            _ => panic!("nothing is found so: {word}"),
        }
    }
    after
}

fn named_state(name: &str) -> Option<TcpState> {
    let row = TCP_STATES.iter().find(|row| row.2 == name);
    Some(row.expect("a state").1)
}

/// Domain, type and protocol of what is not a socket.
const NO_SOCKET: (Domain, SocketType, Protocol) = (Domain(0), SocketType(0), Protocol(0));

/// The parts between two brackets.
fn between(text: &str, open: char, close: char) -> impl Iterator<Item = &str> {
    let inner = text
        .split_once(open)
        .and_then(|(_, rest)| rest.split_once(close));
    inner
        .map_or("", |(inner, _)| inner)
        .split(", ")
        .filter(|part| !part.is_empty())
}

/// The bits of `A|B`.
fn mask(family: &Family, text: &str) -> i32 {
    text.split('|')
        .filter(|name| *name != "0")
        .map(|name| family.find(name).expect(name).value)
        .fold(0, |mask, bit| mask | bit)
}

fn addressed(text: &str) -> Option<Address> {
    parse_address(text).ok()
}

/// The result of a call that succeeds without creating a socket.
fn plain(call: &Call, result: &str) -> Returned {
    let (count, rest) = result.split_once(' ').unwrap_or((result, ""));
    let number = count.parse().unwrap_or(0);
    match call.call_kind() {
        CallKind::Recv | CallKind::Recvfrom | CallKind::Read => Returned::Data {
            count: number,
            bytes: parse_data(rest)
                .ok()
                .and_then(|data| data.bytes().ok().flatten())
                .unwrap_or_else(|| vec![b'x'; usize::try_from(number).unwrap_or(0)])
                .into(),
            from: rest
                .split_once("from ")
                .and_then(|(_, from)| addressed(from)),
        },
        CallKind::Pending if result == "NOT_LISTENING" => Returned::Word("NOT_LISTENING"),
        call_kind if call_kind.sends() || call_kind.is_loop() || call_kind == CallKind::Pending => {
            Returned::Count(number)
        }
        CallKind::Getsockname | CallKind::Getpeername => {
            Returned::Address(addressed(result).expect("an address"))
        }
        CallKind::Getsockopt => Returned::Value(match Errno::from_name(result) {
            Some(errno) => Value::Error(Some(errno)),
            None if result == "none" => Value::Error(None),
            None if result.ends_with("ms") => Value::Duration(Duration::from_millis(
                result.trim_end_matches("ms").parse().expect("a number"),
            )),
            None => Value::Int(i32::try_from(number).unwrap_or(0)),
        }),
        CallKind::Getaddrinfo => listed(result),
        CallKind::Getnameinfo | CallKind::InetNtop => Returned::Names(vec![result.into()]),
        CallKind::InetPton
        | CallKind::Htons
        | CallKind::Htonl
        | CallKind::Ntohs
        | CallKind::Ntohl => Returned::Bytes {
            value: i64::try_from(number).expect("a small number"),
            bytes: Vec::new(),
        },
        CallKind::Ioctl if !matches!(call, Call::Ioctl { request, .. } if request.sets()) => {
            Returned::Value(Value::Int(i32::try_from(number).unwrap_or(0)))
        }
        CallKind::Fcntl if result == "getpid()" => Returned::Word("getpid()"),
        CallKind::State | CallKind::Peer if result == "CONNECTED" => Returned::Word("CONNECTED"),
        CallKind::Peer if result == "UNKNOWN" => Returned::Word("UNKNOWN"),
        CallKind::State | CallKind::Peer => TCP_STATES
            .iter()
            .find(|row| row.2 == result)
            .map_or(Returned::Word("GONE"), |row| Returned::State(row.1)),
        CallKind::Fcntl if result == "O_NONBLOCK" => {
            Returned::Status(StatusFlags(libc::O_NONBLOCK))
        }
        _ => Returned::Zero,
    }
}

/// `[127.0.0.1:80, [::1]:80]`; with `twice` each address is there for two types.
fn listed(result: &str) -> Returned {
    let addresses = between(result, '[', ']').filter_map(addressed);
    let types: &[i32] = match result.contains("twice") {
        true => &[libc::SOCK_STREAM, libc::SOCK_DGRAM],
        false => &[libc::SOCK_STREAM],
    };
    let entry = |address: Address| {
        types.iter().map(move |socket_type| ListedAddress {
            address: address.clone(),
            socket_type: SocketType(*socket_type),
            protocol: Protocol(0),
        })
    };
    Returned::Addresses(Box::new(AddressList {
        entries: addresses.flat_map(entry).collect(),
        canonical_name: None,
    }))
}

/// The value that an option reads as, in the form in which it is set.
fn read_value(option: &OptionArg, text: &str) -> Value {
    let row = crate::socket::option::by_number(option.level, option.number).expect("a row");
    let line = format!("setsockopt(x, {}, {text})", row.name);
    let command = parse_line(&line).expect(&line).command;
    match command.expect("a call").call {
        Call::Setsockopt { value, .. } => value,
        other => panic!("{other:?}"),
    }
}

/// `si_code`, `si_pid` and `si_status`.
fn read_info(text: &str) -> SignalInfo {
    let numbers: Vec<i32> = text
        .split(' ')
        .map(|number| number.parse().expect(text))
        .collect();
    SignalInfo {
        code: numbers[0],
        pid: numbers[1],
        status: numbers[2],
        ..SignalInfo::default()
    }
}
