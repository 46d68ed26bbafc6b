/// Receives datagrams and sends each back to its sender.
fn echo_messages(fd: RawFd) -> io::Result<usize> {
    let mut buffer = vec![0; 256 << 10];
    let mut sent = 0;
    loop {
        let mut from = None;
        let received = step(|| {
            let (count, sender) = sock(fd).recv_from_with_flags(room(&mut buffer), 0)?;
            from = Some(sender);
            Ok(count)
        })?;
        let (Some(count), Some(from)) = (received, from) else {
            return Ok(sent);
        };
        let named = from.len() > 2;
        let back = step(|| match named {
            true => sock(fd).send_to(&buffer[..count], &from),
            false => sock(fd).send(&buffer[..count]),
        })?;
        sent += back.unwrap_or(0);
    }
}
