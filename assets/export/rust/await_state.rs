/// Waits until the connection is in this state of linux/tcp.h: at most ten seconds.
fn await_state(fd: RawFd, state: u8) {
    let mut seen = 0;
    for _ in 0..10000 {
        let mut info = [0u8; 256];
        let mut length = 256;
        let (level, option) = (libc::IPPROTO_TCP, libc::TCP_INFO);
        let returned = unsafe { libc::getsockopt(fd, level, option, info.as_mut_ptr().cast(), &raw mut length) };
        must("getsockopt", check(returned));
        seen = info[0];
        if seen == state {
            return;
        }
        sleep(Duration::from_millis(1));
    }
    eprintln!("the connection is in the state {seen}, and {state} was expected");
    std::process::exit(1);
}
