//! What stories tell of children: fork(), how they change, and how they end.

use crate::call::Call;
use crate::call::outcome::Returned;
use crate::call::process::{ChildChange, ProcessArg};
use crate::event::{
    Abandonment, CallId, DescriptorId, EndStatus, Event, EventKind, NewDescriptor, Origin,
    ProcessEvent, Source, Timestamp,
};
use crate::explain::tests::story::{Story, recorded};
use crate::world::{Handle, Record};

/// The number of the first child; the others follow.
const FIRST: i32 = 700;

impl Story {
    fn happens_in(&mut self, pid: i32, what: EventKind) {
        self.clock += 1;
        let (at, source) = (Timestamp(self.clock), Source::Child { pid });
        let event = recorded(Event { at, source, what });
        crate::explain::fold(&mut self.world, &event);
    }

    /// fork() has made a child, which has copies of all open descriptors.
    pub(super) fn forks(&mut self, record: &Record) -> Returned {
        let count = i32::try_from(self.world.children().count()).expect("few");
        let pid = FIRST + count;
        let (call, name) = (record.id(), record.request.command.targets.first().cloned());
        self.happens_in(pid, EventKind::Process(ProcessEvent::Forked { call, name }));
        let open = self.world.descriptors().filter(|own| own.is_open());
        let own = open.filter(|own| self.world.child_of(*own).is_none());
        let copied: Vec<NewDescriptor> = own.map(|own| copy_of(own, call)).collect();
        for copy in copied {
            self.sockets += 1;
            let descriptor = DescriptorId(self.sockets);
            let copy = NewDescriptor { descriptor, ..copy };
            self.happens_in(pid, EventKind::Created(copy));
        }
        Returned::Process(pid)
    }

    /// waitpid() has returned: what it says of a child.
    pub(super) fn waited(&mut self, record: &Record, result: &str) -> Returned {
        let change = match result.split_once(' ') {
            Some(("exited", status)) => ChildChange::Exited(status.parse().expect("a status")),
            Some(("killed", _)) => ChildChange::Killed {
                signal: libc::SIGKILL,
                core: false,
            },
            Some(("stopped", _)) => ChildChange::Stopped(libc::SIGSTOP),
            _ if result == "continued" => ChildChange::Continued,
            _ => return Returned::Child(None),
        };
        let Some(ProcessArg::Number(pid)) = record.request.call.process() else {
            panic!("{result}: no process");
        };
        if change.is_end() {
            self.ends(*pid, change);
            self.happens_in(*pid, EventKind::Process(ProcessEvent::Reaped));
        }
        Returned::Child(Some(change))
    }

    fn ends(&mut self, pid: i32, change: ChildChange) {
        let status = EndStatus::of(change).expect("it ends");
        let is_of = |own: &Handle<'_>| {
            let child = self.world.child_of(*own);
            own.is_open() && child.is_some_and(|child| child.pid() == Some(pid))
        };
        let open = self.world.descriptors().filter(is_of);
        let open: Vec<DescriptorId> = open.map(Handle::id).collect();
        for descriptor in open {
            self.happens_in(pid, EventKind::Closed { descriptor });
        }
        self.happens_in(pid, EventKind::Process(ProcessEvent::Ended(status)));
    }

    /// A call of a child never returns: `_exit()`, or the child is killed.
    pub(super) fn never_returns(&mut self, call: CallId) {
        let record = self.world.call(call).expect("a call");
        let Source::Child { pid } = record.source else {
            panic!("no child makes it");
        };
        let change = match *record.request.call {
            Call::Exit { status } => ChildChange::Exited(status),
            _ => ChildChange::Killed {
                signal: libc::SIGKILL,
                core: false,
            },
        };
        let status = EndStatus::of(change).expect("it ends");
        let reason = Abandonment::Ended(status);
        self.happens_in(pid, EventKind::Abandoned { call, reason });
        self.ends(pid, change);
    }
}

fn copy_of(own: Handle<'_>, call: CallId) -> NewDescriptor {
    NewDescriptor {
        descriptor: own.id(),
        call,
        fd: own.number(),
        name: None,
        kind: own.kind(),
        domain: own.domain(),
        socket_type: own.socket_type(),
        protocol: own.protocol(),
        origin: Origin::Inherited(own.id()),
        identity: own.identity(),
        same_file: None,
    }
}
