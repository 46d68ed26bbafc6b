@contextmanager
def expected(call, *numbers):
    """A call that is to fail as it did in the session: with one of these."""
    try:
        yield
    except OSError as error:
        print(f"{call}: {error.strerror}")
        if error.errno not in numbers:
            raise
    else:
        names = " or ".join(str(errno.errorcode.get(own, own))
                            for own in numbers)
        raise RuntimeError(f"{call}: {names} was expected")


class Borrowed(socket):
    """The socket object of a number. It leaves the descriptor open."""

    def __init__(self, fd):
        super().__init__(fileno=fd)

    def __del__(self):
        self.detach()


def print_data(call, data):
    print(f"{call}: {len(data)}")
    print_bytes(data)


def print_buffers(call, buffers, count):
    """Prints what was received into several buffers."""
    print(f"{call}: {count}")
    scatter(buffers, count)


def scatter(buffers, count):
    for buffer in buffers:
        print_bytes(buffer[:count])
        count = max(count - len(buffer), 0)


def print_bytes(data):
    if data:
        text = "".join(map(shown, data[:64]))
        print(f'  "{text}"' + ("..." if len(data) > 64 else ""))


def shown(byte):
    is_plain = 32 <= byte <= 126 and byte not in b'"\\'
    return chr(byte) if is_plain else f"\\x{byte:02x}"


def print_address(call, address):
    host, port = address[:2]
    host = f"[{host}]" if ":" in host else host
    print(f"{call}: {host}:{port}")


def print_any_address(call, address):
    if isinstance(address, tuple):
        print_address(call, address)
    else:
        print(f"{call}: an address of {path_size(address)} bytes")


def path_size(address):
    """How long an address of AF_UNIX is to the kernel."""
    if address is None:
        return 0
    path = os.fsencode(address)
    return 2 + len(path) + (path[:1] > b"\0")


def print_flags(call, flags):
    flags &= ~MSG_CMSG_CLOEXEC
    if flags:
        print(f"{call}: flags {flags:#x}")


def print_events(call, events):
    """Prints what is ready, of each descriptor."""
    print(f"{call}: {len(events)}")
    for fd, now in events:
        print(f"  fd {fd}: {now:#x}")


def print_selected(call, readable, writable, exceptional):
    print(f"{call}: {len(readable) + len(writable) + len(exceptional)}")
    print_set("readable", readable)
    print_set("writable", writable)
    print_set("exceptional", exceptional)


def print_set(name, members):
    for member in members:
        fd = member if isinstance(member, int) else member.fileno()
        print(f"  fd {fd}: {name}")


def passed(ancillary):
    """The descriptors that came with a message, SCM_RIGHTS."""
    fds = []
    for level, kind, data in ancillary:
        if (level, kind) == (SOL_SOCKET, SCM_RIGHTS):
            fds += struct.unpack(f"{len(data) // 4}i", data)
    return fds


def repeat(text, length):
    return (text * (length // len(text) + 1))[:length]


def port_argument(place, otherwise, usage):
    """A port that is an argument of the program."""
    if place >= len(sys.argv) and otherwise is None:
        print(f"usage: {sys.argv[0]}{usage}", file=sys.stderr)
        sys.exit(2)
    text = sys.argv[place] if place < len(sys.argv) else str(otherwise)
    if not text.isdecimal() or int(text) > 65535:
        sys.exit(f"port {text}: it is not a number from 0 to 65535")
    return int(text)


def await_end_of_input():
    print("all calls are made; the end of the input closes the sockets "
          "(Ctrl-D)", flush=True)
    sys.stdin.read()


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


def tcp_info(sock):
    return sock.getsockopt(IPPROTO_TCP, TCP_INFO, 256)


def await_state(sock, state):
    """Waits until the connection is in this state: at most ten seconds."""
    for _ in range(10000):
        now = tcp_info(sock)[0]
        if now == state:
            return
        time.sleep(0.001)
    raise RuntimeError(f"the connection is in the state {now}, not {state}")


def await_pending(sock, count):
    """Waits until so many connections wait: at most ten seconds."""
    for _ in range(10000):
        pending, = struct.unpack_from("I", tcp_info(sock), 24)
        if pending == count:
            return
        time.sleep(0.001)
    raise RuntimeError(f"{pending} connections wait, not {count}")


def await_unread(fd, count):
    """Waits until so many bytes can be received: at most ten seconds."""
    for _ in range(10000):
        value = fcntl.ioctl(fd, termios.FIONREAD, bytes(4))
        unread, = struct.unpack("i", value)
        if unread == count:
            return
        time.sleep(0.001)
    raise RuntimeError(f"{unread} bytes wait, not {count}")


def print_change(call, changed, status):
    """Prints how a child has ended."""
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
