/// Receives until the end of the stream; 0 bytes of a datagram are no end.
fn sink(fd: RawFd, messages: bool) -> io::Result<usize> {
    let mut buffer = vec![0; 256 << 10];
    let mut received = 0;
    loop {
        match step(|| sock(fd).recv_with_flags(room(&mut buffer), 0))? {
            None => break,
            Some(0) if !messages => break,
            Some(count) => received += count,
        }
    }
    Ok(received)
}
