//! Calls and what strace 6.1 printed of them, captured from C programs that made them.

mod several;

use crate::call::argument::{Descriptor, IntArg};
use crate::call::outcome::{Raw, Returned, Written};
use crate::notation::parse_line;
use crate::socket::{Errno, FcntlCommand};
use crate::strace::*;

/// What a call gave, in the form in which the engine reports it.
fn gave(result: Result<Returned, &str>, raw: Raw) -> Outcome {
    let errno = |name| Errno::from_name(name).expect(name);
    Outcome {
        partial: None,
        raw: Some(Box::new(raw)),
        ..Outcome::of(result.map_err(errno))
    }
}

fn fails(errno: &str) -> Outcome {
    let raw = Raw {
        returned: -1,
        ..Raw::default()
    };
    gave(Err(errno), raw)
}

fn returns(value: i64) -> Outcome {
    let raw = Raw {
        returned: value,
        ..Raw::default()
    };
    gave(Ok(Returned::Count(value.unsigned_abs())), raw)
}

fn receives(count: u64, bytes: &[u8], from: Option<Written>) -> Outcome {
    let result = Returned::Data {
        count,
        bytes: bytes.into(),
        from: None,
    };
    let raw = Raw {
        returned: count.cast_signed(),
        address: from,
        ..Raw::default()
    };
    gave(Ok(result), raw)
}

/// An address that the kernel wrote into `offered` bytes.
fn address(text: &str, offered: u32) -> Written {
    let line = parse_line(&format!("connect(1, {text})")).expect(text);
    let call = line.command.expect(text).call;
    let crate::call::argument::AddressExpr::Literal(address) = &call.address().expect(text).place
    else {
        panic!("{text}");
    };
    let bytes = crate::socket::sockaddr::encode(address);
    let length = u32::try_from(bytes.len()).expect("it fits");
    Written {
        bytes,
        offered,
        length,
    }
}

fn writes(returned: i64, address: Written) -> Outcome {
    let raw = Raw {
        returned,
        address: Some(address),
        ..Raw::default()
    };
    gave(Ok(Returned::Count(0)), raw)
}

fn traced(call: &str, outcome: Option<&Outcome>) -> Traced {
    let line = parse_line(call).expect(call);
    let call = line.command.expect("a call").call;
    trace(&call, outcome, Environment::default()).expect("a system call")
}

#[track_caller]
fn assert_traced(call: &str, outcome: &Outcome, expected: &str) {
    assert_eq!(traced(call, Some(outcome)).line(), expected);
}

#[test]
fn sockets_are_created() {
    for (call, value, expected) in [
        (
            "socket(AF_INET, SOCK_STREAM)",
            3,
            "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3",
        ),
        (
            "socket(AF_INET, SOCK_DGRAM|SOCK_NONBLOCK|SOCK_CLOEXEC, IPPROTO_UDP)",
            4,
            "socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_UDP) = 4",
        ),
        (
            "socket(AF_NETLINK, SOCK_RAW)",
            6,
            "socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) = 6",
        ),
        (
            "socket(AF_PACKET, SOCK_RAW, 768)",
            7,
            "socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)) = 7",
        ),
        (
            "socket(AF_UNIX, SOCK_SEQPACKET)",
            8,
            "socket(AF_UNIX, SOCK_SEQPACKET, 0) = 8",
        ),
    ] {
        assert_traced(call, &returns(value), expected);
    }
    assert_traced(
        "socket(77, SOCK_STREAM)",
        &fails("EAFNOSUPPORT"),
        "socket(0x4d /* AF_??? */, SOCK_STREAM, 0) = -1 EAFNOSUPPORT (Address family not supported by protocol)",
    );
    assert_traced(
        "socket(AF_INET, 77, IPPROTO_TCP)",
        &fails("EINVAL"),
        "socket(AF_INET, 0x4d /* SOCK_??? */, IPPROTO_TCP) = -1 EINVAL (Invalid argument)",
    );
    let pair = gave(Ok(Returned::Pair(12, 13)), Raw::default());
    assert_traced(
        "socketpair(AF_UNIX, SOCK_STREAM)",
        &pair,
        "socketpair(AF_UNIX, SOCK_STREAM, 0, [12, 13]) = 0",
    );
    assert_traced(
        "socketpair(AF_INET, SOCK_STREAM)",
        &fails("EOPNOTSUPP"),
        "socketpair(AF_INET, SOCK_STREAM, 0, 0x…) = -1 EOPNOTSUPP (Operation not supported)",
    );
}

#[test]
fn addresses_are_given_and_written() {
    let inet = r#"{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}"#;
    assert_traced(
        "bind(3, 127.0.0.1:80)",
        &returns(0),
        &format!("bind(3, {inet}, 16) = 0"),
    );
    assert_traced(
        "connect(3, NULL)",
        &fails("EINVAL"),
        "connect(3, NULL, 0) = -1 EINVAL (Invalid argument)",
    );
    let peer = || address("127.0.0.1:80", 128);
    assert_traced(
        "accept(3)",
        &writes(5, peer()),
        &format!("accept(3, {inet}, [128 => 16]) = 5"),
    );
    assert_traced(
        "accept4(3, SOCK_CLOEXEC)",
        &writes(5, peer()),
        &format!("accept4(3, {inet}, [128 => 16], SOCK_CLOEXEC) = 5"),
    );
    assert_traced(
        "accept(3)",
        &fails("EAGAIN"),
        "accept(3, 0x…, [128]) = -1 EAGAIN (Resource temporarily unavailable)",
    );
    for (offered, shown) in [
        (16, format!("{inet}, [16]")),
        (
            4,
            r#"{sa_family=AF_INET, sa_data="\0P"}, [4 => 16]"#.to_owned(),
        ),
        (1, "0x…, [1 => 16]".to_owned()),
    ] {
        assert_traced(
            "getsockname(3)",
            &writes(0, address("127.0.0.1:80", offered)),
            &format!("getsockname(3, {shown}) = 0"),
        );
    }
    assert_traced(
        "getpeername(3)",
        &writes(0, address("unix:", 128)),
        "getpeername(3, {sa_family=AF_UNIX}, [128 => 2]) = 0",
    );
}

#[test]
fn data_is_sent_and_received() {
    assert_traced(
        r#"send(3, "hi\n", MSG_NOSIGNAL|MSG_DONTWAIT)"#,
        &returns(3),
        r#"sendto(3, "hi\n", 3, MSG_DONTWAIT|MSG_NOSIGNAL, NULL, 0) = 3"#,
    );
    assert_traced(
        "sendto(3, bytes(33), unix:/x)",
        &returns(33),
        r#"sendto(3, "abcdefghijklmnopqrstuvwxyzabcdef"..., 33, 0, {sa_family=AF_UNIX, sun_path="/x"}, 5) = 33"#,
    );
    assert_traced(
        "write(3, NULL*10)",
        &fails("EFAULT"),
        "write(3, NULL, 10) = -1 EFAULT (Bad address)",
    );
    assert_traced(
        "read(3, 100)",
        &receives(5, b"hello", None),
        r#"read(3, "hello", 100) = 5"#,
    );
    assert_traced(
        "recv(3, 2, MSG_TRUNC)",
        &receives(5, b"he", None),
        r#"recvfrom(3, "he", 2, MSG_TRUNC, NULL, NULL) = 5"#,
    );
    assert_traced(
        "recv(3, 9, MSG_TRUNC)",
        &receives(3, b"", None),
        r#"recvfrom(3, "\0\0\0", 9, MSG_TRUNC, NULL, NULL) = 3"#,
    );
    assert_traced(
        "recv(3, 9)",
        &fails("EAGAIN"),
        "recvfrom(3, 0x…, 9, 0, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable)",
    );
    assert_traced(
        "recvfrom(3, 9)",
        &receives(1, b"x", Some(address("unix:/x", 128))),
        r#"recvfrom(3, "x", 9, 0, {sa_family=AF_UNIX, sun_path="/x"}, [128 => 5]) = 1"#,
    );
    let nobody = Written {
        offered: 128,
        ..Written::default()
    };
    assert_traced(
        "recvfrom(3, 9)",
        &receives(1, b"x", Some(nobody)),
        r#"recvfrom(3, "x", 9, 0, 0x…, [128 => 0]) = 1"#,
    );
    assert_traced(
        "recvfrom(3, 9)",
        &fails("ENOTCONN"),
        "recvfrom(3, 0x…, 9, 0, 0x…, [128]) = -1 ENOTCONN (Transport endpoint is not connected)",
    );
    assert_traced(
        "recv(3, 9)",
        &fails("EINTR"),
        "recvfrom(3, 0x…, 9, 0, NULL, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)",
    );
}

#[test]
fn options_are_set_and_got() {
    assert_traced(
        "setsockopt(3, SO_LINGER, {1, 5s})",
        &returns(0),
        "setsockopt(3, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=5}, 8) = 0",
    );
    let got = |bytes: &[u8], offered| {
        let raw = Raw {
            value: Some(Written {
                bytes: bytes.to_vec(),
                offered,
                length: u32::try_from(bytes.len()).expect("it fits"),
            }),
            ..Raw::default()
        };
        gave(Ok(Returned::Zero), raw)
    };
    assert_traced(
        "getsockopt(3, TCP_CONGESTION)",
        &got(b"cubic\0\0\0\0\0\0\0\0\0\0\0", 256),
        r#"getsockopt(3, SOL_TCP, TCP_CONGESTION, "cubic\0\0\0\0\0\0\0\0\0\0\0", [256 => 16]) = 0"#,
    );
    let failed = Raw {
        returned: -1,
        value: Some(Written {
            offered: 4,
            ..Written::default()
        }),
        ..Raw::default()
    };
    assert_traced(
        "getsockopt(3, IP_TTL)",
        &gave(Err("EOPNOTSUPP"), failed),
        "getsockopt(3, SOL_IP, IP_TTL, 0x…, [4]) = -1 EOPNOTSUPP (Operation not supported)",
    );
}

#[test]
fn descriptors_are_controlled() {
    for (call, value, expected) in [
        (
            "fcntl(3, F_GETFL)",
            2,
            "fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)",
        ),
        (
            "fcntl(3, F_GETFL)",
            0x2802,
            "fcntl(3, F_GETFL) = 0x2802 (flags O_RDWR|O_NONBLOCK|FASYNC)",
        ),
        (
            "fcntl(3, F_GETFD)",
            1,
            "fcntl(3, F_GETFD) = 0x1 (flags FD_CLOEXEC)",
        ),
        ("fcntl(3, F_GETFD)", 0, "fcntl(3, F_GETFD) = 0"),
        (
            "fcntl(3, F_SETFD, FD_CLOEXEC)",
            0,
            "fcntl(3, F_SETFD, FD_CLOEXEC) = 0",
        ),
        ("fcntl(3, F_SETFL, 0)", 0, "fcntl(3, F_SETFL, O_RDONLY) = 0"),
        (
            "fcntl(3, F_SETFL, O_NONBLOCK)",
            0,
            "fcntl(3, F_SETFL, O_RDONLY|O_NONBLOCK) = 0",
        ),
        ("dup(3)", 4, "dup(3) = 4"),
        ("close(3)", 0, "close(3) = 0"),
        ("listen(3, -1)", 0, "listen(3, -1) = 0"),
        ("shutdown(3, SHUT_WR)", 0, "shutdown(3, SHUT_WR) = 0"),
        ("unlink(unix:/tmp/x)", 0, r#"unlink("/tmp/x") = 0"#),
    ] {
        assert_traced(call, &returns(value), expected);
    }
    assert_traced(
        "fcntl(3, 999)",
        &fails("EINVAL"),
        "fcntl(3, 0x3e7 /* F_??? */, 0) = -1 EINVAL (Invalid argument)",
    );
    assert_traced(
        "shutdown(3, 7)",
        &fails("EINVAL"),
        "shutdown(3, 0x7 /* SHUT_??? */) = -1 EINVAL (Invalid argument)",
    );
}

#[test]
fn the_owner_and_the_signal_of_a_descriptor() {
    for (command, argument, value, expected) in [
        (libc::F_SETOWN, -77, 0, "fcntl(3, F_SETOWN, -77) = 0"),
        (libc::F_GETOWN, 0, 77, "fcntl(3, F_GETOWN) = 77"),
        (number::F_SETSIG, 35, 0, "fcntl(3, F_SETSIG, SIGRT_3) = 0"),
        (number::F_SETSIG, 0, 0, "fcntl(3, F_SETSIG, 0) = 0"),
        (number::F_GETSIG, 0, 29, "fcntl(3, F_GETSIG) = 29 (SIGIO)"),
        (number::F_GETSIG, 0, 0, "fcntl(3, F_GETSIG) = 0"),
        (libc::F_DUPFD, 100, 100, "fcntl(3, F_DUPFD, 100) = 100"),
    ] {
        let call = Call::Fcntl {
            socket: Descriptor::Raw(3),
            command: FcntlCommand(command),
            argument: Some(IntArg::Number(argument)),
        };
        let traced = trace(&call, Some(&returns(value)), Environment::default());
        assert_eq!(traced.expect("a system call").line(), expected);
    }
}

#[test]
fn a_call_that_waits_is_printed_in_two_pieces() {
    for (call, unfinished) in [
        ("accept(3)", "accept(3,  <unfinished ...>"),
        ("recv(3, 9)", "recvfrom(3,  <unfinished ...>"),
        (
            "send(3, \"x\")",
            "sendto(3, \"x\", 1, 0, NULL, 0 <unfinished ...>",
        ),
        ("close(3)", "close(3 <unfinished ...>"),
    ] {
        assert_eq!(traced(call, None).unfinished(), unfinished);
        assert_eq!(traced(call, None).line(), unfinished);
    }
    let outcome = receives(5, b"hello", None);
    assert_eq!(
        traced("recv(3, 9)", Some(&outcome)).head(true),
        r#"<... recvfrom resumed>"hello", 9, 0, NULL, NULL)"#
    );
    assert_eq!(
        traced("send(3, \"x\")", Some(&returns(1))).head(true),
        "<... sendto resumed>)"
    );
}

#[test]
fn what_is_no_single_system_call_is_not_traced() {
    for word in ["wait(3)", "fill(3)", "state(3)", "sleep(1ms)"] {
        let call = parse_line(word).expect(word).command.expect(word).call;
        assert_eq!(trace(&call, None, Environment::default()), None);
    }
    let call = parse_line("bind(3, 1.2.3.4:5)")
        .expect("a line")
        .command
        .expect("a call")
        .call;
    let not_made = Outcome::of(Err(Errno(libc::EINVAL)));
    assert_eq!(trace(&call, Some(&not_made), Environment::default()), None);
}
