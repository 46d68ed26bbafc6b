//! Closing the descriptors of a session that ends, without waiting: close(2) of a socket with SO_LINGER can take as long
//! as its timeout says, and that of a file as long as its file system wants.
//!
//! The numbers are free at once, for the session that follows. What may take long is closed by a thread of its own under
//! another number; when the process ends first, the kernel closes the rest and does not linger.

use std::thread;

use crate::kernel::observe::ProbeTarget;
use crate::socket::Kind;

/// Small: the thread makes one system call.
const STACK: usize = 64 << 10;

/// Closes a descriptor of the session. Its number is free when this returns.
pub(crate) fn close(target: &ProbeTarget) {
    let fd = target.fd;
    if may_take_long(target)
        && let Some(copy) = crate::sys::descriptor::copy_above(fd)
    {
        // Not the last descriptor, so this does not wait.
        let _ = crate::sys::socket::close(fd);
        let closed = thread::Builder::new()
            .name("closer".to_owned())
            .stack_size(STACK)
            .spawn(move || {
                crate::sys::signal::mask_all();
                let _ = crate::sys::socket::close(copy);
            });
        if closed.is_err() {
            let _ = crate::sys::socket::close(copy);
        }
        return;
    }
    // The session is over: whatever close() says, there is nobody left to tell.
    let _ = crate::sys::socket::close(fd);
}

/// Whether close(2) may wait: for the peer's acknowledgements (SO_LINGER, socket(7)), or for a file system.
fn may_take_long(target: &ProbeTarget) -> bool {
    target.kind == Kind::File || crate::sys::socket::lingers(target.fd)
}
