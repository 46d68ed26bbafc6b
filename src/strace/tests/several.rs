//! Calls with several buffers, several descriptors, or a signal.

use crate::call::argument::Sets;
use crate::call::outcome::{Caught, Events, Received};
use crate::call::signal::SignalInfo;
use crate::socket::{EpollEvents, MsgFlags, PollEvents, Sig};
use crate::strace::ready::caught;
use crate::strace::signals;
use crate::strace::tests::*;

fn ready(entries: &[(i32, Events)]) -> Outcome {
    let ready = entries
        .iter()
        .map(|(fd, events)| (Descriptor::Raw(*fd), *events));
    let raw = Raw {
        returned: entries.len() as i64,
        ..Raw::default()
    };
    gave(Ok(Returned::Ready(ready.collect())), raw)
}

/// A control message as the kernel writes it.
fn control(level: i32, kind: i32, data: &[u8]) -> Vec<u8> {
    let mut bytes = (16 + data.len() as u64).to_ne_bytes().to_vec();
    bytes.extend(level.to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(data);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes
}

fn message(count: u64, bytes: &[u8], from: Written, control: Vec<u8>, flags: i32) -> Outcome {
    let received = Received {
        count,
        bytes: bytes.into(),
        sizes: Vec::new(),
        from: None,
        flags: MsgFlags(flags),
        fds: Vec::new(),
        credentials: None,
        control: Vec::new(),
    };
    let length = u32::try_from(control.len()).expect("it fits");
    let raw = Raw {
        returned: count.cast_signed(),
        address: Some(from),
        control: Some(Written {
            bytes: control,
            offered: 2048,
            length,
        }),
        msg_flags: flags,
        ..Raw::default()
    };
    gave(Ok(Returned::Message(Box::new(received))), raw)
}

#[test]
fn messages_are_sent() {
    for (call, expected) in [
        (
            r#"sendmsg(3, ["a", "bcd"], MSG_NOSIGNAL)"#,
            r#"sendmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="a", iov_len=1}, {iov_base="bcd", iov_len=3}], msg_iovlen=2, msg_controllen=0, msg_flags=0}, MSG_NOSIGNAL) = 4"#,
        ),
        (
            r#"sendmsg(3, ["abcd"], fds(3, 4))"#,
            r#"sendmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="abcd", iov_len=4}], msg_iovlen=1, msg_control=[{cmsg_len=24, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[3, 4]}], msg_controllen=24, msg_flags=0}, 0) = 4"#,
        ),
        (
            r#"sendmsg(3, ["abcd"], unix:/x, fds(3), creds(7, 0, 1))"#,
            r#"sendmsg(3, {msg_name={sa_family=AF_UNIX, sun_path="/x"}, msg_namelen=5, msg_iov=[{iov_base="abcd", iov_len=4}], msg_iovlen=1, msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[3]}, {cmsg_len=28, cmsg_level=SOL_SOCKET, cmsg_type=SCM_CREDENTIALS, cmsg_data={pid=7, uid=0, gid=1}}], msg_controllen=56, msg_flags=0}, 0) = 4"#,
        ),
    ] {
        assert_traced(call, &returns(4), expected);
    }
}

#[test]
fn messages_are_received() {
    let nobody = || Written {
        offered: 128,
        ..Written::default()
    };
    assert_traced(
        "recvmsg(3, [3, 5], MSG_DONTWAIT)",
        &message(4, b"abcd", nobody(), Vec::new(), 0),
        r#"recvmsg(3, {msg_name=0x…, msg_namelen=128 => 0, msg_iov=[{iov_base="abc", iov_len=3}, {iov_base="d", iov_len=5}], msg_iovlen=2, msg_controllen=0, msg_flags=0}, MSG_DONTWAIT) = 4"#,
    );
    assert_traced(
        "recvmsg(3, [3, 5])",
        &message(0, b"", nobody(), Vec::new(), 0x28),
        r#"recvmsg(3, {msg_name=0x…, msg_namelen=128 => 0, msg_iov=[{iov_base="", iov_len=3}, {iov_base="", iov_len=5}], msg_iovlen=2, msg_controllen=0, msg_flags=MSG_CTRUNC|MSG_TRUNC}, 0) = 0"#,
    );
    let time = [1_795_249_499_i64, 67_966].map(i64::to_ne_bytes).concat();
    let who = [23_986, 0, 0].map(i32::to_ne_bytes).concat();
    let rights = [13].map(i32::to_ne_bytes).concat();
    let both = [
        control(1, 29, &time),
        control(1, 2, &who),
        control(1, 1, &rights),
    ]
    .concat();
    assert_traced(
        "recvmsg(3, 2)",
        &message(2, b"ab", address("unix:/x", 128), both, 0),
        r#"recvmsg(3, {msg_name={sa_family=AF_UNIX, sun_path="/x"}, msg_namelen=128 => 5, msg_iov=[{iov_base="ab", iov_len=2}], msg_iovlen=1, msg_control=[{cmsg_len=32, cmsg_level=SOL_SOCKET, cmsg_type=SO_TIMESTAMP_OLD, cmsg_data={tv_sec=1795249499, tv_usec=67966}}, {cmsg_len=28, cmsg_level=SOL_SOCKET, cmsg_type=SCM_CREDENTIALS, cmsg_data={pid=23986, uid=0, gid=0}}, {cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[13]}], msg_controllen=88, msg_flags=0}, 0) = 2"#,
    );
    let info = [1, 0, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1];
    let of_ip = [
        control(0, libc::IP_PKTINFO, &info),
        control(0, libc::IP_TTL, &[64, 0, 0, 0]),
        control(0, libc::IP_TOS, &[16]),
        control(41, 0x34, &[64, 0, 0, 0]),
    ];
    assert_traced(
        "recvmsg(3, 2)",
        &message(1, b"a", nobody(), of_ip.concat(), 0),
        r#"recvmsg(3, {msg_name=0x…, msg_namelen=128 => 0, msg_iov=[{iov_base="a", iov_len=2}], msg_iovlen=1, msg_control=[{cmsg_len=28, cmsg_level=SOL_IP, cmsg_type=IP_PKTINFO, cmsg_data={ipi_ifindex=1, ipi_spec_dst=inet_addr("127.0.0.1"), ipi_addr=inet_addr("127.0.0.1")}}, {cmsg_len=20, cmsg_level=SOL_IP, cmsg_type=IP_TTL, cmsg_data=[64]}, {cmsg_len=17, cmsg_level=SOL_IP, cmsg_type=IP_TOS, cmsg_data=[0x10]}, {cmsg_len=20, cmsg_level=SOL_IPV6, cmsg_type=0x34}], msg_controllen=104, msg_flags=0}, 0) = 1"#,
    );
    assert_traced(
        "recvmsg(3, [3, 5], MSG_DONTWAIT)",
        &fails("EAGAIN"),
        "recvmsg(3, {msg_namelen=128}, MSG_DONTWAIT) = -1 EAGAIN (Resource temporarily unavailable)",
    );
}

#[test]
fn control_messages_may_be_cut() {
    let cut = |bytes: &[u8]| control::messages(bytes, Environment::default());
    let whole = control(1, 1, &[5, 0, 0, 0]);
    assert_eq!(
        cut(&whole[..16]),
        "[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS}]"
    );
    assert_eq!(cut(&whole[..15]), bytes::POINTER);
    for length in 0..80 {
        cut(&vec![0xff; length]);
        cut(&vec![0; length]);
    }
}

#[test]
fn sets_of_descriptors_are_polled() {
    let poll = |events| Events::Poll(PollEvents(events));
    assert_traced(
        "poll([3: POLLIN|POLLOUT, 4: POLLIN, 900: 0], 100)",
        &ready(&[(3, poll(4)), (900, poll(32))]),
        "poll([{fd=3, events=POLLIN|POLLOUT}, {fd=4, events=POLLIN}, {fd=900, events=0}], 3, 100) = 2 ([{fd=3, revents=POLLOUT}, {fd=900, revents=POLLNVAL}])",
    );
    assert_traced(
        "poll([-1: POLLIN], 0)",
        &ready(&[]),
        "poll([{fd=-1}], 1, 0) = 0 (Timeout)",
    );
    assert_traced(
        "poll([4: POLLIN], -1)",
        &fails("EINTR"),
        "poll([{fd=4, events=POLLIN}], 1, -1) = ? ERESTART_RESTARTBLOCK (Interrupted by signal)",
    );
}

#[test]
fn sets_of_descriptors_are_selected() {
    let selected = |count: u64, read: &[i32], write: &[i32], left| {
        let set = |fds: &[i32]| fds.iter().map(|fd| Descriptor::Raw(*fd)).collect();
        let sets = Box::new(Sets {
            read: set(read),
            write: set(write),
            except: Vec::new(),
        });
        let raw = Raw {
            returned: count.cast_signed(),
            left,
            ..Raw::default()
        };
        gave(Ok(Returned::Selected { count, sets }), raw)
    };
    assert_traced(
        "select(read [4, 3], write [3, 4], except [], 1500)",
        &selected(3, &[3], &[4, 3], Some(1_499_998_208)),
        "pselect6(5, [3 4], [3 4], NULL, {tv_sec=1, tv_nsec=500000000}, NULL) = 3 (in [3], out [3 4], left {tv_sec=1, tv_nsec=499998208})",
    );
    assert_traced(
        "select(read [3], write [], except [], -1)",
        &selected(1, &[3], &[], None),
        "pselect6(4, [3], NULL, NULL, NULL, NULL) = 1 (in [3])",
    );
    assert_traced(
        "select(read [3], write [], except [], 1ms)",
        &selected(0, &[], &[], Some(0)),
        "pselect6(4, [3], NULL, NULL, {tv_sec=0, tv_nsec=1000000}, NULL) = 0 (Timeout)",
    );
    assert_traced(
        "select(read [3], write [], except [], 0, -1)",
        &fails("EINVAL"),
        "pselect6(-1, 0x…, NULL, NULL, {tv_sec=0, tv_nsec=0}, NULL) = -1 EINVAL (Invalid argument)",
    );
}

#[test]
fn an_epoll_instance_is_changed_and_waited_for() {
    for (call, value, expected) in [
        ("epoll_create1()", 8, "epoll_create1(0) = 8"),
        (
            "epoll_create1(EPOLL_CLOEXEC)",
            7,
            "epoll_create1(EPOLL_CLOEXEC) = 7",
        ),
        ("epoll_create(5)", 9, "epoll_create(5) = 9"),
        (
            "epoll_ctl(7, EPOLL_CTL_ADD, 4, EPOLLOUT|EPOLLET|EPOLLONESHOT)",
            0,
            "epoll_ctl(7, EPOLL_CTL_ADD, 4, {events=EPOLLOUT|EPOLLONESHOT|EPOLLET, data={u32=4, u64=4}}) = 0",
        ),
        (
            "epoll_ctl(7, EPOLL_CTL_DEL, 3)",
            0,
            "epoll_ctl(7, EPOLL_CTL_DEL, 3, 0x…) = 0",
        ),
    ] {
        assert_traced(call, &returns(value), expected);
    }
    assert_traced(
        "epoll_ctl(7, 9, -1, EPOLLIN)",
        &fails("EINVAL"),
        "epoll_ctl(7, 0x9 /* EPOLL_CTL_??? */, -1, {events=EPOLLIN, data={u32=4294967295, u64=4294967295}}) = -1 EINVAL (Invalid argument)",
    );
    assert_traced(
        "epoll_wait(7, 10, 0)",
        &ready(&[(4, Events::Epoll(EpollEvents(4)))]),
        "epoll_wait(7, [{events=EPOLLOUT, data={u32=4, u64=4}}], 10, 0) = 1",
    );
    assert_traced(
        "epoll_wait(7, 10, 0)",
        &ready(&[]),
        "epoll_wait(7, [], 10, 0) = 0",
    );
    assert_traced(
        "epoll_wait(7, 1, -1)",
        &fails("EINTR"),
        "epoll_wait(7, 0x…, 1, -1) = -1 EINTR (Interrupted system call)",
    );
}

#[test]
fn a_signal_is_waited_for() {
    let came = |about| {
        let raw = Raw {
            returned: 29,
            info: SignalInfo {
                code: 0x80,
                ..SignalInfo::default()
            },
            ..Raw::default()
        };
        let signal = Sig(libc::SIGIO);
        gave(Ok(Returned::Signal { signal, about }), raw)
    };
    assert_traced(
        "sigtimedwait([SIGIO, SIGURG], -1)",
        &came(Some((Descriptor::Raw(14), PollEvents(65)))),
        "rt_sigtimedwait([URG IO], {si_signo=SIGIO, si_code=POLL_IN, si_band=65, si_fd=14}, NULL, 8) = 29 (SIGIO)",
    );
    let usr1 = Returned::Signal {
        signal: Sig(libc::SIGUSR1),
        about: Some((Descriptor::Raw(3), PollEvents(65))),
    };
    let raw = Raw {
        returned: 10,
        ..Raw::default()
    };
    assert_traced(
        "sigtimedwait([SIGUSR1], 2s)",
        &gave(Ok(usr1), raw),
        "rt_sigtimedwait([USR1], {si_signo=SIGUSR1, si_code=0x1, si_pid=65, si_uid=0, si_int=3, si_ptr=0x3}, {tv_sec=2, tv_nsec=0}, 8) = 10 (SIGUSR1)",
    );
    assert_traced(
        "sigtimedwait([SIGIO], -1)",
        &came(None),
        "rt_sigtimedwait([IO], {si_signo=SIGIO, si_code=SI_KERNEL}, NULL, 8) = 29 (SIGIO)",
    );
    assert_traced(
        "sigtimedwait([SIGIO], 1)",
        &fails("EAGAIN"),
        "rt_sigtimedwait([IO], 0x…, {tv_sec=0, tv_nsec=1000000}, 8) = -1 EAGAIN (Resource temporarily unavailable)",
    );
}

#[test]
fn a_signal_says_who_sent_it() {
    let info = SignalInfo {
        pid: 15,
        uid: 1000,
        ..SignalInfo::default()
    };
    let sent = Returned::Signal {
        signal: Sig(libc::SIGUSR1),
        about: None,
    };
    let raw = Raw {
        returned: 10,
        info,
        ..Raw::default()
    };
    assert_traced(
        "sigtimedwait([SIGUSR1], 0)",
        &gave(Ok(sent), raw),
        "rt_sigtimedwait([USR1], {si_signo=SIGUSR1, si_code=SI_USER, si_pid=15, si_uid=1000}, {tv_sec=0, tv_nsec=0}, 8) = 10 (SIGUSR1)",
    );
    let interrupts = Caught {
        signal: Sig(libc::SIGUSR1),
        about: None,
        info,
    };
    assert_eq!(
        caught(&interrupts),
        "--- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=15, si_uid=1000} ---"
    );
    let child = SignalInfo {
        code: libc::CLD_KILLED,
        status: libc::SIGKILL,
        times: [11, 0],
        ..info
    };
    assert_eq!(
        signals::info(libc::SIGCHLD, &child),
        "si_code=CLD_KILLED, si_pid=15, si_uid=1000, si_status=SIGKILL, si_utime=11 /* 0.11 s */, si_stime=0"
    );
}

#[test]
fn an_int_is_asked_for_and_files_are_opened() {
    let int = |value: i32| {
        let raw = Raw {
            value: Some(Written {
                bytes: value.to_ne_bytes().to_vec(),
                ..Written::default()
            }),
            ..Raw::default()
        };
        gave(Ok(Returned::Zero), raw)
    };
    assert_traced("ioctl(3, FIONREAD)", &int(5), "ioctl(3, FIONREAD, [5]) = 0");
    assert_traced("ioctl(3, SIOCOUTQ)", &int(0), "ioctl(3, TIOCOUTQ, [0]) = 0");
    assert_traced(
        "ioctl(3, FIOGETOWN)",
        &int(-7),
        "ioctl(3, FIOGETOWN, [-7]) = 0",
    );
    assert_traced(
        "ioctl(3, FIONBIO, 1)",
        &int(1),
        "ioctl(3, FIONBIO, [1]) = 0",
    );
    assert_traced(
        "ioctl(3, SIOCOUTQNSD)",
        &fails("ENOTTY"),
        "ioctl(3, SIOCOUTQNSD, 0x…) = -1 ENOTTY (Inappropriate ioctl for device)",
    );
    assert_traced(
        "open(\"/dev/null\")",
        &returns(16),
        r#"openat(AT_FDCWD, "/dev/null", O_RDONLY|O_NOCTTY|O_NONBLOCK|O_CLOEXEC) = 16"#,
    );
    assert_traced(
        "chmod(unix:/tmp/x, 0500)",
        &returns(0),
        r#"chmod("/tmp/x", 0500) = 0"#,
    );
    assert_traced(
        "chmod(unix:/tmp/x, 0)",
        &returns(0),
        r#"chmod("/tmp/x", 000) = 0"#,
    );
}

#[test]
fn the_buffers_of_readv_are_shown_with_what_was_put_into_them() {
    let received = Received {
        count: 4,
        bytes: b"abcd".as_slice().into(),
        sizes: vec![3, 9],
        from: None,
        flags: MsgFlags(0),
        fds: Vec::new(),
        credentials: None,
        control: Vec::new(),
    };
    let raw = Raw {
        returned: 4,
        ..Raw::default()
    };
    assert_traced(
        "readv(3, [3, 9])",
        &gave(Ok(Returned::Message(Box::new(received))), raw),
        r#"readv(3, [{iov_base="abc", iov_len=3}, {iov_base="d", iov_len=9}], 2) = 4"#,
    );
    assert_traced(
        "readv(3, [3])",
        &gave(
            Err("EBADF"),
            Raw {
                returned: -1,
                ..Raw::default()
            },
        ),
        "readv(3, [{iov_base=0x…, iov_len=3}], 1) = -1 EBADF (Bad file descriptor)",
    );
}
