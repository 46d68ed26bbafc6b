/// Receives until nothing comes for 50 ms, or until the end.
fn drain(fd: RawFd) -> io::Result<usize> {
    let mut buffer = vec![0; 256 << 10];
    let mut received = 0;
    while received < 256 << 20 {
        match step(|| sock(fd).recv_with_flags(room(&mut buffer), libc::MSG_DONTWAIT)) {
            Ok(None | Some(0)) => break,
            Ok(Some(count)) => received += count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if !becomes(fd, libc::POLLIN) {
                    break;
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(received)
}
