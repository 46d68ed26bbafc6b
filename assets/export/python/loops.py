def step(call, *arguments):
    """A call of a loop, by ctypes: Python would repeat it after a signal.

    None: it was cancelled.
    """
    while not getattr(threading.current_thread(), "is_cancelled", False):
        try:
            return check(call(*arguments))
        except InterruptedError:
            pass
    return None


def becomes(fd, events):
    entry = select.poll()
    entry.register(fd, events)
    return bool(entry.poll(50))


def send_some(fd, data, flags=0):
    return step(libc.send, fd, data, ctypes.c_size_t(len(data)), flags)


def receive_some(fd, buffer, flags=0):
    return step(libc.recv, fd, buffer, ctypes.c_size_t(len(buffer)), flags)


def fill(fd):
    """Sends until the buffers are full, and stay full for 50 ms."""
    piece, sent, settled = b"f" * 4096, 0, False
    while sent < 256 << 20:
        try:
            count = send_some(fd, piece, MSG_DONTWAIT)
        except BlockingIOError:
            if settled:
                break
            settled = not becomes(fd, select.POLLOUT)
            continue
        if count is None:
            break
        sent, settled = sent + count, False
    return sent


def drain(fd):
    """Receives until nothing comes for 50 ms, or until the end."""
    buffer, received = ctypes.create_string_buffer(256 << 10), 0
    while received < 256 << 20:
        try:
            count = receive_some(fd, buffer, MSG_DONTWAIT)
        except BlockingIOError:
            if not becomes(fd, select.POLLIN):
                break
            continue
        if not count:
            break
        received += count
    return received


def source(fd, size, chunk):
    """Sends so many bytes, in pieces of at most `chunk`."""
    piece, sent = repeat(b"abcdefghijklmnopqrstuvwxyz", chunk), 0
    while sent < size:
        count = send_some(fd, piece[:size - sent])
        if count is None:
            break
        sent += count
    return sent


def sink(fd, messages=False):
    """Receives until the end; 0 bytes of a datagram are no end."""
    buffer, received = ctypes.create_string_buffer(256 << 10), 0
    while True:
        count = receive_some(fd, buffer)
        if count is None or count == 0 and not messages:
            return received
        received += count


def echo(fd):
    """Receives and sends back until the end of the stream."""
    buffer, sent = ctypes.create_string_buffer(256 << 10), 0
    while True:
        count = receive_some(fd, buffer)
        if not count:
            return sent
        data = buffer.raw[:count]
        while data:
            part = send_some(fd, data)
            if part is None:
                return sent
            sent, data = sent + part, data[part:]


def echo_messages(fd):
    """Receives datagrams and sends each back to its sender."""
    buffer, sent = ctypes.create_string_buffer(256 << 10), 0
    room = ctypes.c_size_t(len(buffer))
    while True:
        peer, length = ctypes.create_string_buffer(128), ctypes.c_uint(128)
        count = step(libc.recvfrom, fd, buffer, room, 0,
                     peer, ctypes.byref(length))
        if count is None:
            return sent
        to = (peer, length.value) if length.value > 2 else (None, 0)
        count = step(libc.sendto, fd, buffer, ctypes.c_size_t(count), 0, *to)
        sent += count or 0


# Connections that serve() accepted and the session used, by their places.
accepted = {}


def await_accepted(place):
    """Waits until serve() has accepted this connection."""
    while place not in accepted:
        time.sleep(0.001)
    return accepted[place]


def serve(fd, service, places=(), closed_by_lines=()):
    """Accepts connections, each with a thread, until it is cancelled.

    The first get these places in `accepted`; lines of the session close some.
    """
    def serve_one(connection, is_closed_by_line):
        try:
            service(connection)
        except OSError:
            pass
        if not is_closed_by_line:
            libc.close(connection)

    count = 0
    while True:
        connection = step(libc.accept, fd, None, None)
        if connection is None:
            return count
        place = places[count] if count < len(places) else None
        if place is not None:
            accepted[place] = connection
        count += 1
        thread = threading.Thread(
            target=serve_one, args=(connection, place in closed_by_lines),
            daemon=True)
        thread.start()
