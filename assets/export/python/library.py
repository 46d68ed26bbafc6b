libc = ctypes.CDLL(None, use_errno=True)
for function in ("send", "sendto", "sendmsg", "recv", "recvfrom", "recvmsg",
                 "read", "write", "readv", "writev"):
    getattr(libc, function).restype = ctypes.c_ssize_t
libc.gai_strerror.restype = libc.inet_ntop.restype = ctypes.c_char_p


def check(returned):
    """What a function of the C library returned; -1 and NULL raise OSError."""
    if returned in (-1, None):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return returned


def check_lookup(returned):
    """The same for a function that returns its error: getnameinfo()."""
    if returned != 0:
        raise gaierror(returned, libc.gai_strerror(returned).decode())


def raw(address):
    """An address as the kernel reads it."""
    if isinstance(address, tuple) and ":" in address[0]:
        ip, port, flow, scope = (address + (0, 0))[:4]
        end = inet_pton(AF_INET6, ip) + struct.pack("=I", scope)
        return struct.pack("=HHI", AF_INET6, htons(port), htonl(flow)) + end
    if isinstance(address, tuple):
        ip, port = address
        return struct.pack("=HH4s8x", AF_INET, htons(port), inet_aton(ip))
    path = os.fsencode(address)
    end = b"\0" if path[:1] > b"\0" else b""
    return struct.pack("=H", AF_UNIX) + path + end


def native(data):
    """An address that the kernel wrote, as Python has it."""
    if len(data) < 2:
        return None
    family, = struct.unpack_from("=H", data)
    if family == AF_INET:
        port, ip = struct.unpack_from("!H4s", data, 2)
        return inet_ntoa(ip), port
    if family == AF_INET6:
        port, ip = struct.unpack_from("!H4x16s", data, 2)
        return inet_ntop(AF_INET6, ip), port
    path = data[2:]
    return path if path[:1] == b"\0" else path.split(b"\0")[0]


def signal_set(numbers):
    """A sigset_t."""
    bits = sum(1 << number - 1 for number in numbers)
    return struct.pack("=Q120x", bits)


def members(bits, fds):
    """Those of the descriptors that are in an fd_set."""
    bits = int.from_bytes(bits.raw, "little")
    return [fd for fd in fds if bits >> fd & 1]


def print_poll_events(call, entries):
    """Prints what is ready in an array of struct pollfd."""
    entries = struct.iter_unpack("=ihh", entries.raw)
    print_events(call, [(fd, now) for fd, _, now in entries if now])


def print_epoll_events(call, events, count):
    """Prints what is ready in an array of struct epoll_event."""
    events = struct.iter_unpack("=IQ", events.raw[:12 * count])
    print_events(call, [(fd, now) for now, fd in events])


class Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class Msghdr(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_void_p), ("name_length", ctypes.c_uint),
        ("vectors", ctypes.POINTER(Iovec)), ("count", ctypes.c_size_t),
        ("control", ctypes.c_void_p), ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    ]


class Mmsghdr(ctypes.Structure):
    _fields_ = [("header", Msghdr), ("length", ctypes.c_uint)]


def vectors(*buffers):
    """An array of struct iovec; a number is NULL with that length."""
    array = (Iovec * len(buffers))()
    for entry, buffer in zip(array, buffers):
        if isinstance(buffer, int):
            entry.length = buffer
        else:
            entry.base = ctypes.cast(buffer, ctypes.c_void_p)
            entry.length = len(buffer)
    return array


def control_messages(*messages):
    """Control messages as the kernel reads them."""
    control = b""
    for level, kind, data in messages:
        control += struct.pack("@Nii", 16 + len(data), level, kind)
        control += data + bytes(-len(data) % 8)
    return control


def received_control(message):
    """The control messages that came with a message: level, type, data."""
    control = ctypes.string_at(message.control, message.control_length)
    while len(control) >= 16:
        length, level, kind = struct.unpack_from("@Nii", control)
        yield level, kind, control[16:length]
        control = control[length + -length % 8:]


def header(array, name=b"", control=b""):
    """A struct msghdr. The caller must keep what it points to."""
    made = Msghdr()
    made.vectors, made.count = array, len(array)
    if name:
        made.name = ctypes.cast(name, ctypes.c_void_p)
        made.name_length = len(name)
    if control:
        made.control = ctypes.cast(control, ctypes.c_void_p)
        made.control_length = len(control)
    return made
