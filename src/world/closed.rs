//! What is kept of what was closed: the newest descriptors, with the sockets that they referred to.

use crate::event::DescriptorId;
use crate::socket::endpoint::{local_key, pair_key};
use crate::world::{Object, OpenFileId, SocketId, World};

/// How many closed descriptors are kept.
pub const KEPT_CLOSED: usize = 4096;

impl World {
    /// Notes a descriptor that was closed. Of too many the oldest is forgotten; one with a pending call is kept as if it
    /// were the newest.
    pub(crate) fn note_closed(&mut self, id: DescriptorId) {
        self.closed.push_back(id);
        if self.closed.len() <= KEPT_CLOSED {
            return;
        }
        let Some(oldest) = self.closed.pop_front() else {
            return;
        };
        if self.pending_with(oldest).next().is_some() {
            self.closed.push_back(oldest);
        } else {
            self.forget_descriptor(oldest);
        }
    }

    fn forget_descriptor(&mut self, id: DescriptorId) {
        let Some(descriptor) = self.descriptors.remove(&id) else {
            return;
        };
        self.drop_name(&descriptor.name, id);
        self.update(descriptor.created_by, |record| record.forget_created(id));
        let Some(file) = self.file_mut(descriptor.file) else {
            return;
        };
        file.descriptors.retain(|other| *other != id);
        if file.descriptors.is_empty() {
            self.forget_file(descriptor.file);
        }
    }

    /// Forgets an open file description that no descriptor refers to.
    fn forget_file(&mut self, id: OpenFileId) {
        let file = self.files.forget(id.0);
        self.log.forget_file(id);
        match file.as_ref().map(|file| &file.object) {
            Some(Object::Socket(socket)) => self.forget_socket(*socket),
            Some(Object::Epoll(_)) => self.epolls.retain(|other| *other != id),
            Some(Object::Other(_)) | None => {}
        }
    }

    fn forget_socket(&mut self, id: SocketId) {
        let Some(socket) = self.sockets.forget(id.0) else {
            return;
        };
        let cookie = socket.identity.cookie;
        if let Some(cookie) = cookie.filter(|cookie| self.by_cookie.get(cookie) == Some(&id)) {
            self.by_cookie.remove(&cookie);
        }
        let inode = socket.identity.inode;
        if let Some(inode) = inode.filter(|inode| self.by_inode.get(inode) == Some(&id)) {
            self.by_inode.remove(&inode);
        }
        let local = socket.local.as_ref();
        if let Some(key) = local.and_then(local_key)
            && let Some(there) = self.by_local.get_mut(&key)
        {
            there.remove(&id);
            if there.is_empty() {
                self.by_local.remove(&key);
            }
        }
        let pair = local.zip(socket.remote.as_ref());
        if let Some(key) = pair.and_then(|(local, remote)| pair_key(local, remote))
            && let Some(there) = self.by_pair.get_mut(&key)
        {
            there.retain(|other| *other != id);
            if there.is_empty() {
                self.by_pair.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::call::argument::Name;
    use crate::event::{
        CallId, DescriptorId, Event, EventKind, Identity, NewDescriptor, Origin, Timestamp,
    };
    use crate::socket::{Domain, Kind, Protocol, SocketType};
    use crate::world::closed::KEPT_CLOSED;
    use crate::world::{Handle, World};

    fn happens(world: &mut World, what: EventKind) {
        let at = Timestamp(world.revision());
        world.apply(&Event::new(at, what));
    }

    #[test]
    fn of_closed_descriptors_only_the_newest_are_kept() {
        let mut world = World::default();
        let count = u32::try_from(KEPT_CLOSED).expect("few") + 10;
        for id in 0..count {
            let descriptor = DescriptorId(id);
            happens(
                &mut world,
                EventKind::Created(NewDescriptor {
                    descriptor,
                    call: CallId(u64::from(id)),
                    fd: 3,
                    name: Name::new("s"),
                    kind: Kind::Stream,
                    domain: Domain::INET,
                    socket_type: SocketType::STREAM,
                    protocol: Protocol(0),
                    origin: Origin::Created,
                    identity: Identity {
                        inode: Some(id + 1),
                        cookie: None,
                    },
                    same_file: None,
                }),
            );
            happens(&mut world, EventKind::Closed { descriptor });
        }
        assert_eq!(world.descriptors().count(), KEPT_CLOSED);
        assert_eq!(world.sockets().count(), KEPT_CLOSED);
        assert!(world.descriptor(DescriptorId(9)).is_none());
        let newest = world.named(&Name::new("s").expect("a name"));
        assert_eq!(newest.map(Handle::id), Some(DescriptorId(count - 1)));
    }
}
