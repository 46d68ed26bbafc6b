/// Makes a call of a loop; `None`: it was cancelled. A call that a signal interrupted is made again.
fn step(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<Option<usize>> {
    loop {
        if is_cancelled() {
            return Ok(None);
        }
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result.map(Some),
        }
    }
}

/// Whether a socket becomes ready within 50 ms.
fn becomes(socket: &Socket, events: libc::c_short) -> bool {
    let mut entry = libc::pollfd {
        fd: socket.as_raw_fd(),
        events,
        revents: 0,
    };
    unsafe { libc::poll(&raw mut entry, 1, 50) != 0 && entry.revents & events != 0 }
}

/// Sends until the buffers are full, and stay full for 50 ms.
fn fill(socket: &Socket) -> io::Result<usize> {
    let piece = [b'f'; 4096];
    let (mut sent, mut settled) = (0, false);
    while sent < 256 << 20 {
        match step(|| socket.send_with_flags(&piece, libc::MSG_DONTWAIT)) {
            Ok(None) => break,
            Ok(Some(count)) => {
                sent += count;
                settled = false;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock && settled => break,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                settled = !becomes(socket, libc::POLLOUT);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(sent)
}

/// Receives until nothing comes for 50 ms, or until the end.
fn drain(socket: &Socket) -> io::Result<usize> {
    let mut buffer = vec![0; 256 << 10];
    let mut received = 0;
    while received < 256 << 20 {
        match step(|| socket.recv_with_flags(as_uninit(&mut buffer), libc::MSG_DONTWAIT)) {
            Ok(None | Some(0)) => break,
            Ok(Some(count)) => received += count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                if !becomes(socket, libc::POLLIN) {
                    break;
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(received)
}

/// Sends so many bytes, in pieces of at most `chunk`.
fn source(socket: &Socket, bytes: usize, chunk: usize) -> io::Result<usize> {
    let piece = repeat(b"abcdefghijklmnopqrstuvwxyz", chunk);
    let mut sent = 0;
    while sent < bytes {
        let length = chunk.min(bytes - sent);
        match step(|| socket.send(&piece[..length]))? {
            Some(count) => sent += count,
            None => break,
        }
    }
    Ok(sent)
}

/// Receives until the end of the stream; 0 bytes of a datagram are no end.
fn sink(socket: &Socket, messages: bool) -> io::Result<usize> {
    let mut buffer = vec![0; 256 << 10];
    let mut received = 0;
    loop {
        match step(|| socket.recv(as_uninit(&mut buffer)))? {
            None => break,
            Some(0) if !messages => break,
            Some(count) => received += count,
        }
    }
    Ok(received)
}

/// Receives and sends back until the end of the stream.
fn echo(socket: &Socket) -> io::Result<usize> {
    let mut buffer = vec![0; 256 << 10];
    let mut sent = 0;
    loop {
        let Some(count @ 1..) = step(|| socket.recv(as_uninit(&mut buffer)))? else {
            return Ok(sent);
        };
        let mut done = 0;
        while done < count {
            match step(|| socket.send(&buffer[done..count]))? {
                Some(part) => done += part,
                None => return Ok(sent + done),
            }
        }
        sent += done;
    }
}

/// Receives datagrams and sends each back to its sender.
fn echo_messages(socket: &Socket) -> io::Result<usize> {
    let mut buffer = vec![0; 256 << 10];
    let mut sent = 0;
    loop {
        let mut from = None;
        let received = step(|| {
            let (count, sender) = socket.recv_from(as_uninit(&mut buffer))?;
            from = Some(sender);
            Ok(count)
        })?;
        let (Some(count), Some(from)) = (received, from) else {
            return Ok(sent);
        };
        let has_name = from.len() > 2;
        let back = step(|| match has_name {
            true => socket.send_to(&buffer[..count], &from),
            false => socket.send(&buffer[..count]),
        })?;
        sent += back.unwrap_or(0);
    }
}

/// The connections that serve() accepted.
static ACCEPTED: [AtomicI32; SERVED] = [const { AtomicI32::new(-1) }; SERVED];

/// One of them, once it was accepted.
fn accepted(place: usize) -> RawFd {
    while ACCEPTED[place].load(SeqCst) == -1 {
        thread::sleep(Duration::from_millis(1));
    }
    ACCEPTED[place].load(SeqCst)
}

/// Accepts connections, each with a thread, until it is cancelled. The first go to these places of `ACCEPTED`; lines of the
/// session close some.
fn serve(
    listener: &Socket,
    service: fn(&Socket) -> io::Result<usize>,
    mut places: Range<usize>,
    closed_by_lines: &'static [usize],
) -> io::Result<usize> {
    let fd = listener.as_raw_fd();
    let mut count = 0;
    loop {
        let accepted = step(|| {
            let (address, length) = (std::ptr::null_mut(), std::ptr::null_mut());
            let made = check(unsafe { libc::accept(fd, address, length) })?;
            Ok(made as usize)
        })?;
        let Some(made) = accepted else {
            return Ok(count);
        };
        count += 1;
        let place = places.next();
        if let Some(place) = place {
            ACCEPTED[place].store(made as RawFd, SeqCst);
        }
        let is_closed_by_line = place.is_some_and(|place| closed_by_lines.contains(&place));
        let connection = unsafe { Socket::from_raw_fd(made as RawFd) };
        thread::spawn(move || {
            let _ = service(&connection);
            if is_closed_by_line {
                std::mem::forget(connection);
            }
        });
    }
}
