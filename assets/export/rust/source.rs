/// Sends so many bytes, in pieces of at most `chunk`.
fn source(fd: RawFd, bytes: usize, chunk: usize) -> io::Result<usize> {
    let piece = repeat(b"abcdefghijklmnopqrstuvwxyz", chunk);
    let mut sent = 0;
    while sent < bytes {
        let length = chunk.min(bytes - sent);
        match step(|| sock(fd).send(&piece[..length]))? {
            Some(count) => sent += count,
            None => break,
        }
    }
    Ok(sent)
}
