//! The rows of the table of calls. To add a call, add its row here; the compiler then asks for its execution.

/// Every call, one row each. The macro that is named gets the rows and makes something of them: the enum [`Call`], the
/// parser, the renderings. So what a row says is written once, and a call that is missing somewhere does not compile.
///
/// A row has the summary, the kind, the word, the arguments by their types, what follows `->`, the system call as
/// strace(1) names it with the function that renders it where its shape is not that of its arguments, and the columns of
/// [`Signature`].
macro_rules! with_calls {
    ($make:ident) => {
        $make! {
            /// creates a socket and returns a descriptor for it
            Socket "socket" (domain: Domain, socket_type: SocketType as "type", flags: SockFlags as "", protocol: Protocol) -> "fd" traced "socket" by socket {
                class: Class::System, role: Role::Other, on: On::Nothing, group: Group::Make, gives: Gives::Socket,
                reach: Reach::Protocol, makes: 1, in_child: InChild::Made,
                man: "socket(2)", example: "l = socket(AF_INET, SOCK_STREAM)"
            }
            /// creates two sockets that are connected to each other
            Socketpair "socketpair" (domain: Domain, socket_type: SocketType as "type", flags: SockFlags as "", protocol: Protocol) -> "fd, fd" traced "socketpair" by socketpair {
                class: Class::System, role: Role::Other, on: On::Nothing, group: Group::Make, gives: Gives::Pair,
                reach: Reach::Protocol, makes: 2, in_child: InChild::Made,
                man: "socketpair(2)", example: "a, b = socketpair(AF_UNIX, SOCK_STREAM)"
            }
            /// gives the socket a local address
            Bind "bind" (socket: Descriptor, address: AddressArg) -> "0" traced "bind" {
                class: Class::System, role: Role::Other, on: On::Socket, group: Group::Connect, gives: Gives::Zero,
                reach: Reach::LocalAddress, addresses: Addresses::Set, in_child: InChild::Made,
                man: "bind(2)", example: "bind(l, 127.0.0.1:8080)"
            }
            /// makes the socket passive, so that it accepts connections
            Listen "listen" (socket: Descriptor, backlog: i32) -> "0" traced "listen" {
                class: Class::System, role: Role::Other, on: On::Socket, group: Group::Connect, gives: Gives::Zero,
                reach: Reach::Nothing, addresses: Addresses::Set, in_child: InChild::Made,
                man: "listen(2)", example: "listen(l, 5)"
            }
            /// takes a connection from the queue; waits until there is one
            Accept "accept" (socket: Descriptor, length: Option<i32> as "addrlen") -> "fd from ADDRESS" traced "accept" {
                class: Class::System, role: Role::Accepts, on: On::Socket, group: Group::Connect,
                gives: Gives::Connection, reach: Reach::Nothing, makes: 1,
                length_of: LengthOf::Address, in_child: InChild::Made,
                man: "accept(2)", example: "s = accept(l)"
            }
            /// the same with flags for the new descriptor
            Accept4 "accept4" (socket: Descriptor, flags: SockFlags, length: Option<i32> as "addrlen") -> "fd from ADDRESS" traced "accept4" by accept4 {
                class: Class::System, role: Role::Accepts, on: On::Socket, group: Group::Connect,
                gives: Gives::Connection, reach: Reach::Nothing, makes: 1,
                length_of: LengthOf::Address, in_child: InChild::Made,
                man: "accept4(2)", example: "s = accept4(l, SOCK_NONBLOCK)"
            }
            /// connects to a passive socket; for datagrams, sets the peer
            Connect "connect" (socket: Descriptor, address: AddressArg) -> "0" traced "connect" {
                class: Class::System, role: Role::Connects, on: On::Socket, group: Group::Connect,
                gives: Gives::Zero, reach: Reach::NewPeer, addresses: Addresses::Set, in_child: InChild::Made,
                man: "connect(2)", example: "connect(c, addr(l))"
            }
            /// sends data to the peer
            Send "send" (socket: Descriptor, data: Data, flags: MsgFlags) -> "bytes" traced "sendto" by send {
                class: Class::System, role: Role::Sends, on: On::Socket, group: Group::Send, gives: Gives::Sent,
                reach: Reach::Peer, addresses: Addresses::SetByDatagrams, in_child: InChild::Made,
                man: "send(2)", example: "send(c, \"hello\")"
            }
            /// sends data, as to a file
            Write "write" (socket: Descriptor, data: Data) -> "bytes" traced "write" {
                class: Class::System, role: Role::Sends, on: On::File, group: Group::Send, gives: Gives::Sent,
                reach: Reach::Peer, addresses: Addresses::SetByDatagrams, in_child: InChild::Made,
                man: "write(2)", example: "write(c, \"hello\")"
            }
            /// sends a datagram to an address
            Sendto "sendto" (socket: Descriptor, data: Data, address: AddressArg, flags: MsgFlags) -> "bytes" traced "sendto" by sendto {
                class: Class::System, role: Role::Sends, on: On::Socket, group: Group::Send, gives: Gives::Sent,
                reach: Reach::Peer, addresses: Addresses::SetByDatagrams, in_child: InChild::Made,
                man: "sendto(2)", example: "sendto(u, \"hello\", addr(v))"
            }
            /// sends several buffers as one, and descriptors with them
            Sendmsg "sendmsg" (socket: Descriptor, message: Box<Message>) -> "bytes" traced "sendmsg" by sendmsg {
                class: Class::System, role: Role::Sends, on: On::Socket, group: Group::Send, gives: Gives::Sent,
                reach: Reach::Peer, addresses: Addresses::SetByDatagrams, in_child: InChild::Made,
                man: "sendmsg(2)", example: "sendmsg(a, [\"he\", \"llo\"], fds(x))"
            }
            /// sends several messages in one call and returns how many; an error of a later one is not reported
            Sendmmsg "sendmmsg" (socket: Descriptor, messages: Vec<Message>, flags: MsgFlags) -> "messages" traced "sendmmsg" by sendmmsg {
                class: Class::System, role: Role::Sends, on: On::Socket, group: Group::Send, gives: Gives::Sent,
                reach: Reach::Peer, addresses: Addresses::SetByDatagrams, in_child: InChild::Made,
                man: "sendmmsg(2)", example: "sendmmsg(u, [[\"a\"], {[\"b\"], addr(v)}])"
            }
            /// sends several buffers as one
            Writev "writev" (socket: Descriptor, buffers: Vec<Data>) -> "bytes" traced "writev" {
                class: Class::System, role: Role::Sends, on: On::File, group: Group::Send, gives: Gives::Sent,
                reach: Reach::Peer, addresses: Addresses::SetByDatagrams, in_child: InChild::Made,
                man: "writev(2)", example: "writev(c, [\"he\", \"llo\"])"
            }
            /// receives up to size bytes; waits until there are any
            Recv "recv" (socket: Descriptor, room: Room as "size", flags: MsgFlags) -> "5 \"hello\"" traced "recvfrom" by recv {
                class: Class::System, role: Role::Receives, on: On::Socket, group: Group::Receive,
                gives: Gives::Received, reach: Reach::Nothing, in_child: InChild::Made,
                man: "recv(2)", example: "recv(s, 100)"
            }
            /// receives data, as from a file
            Read "read" (socket: Descriptor, room: Room as "size") -> "5 \"hello\"" traced "read" {
                class: Class::System, role: Role::Receives, on: On::File, group: Group::Receive,
                gives: Gives::Received, reach: Reach::Nothing, in_child: InChild::Made,
                man: "read(2)", example: "read(s, 100)"
            }
            /// receives into several buffers, each filled before the next is used
            Readv "readv" (socket: Descriptor, sizes: Vec<usize>) -> "5 [\"hel\", \"lo\"]" traced "readv" {
                class: Class::System, role: Role::Receives, on: On::File, group: Group::Receive, gives: Gives::Received,
                reach: Reach::Nothing, in_child: InChild::Made,
                man: "readv(2)", example: "readv(s, [3, 100])"
            }
            /// receives data and the address of its sender
            Recvfrom "recvfrom" (socket: Descriptor, room: Room as "size", flags: MsgFlags, length: Option<i32> as "addrlen") -> "5 \"hello\" from ADDRESS" traced "recvfrom" by recvfrom {
                class: Class::System, role: Role::Receives, on: On::Socket, group: Group::Receive,
                gives: Gives::Received, reach: Reach::Nothing,
                length_of: LengthOf::Address, in_child: InChild::Made,
                man: "recvfrom(2)", example: "recvfrom(u, 100)"
            }
            /// receives data, flags, and descriptors that came with it
            Recvmsg "recvmsg" (socket: Descriptor, counts: Vec<usize> as "size", flags: MsgFlags, control: Option<i32> as "controllen") -> "5 \"hello\" from ADDRESS flags MSG_TRUNC fds p" traced "recvmsg" by recvmsg {
                class: Class::System, role: Role::Receives, on: On::Socket, group: Group::Receive,
                gives: Gives::Received, reach: Reach::Nothing, makes: 8,
                length_of: LengthOf::Control, in_child: InChild::Made,
                man: "recvmsg(2)", example: "p = recvmsg(b, 100)"
            }
            /// receives up to vlen messages in one call; the timeout is only looked at after each of them
            Recvmmsg "recvmmsg" (socket: Descriptor, vlen: i32, sizes: Vec<usize> as "size", timeout: Option<Timeout>, flags: MsgFlags) -> "2 [\"a\", \"b\"] from ADDRESS" traced "recvmmsg" by recvmmsg {
                class: Class::System, role: Role::Receives, on: On::Socket, group: Group::Receive,
                gives: Gives::Received, reach: Reach::Nothing, makes: 8, in_child: InChild::Made,
                man: "recvmmsg(2)", example: "recvmmsg(v, 10, 100, MSG_WAITFORONE)"
            }
            /// ends one direction or both; the descriptor stays open
            Shutdown "shutdown" (socket: Descriptor, how: How) -> "0" traced "shutdown" {
                class: Class::System, role: Role::Other, on: On::Socket, group: Group::End, gives: Gives::Zero,
                reach: Reach::Nothing, in_child: InChild::Made,
                man: "shutdown(2)", example: "shutdown(c, SHUT_WR)"
            }
            /// closes the descriptor
            Close "close" (socket: Descriptor) -> "0" traced "close" {
                class: Class::System, role: Role::Closes, on: On::File, group: Group::End, gives: Gives::Zero,
                reach: Reach::Nothing, in_child: InChild::Made,
                man: "close(2)", example: "close(c)"
            }
            /// the local address
            Getsockname "getsockname" (socket: Descriptor, length: Option<i32> as "addrlen") -> "ADDRESS" traced "getsockname" {
                class: Class::System, role: Role::Other, on: On::Socket, group: Group::Connect,
                gives: Gives::Address, reach: Reach::Nothing,
                length_of: LengthOf::Address, in_child: InChild::Made,
                man: "getsockname(2)", example: "getsockname(c)"
            }
            /// the address of the peer
            Getpeername "getpeername" (socket: Descriptor, length: Option<i32> as "addrlen") -> "ADDRESS" traced "getpeername" {
                class: Class::System, role: Role::Other, on: On::Socket, group: Group::Connect,
                gives: Gives::Address, reach: Reach::Nothing,
                length_of: LengthOf::Address, in_child: InChild::Made,
                man: "getpeername(2)", example: "getpeername(c)"
            }
            /// sets an option
            Setsockopt "setsockopt" (socket: Descriptor, option: OptionArg, value: Value, length: Option<i32> as "optlen") -> "0" traced "setsockopt" by setsockopt {
                class: Class::System, role: Role::Other, on: On::Socket, group: Group::Options, gives: Gives::Zero,
                reach: Reach::Option,
                length_of: LengthOf::Value, in_child: InChild::Made,
                man: "setsockopt(2)", example: "setsockopt(l, SO_REUSEADDR, 1)"
            }
            /// reads an option
            Getsockopt "getsockopt" (socket: Descriptor, option: OptionArg, length: Option<i32> as "optlen") -> "VALUE" traced "getsockopt" by getsockopt {
                class: Class::System, role: Role::Other, on: On::Socket, group: Group::Options,
                gives: Gives::Value, reach: Reach::Nothing, addresses: Addresses::AskedOfTcp,
                length_of: LengthOf::ValueBuffer, in_child: InChild::Made,
                man: "getsockopt(2)", example: "getsockopt(c, SO_ERROR)"
            }
            // The notation lets its signals go to this process alone.
            /// reads or sets flags such as O_NONBLOCK
            Fcntl "fcntl" (socket: Descriptor, command: FcntlCommand, argument: Option<IntArg> as "flags") -> "flags or 0" traced "fcntl" by fcntl {
                class: Class::System, role: Role::Other, on: On::File, group: Group::Options,
                gives: Gives::Control, reach: Reach::Nothing, makes: 1, in_child: InChild::Made,
                man: "fcntl(2)", example: "fcntl(c, F_SETFL, O_NONBLOCK)"
            }
            /// asks how many bytes are waiting, and other things
            Ioctl "ioctl" (socket: Descriptor, request: IoctlRequest, argument: Option<i32> as "value") -> "number or 0" traced "ioctl" by ioctl {
                class: Class::System, role: Role::Other, on: On::File, group: Group::Options, gives: Gives::Answer,
                reach: Reach::Nothing,
                length_of: LengthOf::Request, in_child: InChild::Made,
                man: "ioctl(2)", example: "ioctl(s, FIONREAD)"
            }
            /// asks whether the urgent byte is the next one: 1, or 0
            Sockatmark "sockatmark" (socket: Descriptor) -> "0 or 1" traced "ioctl" by sockatmark {
                class: Class::System, role: Role::Other, on: On::File, group: Group::Options, gives: Gives::Answer,
                reach: Reach::Nothing, in_child: InChild::Made,
                man: "sockatmark(3)", example: "sockatmark(s)"
            }
            /// creates a second descriptor for the same socket
            Dup "dup" (socket: Descriptor) -> "fd" traced "dup" {
                class: Class::System, role: Role::Duplicates, on: On::File, group: Group::Make,
                gives: Gives::Duplicate, reach: Reach::Nothing, makes: 1, in_child: InChild::Made,
                man: "dup(2)", example: "d = dup(c)"
            }
            /// makes a given number a second descriptor for the same socket; what the number referred to is closed
            Dup2 "dup2" (socket: Descriptor, number: Descriptor) -> "fd" traced "dup2" {
                class: Class::System, role: Role::Duplicates, on: On::File, group: Group::Make, gives: Gives::Duplicate,
                reach: Reach::Nothing, makes: 1, in_child: InChild::Made,
                man: "dup2(2)", example: "d = dup2(c, s)"
            }
            /// the same with a flag, and with an error where both numbers are the same
            Dup3 "dup3" (socket: Descriptor, number: Descriptor, flags: DupFlags) -> "fd" traced "dup3" {
                class: Class::System, role: Role::Duplicates, on: On::File, group: Group::Make, gives: Gives::Duplicate,
                reach: Reach::Nothing, makes: 1, in_child: InChild::Made,
                man: "dup3(2)", example: "d = dup3(c, s, O_CLOEXEC)"
            }
            /// creates a pipe: what is written to the second descriptor is read from the first
            Pipe "pipe" (flags: PipeFlags) -> "fd, fd" traced "pipe2" by pipe {
                class: Class::System, role: Role::Other, on: On::Nothing, group: Group::Make, gives: Gives::Pipe,
                reach: Reach::Nothing, makes: 2, in_child: InChild::Made,
                man: "pipe(2)", example: "r, w = pipe()"
            }
            /// creates an eventfd: a counter that write() adds to and read() takes
            Eventfd "eventfd" (initial: i32 as "initval", flags: EventfdFlags) -> "fd" traced "eventfd2" by eventfd {
                class: Class::System, role: Role::Other, on: On::Nothing, group: Group::Make, gives: Gives::Eventfd,
                reach: Reach::Nothing, makes: 1, in_child: InChild::Made,
                man: "eventfd(2)", example: "e = eventfd(0)"
            }
            /// creates a timer; read() gives how often it has expired
            TimerfdCreate "timerfd_create" (clock: Clock as "clockid", flags: TimerfdFlags) -> "fd" traced "timerfd_create" {
                class: Class::System, role: Role::Other, on: On::Nothing, group: Group::Make, gives: Gives::Timerfd,
                reach: Reach::Nothing, makes: 1, in_child: InChild::Made,
                man: "timerfd_create(2)", example: "t = timerfd_create(CLOCK_MONOTONIC)"
            }
            /// arms a timer, or disarms it with 0; with an interval it expires again and again
            TimerfdSettime "timerfd_settime" (socket: Descriptor as "timer", value: Duration, interval: Option<Duration>, flags: SettimeFlags) -> "0" traced "timerfd_settime" by timerfd_settime {
                class: Class::System, role: Role::Other, on: On::Timerfd, group: Group::Wait, gives: Gives::Zero,
                reach: Reach::Nothing, in_child: InChild::Made,
                man: "timerfd_settime(2)", example: "timerfd_settime(t, 50ms)"
            }
            /// waits until one of several descriptors is ready
            Poll "poll" (entries: Vec<PollEntry> as "fds", timeout: Millis) -> "2 [s: POLLIN, c: POLLOUT]" traced "poll" {
                class: Class::System, role: Role::Waits, on: On::Nothing, group: Group::Wait, gives: Gives::Ready,
                reach: Reach::Nothing, interrupted: Interrupted::Resumes, in_child: InChild::Made,
                man: "poll(2)", example: "poll([s: POLLIN, c: POLLIN|POLLOUT], 1000)"
            }
            /// the same with a signal mask: these signals are blocked while it waits, and the others interrupt it
            Ppoll "ppoll" (entries: Vec<PollEntry> as "fds", timeout: Timeout, mask: Mask as "sigmask") -> "2 [s: POLLIN, c: POLLOUT]" traced "ppoll" by ppoll {
                class: Class::System, role: Role::Waits, on: On::Nothing, group: Group::Wait, gives: Gives::Ready,
                reach: Reach::Nothing, interrupted: Interrupted::RestartsWithoutHandler, in_child: InChild::Made,
                man: "ppoll(2)", example: "ppoll([s: POLLIN], 1000, [SIGURG])"
            }
            /// waits with three sets of descriptors, as bits
            Select "select" (sets: Box<Sets>, timeout: Timeout, nfds: Option<i32>) -> "1 read [s] write [] except []" traced "pselect6" by select {
                class: Class::System, role: Role::Waits, on: On::Nothing, group: Group::Wait,
                gives: Gives::Selected, reach: Reach::Nothing, interrupted: Interrupted::RestartsWithoutHandler,
                length_of: LengthOf::Sets, in_child: InChild::Made,
                man: "select(2)", example: "select(read [s], write [], except [], 1000)"
            }
            /// the same with a signal mask: these signals are blocked while it waits, and the others interrupt it
            Pselect "pselect" (sets: Box<Sets>, timeout: Timeout, mask: Mask as "sigmask", nfds: Option<i32>) -> "1 read [s] write [] except []" traced "pselect6" by pselect {
                class: Class::System, role: Role::Waits, on: On::Nothing, group: Group::Wait,
                gives: Gives::Selected, reach: Reach::Nothing, interrupted: Interrupted::RestartsWithoutHandler,
                length_of: LengthOf::Sets, in_child: InChild::Made,
                man: "pselect(2)", example: "pselect(read [s], write [], except [], 1000, [SIGURG])"
            }
            /// creates an epoll instance: a list of descriptors that the kernel keeps
            EpollCreate1 "epoll_create1" (flags: EpollFlags) -> "fd" traced "epoll_create1" {
                class: Class::System, role: Role::Other, on: On::Nothing, group: Group::Wait, gives: Gives::Epoll,
                reach: Reach::Nothing, makes: 1, in_child: InChild::Made,
                man: "epoll_create1(2)", example: "e = epoll_create1()"
            }
            /// creates an epoll instance, the older call; the size is ignored but must be above 0
            EpollCreate "epoll_create" (size: i32) -> "fd" traced "epoll_create" {
                class: Class::System, role: Role::Other, on: On::Nothing, group: Group::Wait, gives: Gives::Epoll,
                reach: Reach::Nothing, makes: 1, in_child: InChild::Made,
                man: "epoll_create(2)", example: "e = epoll_create(1)"
            }
            /// adds a descriptor to the interest list, changes or removes it
            EpollCtl "epoll_ctl" (socket: Descriptor as "epoll", op: EpollOp, target: Descriptor as "socket", events: EpollEvents) -> "0" traced "epoll_ctl" by epoll_ctl {
                class: Class::System, role: Role::Other, on: On::Epoll, group: Group::Wait, gives: Gives::Zero,
                reach: Reach::Nothing, in_child: InChild::Made,
                man: "epoll_ctl(2)", example: "epoll_ctl(e, EPOLL_CTL_ADD, s, EPOLLIN|EPOLLET)"
            }
            /// waits until a descriptor in the interest list is ready
            EpollWait "epoll_wait" (socket: Descriptor as "epoll", max: i32 as "maxevents", timeout: Millis) -> "1 [s: EPOLLIN]" traced "epoll_wait" by epoll_wait {
                class: Class::System, role: Role::Waits, on: On::Epoll, group: Group::Wait, gives: Gives::Ready,
                reach: Reach::Nothing, interrupted: Interrupted::Fails, in_child: InChild::Made,
                man: "epoll_wait(2)", example: "epoll_wait(e, 10, 1000)"
            }
            /// the same with a signal mask: these signals are blocked while it waits, and the others interrupt it
            EpollPwait "epoll_pwait" (socket: Descriptor as "epoll", max: i32 as "maxevents", timeout: Millis, mask: Mask as "sigmask") -> "1 [s: EPOLLIN]" traced "epoll_pwait" by epoll_pwait {
                class: Class::System, role: Role::Waits, on: On::Epoll, group: Group::Wait, gives: Gives::Ready,
                reach: Reach::Nothing, interrupted: Interrupted::Fails, in_child: InChild::Made,
                man: "epoll_pwait(2)", example: "epoll_pwait(e, 10, 1000, [SIGURG])"
            }
            /// waits for a signal about a socket or a child
            Sigtimedwait "sigtimedwait" (signals: Vec<Sig>, timeout: Timeout) -> "SIGIO" traced "rt_sigtimedwait" by sigtimedwait {
                class: Class::System, role: Role::Waits, on: On::Nothing, group: Group::Wait, gives: Gives::Signal,
                reach: Reach::Nothing, interrupted: Interrupted::Fails, in_child: InChild::Made,
                man: "sigtimedwait(2)", example: "sigtimedwait([SIGIO, SIGURG], 1000)"
            }
            /// opens a file for reading: a descriptor that is not a socket
            Open "open" (path: Vec<u8>) -> "fd" traced "openat" by open {
                class: Class::System, role: Role::Other, on: On::Nothing, group: Group::Make, gives: Gives::File,
                reach: Reach::File, makes: 1, in_child: InChild::Made,
                man: "open(2)", example: "n = open(\"/dev/null\")"
            }
            /// sets who may connect to an AF_UNIX path
            Chmod "chmod" (address: AddressArg as "path", mode: u32) -> "0" traced "chmod" by chmod {
                class: Class::System, role: Role::Other, on: On::Path, group: Group::Options, gives: Gives::Zero,
                reach: Reach::Path, in_child: InChild::Made,
                man: "chmod(2)", example: "chmod(unix:/tmp/x.sock, 0500)"
            }
            /// removes the file that bind() made, and no other file
            Unlink "unlink" (address: AddressArg as "path") -> "0" traced "unlink" by unlink {
                class: Class::System, role: Role::Other, on: On::Path, group: Group::End, gives: Gives::Zero,
                reach: Reach::Path, in_child: InChild::Made,
                man: "unlink(2)", example: "unlink(unix:/tmp/x.sock)"
            }
            /// looks up the addresses of a host and a service (C library, no system call)
            Getaddrinfo "getaddrinfo" (host: HostText as "node", service: ServiceText as "service", hints: Option<Hints> as "hints") -> "[127.0.0.1:80, [::1]:80]" traced "" {
                class: Class::Library, role: Role::Other, on: On::Nothing, group: Group::Names,
                gives: Gives::Addresses, reach: Reach::Names,
                man: "getaddrinfo(3)", example: "getaddrinfo(\"localhost\", \"http\")"
            }
            /// looks up the name of an address and of its port (C library, no system call)
            Getnameinfo "getnameinfo" (address: AddressArg, room: NameRoom as "room") -> "\"localhost\" \"http\"" traced "" {
                class: Class::Library, role: Role::Other, on: On::Nothing, group: Group::Names, gives: Gives::Names,
                reach: Reach::Names,
                man: "getnameinfo(3)", example: "getnameinfo(127.0.0.1:80)"
            }
            /// turns an address as text into its bytes: 1, or 0 where it is none (C library, no system call)
            InetPton "inet_pton" (family: Domain as "af", source: HostText as "src") -> "1 hex(7f 00 00 01)" traced "" {
                class: Class::Library, role: Role::Other, on: On::Nothing, group: Group::Names, gives: Gives::Bytes,
                reach: Reach::Nothing,
                man: "inet_pton(3)", example: "inet_pton(AF_INET, \"127.0.0.1\")"
            }
            /// turns the bytes of an address into text (C library, no system call)
            InetNtop "inet_ntop" (family: Domain as "af", source: Data as "src", size: TextSize) -> "\"127.0.0.1\"" traced "" {
                class: Class::Library, role: Role::Other, on: On::Nothing, group: Group::Names, gives: Gives::Names,
                reach: Reach::Nothing,
                man: "inet_ntop(3)", example: "inet_ntop(AF_INET, hex(7f 00 00 01))"
            }
            /// puts a port into the byte order of the network (C library, no system call)
            Htons "htons" (number: OrderedNumber as "hostshort") -> "36895 hex(1f 90)" traced "" {
                class: Class::Library, role: Role::Other, on: On::Nothing, group: Group::Names, gives: Gives::Bytes,
                reach: Reach::Nothing,
                man: "htons(3)", example: "htons(8080)"
            }
            /// the same for a number of 32 bits, such as an IPv4 address (C library, no system call)
            Htonl "htonl" (number: OrderedNumber as "hostlong") -> "16777343 hex(7f 00 00 01)" traced "" {
                class: Class::Library, role: Role::Other, on: On::Nothing, group: Group::Names, gives: Gives::Bytes,
                reach: Reach::Nothing,
                man: "htonl(3)", example: "htonl(2130706433)"
            }
            /// puts a port from the byte order of the network into that of this host (C library, no system call)
            Ntohs "ntohs" (number: OrderedNumber as "netshort") -> "8080 hex(90 1f)" traced "" {
                class: Class::Library, role: Role::Other, on: On::Nothing, group: Group::Names, gives: Gives::Bytes,
                reach: Reach::Nothing,
                man: "ntohs(3)", example: "ntohs(36895)"
            }
            /// the same for a number of 32 bits (C library, no system call)
            Ntohl "ntohl" (number: OrderedNumber as "netlong") -> "2130706433 hex(01 00 00 7f)" traced "" {
                class: Class::Library, role: Role::Other, on: On::Nothing, group: Group::Names, gives: Gives::Bytes,
                reach: Reach::Nothing,
                man: "ntohl(3)", example: "ntohl(16777343)"
            }
            /// makes a child process: a copy of this one, with a copy of every descriptor
            Fork "fork" () -> "pid" traced "clone" by fork {
                class: Class::System, role: Role::Other, on: On::Nothing, group: Group::Processes, gives: Gives::Process,
                reach: Reach::Nothing, makes: 1,
                in_child: InChild::Refused("a child makes no child of its own here: fork() without `in`"),
                man: "fork(2)", example: "p = fork()"
            }
            /// sends a signal to a child that fork() made
            Kill "kill" (process: ProcessArg, signal: KillSignal) -> "0" traced "kill" by kill {
                class: Class::System, role: Role::Other, on: On::Process, group: Group::Processes, gives: Gives::Zero,
                reach: Reach::Nothing,
                man: "kill(2)", example: "kill(p, SIGKILL)"
            }
            /// waits until a child has ended, and takes its status; until then it is a zombie
            Waitpid "waitpid" (process: ProcessArg, options: WaitFlags) -> "exited 0" traced "wait4" by waitpid {
                class: Class::System, role: Role::Other, on: On::Process, group: Group::Processes, gives: Gives::ChildChange,
                reach: Reach::Nothing, interrupted: Interrupted::Restarts,
                man: "waitpid(2)", example: "waitpid(p)"
            }
            /// ends the child that makes it
            Exit "_exit" (status: i32) -> "?" traced "exit_group" {
                class: Class::System, role: Role::Other, on: On::Nothing, group: Group::Processes, gives: Gives::Nothing,
                reach: Reach::Nothing, in_child: InChild::Only,
                man: "_exit(2)", example: "_exit(0) in p"
            }
            /// sets the soft and the hard limit of the child that makes it; what exceeds the new limit stays open
            Setrlimit "setrlimit" (resource: Resource, limit: i32 as "limit") -> "0" traced "prlimit64" by setrlimit {
                class: Class::System, role: Role::Other, on: On::Nothing, group: Group::Processes, gives: Gives::Zero,
                reach: Reach::Nothing, in_child: InChild::Only,
                man: "getrlimit(2)", example: "setrlimit(RLIMIT_NOFILE, 10) in p"
            }
            /// waits for the call that is pending on the socket
            Wait "wait" (socket: Descriptor) -> "that call's result" traced "" {
                class: Class::Player, role: Role::Other, on: On::File, group: Group::Prompt, gives: Gives::Another,
                reach: Reach::Nothing, makes: 1, in_child: InChild::Made,
                example: "s = wait(l)"
            }
            /// interrupts the pending call: it returns EINTR, or what it has done so far
            Cancel "cancel" (socket: Descriptor) -> "that call's result" traced "" {
                class: Class::Player, role: Role::Other, on: On::File, group: Group::Prompt, gives: Gives::Another,
                reach: Reach::Nothing, in_child: InChild::Made,
                example: "cancel(l)"
            }
            /// lets a traced program make its held call
            Step "step" (socket: Descriptor) -> "that call's result" traced "" {
                class: Class::Player, role: Role::Other, on: On::File, group: Group::Prompt, gives: Gives::Another,
                reach: Reach::Nothing,
                example: "step(fd3)"
            }
            /// injects a fault into the held call: an errno, short, or a delay
            Inject "inject" (socket: Descriptor, fault: Fault) -> "that call's result" traced "" {
                class: Class::Player, role: Role::Other, on: On::File, group: Group::Prompt, gives: Gives::Another,
                reach: Reach::Nothing,
                example: "inject(fd4, EINTR)"
            }
            /// the state of the connection, as the kernel reports it
            State "state" (socket: Descriptor) -> "ESTABLISHED" traced "" {
                class: Class::Query, role: Role::Other, on: On::Socket, group: Group::Ask, gives: Gives::State,
                reach: Reach::Nothing, in_child: InChild::Made,
                example: "state(c)"
            }
            /// the state of the other end, as the kernel reports it
            Peer "peer" (socket: Descriptor) -> "ESTABLISHED" traced "" {
                class: Class::Query, role: Role::Other, on: On::Socket, group: Group::Ask, gives: Gives::State,
                reach: Reach::Nothing, in_child: InChild::Made,
                example: "peer(c)"
            }
            /// how many connections wait to be accepted
            Pending "pending" (socket: Descriptor) -> "number" traced "" {
                class: Class::Query, role: Role::Other, on: On::Socket, group: Group::Ask, gives: Gives::Waiting,
                reach: Reach::Nothing, in_child: InChild::Made,
                example: "pending(l)"
            }
            /// how many bytes wait to be received; for datagrams, those of the next one
            Unread "unread" (socket: Descriptor) -> "number" traced "" {
                class: Class::Query, role: Role::Other, on: On::Socket, group: Group::Ask, gives: Gives::Unread,
                reach: Reach::Nothing, in_child: InChild::Made,
                example: "unread(s)"
            }
            /// sends until EAGAIN: the buffers are full
            Fill "fill" (socket: Descriptor) -> "bytes" traced "" {
                class: Class::Loop, role: Role::Sends, on: On::Socket, group: Group::Loops, gives: Gives::Moved,
                reach: Reach::Peer, addresses: Addresses::SetByDatagrams, in_child: InChild::Made,
                example: "fill(c)"
            }
            /// receives until EAGAIN or end of stream
            Drain "drain" (socket: Descriptor) -> "bytes" traced "" {
                class: Class::Loop, role: Role::Receives, on: On::Socket, group: Group::Loops, gives: Gives::Moved,
                reach: Reach::Nothing, in_child: InChild::Made,
                example: "drain(s)"
            }
            /// sends that many bytes in chunks
            Source "source" (socket: Descriptor, bytes: u64, chunk: usize) -> "bytes" traced "" {
                class: Class::Loop, role: Role::Sends, on: On::Socket, group: Group::Loops, gives: Gives::Moved,
                reach: Reach::Peer, in_child: InChild::Made,
                example: "source(c, 1000000, 65536)"
            }
            /// receives and discards, until end of stream or cancel()
            Sink "sink" (socket: Descriptor) -> "bytes" traced "" {
                class: Class::Loop, role: Role::Receives, on: On::Socket, group: Group::Loops, gives: Gives::Moved,
                reach: Reach::Nothing, in_child: InChild::Made,
                example: "sink(s)"
            }
            /// receives and sends back, until end of stream or cancel()
            Echo "echo" (socket: Descriptor) -> "bytes" traced "" {
                class: Class::Loop, role: Role::Answers, on: On::Socket, group: Group::Loops, gives: Gives::Moved,
                reach: Reach::Peer, in_child: InChild::Made,
                example: "echo(s)"
            }
            // It reaches nothing: its connections are answered by echo(), each of which is decided about by itself.
            /// accepts connections until cancel(); each gets a thread
            Serve "serve" (socket: Descriptor, service: Service) -> "connections" traced "" {
                class: Class::Loop, role: Role::Accepts, on: On::Socket, group: Group::Loops,
                gives: Gives::Connections, reach: Reach::Nothing,
                in_child: InChild::Refused("serve() makes a thread for each connection, and a child has one thread: accept() and echo() in it"),
                example: "serve(l, echo)"
            }
            /// does nothing for a while
            Sleep "sleep" (duration: Duration) -> "0" traced "" {
                class: Class::Player, role: Role::Other, on: On::Nothing, group: Group::Prompt, gives: Gives::Zero,
                reach: Reach::Nothing,
                in_child: InChild::Refused("a script waits by itself, and no process does anything: sleep() without `in`"),
                example: "sleep(50ms)"
            }
        }
    };
}
pub(crate) use with_calls;
