/// Waits until so many connections are in the queue of a listener: at most ten seconds.
fn await_pending(fd: RawFd, count: u32) {
    for _ in 0..10000 {
        let mut info = [0u8; 256];
        let mut length = 256;
        let (level, option) = (libc::IPPROTO_TCP, libc::TCP_INFO);
        let returned = unsafe { libc::getsockopt(fd, level, option, info.as_mut_ptr().cast(), &raw mut length) };
        must("getsockopt", check(returned));
        // tcpi_unacked
        if u32::from_ne_bytes(info[24..28].try_into().unwrap()) == count {
            return;
        }
        sleep(Duration::from_millis(1));
    }
    eprintln!("{count} connections were to wait");
    std::process::exit(1);
}
