"""What the kernel shows of sockets, asked by a program of its own.

It receives descriptors over the AF_UNIX stream on standard input, makes calls on its copies, closes them, and answers in
lines of tab-separated words, of which the last is `.` alone. It uses no sock_diag; `ss` does that where nothing else
tells, and only when it is asked to.
"""

import array
import ctypes
import errno
import fcntl
import os
import re
import select
import socket
import struct
import subprocess
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
KCMP = {"x86_64": 312, "aarch64": 272}.get(os.uname().machine)
TCP_INFO = 11
TCP_FASTOPEN_CONNECT = 30
SIOCOUTQNSD = 0x894B
FIONREAD = 0x541B
SIOCOUTQ = 0x5411
SIOCATMARK = 0x8905
SO_PEEK_OFF = 42
IP_RECVERR = 11
MOST_PEEKED = 8 << 20


def name_of(number):
    return errno.errorcode.get(number, str(number))


def attempt(ask):
    """What a call gives, or the name of its error."""
    try:
        return str(ask())
    except OSError as error:
        return name_of(error.errno)


def written(address):
    """An address as the notation writes it."""
    if isinstance(address, tuple) and ":" in str(address[0]):
        return "[%s]:%d" % (address[0].split("%")[0], address[1])
    if isinstance(address, tuple) and len(address) == 2 and isinstance(address[0], str):
        return "%s:%d" % address
    if isinstance(address, bytes):
        return "unix:" + address.decode("latin-1").replace("\0", "@")
    if isinstance(address, str):
        return "unix:" + address.encode("utf-8", "surrogateescape").decode("latin-1")
    return "other:" + str(address)


def inet(text):
    """An address of /proc/net/tcp."""
    host, port = text.split(":")
    if len(host) == 8:
        words = struct.pack("=I", int(host, 16))
        return "%s:%d" % (socket.inet_ntop(socket.AF_INET, words), int(port, 16))
    words = struct.pack("=4I", *(int(host[at : at + 8], 16) for at in range(0, 32, 8)))
    return "[%s]:%d" % (socket.inet_ntop(socket.AF_INET6, words), int(port, 16))


def rows(table):
    """The rows of a table of /proc/net, without its heading."""
    try:
        with open("/proc/net/" + table, encoding="latin-1") as lines:
            return lines.read().split("\n")[1:-1]
    except OSError:
        return []


def internet(out):
    for table in ("tcp", "tcp6", "udp", "udp6", "udplite", "udplite6", "raw", "raw6", "icmp", "icmp6"):
        for line in rows(table):
            words = line.split()
            sent, received = words[4].split(":")
            kind, left = words[5].split(":")
            out("inet", table, words[9], int(words[3], 16), inet(words[1]), inet(words[2]), int(sent, 16),
                int(received, 16), int(kind, 16), int(left, 16), words[12] if len(words) > 12 else 0)


def local(out):
    for line in rows("unix"):
        words = line.split(maxsplit=7)
        path = words[7] if len(words) > 7 else ""
        out("unix", words[6], int(words[3], 16), int(words[4], 16), int(words[5], 16), "unix:" + path)


def counters(out):
    for table in ("snmp", "netstat"):
        try:
            with open("/proc/net/" + table, encoding="latin-1") as file:
                lines = file.read().split("\n")
        except OSError:
            continue
        for heads, numbers in zip(lines[::2], lines[1::2]):
            for head, number in zip(heads.split()[1:], numbers.split()[1:]):
                out("count", heads.split(":")[0] + head, number)


def peeked(own, kind, events, out):
    """How many bytes a look at the receive queue gives, or the error."""
    if events & select.POLLERR:
        return
    flags = socket.MSG_PEEK | socket.MSG_DONTWAIT
    if kind != socket.SOCK_STREAM:
        flags |= socket.MSG_TRUNC
        room = bytearray(1)
        out("peek", attempt(lambda: own.recv_into(room, 1, flags)))
        return
    out("peek", attempt(lambda: len(own.recv(MOST_PEEKED, flags))))


def peeked_past_barriers(own, out):
    """The same of an AF_UNIX stream, where a look ends at a message that carries descriptors or credentials."""
    own.setsockopt(socket.SOL_SOCKET, SO_PEEK_OFF, 0)
    total = 0
    try:
        while True:
            found = own.recv(MOST_PEEKED, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            if not found:
                break
            total += len(found)
        out("peek", total)
    except BlockingIOError:
        out("peek", total)
    except OSError as error:
        out("peek", name_of(error.errno))
    finally:
        own.setsockopt(socket.SOL_SOCKET, SO_PEEK_OFF, -1)


def may_send(own, out):
    """Whether a send() of nothing is possible. On a stream it changes nothing."""
    if own.family in (socket.AF_INET, socket.AF_INET6):
        if attempt(lambda: own.getsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN_CONNECT)) != "0":
            return
    out("send", attempt(lambda: own.send(b"", socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)))


def number(own, request):
    room = array.array("i", [0])
    fcntl.ioctl(own, request, room)
    return room[0]


def of_socket(fd, out):
    own = socket.socket(fileno=os.dup(fd))
    with own:
        kind = own.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE)
        out("family", own.family.value if hasattr(own.family, "value") else own.family)
        out("type", kind)
        out("protocol", own.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL))
        listens = own.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        out("listens", listens)
        out("local", attempt(lambda: written(own.getsockname())))
        out("remote", attempt(lambda: written(own.getpeername())))
        if own.family == socket.AF_INET6:
            out("v6only", attempt(lambda: own.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)))
        if own.family == socket.AF_INET:
            out("recverr", attempt(lambda: own.getsockopt(socket.IPPROTO_IP, IP_RECVERR)))
        poll = select.poll()
        poll.register(own, select.POLLIN | select.POLLOUT | select.POLLPRI | select.POLLRDHUP)
        events = dict(poll.poll(0)).get(own.fileno(), 0)
        out("poll", events)
        tcp = own.family in (socket.AF_INET, socket.AF_INET6) and kind == socket.SOCK_STREAM
        if tcp:
            urgent = socket.MSG_OOB | socket.MSG_PEEK | socket.MSG_DONTWAIT
            out("urgent", attempt(lambda: len(own.recv(1, urgent))))
            out("tcp_options", attempt(lambda: own.getsockopt(socket.IPPROTO_TCP, TCP_INFO, 6)[5]))
            out("tcp", attempt(lambda: own.getsockopt(socket.IPPROTO_TCP, TCP_INFO, 1)[0]))
        out("readable", attempt(lambda: number(own, FIONREAD)))
        out("mark", attempt(lambda: number(own, SIOCATMARK)))
        out("unsent", attempt(lambda: number(own, SIOCOUTQNSD)))
        out("unacked", attempt(lambda: number(own, SIOCOUTQ)))
        # Of a raw netlink or packet socket nothing more is claimed; SO_PEEK_OFF would move with a look.
        at = attempt(lambda: own.getsockopt(socket.SOL_SOCKET, SO_PEEK_OFF))
        if not listens and at in ("-1", "EOPNOTSUPP", "ENOPROTOOPT"):
            if own.family == socket.AF_UNIX and kind == socket.SOCK_STREAM and not events & select.POLLERR:
                peeked_past_barriers(own, out)
            else:
                peeked(own, kind, events, out)
        if kind == socket.SOCK_STREAM and not listens and not events & select.POLLERR:
            may_send(own, out)


def same_file(fds):
    """A number for each descriptor, the same for those of one open file description."""
    groups = []
    numbers = []
    pid = os.getpid()
    for fd in fds:
        for at, other in enumerate(groups):
            if KCMP and LIBC.syscall(KCMP, pid, pid, 0, fd, other) == 0:
                numbers.append(at)
                break
        else:
            numbers.append(len(groups))
            groups.append(fd)
    return numbers


def shot(labels, fds, out):
    files = same_file(fds)
    for label, fd, file in zip(labels, fds, files):
        def said(key, value, label=label):
            out("own", label, key, value)
        target = os.readlink("/proc/self/fd/%d" % fd)
        said("link", target)
        said("file", file)
        said("flags", fcntl.fcntl(fd, fcntl.F_GETFL))
        said("owner", attempt(lambda: fcntl.fcntl(fd, fcntl.F_GETOWN)))
        found = re.fullmatch(r"socket:\[(\d+)\]", target)
        if found:
            said("inode", found[1])
            try:
                of_socket(fd, said)
            except OSError as error:
                said("failed", name_of(error.errno))
    internet(out)
    local(out)
    counters(out)


def option(words, fds, out):
    level, which = int(words[0]), int(words[1])
    if not os.readlink("/proc/self/fd/%d" % fds[0]).startswith("socket:"):
        out("option", "ENOTSOCK")
        return
    with socket.socket(fileno=os.dup(fds[0])) as own:
        out("option", attempt(lambda: own.getsockopt(level, which, int(words[2])).hex()))


def tables(out):
    """`ss` for what /proc does not show: the peers of AF_UNIX sockets, and what was shut down."""
    for family in ("-x", "-t", "-u"):
        ran = subprocess.run(["ss", "-Hane", family], capture_output=True, check=False)
        for line in ran.stdout.decode("latin-1").split("\n"):
            out("ss", family[1], *line.split())


def route(host, out):
    """What `ip route get` says, or its error."""
    ran = subprocess.run(["ip", "route", "get", host], capture_output=True, check=False)
    out("route", (ran.stdout + ran.stderr).decode("latin-1"))


def main():
    channel = socket.socket(fileno=0)
    while True:
        data, fds, _, _ = socket.recv_fds(channel, 65536, 250)
        if not data:
            return
        lines = []

        def out(*words):
            lines.append("\t".join(str(word).replace("\t", " ").replace("\n", "\\n") for word in words))

        words = data.decode().split()
        try:
            if words[0] == "shot":
                shot(words[1:], fds, out)
            elif words[0] == "option":
                option(words[1:], fds, out)
            elif words[0] == "route":
                route(words[1], out)
            elif words[0] == "ss":
                tables(out)
        finally:
            for fd in fds:
                os.close(fd)
        channel.sendall(("\n".join(lines) + "\n.\n").encode("latin-1", "replace"))


main()
