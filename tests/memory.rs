//! No flag has the kernel use memory that a call has given back: each flag, each pair of flags and 10,000 random words
//! of flags on every call that sends or receives. It takes long and is made for valgrind, so it is not run by
//! `cargo test` alone:
//!
//! ```text
//! cargo test --test memory --no-run
//! valgrind --error-exitcode=9 target/debug/deps/memory-… --ignored --nocapture
//! ```
//!
//! valgrind sees memory that is freed or was never there when a call is made. What the kernel reads after the call is
//! seen by its bytes: the memory of each message is filled with others at once, and the peer must never receive those.

use sockplay::sys::file::fcntl;
use sockplay::sys::message::{recvmsg, sendmsg};
use sockplay::sys::socket::{
    RawAddress, Source, Target, accept, bind, close, connect, getsockname, listen, recv, recvfrom,
    send, sendto, setsockopt, socket, socketpair,
};
use sockplay::sys::{Checked, Failure};

/// The bytes of a message, and those that its memory is filled with afterwards.
const SENT: u8 = b's';
const FREED: u8 = b'F';
const LENGTH: usize = 600;
/// How many random words of flags there are.
const RANDOM: usize = 10_000;

/// A sending call on a pair, with the message and the flags.
type Sends = fn(&Pair, &[u8], i32) -> Checked<usize>;

/// Two connected sockets that do not wait.
struct Pair {
    name: &'static str,
    sender: i32,
    receiver: i32,
    to: RawAddress,
}

impl Drop for Pair {
    fn drop(&mut self) {
        let _ = (close(self.sender), close(self.receiver));
    }
}

impl Pair {
    fn new(name: &'static str, (sender, receiver): (i32, i32)) -> Self {
        for fd in [sender, receiver] {
            fcntl(fd, libc::F_SETFL, libc::O_NONBLOCK).expect("a flag of every file");
        }
        let on = 1_i32.to_ne_bytes();
        // AF_UNIX has none.
        let _ = setsockopt(sender, libc::SOL_SOCKET, libc::SO_ZEROCOPY, Some(&on), None);
        let name_of_peer = getsockname(receiver, None).expect("it has a name");
        Self {
            name,
            sender,
            receiver,
            to: RawAddress::new(&name_of_peer.bytes, None),
        }
    }

    fn of_unix(name: &'static str, kind: i32) -> Self {
        Self::new(
            name,
            socketpair(libc::AF_UNIX, kind, 0).expect("two sockets"),
        )
    }

    /// Two sockets of 127.0.0.1, the second of which is reached by the first.
    fn of_ip(name: &'static str, kind: i32) -> Self {
        let [sender, other] = [(); 2].map(|()| socket(libc::AF_INET, kind, 0).expect("a socket"));
        let loopback: std::net::SocketAddr = ([127, 0, 0, 1], 0).into();
        let local = RawAddress::new(&sockplay::socket::sockaddr::encode(&loopback.into()), None);
        bind(other, &local).expect("a port");
        let there = getsockname(other, None).expect("it has a name");
        if kind == libc::SOCK_STREAM {
            listen(other, 5).expect("it is bound");
        }
        connect(sender, &RawAddress::new(&there.bytes, None)).expect("it is reached");
        if kind != libc::SOCK_STREAM {
            return Self::new(name, (sender, other));
        }
        let (accepted, _) = accept(other, None).expect("a connection");
        close(other).expect("it was open");
        Self::new(name, (sender, accepted))
    }

    /// Sends by every call, each from memory of its own.
    fn send_all(&self, flags: i32) {
        let calls: [Sends; 3] = [
            |pair, bytes, flags| send(pair.sender, Source::Bytes(bytes), flags),
            |pair, bytes, flags| sendto(pair.sender, Source::Bytes(bytes), flags, &pair.to),
            |pair, bytes, flags| {
                let (first, second) = bytes.split_at(LENGTH / 2);
                let parts = [Source::Bytes(first), Source::Bytes(second)];
                sendmsg(pair.sender, &parts, None, &[], flags)
            },
        ];
        for call in calls {
            let mut message = vec![SENT; LENGTH];
            let sent = call(self, &message, flags);
            message.fill(FREED);
            drop(message);
            assert_eq!(
                matches!(sent, Err(Failure::Refused(_))),
                flags & libc::MSG_ZEROCOPY != 0,
                "{} {flags:#x}: {sent:?}",
                self.name
            );
        }
    }

    /// Receives by every call.
    fn receive_all(&self, flags: i32) {
        for _ in 0..2 {
            let mut buffer = vec![SENT; LENGTH];
            let _ = recv(self.receiver, Target::Buffer(&mut buffer), flags);
            self.check(&buffer, flags);
            let _ = recvfrom(self.receiver, Target::Buffer(&mut buffer), flags, None);
            self.check(&buffer, flags);
            let mut buffers = [vec![SENT; LENGTH / 2], vec![SENT; LENGTH / 2]];
            let _ = recvmsg(self.receiver, &mut buffers, 256, flags);
            self.check(&buffers.concat(), flags);
        }
    }

    /// Receives what is left.
    fn drain(&self, flags: i32) {
        let mut buffer = vec![SENT; 64 << 10];
        while recv(self.receiver, Target::Buffer(&mut buffer), 0).is_ok_and(|count| count > 0) {
            self.check(&buffer, flags);
        }
    }

    #[track_caller]
    fn check(&self, bytes: &[u8], flags: i32) {
        let foreign = bytes.iter().find(|byte| **byte != SENT);
        assert_eq!(foreign, None, "{} with flags {flags:#x}", self.name);
    }
}

/// Each bit, each pair of bits, and random words: always the same ones.
fn words() -> Vec<i32> {
    let bits = (0..32).map(|bit| 1_u32 << bit);
    let pairs = bits
        .clone()
        .flat_map(|a| bits.clone().map(move |b| a | b))
        .collect::<Vec<u32>>();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let random = std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) as u32
    });
    pairs
        .into_iter()
        .chain(random.take(RANDOM))
        .map(u32::cast_signed)
        .collect()
}

#[test]
#[ignore = "takes minutes, and is made for valgrind"]
fn no_flags_have_the_kernel_use_memory_that_was_given_back() {
    let makers: [fn() -> Pair; 5] = [
        || Pair::of_ip("TCP", libc::SOCK_STREAM),
        || Pair::of_ip("UDP", libc::SOCK_DGRAM),
        || Pair::of_unix("AF_UNIX stream", libc::SOCK_STREAM),
        || Pair::of_unix("AF_UNIX datagram", libc::SOCK_DGRAM),
        || Pair::of_unix("AF_UNIX seqpacket", libc::SOCK_SEQPACKET),
    ];
    let words = words();
    for make in makers {
        let mut pair = make();
        for (index, flags) in words.iter().enumerate() {
            // What some flags leave behind, such as held-back data, is to meet others, but not forever.
            if index % 256 == 0 {
                pair = make();
            }
            pair.send_all(*flags);
            pair.receive_all(*flags);
            pair.drain(*flags);
        }
        println!("{}: {} words of flags", pair.name, words.len());
    }
}
