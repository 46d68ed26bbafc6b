/// Waits until so many bytes are in the receive queue: at most ten seconds.
fn await_unread(fd: RawFd, count: libc::c_int) {
    let mut unread: libc::c_int = 0;
    for _ in 0..10000 {
        must("ioctl", check(unsafe { libc::ioctl(fd, libc::FIONREAD, &raw mut unread) }));
        if unread == count {
            return;
        }
        sleep(Duration::from_millis(1));
    }
    eprintln!("{unread} bytes wait, and {count} were expected");
    std::process::exit(1);
}
