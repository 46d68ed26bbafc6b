//! Open file descriptions: what several descriptors share, open(2).
//!
//! The open file description of a socket is one kernel socket, so the identity of the socket shows whether a descriptor
//! received with a message refers to one that is already known.

use crate::event::{CallId, Contents, DescriptorId, NewDescriptor, Origin, Timestamp};
use crate::socket::Kind;
use crate::world::{Epoll, Handle, SocketId, World};

/// Identifies an open file description; never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpenFileId(pub u32);

/// An open file description.
#[derive(Debug, Clone)]
pub struct OpenFile {
    /// Its id.
    pub id: OpenFileId,
    /// The object that it refers to.
    pub object: Object,
    /// Every descriptor that refers or referred to it, oldest first.
    pub descriptors: Vec<DescriptorId>,
    /// The newest call on it that has ended, until the next one begins.
    pub newest: Option<CallId>,
    /// When the kernel was last asked about it.
    pub seen: Option<Timestamp>,
}

/// What an open file description refers to.
#[derive(Debug, Clone)]
pub enum Object {
    /// A socket.
    Socket(SocketId),
    /// An epoll instance, epoll(7).
    Epoll(Epoll),
    /// Something else, such as a pipe or an opened file.
    Other(OtherFile),
}

/// What is neither a socket nor an epoll instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherFile {
    /// What it is.
    pub kind: Kind,
    /// What the kernel keeps in it, and when that was seen.
    pub contents: Option<(Timestamp, Contents)>,
}

impl OpenFile {
    /// Its socket. `None`: it is something else.
    pub fn socket(&self) -> Option<SocketId> {
        match self.object {
            Object::Socket(socket) => Some(socket),
            Object::Epoll(_) | Object::Other(_) => None,
        }
    }

    /// Its epoll instance. `None`: it is something else.
    pub fn epoll(&self) -> Option<&Epoll> {
        match &self.object {
            Object::Epoll(epoll) => Some(epoll),
            Object::Socket(_) | Object::Other(_) => None,
        }
    }

    /// What the kernel keeps in it, if it is neither a socket nor an epoll instance, and when that was seen.
    pub fn contents(&self) -> Option<(Timestamp, Contents)> {
        match &self.object {
            Object::Other(other) => other.contents,
            Object::Socket(_) | Object::Epoll(_) => None,
        }
    }

    /// Keeps what was seen of it.
    pub(crate) fn note_contents(&mut self, at: Timestamp, seen: Contents) {
        match &mut self.object {
            Object::Other(other) => other.contents = Some((at, seen)),
            Object::Socket(_) | Object::Epoll(_) => {}
        }
    }

    pub(crate) fn epoll_mut(&mut self) -> Option<&mut Epoll> {
        match &mut self.object {
            Object::Epoll(epoll) => Some(epoll),
            Object::Socket(_) | Object::Other(_) => None,
        }
    }
}

impl World {
    /// An open file description.
    pub fn open_file(&self, id: OpenFileId) -> Option<&OpenFile> {
        self.files.get(id.0)
    }

    pub(crate) fn file_mut(&mut self, id: OpenFileId) -> Option<&mut OpenFile> {
        self.files.get_mut(id.0)
    }

    /// The open file description that a descriptor refers to.
    pub fn file_of(&self, descriptor: DescriptorId) -> Option<OpenFileId> {
        Some(self.descriptors.get(&descriptor)?.file)
    }

    /// Whether two descriptors refer to the same open file description.
    pub fn is_same_file(&self, one: DescriptorId, other: DescriptorId) -> bool {
        one == other
            || matches!((self.file_of(one), self.file_of(other)), (Some(one), Some(other)) if one == other)
    }

    /// The descriptors that refer or referred to an open file description, oldest first.
    pub fn descriptors_of(&self, file: OpenFileId) -> impl DoubleEndedIterator<Item = Handle<'_>> {
        let all = self.open_file(file).into_iter();
        let all = all.flat_map(|file| &file.descriptors);
        all.filter_map(|id| self.descriptor(*id))
    }

    /// The open file description that a new descriptor refers to, if it is already known: for a duplicate that of the
    /// original, for a received descriptor that of the same socket.
    pub(crate) fn known_file(&self, new: &NewDescriptor) -> Option<OpenFileId> {
        match new.origin {
            Origin::DuplicateOf(of) | Origin::Inherited(of) => self.file_of(of),
            Origin::ReceivedOn(_) | Origin::Found => {
                let socket = || self.identified(&new.identity).map(|socket| socket.file);
                new.same_file
                    .and_then(|same| self.file_of(same))
                    .or_else(socket)
            }
            Origin::Created | Origin::Accepted(_) | Origin::Paired => None,
        }
    }

    /// Creates an open file description that has no descriptor yet.
    pub(crate) fn new_file(&mut self, new: &NewDescriptor) -> OpenFileId {
        let file = OpenFileId(self.files.next());
        let object = match new.kind {
            Kind::Stream | Kind::Seqpacket | Kind::Datagram | Kind::Raw => {
                Object::Socket(self.new_socket(new, file))
            }
            Kind::Epoll => {
                self.epolls.push_back(file);
                Object::Epoll(Epoll::default())
            }
            Kind::PipeReader | Kind::PipeWriter | Kind::Eventfd | Kind::Timerfd | Kind::File => {
                Object::Other(OtherFile {
                    kind: new.kind,
                    contents: None,
                })
            }
        };
        self.files.add(OpenFile {
            id: file,
            object,
            descriptors: Vec::new(),
            newest: None,
            seen: None,
        });
        file
    }
}
