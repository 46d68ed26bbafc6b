//! Bulk data, echoes and connections, each against a raw twin of blocking calls in two threads.
//!
//! The twin uses the same chunks and buffers. The loads are bounded; connections leave TIME_WAIT behind for a minute, so
//! they are few.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use sockplay::call::outcome::Returned;
use sockplay::socket::Address;

use super::paired::{compare, compare_in, micros, rate};
use super::report::Report;
use super::rig::Session;

/// Bytes in one measurement of bulk.
const BULK: u64 = 256 << 20;
/// The same for small chunks, which are slower.
const SMALL_BULK: u64 = 64 << 20;
/// The buffer that sink() and echo() have.
const BUFFER: usize = 256 << 10;
/// Rounds of a pair of bulk, whose rate changes much from one connection to the next.
const ROUNDS: usize = 50;
const ROUND_TRIPS: u32 = 20_000;
const CONNECTIONS: u32 = 500;

pub(crate) fn tcp_1m(report: &mut Report) {
    bulk(report, 1 << 20, raw_tcp, our_tcp);
}

pub(crate) fn tcp_64k(report: &mut Report) {
    bulk(report, 64 << 10, raw_tcp, our_tcp);
}

pub(crate) fn tcp_4k(report: &mut Report) {
    bulk(report, 4 << 10, raw_tcp, our_tcp);
}

pub(crate) fn unix_64k(report: &mut Report) {
    bulk(report, 64 << 10, raw_unix, our_unix);
}

type Bulk = fn(u64, usize) -> Duration;

fn bulk(report: &mut Report, chunk: usize, raw: Bulk, ours: Bulk) {
    let bytes = bytes_for(chunk);
    let compared = compare_in(ROUNDS, || raw(bytes, chunk), || ours(bytes, chunk));
    report.tell("", &compared.share(rate(bytes)));
}

/// How many bytes one measurement moves in chunks of a size.
pub(crate) fn bytes_for(chunk: usize) -> u64 {
    if chunk < 64 << 10 { SMALL_BULK } else { BULK }
}

fn send_all(mut to: impl Write, bytes: u64, chunk: usize) {
    let data = vec![b'x'; chunk];
    let mut left = bytes;
    while left > 0 {
        let piece = chunk.min(usize::try_from(left).unwrap_or(chunk));
        left -= to.write(&data[..piece]).expect("it takes some") as u64;
    }
}

fn take_all(mut from: impl Read) -> u64 {
    let mut buffer = vec![0; BUFFER];
    let mut taken = 0;
    loop {
        match from.read(&mut buffer).expect("it gives some") {
            0 => return taken,
            count => taken += count as u64,
        }
    }
}

/// Sends from one thread to the other; the time until the last byte was read.
fn raw(bytes: u64, chunk: usize, to: impl Write + Send + 'static, from: impl Read) -> Duration {
    let began = Instant::now();
    let sender = thread::spawn(move || send_all(to, bytes, chunk));
    assert_eq!(take_all(from), bytes);
    let took = began.elapsed();
    sender.join().expect("it ends");
    took
}

fn raw_tcp(bytes: u64, chunk: usize) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let client = TcpStream::connect(listener.local_addr().expect("one")).expect("a connection");
    let (server, _) = listener.accept().expect("it waits");
    raw(bytes, chunk, client, server)
}

fn raw_unix(bytes: u64, chunk: usize) -> Duration {
    let (a, b) = UnixStream::pair().expect("a pair");
    raw(bytes, chunk, a, b)
}

/// The same between two of our sockets, every chunk counted.
fn ours(session: &mut Session, bytes: u64, chunk: usize) -> Duration {
    let began = Instant::now();
    let sink = session.begin("sink(s)");
    let source = session.begin(&format!("source(c, {bytes}, {chunk})"));
    let sent = session.wait(source);
    session.call("close(c)");
    let received = session.wait(sink);
    let took = began.elapsed();
    for outcome in [sent, received] {
        assert_eq!(outcome.result, Ok(Returned::Count(bytes)));
    }
    took
}

pub(crate) fn our_tcp(bytes: u64, chunk: usize) -> Duration {
    over_tcp(&mut Session::new(), bytes, chunk)
}

/// Bulk between two TCP sockets of a session that has none yet.
pub(crate) fn over_tcp(session: &mut Session, bytes: u64, chunk: usize) -> Duration {
    for line in [
        "l = socket(AF_INET, SOCK_STREAM)",
        "bind(l, 127.0.0.1:0)",
        "listen(l, 5)",
        "c = socket(AF_INET, SOCK_STREAM)",
        "connect(c, addr(l))",
        "s = accept(l)",
    ] {
        session.call(line);
    }
    ours(session, bytes, chunk)
}

fn our_unix(bytes: u64, chunk: usize) -> Duration {
    let mut session = Session::new();
    session.call("c, s = socketpair(AF_UNIX, SOCK_STREAM)");
    ours(&mut session, bytes, chunk)
}

/// A program that people use for this, where it is installed.
pub(crate) fn against_socat(report: &mut Report) {
    const CHUNK: usize = 64 << 10;
    if Command::new("socat").arg("-V").output().is_err() {
        report.skip("", "socat is not installed");
        return;
    }
    let run = || {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("one").port();
        let mut socat = Command::new("socat")
            .args(["-u", "-b65536", "OPEN:/dev/zero,ignoreeof"])
            .arg(format!("TCP:127.0.0.1:{port}"))
            .stderr(Stdio::null())
            .spawn()
            .expect("socat");
        let (server, _) = listener.accept().expect("it connects");
        let began = Instant::now();
        take_all(server.take(BULK));
        let took = began.elapsed();
        // It sends for ever.
        socat.kill().expect("it runs");
        socat.wait().expect("it ends");
        took
    };
    let compared = compare(run, || our_tcp(BULK, CHUNK));
    report.tell("", &compared.share(rate(BULK)));
}

/// Round trips of a raw client with an echo server.
fn round_trips(mut client: TcpStream) -> Duration {
    client.set_nodelay(true).expect("an option");
    let mut byte = [b'x'];
    let began = Instant::now();
    for _ in 0..ROUND_TRIPS {
        client.write_all(&byte).expect("it goes");
        client.read_exact(&mut byte).expect("it comes back");
    }
    began.elapsed()
}

fn echo_raw(mut stream: impl Read + Write) {
    let mut buffer = vec![0; BUFFER];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        stream.write_all(&buffer[..count]).expect("it goes back");
    }
}

pub(crate) fn echo_round_trip(report: &mut Report) {
    let raw = || {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let client = TcpStream::connect(listener.local_addr().expect("one")).expect("it");
        let (server, _) = listener.accept().expect("it waits");
        let echo = thread::spawn(move || echo_raw(server));
        let took = round_trips(client);
        echo.join().expect("it ends");
        took
    };
    let ours = || {
        let mut session = Session::new();
        let listener = listening(&mut session);
        let client = TcpStream::connect(listener).expect("a connection");
        session.call("s = accept(l)");
        let echo = session.begin("echo(s)");
        let took = round_trips(client);
        session.wait(echo);
        took
    };
    let compared = compare(raw, ours);
    let each = |took: Duration| micros(took / ROUND_TRIPS);
    report.tell("", &compared.time(each));
}

/// A listener `l` of ours.
fn listening(session: &mut Session) -> std::net::SocketAddr {
    session.call("l = socket(AF_INET, SOCK_STREAM)");
    session.call("bind(l, 127.0.0.1:0)");
    session.call("listen(l, 100)");
    match session.call("getsockname(l)").result {
        Ok(Returned::Address(Address::Inet(address))) => address.into(),
        other => panic!("no address: {other:?}"),
    }
}

/// Connects, has one byte echoed and closes, again and again.
fn visits(to: std::net::SocketAddr) -> Duration {
    let mut byte = [b'x'];
    let began = Instant::now();
    for _ in 0..CONNECTIONS {
        let mut client = TcpStream::connect(to).expect("a connection");
        client.write_all(&byte).expect("it goes");
        client.read_exact(&mut byte).expect("it comes back");
    }
    began.elapsed()
}

pub(crate) fn connect_echo_close(report: &mut Report) {
    let raw = || {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let to = listener.local_addr().expect("an address");
        let server = thread::spawn(move || {
            for stream in listener.incoming().take(CONNECTIONS as usize) {
                let stream = stream.expect("a connection");
                thread::spawn(move || echo_raw(stream));
            }
        });
        let took = visits(to);
        server.join().expect("it ends");
        took
    };
    let ours = || {
        let mut session = Session::new();
        let to = listening(&mut session);
        let serve = session.begin("serve(l, echo)");
        let took = visits(to);
        let outcome = session.cancel(serve);
        assert_eq!(outcome.result, Ok(Returned::Count(CONNECTIONS.into())));
        took
    };
    let compared = compare(raw, ours);
    let rate = |took: Duration| {
        let each_second = f64::from(CONNECTIONS) / took.as_secs_f64();
        format!("{each_second:.0} /s")
    };
    report.tell("", &compared.share(rate));
}
