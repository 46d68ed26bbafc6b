libc = ctypes.CDLL(None, use_errno=True)
for function in ("send", "sendto", "sendmsg", "recv", "recvfrom", "recvmsg", "read", "write", "readv", "writev"):
    getattr(libc, function).restype = ctypes.c_ssize_t
libc.gai_strerror.restype = libc.inet_ntop.restype = ctypes.c_char_p


class Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class Msghdr(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_void_p), ("name_length", ctypes.c_uint), ("vectors", ctypes.POINTER(Iovec)),
        ("count", ctypes.c_size_t), ("control", ctypes.c_void_p), ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    ]


class Mmsghdr(ctypes.Structure):
    _fields_ = [("header", Msghdr), ("length", ctypes.c_uint)]


# The socket objects by their descriptors.
sockets = {}


def keep(*made):
    """Keeps socket objects; gives their descriptors."""
    for one in made:
        # Whoever had the number before has closed it.
        forget(one.fileno())
        sockets[one.fileno()] = one
    return made[0].fileno() if len(made) == 1 else [one.fileno() for one in made]


def sock(fd):
    """The socket object of a descriptor."""
    if fd not in sockets:
        sockets[fd] = socket.socket(fileno=os.dup(-1) if fd < 0 else fd)
    return sockets[fd]


def forget(fd):
    """The descriptor is about to be closed by its number."""
    if fd in sockets:
        sockets.pop(fd).detach()


def close(fd):
    forget(fd)
    check(libc.close(fd))


def accept(listener):
    made, address = sock(listener).accept()
    return keep(made), address


def check(returned):
    """What a function of the C library returned: -1 and a null pointer are errors."""
    if returned in (-1, None):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return returned


def check_lookup(returned):
    """The same for a function that returns its error: getnameinfo()."""
    if returned != 0:
        raise socket.gaierror(returned, libc.gai_strerror(returned).decode())


def fatal(call, text):
    print(f"{call}: {text}", file=sys.stderr, flush=True)
    os._exit(1)


def must(call, function):
    """Makes a call; an error ends the program."""
    try:
        return function()
    except OSError as error:
        fatal(call, error.strerror)


def expect_error(call, function, expected):
    """Makes a call that is to fail with this error, as it did in the session. Anything else ends the program."""
    try:
        function()
    except socket.gaierror as error:
        print(f"{call}: {error.strerror}")
        if error.errno != expected:
            fatal(call, f"the error {expected} was expected")
        return
    except OSError as error:
        print(f"{call}: {error.strerror}")
        if error.errno != expected:
            fatal(call, f"this error was expected: {os.strerror(expected)}")
        return
    fatal(call, f"it was to fail: {os.strerror(expected) if expected > 0 else expected}")


def print_result(call, function):
    """Makes a call of which the session left open what it returns."""
    try:
        print(f"{call}: {function() or 0}")
    except OSError as error:
        print(f"{call}: {error.strerror}")


def print_bytes(data, count):
    data = bytes(data[:count])
    if data:
        text = "".join(chr(byte) if 32 <= byte <= 126 and byte not in b'"\\' else f"\\x{byte:02x}" for byte in data[:64])
        print(f'  "{text}"' + ("..." if len(data) > 64 else ""))


def print_address(call, address):
    if isinstance(address, tuple) and ":" in address[0]:
        print(f"{call}: [{address[0]}]:{address[1]}")
    elif isinstance(address, tuple):
        print(f"{call}: {address[0]}:{address[1]}")
    else:
        print(f"{call}: an address of {len(raw(address))} bytes")


def raw(address):
    """An address as the kernel reads it."""
    if address is None:
        return b""
    if isinstance(address, tuple) and ":" in address[0]:
        ip, port, flow, scope = (address + (0, 0))[:4]
        ip = socket.inet_pton(socket.AF_INET6, ip)
        return struct.pack("=HHI16sI", socket.AF_INET6, socket.htons(port), socket.htonl(flow), ip, scope)
    if isinstance(address, tuple):
        return struct.pack("=HH4s8x", socket.AF_INET, socket.htons(address[1]), socket.inet_aton(address[0]))
    path = os.fsencode(address)
    end = b"\0" if path and path[0] != 0 else b""
    return struct.pack("=H", socket.AF_UNIX) + path + end


def native(data):
    """An address that the kernel wrote, as Python has it."""
    data = bytes(data)
    if len(data) < 2:
        return None
    family, = struct.unpack_from("=H", data)
    if family == socket.AF_INET:
        return socket.inet_ntoa(data[4:8]), socket.ntohs(struct.unpack_from("=H", data, 2)[0])
    if family == socket.AF_INET6:
        return socket.inet_ntop(socket.AF_INET6, data[8:24]), socket.ntohs(struct.unpack_from("=H", data, 2)[0])
    path = data[2:]
    return path if path[:1] == b"\0" else path.split(b"\0")[0]


def repeat(text, length):
    return (text * (length // len(text) + 1))[:length]


def ask(name, fd):
    """Asks for the address of a descriptor; the kernel may have chosen the port."""
    remember(name, must("getsockname", sock(fd).getsockname))


def port_argument(place, otherwise, usage):
    """A port that is an argument of the program."""
    if place >= len(sys.argv) and otherwise is None:
        print(f"usage: {sys.argv[0]}{usage}", file=sys.stderr)
        sys.exit(2)
    text = sys.argv[place] if place < len(sys.argv) else str(otherwise)
    if not text.isdecimal() or int(text) > 65535:
        print(f"port {text}: it is no number from 0 to 65535", file=sys.stderr)
        sys.exit(1)
    return int(text)


def await_end_of_input():
    print("all calls are made; the end of the input closes the sockets (Ctrl-D)", flush=True)
    sys.stdin.read()


def turn(index, field):
    at = 256 * len(ADDRESSES) + 16 * index + 4 * field
    return struct.unpack_from("=I", shared, at)[0]


def set_turn(index, field, value):
    struct.pack_into("=I", shared, 256 * len(ADDRESSES) + 16 * index + 4 * field, value)


GIVEN, BEGUN, OVER, PID = range(4)


def end_with_parent(parent):
    """In a child: whatever ends its parent ends it too."""
    libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(0)


def await_turn(index):
    """In a child: waits until it is its turn."""
    while turn(index, GIVEN) == turn(index, BEGUN):
        time.sleep(0.001)
    set_turn(index, BEGUN, turn(index, BEGUN) + 1)


def end_turn(index):
    sys.stdout.flush()
    set_turn(index, OVER, turn(index, OVER) + 1)


def is_turn_over(index):
    if turn(index, OVER) == turn(index, GIVEN):
        return True
    try:
        return os.waitid(os.P_PID, turn(index, PID), os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def give_turn(index):
    """In the parent: lets the child make its next call."""
    sys.stdout.flush()
    set_turn(index, GIVEN, turn(index, GIVEN) + 1)


def await_turn_over(index):
    while not is_turn_over(index):
        time.sleep(0.001)


def take_turn(index):
    give_turn(index)
    await_turn_over(index)


def sleeps(path):
    """Whether a thread or a process sleeps in the kernel, as the file stat in /proc says."""
    try:
        with open(path) as file:
            return file.read().rpartition(")")[2].startswith(" S")
    except OSError:
        return False


def await_child_asleep(index):
    for _ in range(2000):
        begun = turn(index, BEGUN) == turn(index, GIVEN)
        if is_turn_over(index) or begun and sleeps(f"/proc/{turn(index, PID)}/stat"):
            return
        time.sleep(0.001)


def interrupt_child(index):
    while not is_turn_over(index):
        os.kill(turn(index, PID), signal.SIGRTMAX)
        time.sleep(0.001)


# The calls that others are made during, each in a thread of its own.
threads = [None] * STARTED
tids = [0] * STARTED
over = [False] * STARTED
cancelled = [False] * STARTED
own = threading.local()


def begin_call(index):
    own.call = index
    tids[index] = threading.get_native_id()


def end_call(index):
    over[index] = True


def start_call(index, function):
    threads[index] = threading.Thread(target=function, daemon=True)
    threads[index].start()
    while tids[index] == 0:
        time.sleep(0.001)


def await_asleep(index):
    """Waits until the thread sleeps in its call, or the call has returned: at most two seconds."""
    for _ in range(2000):
        if over[index] or sleeps(f"/proc/self/task/{tids[index]}/stat"):
            return
        time.sleep(0.001)


def await_call(index):
    threads[index].join()


def interrupt_call(index):
    """Interrupts the call until it has returned."""
    cancelled[index] = True
    while not over[index]:
        signal.pthread_kill(threads[index].ident, signal.SIGRTMAX)
        time.sleep(0.001)


def is_cancelled():
    return cancelled[own.call] if hasattr(own, "call") else False


def finish():
    """Ends the program, whatever its threads wait for."""
    sys.stdout.flush()
    os._exit(0)


def catch_interrupt():
    """The signal that interrupts a call. Its handler does nothing; the call returns EINTR."""
    signal.signal(signal.SIGRTMAX, lambda *_: None)


def hold_signals():
    """These signals are held back until a call waits for them."""
    for number in SIGNALS:
        signal.signal(number, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def await_signal(numbers, seconds):
    """sigtimedwait(): where it fails with EAGAIN, Python gives None."""
    info = signal.sigtimedwait(numbers, seconds)
    if info is None:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return info.si_signo


def signal_set(numbers):
    """A sigset_t."""
    bits = sum(1 << number - 1 for number in numbers)
    return struct.pack("=Q120x", bits)


def await_state(fd, state):
    """Waits until the connection is in this state: at most ten seconds."""
    for _ in range(10000):
        info = sock(fd).getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
        if info[0] == state:
            return
        time.sleep(0.001)
    fatal("TCP_INFO", f"the connection is in the state {info[0]}, and {state} was expected")


def await_pending(fd, count):
    """Waits until so many connections are in the queue of a listener: at most ten seconds."""
    for _ in range(10000):
        info = sock(fd).getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
        if struct.unpack_from("=I", info, 24)[0] == count:
            return
        time.sleep(0.001)
    fatal("TCP_INFO", f"{count} connections were to wait")


def await_unread(fd, count):
    """Waits until so many bytes are in the receive queue: at most ten seconds."""
    for _ in range(10000):
        unread, = struct.unpack("=i", fcntl.ioctl(fd, 0x541B, bytes(4)))
        if unread == count:
            return
        time.sleep(0.001)
    fatal("FIONREAD", f"{unread} bytes wait, and {count} were expected")


def step(call, *arguments):
    """One call of a loop, by ctypes: Python would make it again after a signal. None: it was cancelled."""
    while not is_cancelled():
        try:
            return check(call(*arguments))
        except InterruptedError:
            pass
    return None


def becomes(fd, events):
    entry = select.poll()
    entry.register(fd, events)
    return bool(entry.poll(50))


def fill(fd):
    """Sends until the buffers are full, and stay full for 50 ms."""
    piece, sent, settled = b"f" * 4096, 0, False
    while sent < 256 << 20:
        try:
            count = step(libc.send, fd, piece, ctypes.c_size_t(len(piece)), socket.MSG_DONTWAIT)
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
            count = step(libc.recv, fd, buffer, ctypes.c_size_t(len(buffer)), socket.MSG_DONTWAIT)
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
        count = step(libc.send, fd, piece, ctypes.c_size_t(min(chunk, size - sent)), 0)
        if count is None:
            break
        sent += count
    return sent


def sink(fd, messages=False):
    """Receives until the end of the stream; 0 bytes of a datagram are no end."""
    buffer, received = ctypes.create_string_buffer(256 << 10), 0
    while True:
        count = step(libc.recv, fd, buffer, ctypes.c_size_t(len(buffer)), 0)
        if count is None or count == 0 and not messages:
            return received
        received += count


def echo(fd):
    """Receives and sends back until the end of the stream."""
    buffer, sent = ctypes.create_string_buffer(256 << 10), 0
    while True:
        count = step(libc.recv, fd, buffer, ctypes.c_size_t(len(buffer)), 0)
        if not count:
            return sent
        data = buffer.raw[:count]
        while data:
            part = step(libc.send, fd, data, ctypes.c_size_t(len(data)), 0)
            if part is None:
                return sent
            sent, data = sent + part, data[part:]


def echo_messages(fd):
    """Receives datagrams and sends each back to its sender."""
    buffer, sent = ctypes.create_string_buffer(256 << 10), 0
    while True:
        peer, length = ctypes.create_string_buffer(128), ctypes.c_uint(128)
        count = step(libc.recvfrom, fd, buffer, ctypes.c_size_t(len(buffer)), 0, peer, ctypes.byref(length))
        if count is None:
            return sent
        to = (peer, length.value) if length.value > 2 else (None, 0)
        sent += step(libc.sendto, fd, buffer, ctypes.c_size_t(count), 0, *to) or 0


def await_accepted(name):
    """Waits until serve() has accepted this connection."""
    while globals()[name] == -1:
        time.sleep(0.001)


def serve(fd, service, names):
    """Accepts connections, each with a thread, until it is cancelled. The first go to the variables with these names."""
    def serve_one(connection):
        try:
            service(connection)
        except OSError:
            pass
        libc.close(connection)

    count = 0
    while True:
        connection = step(libc.accept, fd, None, None)
        if connection is None:
            return count
        if count < len(names):
            globals()[names[count]] = connection
        count += 1
        threading.Thread(target=serve_one, args=(connection,), daemon=True).start()


def print_change(call, changed, status):
    if changed == 0:
        print(f"{call}: 0")
    elif os.WIFEXITED(status):
        print(f"{call}: exited {os.WEXITSTATUS(status)}")
    elif os.WIFSIGNALED(status):
        print(f"{call}: killed by signal {os.WTERMSIG(status)}")
    elif os.WIFSTOPPED(status):
        print(f"{call}: stopped by signal {os.WSTOPSIG(status)}")
    else:
        print(f"{call}: continued")


def vectors(*buffers):
    """An array of struct iovec; a number is a null pointer with that length."""
    array = (Iovec * len(buffers))()
    for entry, buffer in zip(array, buffers):
        if isinstance(buffer, int):
            entry.length = buffer
        else:
            entry.base, entry.length = ctypes.cast(buffer, ctypes.c_void_p), len(buffer)
    return array


def control_messages(*messages):
    """Control messages as the kernel reads them, from level, type and data."""
    each = (struct.pack("@Nii", 16 + len(data), level, kind) + data for level, kind, data in messages)
    return b"".join(message + bytes(-len(message) % 8) for message in each)


def header(array, name=b"", control=b""):
    """A struct msghdr. What it points to must be kept by the caller."""
    made = Msghdr()
    made.vectors, made.count = array, len(array)
    if name:
        made.name, made.name_length = ctypes.cast(name, ctypes.c_void_p), len(name)
    if control:
        made.control, made.control_length = ctypes.cast(control, ctypes.c_void_p), len(control)
    return made


def passed(ancillary):
    """The descriptors that came with a message, SCM_RIGHTS."""
    fds = []
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            fds += struct.unpack(f"={len(data) // 4}i", data[:len(data) // 4 * 4])
    return fds


def scatter(data, sizes):
    """Prints received bytes buffer by buffer."""
    for size in sizes:
        print_bytes(data, min(size, len(data)))
        data = data[size:]
