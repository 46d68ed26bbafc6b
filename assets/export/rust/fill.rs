/// Sends until the buffers are full, and stay full for 50 ms.
fn fill(fd: RawFd) -> io::Result<usize> {
    let piece = [b'f'; 4096];
    let (mut sent, mut settled) = (0, false);
    while sent < 256 << 20 {
        match step(|| sock(fd).send_with_flags(&piece, libc::MSG_DONTWAIT)) {
            Ok(None) => break,
            Ok(Some(count)) => {
                sent += count;
                settled = false;
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && settled => break,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => settled = !becomes(fd, libc::POLLOUT),
            Err(error) => return Err(error),
        }
    }
    Ok(sent)
}
