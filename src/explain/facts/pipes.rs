//! The other end of a pipe.

use crate::explain::context::Context;
use crate::world::Handle;

impl<'a> Context<'a> {
    /// An open descriptor of the other end of the pipe, which the same pipe() gave.
    pub(crate) fn pipe_end(&self) -> Option<Handle<'a>> {
        let own = self.socket.filter(|own| own.kind().is_pipe())?;
        let mut others = self.world.descriptors();
        others.find(|other| {
            other.kind().is_pipe()
                && other.kind() != own.kind()
                && other.created_by() == own.created_by()
                && self.is_open_then(*other)
        })
    }
}
