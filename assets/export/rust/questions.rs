/// What the kernel says of a TCP socket: struct tcp_info of linux/tcp.h.
fn tcp_info(socket: &impl AsRawFd) -> [u8; 256] {
    let mut info = [0; 256];
    let mut length = 256;
    let returned = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_INFO,
            info.as_mut_ptr().cast(),
            &raw mut length,
        )
    };
    check(returned).expect("getsockopt");
    info
}

/// Waits until the connection is in this state of linux/tcp.h: at most ten seconds.
fn await_state(socket: &impl AsRawFd, state: u8) {
    let mut seen = 0;
    for _ in 0..10000 {
        // tcpi_state
        seen = tcp_info(socket)[0];
        if seen == state {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
    panic!("the connection is in the state {seen}, and {state} was expected");
}

/// Waits until so many connections are in the queue of a listener: at most ten seconds.
fn await_pending(listener: &impl AsRawFd, count: u32) {
    let mut pending = 0;
    for _ in 0..10000 {
        // tcpi_unacked
        let bytes = tcp_info(listener)[24..28].try_into().unwrap();
        pending = u32::from_ne_bytes(bytes);
        if pending == count {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
    panic!("{pending} connections wait, and {count} were expected");
}

/// Waits until so many bytes are in the receive queue: at most ten seconds.
fn await_unread(socket: &impl AsRawFd, count: libc::c_int) {
    let mut unread: libc::c_int = 0;
    for _ in 0..10000 {
        let fd = socket.as_raw_fd();
        let returned = unsafe { libc::ioctl(fd, libc::FIONREAD, &raw mut unread) };
        check(returned).expect("ioctl");
        if unread == count {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
    panic!("{unread} bytes wait, and {count} were expected");
}
