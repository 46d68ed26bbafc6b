//! An echo server for one connection, and its client in a thread.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let client = std::thread::spawn(move || -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(b"hello")?;
        stream.shutdown(Shutdown::Write)?;
        let mut all = Vec::new();
        stream.read_to_end(&mut all)?;
        Ok(all)
    });
    let (mut connection, _) = listener.accept()?;
    let mut buffer = [0; 64];
    loop {
        let count = connection.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        connection.write_all(&buffer[..count])?;
    }
    drop(connection);
    let echoed = client.join().expect("the client ends")?;
    assert_eq!(echoed, b"hello");
    Ok(())
}
