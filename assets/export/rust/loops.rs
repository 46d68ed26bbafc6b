/// Whether the call of this thread was cancelled.
fn is_cancelled() -> bool {
    OWN_CALL.get().is_some_and(|index| STARTED[index].cancelled.load(SeqCst))
}

/// Makes a call of a loop; `None`: it was cancelled. A call that a signal interrupted is made again.
fn step(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<Option<usize>> {
    loop {
        if is_cancelled() {
            return Ok(None);
        }
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result.map(Some),
        }
    }
}

/// Whether a descriptor becomes ready within 50 ms.
fn becomes(fd: RawFd, events: libc::c_short) -> bool {
    let mut entry = libc::pollfd { fd, events, revents: 0 };
    unsafe { libc::poll(&raw mut entry, 1, 50) != 0 && entry.revents & events != 0 }
}
