//! The queues of the selected socket, from events made by hand.

use crate::socket::Kind;
use crate::view::tests::*;

/// A pair of AF_UNIX streams, `a` and `b`.
fn pair(columns: u16, rows: u16) -> App {
    let mut app = app(columns, rows);
    ask(
        &mut app,
        1,
        1,
        None,
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)",
    );
    for (id, name) in [(1, "a"), (2, "b")] {
        let new = NewDescriptor {
            same_file: None,
            identity: crate::event::Identity::default(),
            descriptor: DescriptorId(id),
            call: CallId(1),
            fd: 2 + i32::try_from(id).expect("few"),
            name: crate::call::argument::Name::new(name),
            kind: Kind::Stream,
            domain: Domain::UNIX,
            socket_type: SocketType::STREAM,
            protocol: Protocol(0),
            origin: Origin::Paired,
        };
        happens(&mut app, 1, EventKind::Created(new));
    }
    returns(&mut app, 1, 1, Ok(Returned::Pair(3, 4)));
    app
}

#[test]
fn a_socket_without_a_peer_or_an_address_has_no_queue_of_anybody() {
    for (kind, socket_type, said) in [
        (Kind::Stream, SocketType::STREAM, "a has no peer"),
        (Kind::Datagram, SocketType::DGRAM, "a has no address"),
    ] {
        let mut app = app(80, 24);
        ask(
            &mut app,
            1,
            1,
            None,
            &format!("a = socket(AF_INET, {socket_type})"),
        );
        let new = NewDescriptor {
            same_file: None,
            identity: crate::event::Identity::default(),
            descriptor: DescriptorId(1),
            call: CallId(1),
            fd: 3,
            name: crate::call::argument::Name::new("a"),
            kind,
            domain: Domain::INET,
            socket_type,
            protocol: Protocol(0),
            origin: Origin::Created,
        };
        happens(&mut app, 1, EventKind::Created(new));
        returns(&mut app, 1, 1, Ok(Returned::Descriptor(3)));
        press(&mut app, KeyCode::Char('Q'));
        let screen = screen(&app);
        assert!(screen.contains(said), "{screen}");
        assert!(!screen.contains("other end"), "{screen}");
    }
}

#[test]
fn the_bytes_of_each_send_are_seen_in_the_receive_queue() {
    let mut app = pair(80, 24);
    for (id, size) in [(2, 5), (3, 4)] {
        let line = format!("send(a, bytes({size}))");
        ask(&mut app, id, id, Some(DescriptorId(1)), &line);
        returns(&mut app, id, id, Ok(Returned::Count(size)));
    }
    ask(&mut app, 4, 4, Some(DescriptorId(2)), "recv(b, 2)");
    let took = Returned::Data {
        count: 2,
        bytes: [0, 0].into(),
        from: None,
    };
    returns(&mut app, 4, 4, Ok(took));
    let seen = Observation {
        unread: Some(6),
        ..Observation::default()
    };
    let socket = DescriptorId(2);
    happens(
        &mut app,
        5,
        EventKind::Observed {
            descriptor: socket,
            seen,
        },
    );
    press(&mut app, KeyCode::Char('Q'));
    let shown = screen(&app);
    for part in [
        "│ a → b ",
        "│ bytes           abcdeabcd ",
        "│ sending calls   1────2─── ",
        "│ receiving calls 1─ ",
        "│ where they are  ··██████▒ ",
        "· receiving call 1 of b took 2 B of send 1 ",
        "█ in the receive queue of b (observed): 3 B of send 1 + 3 B of send 2 ",
        "▒ in the send queue of a or in transit (inferred): 1 B of send 2 ",
        "│ b → a ",
        "b has sent nothing.",
    ] {
        assert!(shown.contains(part), "{part}\n is not in\n{shown}");
    }
    press(&mut app, KeyCode::Esc);
    assert!(screen(&app).contains("▪ Sockets"));
}

#[test]
fn much_data_is_drawn_to_scale_and_a_pending_send_is_named() {
    let mut app = pair(80, 24);
    ask(
        &mut app,
        2,
        2,
        Some(DescriptorId(1)),
        "send(a, bytes(5000))",
    );
    let thread = Thread {
        tid: 7,
        further: false,
    };
    let entered = EventKind::Entered {
        call: CallId(2),
        thread,
        state: None,
    };
    happens(&mut app, 2, entered);
    let seen = Observation {
        unread: Some(3000),
        ..Observation::default()
    };
    let socket = DescriptorId(2);
    happens(
        &mut app,
        3,
        EventKind::Observed {
            descriptor: socket,
            seen,
        },
    );
    press(&mut app, KeyCode::Char('Q'));
    let shown = screen(&app);
    for part in [
        "sending call 1 of a has not returned: 3000 B so far in the kernel (inferred)",
        "a column is 50 B",
        "█ in the receive queue of b (observed): 3000 B of send 1",
    ] {
        assert!(shown.contains(part), "{part}\n is not in\n{shown}");
    }
    let scale = format!("where they are  {} ", "█".repeat(60));
    assert!(shown.contains(&scale), "{shown}");
}

#[test]
fn each_message_that_waits_is_a_box_with_its_bytes() {
    let mut app = app(80, 24);
    ask(
        &mut app,
        1,
        1,
        None,
        "a, b = socketpair(AF_UNIX, SOCK_SEQPACKET)",
    );
    for (id, name) in [(1, "a"), (2, "b")] {
        let new = NewDescriptor {
            same_file: None,
            identity: crate::event::Identity::default(),
            descriptor: DescriptorId(id),
            call: CallId(1),
            fd: 2 + i32::try_from(id).expect("few"),
            name: crate::call::argument::Name::new(name),
            kind: Kind::Seqpacket,
            domain: Domain::UNIX,
            socket_type: SocketType::SEQPACKET,
            protocol: Protocol(0),
            origin: Origin::Paired,
        };
        happens(&mut app, 1, EventKind::Created(new));
    }
    returns(&mut app, 1, 1, Ok(Returned::Pair(3, 4)));
    for (id, line, count) in [
        (2, "send(a, \"he\\x1b o\")", 5),
        (3, "send(a, bytes(300))", 300),
    ] {
        ask(&mut app, id, id, Some(DescriptorId(1)), line);
        returns(&mut app, id, id, Ok(Returned::Count(count)));
    }
    app.selection = Some(DescriptorId(2));
    press(&mut app, KeyCode::Char('Q'));
    let shown = screen(&app);
    for part in [
        "┌1: 5 B┐ ┌2: 300 B────────┐",
        "│he.␣o │ │abcdefghijklmno…│",
        "└──────┘ └────────────────┘",
    ] {
        assert!(shown.contains(part), "{part}\n is not in\n{shown}");
    }
}

#[test]
fn a_full_accept_queue_says_what_follows() {
    let mut app = listening(80, 24);
    let seen = Observation {
        waiting: Some(Queue {
            length: 2,
            limit: 1,
        }),
        ..Observation::default()
    };
    let socket = DescriptorId(1);
    happens(
        &mut app,
        9,
        EventKind::Observed {
            descriptor: socket,
            seen,
        },
    );
    press(&mut app, KeyCode::Char('Q'));
    let shown = screen(&app);
    assert!(
        shown.contains("accept queue of l: 2 of 2 (observed)"),
        "{shown}"
    );
    assert!(shown.contains("│ ▮? ▮? "), "{shown}");
    assert!(
        shown.contains("It is full: a SYN that comes now"),
        "{shown}"
    );
}

#[test]
fn a_full_queue_of_af_unix_drops_nothing() {
    let mut app = app(120, 40);
    ask(&mut app, 1, 1, None, "l = socket(AF_UNIX, SOCK_STREAM)");
    let socket = DescriptorId(1);
    let new = NewDescriptor {
        same_file: None,
        identity: crate::event::Identity::default(),
        descriptor: socket,
        call: CallId(1),
        fd: 3,
        name: crate::call::argument::Name::new("l"),
        kind: Kind::Stream,
        domain: Domain::UNIX,
        socket_type: SocketType::STREAM,
        protocol: Protocol(0),
        origin: Origin::Created,
    };
    happens(&mut app, 1, EventKind::Created(new));
    returns(&mut app, 1, 1, Ok(Returned::Descriptor(3)));
    for (id, line) in [(2, "bind(l, unix:/tmp/x)"), (3, "listen(l, 1)")] {
        ask(&mut app, id, id, Some(socket), line);
        returns(&mut app, id, id, Ok(Returned::Zero));
    }
    let seen = Observation {
        waiting: Some(Queue {
            length: 2,
            limit: 1,
        }),
        ..Observation::default()
    };
    happens(
        &mut app,
        9,
        EventKind::Observed {
            descriptor: socket,
            seen,
        },
    );
    press(&mut app, KeyCode::Char('Q'));
    let shown = screen(&app);
    assert!(shown.contains("It is full: a connect() that comes now sleeps"));
    assert!(shown.contains("must not block gives EAGAIN"), "{shown}");
    assert!(!shown.contains("SYN"), "{shown}");
}

#[test]
fn what_a_listener_threw_away_is_counted_and_not_explained_away() {
    let mut app = listening(160, 40);
    let memory = crate::event::Memory {
        drops: 3,
        ..crate::event::Memory::default()
    };
    let socket = DescriptorId(1);
    let seen = Observation {
        memory: Some(memory),
        ..Observation::default()
    };
    happens(
        &mut app,
        9,
        EventKind::Observed {
            descriptor: socket,
            seen,
        },
    );
    let endpoints = Box::new(crate::event::Endpoints {
        elsewhere: None,
        own: None,
        other: crate::event::Seen::Unavailable(String::new()),
        half_open: Some(crate::event::Seen::Observed(Vec::new())),
    });
    happens(
        &mut app,
        10,
        EventKind::Endpoints {
            descriptor: socket,
            endpoints,
        },
    );
    press(&mut app, KeyCode::Char('Q'));
    let shown = screen(&app);
    for part in [
        "3 packets dropped at this socket so far",
        "TCP_DEFER_ACCEPT",
    ] {
        assert!(shown.contains(part), "{part}\n is not in\n{shown}");
    }
}

#[test]
fn a_datagram_that_was_too_long_is_a_cut_box_and_what_was_dropped_is_counted() {
    let mut app = app(100, 30);
    ask(&mut app, 1, 1, None, "r = socket(AF_INET, SOCK_DGRAM)");
    let socket = DescriptorId(1);
    happens(
        &mut app,
        1,
        EventKind::Created(NewDescriptor {
            same_file: None,
            identity: crate::event::Identity::default(),
            descriptor: socket,
            call: CallId(1),
            fd: 3,
            name: crate::call::argument::Name::new("r"),
            kind: Kind::Datagram,
            domain: Domain::INET,
            socket_type: SocketType::DGRAM,
            protocol: Protocol(0),
            origin: Origin::Created,
        }),
    );
    returns(&mut app, 1, 1, Ok(Returned::Descriptor(3)));
    let memory = crate::event::Memory {
        drops: 2,
        ..crate::event::Memory::default()
    };
    let seen = Observation {
        unread: Some(5),
        error_queued: Some(true),
        memory: Some(memory),
        ..Observation::default()
    };
    happens(
        &mut app,
        2,
        EventKind::Observed {
            descriptor: socket,
            seen,
        },
    );
    ask(&mut app, 3, 3, Some(socket), "recv(r, 2)");
    let took = Returned::Data {
        count: 2,
        bytes: [0, 0].into(),
        from: None,
    };
    returns(&mut app, 3, 3, Ok(took));
    press(&mut app, KeyCode::Char('Q'));
    let shown = screen(&app);
    for part in [
        "receiving call 1 of r took ▐2 B▌✂┄3 B┄┐ lost: the buffer had room for 2 of 5",
        "2 packets dropped at this socket so far",
        "The error queue holds a record (observed).",
    ] {
        assert!(shown.contains(part), "{part}\n is not in\n{shown}");
    }
}

#[test]
fn an_urgent_byte_that_was_passed_over_is_not_counted_as_received() {
    let mut app = pair(100, 30);
    for (id, line, count) in [
        (2, "send(a, \"GET\")", 3),
        (3, "send(a, \" \", MSG_OOB)", 1),
        (4, "send(a, \"/ HTTP\")", 6),
    ] {
        ask(&mut app, id, id, Some(DescriptorId(1)), line);
        returns(&mut app, id, id, Ok(Returned::Count(count)));
    }
    for (id, bytes) in [(5, &b"GET"[..]), (6, &b"/ HTTP"[..])] {
        ask(&mut app, id, id, Some(DescriptorId(2)), "recv(b, 100)");
        let took = Returned::Data {
            count: bytes.len() as u64,
            bytes: bytes.to_vec().into(),
            from: None,
        };
        returns(&mut app, id, id, Ok(took));
    }
    press(&mut app, KeyCode::Char('Q'));
    let shown = screen(&app);
    for part in [
        "receiving call 1 of b took 3 B of send 1",
        "receiving call 2 of b took 6 B of send 3, past the urgent byte of send 2",
    ] {
        assert!(shown.contains(part), "{part}\n is not in\n{shown}");
    }
    assert!(!shown.contains("1 B of send 3"), "{shown}");
}
