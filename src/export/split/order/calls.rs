//! What each call changes for the other side when it begins, and what its result depends on when it returns.

use std::collections::{BTreeSet, VecDeque};

use crate::call::Call;
use crate::call::argument::IntArg;
use crate::call::column::Role;
use crate::call::outcome::{Outcome, Returned};
use crate::export::function::Meaning;
use crate::export::lower::meaning;
use crate::export::split::order::Effect::{Close, Connect, Data, End, Listen, Room};
use crate::export::split::order::{Chunk, Fold, Place};
use crate::socket::{Errno, TcpState};
use crate::world::{Handle, OpenFileId, Record};

/// Its type is another one in each C library.
const FIONREAD: i32 = libc::FIONREAD as i32;

impl Fold<'_> {
    pub(super) fn begins(&mut self, record: &Record) {
        let Some(event) = self.event(record) else {
            return;
        };
        let failed = record
            .outcome()
            .is_some_and(|outcome| outcome.errno().is_some());
        let Some(file) = record.on().and_then(|on| self.file(on)) else {
            return;
        };
        if failed {
            return;
        }
        let call = record.call();
        if matches!(call, Call::Serve { .. }) {
            let all = self.world.descriptors();
            let own = all.filter(|handle| handle.created_by() == record.id());
            self.serving
                .insert(file, own.map(Handle::file_id).collect());
        }
        match call.call_kind().role() {
            Role::Connects => self.connects(event, record, file),
            Role::Sends | Role::Answers => self.sends(event, record, file),
            Role::Closes => self.closes(event, file),
            Role::Receives | Role::Accepts | Role::Waits | Role::Duplicates | Role::Other => {}
        }
        if matches!(call, Call::Cancel { .. }) {
            self.cancels(event, record);
        }
        if matches!(call, Call::Listen { .. } | Call::Bind { .. }) {
            self.effect(event, file, Listen);
        }
        if let Call::Shutdown { how, .. } = call {
            if how.0 != libc::SHUT_RD {
                self.effect(event, file, End);
            }
            if how.0 != libc::SHUT_WR
                && let Some(other) = self.ends.get(&file)
            {
                self.effect(event, *other, Close);
            }
        }
        if let Call::Fcntl {
            command,
            argument: Some(IntArg::Number(flags)),
            ..
        } = *record.request.call
            && command.0 == libc::F_SETFL
        {
            match flags & libc::O_NONBLOCK {
                0 => self.nonblocking.remove(&file),
                _ => self.nonblocking.insert(file),
            };
        }
    }

    /// A loop ends when it is interrupted: what it did for the other side must be over.
    fn cancels(&mut self, event: usize, record: &Record) {
        let is_pending = |other: &&Record| {
            other.on() == record.on()
                && other.asked < record.asked
                && !other.has_ended_before(record.asked)
                && matches!(meaning(other.call()), Meaning::Loop(..))
        };
        let side = self.events[event].side;
        if self.world.log().iter().any(|other| is_pending(&other))
            && let Some(last) = self.events.iter().rposition(|own| own.side != side)
        {
            self.needs(event, last);
        }
    }

    fn connects(&mut self, event: usize, record: &Record, file: OpenFileId) {
        let Some(link) = self.link(record) else {
            return;
        };
        let to = link.to;
        if self.is_of_messages(record) {
            self.peers.insert(file, to);
            return;
        }
        let served = self.serving.get_mut(&to).and_then(VecDeque::pop_front);
        match served {
            Some(served) => {
                self.ends.insert(file, served);
                self.ends.insert(served, file);
                self.served.insert(served);
            }
            None => {
                let queue = self.queues.entry(to).or_default();
                queue.push_back((file, event));
            }
        }
        self.effect(event, to, Connect);
    }

    fn sends(&mut self, event: usize, record: &Record, file: OpenFileId) {
        let given = record
            .outcome()
            .and_then(|outcome| outcome.result.as_ref().ok());
        let bytes = match given {
            Some(Returned::Count(count)) => vec![*count],
            Some(Returned::Sent(all)) => all.clone(),
            _ => vec![0],
        };
        let place = match self.is_of_messages(record) {
            true => {
                let linked = self.link(record).map(|link| link.to);
                linked.or_else(|| self.peers.get(&file).copied())
            }
            false => Some(file),
        };
        let Some(place) = place else { return };
        let queue = self.chunks.entry(place).or_default();
        queue.extend(bytes.into_iter().map(|bytes| Chunk { bytes, sent: event }));
        self.effect(event, place, Data);
    }

    fn closes(&mut self, event: usize, file: OpenFileId) {
        let count = self.open.entry(file).or_insert(1);
        *count = count.saturating_sub(1);
        if *count > 0 {
            return;
        }
        self.effect(event, file, End);
        self.effect(event, file, Close);
        if let Some(other) = self.ends.get(&file).copied() {
            self.effect(event, other, Close);
        }
    }

    pub(super) fn returns(&mut self, record: &Record) {
        let call = record.call();
        for id in record.new_descriptors() {
            if let Some(made) = self.file(*id) {
                *self.open.entry(made).or_insert(0) += 1;
                let flags = match call {
                    Call::Socket { flags, .. } | Call::Accept4 { flags, .. } => flags.0,
                    _ => 0,
                };
                if flags & libc::SOCK_NONBLOCK != 0 {
                    self.nonblocking.insert(made);
                }
            }
        }
        let Some(event) = self.event(record) else {
            return;
        };
        let all = record.on().into_iter();
        let all = all.chain(record.request.others.iter().copied());
        let files: Vec<OpenFileId> = all.filter_map(|id| self.file(id)).collect();
        let Some(file) = files.first().copied() else {
            return;
        };
        if let Some(client) = self.ends.get(&file).copied()
            && self.served.contains(&file)
        {
            self.depends(event, client, &[End]);
        }
        match call.call_kind().role() {
            Role::Accepts => self.accepted(event, record, file),
            Role::Receives | Role::Answers => self.received(event, record, file),
            Role::Sends => self.sent(event, record, file),
            Role::Connects => self.connected(event, record),
            Role::Waits => self.became_ready(event, record, &files),
            Role::Closes | Role::Duplicates | Role::Other => self.asked(event, record, file),
        }
    }

    fn accepted(&mut self, event: usize, record: &Record, listener: OpenFileId) {
        if record.outcome().and_then(Outcome::errno) == Some(Errno(libc::EAGAIN)) {
            self.depends(event, listener, &[Connect]);
        }
        for id in record.new_descriptors() {
            let waiting = self.queues.entry(listener).or_default().pop_front();
            let (Some((client, connected)), Some(made)) = (waiting, self.file(*id)) else {
                continue;
            };
            self.ends.insert(client, made);
            self.ends.insert(made, client);
            match self.blocks(record, listener) {
                true => self.waited(event, connected),
                false => self.needs(event, connected),
            }
        }
    }

    fn connected(&mut self, event: usize, record: &Record) {
        let Some(link) = self.link(record) else {
            return;
        };
        let failed = record
            .outcome()
            .is_some_and(|outcome| outcome.errno().is_some());
        let before = match failed {
            true => &[Close],
            false => &[Listen],
        };
        if let Some(earlier) = self.last(link.to, before) {
            self.needs(event, earlier);
        }
        if failed {
            self.depends(event, link.to, &[Listen]);
        }
    }

    fn sent(&mut self, event: usize, record: &Record, file: OpenFileId) {
        const BROKEN: [i32; 4] = [
            libc::EPIPE,
            libc::ECONNRESET,
            libc::ECONNREFUSED,
            libc::EAGAIN,
        ];
        let outcome = record.outcome();
        match outcome.and_then(Outcome::errno) {
            Some(Errno(error)) if BROKEN.contains(&error) => {
                let other = self.source(record, file);
                if let Some(closed) = other.and_then(|other| self.last(other, &[End, Close])) {
                    self.needs(event, closed);
                }
                self.depends(event, file, &[Room]);
            }
            Some(_) => {}
            None => {
                if !self.received.contains(&record.id()) {
                    self.depends(event, file, &[Close]);
                }
                if !self.sends_all(record) {
                    self.depends(event, file, &[Room]);
                }
            }
        }
    }

    fn received(&mut self, event: usize, record: &Record, file: OpenFileId) {
        let Some(place) = self.source(record, file) else {
            return;
        };
        let Some(outcome) = record.outcome() else {
            return;
        };
        let blocks = self.blocks(record, file);
        let counts: Vec<u64> = match &outcome.result {
            Ok(Returned::Data { count, .. } | Returned::Count(count)) => vec![*count],
            Ok(Returned::Message(message)) => vec![message.count],
            Ok(Returned::Messages(all)) => all.iter().map(|own| own.count).collect(),
            Ok(_) => Vec::new(),
            Err(Errno(libc::EAGAIN)) => {
                self.depends(event, place, &[Data, End, Close]);
                return;
            }
            Err(_) => {
                if let Some(closed) = self.last(place, &[End, Close]) {
                    match blocks {
                        true => self.waited(event, closed),
                        false => self.needs(event, closed),
                    }
                }
                return;
            }
        };
        let taken = match self.is_of_messages(record) {
            true => self.take_messages(place, counts.len(), record.call().peeks()),
            false => self.take_bytes(place, counts.iter().sum(), record.call().peeks()),
        };
        let whole = record.call().msg_flags().contains(libc::MSG_WAITALL);
        let is_first_enough = blocks && !whole;
        for (index, sent) in taken.iter().enumerate() {
            match blocks && (index == 0 || !is_first_enough) {
                true => self.waited(event, *sent),
                false => self.needs(event, *sent),
            }
        }
        let is_end = taken.is_empty() && counts.iter().sum::<u64>() == 0
            || matches!(record.call(), Call::Sink { .. });
        if is_end && let Some(ended) = self.last(place, &[End]) {
            match blocks {
                true => self.waited(event, ended),
                false => self.needs(event, ended),
            }
        }
        let rest = self.chunks.get(&place).is_some_and(|rest| !rest.is_empty());
        let total: u64 = counts.iter().sum();
        let is_short = room(record.call()).is_none_or(|room| total < room as u64);
        let drains = matches!(record.call(), Call::Drain { .. } | Call::Recvmmsg { .. });
        if !is_end && (drains || !self.is_of_messages(record) && is_short && !rest) {
            self.depends(event, place, &[Data]);
        }
        if total > 0 && !record.call().peeks() {
            self.effect(event, place, Room);
        }
    }

    /// The sends of so many bytes.
    fn take_bytes(&mut self, place: Place, count: u64, peeks: bool) -> Vec<usize> {
        let queue = self.chunks.entry(place).or_default();
        let (mut left, mut taken, mut whole) = (count, Vec::new(), 0);
        for chunk in queue.iter_mut() {
            if left == 0 {
                break;
            }
            if chunk.bytes > 0 && taken.last() != Some(&chunk.sent) {
                taken.push(chunk.sent);
            }
            let part = left.min(chunk.bytes);
            left -= part;
            if !peeks {
                chunk.bytes -= part;
            }
            whole += usize::from(chunk.bytes == 0);
        }
        if !peeks {
            queue.drain(..whole);
            let left: Vec<usize> = queue.iter().map(|chunk| chunk.sent).collect();
            let over = taken.iter().filter(|sent| !left.contains(sent));
            over.for_each(|sent| self.settle(*sent));
        }
        taken
    }

    /// What an event sent has been received, all of it: nothing changes the result of its call any more.
    fn settle(&mut self, sent: usize) {
        let call = self.events[sent].call;
        if !self
            .world
            .call(call)
            .is_some_and(|record| self.sends_all(record))
        {
            return;
        }
        self.received.insert(call);
        let events = &self.events;
        self.depends.retain(|own| events[own.by].call != call);
    }

    /// Whether a call that succeeds has sent everything, however long it had to wait.
    fn sends_all(&self, record: &Record) -> bool {
        let file = record.on().and_then(|on| self.file(on));
        let is_fill = matches!(record.call(), Call::Fill { .. });
        !is_fill && file.is_some_and(|file| self.blocks(record, file))
    }

    /// The sends of so many messages.
    fn take_messages(&mut self, place: Place, count: usize, peeks: bool) -> Vec<usize> {
        let queue = self.chunks.entry(place).or_default();
        let taken = queue.iter().take(count).map(|chunk| chunk.sent).collect();
        if !peeks {
            queue.drain(..count.min(queue.len()));
        }
        taken
    }

    /// A call that waits for several: with one cause it waited for that one.
    fn became_ready(&mut self, event: usize, record: &Record, files: &[OpenFileId]) {
        let on = record.on().and_then(|on| self.world.descriptor(on));
        let watched = on.into_iter().flat_map(|on| on.interest().iter());
        let watched = watched.filter_map(|entry| self.file(entry.descriptor?));
        let members: BTreeSet<OpenFileId> = files.iter().copied().chain(watched).collect();
        let mut causes = Vec::new();
        for file in members {
            let place = self.ends.get(&file).copied().unwrap_or(file);
            causes.extend(self.last(place, &[Data, End, Close, Connect]));
            causes.extend(self.last(file, &[Room]));
            self.depends(event, place, &[Data, End, Close, Connect]);
        }
        let waits = record.ever_blocked || record.duration(record.asked).as_millis() > 0;
        match causes.as_slice() {
            [only] if waits => self.waited(event, *only),
            all => all.iter().for_each(|cause| self.needs(event, *cause)),
        }
    }

    /// A question about what the other side has done.
    fn asked(&mut self, event: usize, record: &Record, file: OpenFileId) {
        let given = record
            .outcome()
            .and_then(|outcome| outcome.result.as_ref().ok());
        let call = record.call();
        if let (Call::State { .. }, Some(Returned::State(state))) = (call, given)
            && let Some(other) = self.ends.get(&file).copied()
        {
            let by_other = matches!(
                state,
                TcpState::CloseWait | TcpState::TimeWait | TcpState::LastAck | TcpState::Closing
            );
            if let Some(ended) = self.last(other, &[End]).filter(|_| by_other) {
                self.waited(event, ended);
            }
            self.depends(event, other, &[End]);
        }
        if matches!(call, Call::Pending { .. }) {
            let waiting = self.queues.get(&file).into_iter().flatten();
            let waiting: Vec<usize> = waiting.map(|(_, event)| *event).collect();
            for connected in waiting {
                self.waited(event, connected);
            }
            self.depends(event, file, &[Connect]);
        }
        let Some(place) = self.source(record, file) else {
            return;
        };
        let counts = matches!(call, Call::Ioctl { request, .. } if request.0 == FIONREAD);
        let is_error = matches!(call, Call::Getsockopt { option, .. }
            if (option.level, option.number) == (libc::SOL_SOCKET, libc::SO_ERROR));
        if matches!(call, Call::Unread { .. }) {
            let chunks = self.chunks.get(&place).into_iter().flatten();
            let sent: Vec<usize> = chunks.map(|chunk| chunk.sent).collect();
            for sent in sent {
                self.waited(event, sent);
            }
            self.depends(event, place, &[Data]);
        } else if counts || is_error {
            if let Some(cause) = self.last(place, &[Data, End, Close]) {
                self.needs(event, cause);
            }
            self.depends(event, place, &[Data, Close]);
        }
    }
}

/// How many bytes a call can receive.
fn room(call: &Call) -> Option<usize> {
    if let Call::Recv { room, .. } | Call::Read { room, .. } | Call::Recvfrom { room, .. } = call {
        return Some(room.size);
    }
    if let Call::Readv { sizes, .. } = call {
        return Some(sizes.iter().sum());
    }
    if let Call::Recvmsg { counts, .. } = call {
        return Some(counts.iter().sum());
    }
    None
}
