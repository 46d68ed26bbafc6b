//! `sockplay example-server`: the small server that a lesson traces. It makes the calls of its C source, one after the
//! other.

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddrV4};

use crate::cli::ExampleServerArgs;
use crate::run::Exit;
use crate::socket::sockaddr::{decode, encode};
use crate::socket::{Address, Errno};
use crate::sys::Failure;
use crate::sys::socket::{
    RawAddress, Source, Target, accept, bind, close, getsockname, listen, recv, send, socket,
};

/// The same program in C.
const SOURCE: &str = include_str!("../../assets/programs/example-server.c");
/// The size of its buffer.
const BUFFER: usize = 100;

/// Serves clients until accept() fails, or prints the source.
///
/// # Errors
///
/// When the output cannot be written, or a call fails that needs nobody else.
pub fn example_server(args: &ExampleServerArgs) -> io::Result<Exit> {
    let mut out = io::stdout().lock();
    if args.source {
        out.write_all(SOURCE.as_bytes())?;
        return Ok(Exit::Held);
    }
    // As in C: the runtime of Rust has it ignored.
    crate::sys::signal::restore_inherited();
    let listener = listener(args.port).map_err(failed)?;
    let own = getsockname(listener, None).map_err(failed)?;
    if let Some(address) = decode(&own.bytes) {
        writeln!(out, "listening on {address}")?;
        out.flush()?;
    }
    loop {
        match accept(listener, None) {
            Ok((client, _)) => serve(client),
            Err(failure) => {
                writeln!(io::stderr(), "accept: {}", text(&failure))?;
                return Ok(Exit::Broken);
            }
        }
    }
}

fn listener(port: u16) -> Result<i32, Failure> {
    let listener = socket(libc::AF_INET, libc::SOCK_STREAM, 0)?;
    let own = Address::Inet(SocketAddrV4::new(Ipv4Addr::LOCALHOST, port));
    bind(listener, &RawAddress::new(&encode(&own), None))?;
    listen(listener, 5)?;
    Ok(listener)
}

/// Sends back what a client sends, until it ends. What send() did not take is lost, as in many a program.
fn serve(client: i32) {
    let mut buffer = [0; BUFFER];
    loop {
        match recv(client, Target::Buffer(&mut buffer), 0) {
            Err(Errno(libc::EINTR)) => {}
            Ok(0) | Err(_) => break,
            Ok(count) => drop(send(client, Source::Bytes(&buffer[..count]), 0)),
        }
    }
    // It fails for no descriptor that was accepted.
    let _ = close(client);
}

fn text(failure: &Failure) -> String {
    match failure {
        Failure::Errno(errno) => errno.text(),
        Failure::Refused(why) => why.clone(),
    }
}

fn failed(failure: Failure) -> io::Error {
    io::Error::other(text(&failure))
}
