/// Receives and sends back until the end of the stream.
fn echo(fd: RawFd) -> io::Result<usize> {
    let mut buffer = vec![0; 256 << 10];
    let mut sent = 0;
    loop {
        let Some(count @ 1..) = step(|| sock(fd).recv_with_flags(room(&mut buffer), 0))? else {
            return Ok(sent);
        };
        let mut done = 0;
        while done < count {
            match step(|| sock(fd).send(&buffer[done..count]))? {
                Some(part) => done += part,
                None => return Ok(sent + done),
            }
        }
        sent += done;
    }
}
