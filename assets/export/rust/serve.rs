/// Accepts connections, each with a thread, until it is cancelled. The first go to these places of `ACCEPTED`.
fn serve(
    fd: RawFd,
    service: fn(RawFd) -> io::Result<usize>,
    mut places: std::ops::Range<usize>,
) -> io::Result<usize> {
    let mut count = 0;
    loop {
        let accepted = step(|| {
            let made = check(unsafe { libc::accept(fd, std::ptr::null_mut(), std::ptr::null_mut()) })?;
            Ok(made as usize)
        })?;
        let Some(connection) = accepted else {
            return Ok(count);
        };
        count += 1;
        if let Some(place) = places.next() {
            ACCEPTED[place].store(connection as RawFd, SeqCst);
        }
        std::thread::spawn(move || {
            let _ = service(connection as RawFd);
            unsafe { libc::close(connection as RawFd) };
        });
    }
}
