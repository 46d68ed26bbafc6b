//! What a program in Rust has beside the calls of the session.

use std::fmt::Write;

use crate::export::rust::{Helper, Rust};

/// Which parts need which others.
const NEEDS: [(Helper, &[Helper]); 13] = [
    (Helper::Serve, &[Helper::Loops, Helper::Accepted]),
    (Helper::Accepted, &[Helper::Loops]),
    (Helper::SetAddress, &[Helper::SocketAddress]),
    (Helper::EchoMessages, &[Helper::Loops]),
    (Helper::Echo, &[Helper::Loops]),
    (Helper::Sink, &[Helper::Loops]),
    (Helper::Source, &[Helper::Loops, Helper::Repeat]),
    (Helper::Fill, &[Helper::Loops]),
    (Helper::Drain, &[Helper::Loops]),
    (Helper::Loops, &[Helper::Threads]),
    (Helper::Threads, &[Helper::Cancelled]),
    (Helper::Children, &[Helper::Cancelled]),
    (Helper::Known, &[Helper::SocketAddress]),
];

impl Rust<'_> {
    /// Adds the parts that those which are used need.
    pub(crate) fn add_needs(&mut self) {
        for _ in 0..NEEDS.len() {
            for (helper, needs) in NEEDS {
                if self.used.contains(&helper) {
                    self.used.extend(needs);
                }
            }
        }
    }

    /// The parts that are used.
    pub(crate) fn helper_texts(&mut self) -> String {
        self.add_needs();
        let mut text = String::new();
        for helper in &self.used {
            text.push_str(&self.helper(*helper));
            text.push('\n');
        }
        if self.used.contains(&Helper::Known) || self.used.contains(&Helper::Children) {
            text.push_str(&self.shared());
        }
        text
    }

    fn helper(&self, helper: Helper) -> String {
        let text = match helper {
            Helper::SocketAddress => SOCKET_ADDRESS,
            Helper::Known => KNOWN,
            Helper::Repeat => REPEAT,
            Helper::ControlMessage => CONTROL_MESSAGE,
            Helper::Passed => PASSED,
            Helper::Signals => return signals(),
            Helper::Threads => return self.threads(),
            Helper::Children => CHILDREN,
            Helper::Cancelled => CANCELLED,
            Helper::AwaitState => AWAIT_STATE,
            Helper::AwaitPending => AWAIT_PENDING,
            Helper::AwaitUnread => AWAIT_UNREAD,
            Helper::Loops => LOOPS,
            Helper::Fill => FILL,
            Helper::Drain => DRAIN,
            Helper::Source => SOURCE,
            Helper::Sink => SINK,
            Helper::Echo => ECHO,
            Helper::EchoMessages => ECHO_MESSAGES,
            Helper::Serve => SERVE,
            Helper::Accepted => return self.accepted(),
            Helper::SetAddress => SET_ADDRESS,
            Helper::Hold => AWAIT_END_OF_INPUT,
            Helper::PrintAddress => PRINT_ADDRESS,
            Helper::LookupError => LOOKUP_ERROR,
            Helper::Change => CHANGE,
        };
        text.to_owned()
    }

    fn threads(&self) -> String {
        THREADS.replace("COUNT", &self.plan.started.len().max(1).to_string())
    }

    fn accepted(&self) -> String {
        ACCEPTED.replace("COUNT", &self.plan.accepted.len().to_string())
    }

    /// The memory that all processes of the program share.
    fn shared(&self) -> String {
        let mut fields = String::new();
        if self.used.contains(&Helper::Known) {
            for name in &self.plan.addresses {
                let name = crate::export::rust::address(name);
                // Writing to a String cannot fail.
                let _ = writeln!(fields, "    {name}: Known,");
            }
        }
        if self.used.contains(&Helper::Children) {
            let count = self.plan.children.len().max(1);
            let _ = writeln!(fields, "    child: [Turns; {count}],");
        }
        SHARED.replace("    FIELDS\n", &fields)
    }
}

/// What a program needs, in its first comment.
pub(crate) const DEPENDENCIES: &str = r#"//!
//!     [dependencies]
//!     libc = "0.2"
//!     socket2 = { version = "0.6", features = ["all"] }
//!
"#;

/// What every program begins with.
pub(crate) const HEAD: &str = r#"//! Before each call stands its line in the session with its result.
//!
//! Socket::new() and accept() would add SOCK_CLOEXEC, and a Socket closes itself when it is dropped. The session made
//! neither of these calls, so that new_raw() and accept_raw() are used here, and a variable is the number of a descriptor.
//! The runtime makes further calls: it handles SIGSEGV, ignores SIGPIPE and asks with poll() for descriptors 0 to 2.

#![allow(unused, clippy::all)]

use std::fs::File;
use std::io::{self, Read, Write};
use std::mem::{ManuallyDrop, MaybeUninit};
use std::net::{Shutdown, SocketAddr, SocketAddrV6};
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::thread::JoinHandleExt;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU8, AtomicU32, Ordering::SeqCst};
use std::thread::sleep;
use std::time::Duration;

use socket2::{Domain, Protocol, SockAddr, Socket, Type};

unsafe extern "C" {
    fn inet_pton(af: libc::c_int, src: *const libc::c_char, dst: *mut libc::c_void) -> libc::c_int;
    fn inet_ntop(
        af: libc::c_int,
        src: *const libc::c_void,
        dst: *mut libc::c_char,
        size: libc::socklen_t,
    ) -> *const libc::c_char;
    fn sockatmark(fd: libc::c_int) -> libc::c_int;
}

/// The socket of a descriptor, which stays open.
fn sock(fd: RawFd) -> ManuallyDrop<Socket> {
    ManuallyDrop::new(unsafe { Socket::from_raw_fd(fd) })
}

/// The same for read(2) and write(2).
fn file(fd: RawFd) -> ManuallyDrop<File> {
    ManuallyDrop::new(unsafe { File::from_raw_fd(fd) })
}

/// A buffer as socket2 takes it.
fn room(buffer: &mut [u8]) -> &mut [MaybeUninit<u8>] {
    unsafe { &mut *(std::ptr::from_mut(buffer) as *mut [MaybeUninit<u8>]) }
}

/// What a function of the C library returned: -1 is an error.
fn check<T: PartialEq + From<i8>>(returned: T) -> io::Result<T> {
    if returned == T::from(-1) {
        return Err(io::Error::last_os_error());
    }
    Ok(returned)
}

fn not_null<T>(returned: *const T) -> io::Result<()> {
    if returned.is_null() {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// The bytes that were written behind a value-result length.
fn written(buffer: &[u8], length: libc::socklen_t) -> Vec<u8> {
    buffer[..(length as usize).min(buffer.len())].to_vec()
}

/// The text of an error, without its number.
fn text_of(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

/// What a call gave; an error ends the program.
fn must<T>(call: &str, result: io::Result<T>) -> T {
    result.unwrap_or_else(|error| {
        eprintln!("{call}: {}", text_of(&error));
        std::process::exit(1);
    })
}

/// A call that is to fail with this error, as it did in the session. Anything else ends the program.
fn expect_error<T>(call: &str, result: io::Result<T>, expected: i32) {
    let wanted = io::Error::from_raw_os_error(expected);
    match result {
        Ok(_) => {
            eprintln!("{call}: it was to fail: {}", text_of(&wanted));
            std::process::exit(1);
        }
        Err(error) => {
            println!("{call}: {}", text_of(&error));
            if error.raw_os_error() != Some(expected) {
                eprintln!("{call}: this error was expected: {}", text_of(&wanted));
                std::process::exit(1);
            }
        }
    }
}

/// Prints what is in a buffer after a call that returned a count, which may be more than it holds.
fn print_bytes(buffer: &[u8], count: usize) {
    let bytes = &buffer[..count.min(buffer.len())];
    if bytes.is_empty() {
        return;
    }
    print!("  \"");
    for byte in bytes.iter().take(64) {
        match byte {
            b'"' | b'\\' => print!("\\x{byte:02x}"),
            b' '..=b'~' => print!("{}", char::from(*byte)),
            byte => print!("\\x{byte:02x}"),
        }
    }
    println!("{}", if bytes.len() > 64 { "\"..." } else { "\"" });
}

"#;

const SOCKET_ADDRESS: &str = r#"/// An address of the internet.
fn internet(text: &str) -> SockAddr {
    text.parse::<SocketAddr>().unwrap().into()
}

/// The same with the port of another address.
fn with_port(text: &str, other: &SockAddr) -> SockAddr {
    let mut address: SocketAddr = text.parse().unwrap();
    address.set_port(other.as_socket().map_or(0, |other| other.port()));
    address.into()
}

/// A path, or an abstract name, which begins with a NUL byte.
fn local(path: &[u8]) -> SockAddr {
    SockAddr::unix(std::ffi::OsStr::from_bytes(path)).unwrap()
}

/// The bytes of an address.
fn bytes_of(address: &SockAddr) -> Vec<u8> {
    let length = address.len() as usize;
    let bytes: *const u8 = address.as_ptr().cast();
    unsafe { std::slice::from_raw_parts(bytes, length.min(size_of::<libc::sockaddr_storage>())) }.to_vec()
}

/// So many bytes, with zeros behind them.
fn room_behind(bytes: &[u8], length: usize) -> Vec<u8> {
    let mut all = bytes.to_vec();
    all.resize(length, 0);
    all
}
"#;

const KNOWN: &str = r#"/// An address that the kernel is asked for.
struct Known {
    bytes: [AtomicU8; 128],
    length: AtomicU32,
}

impl Known {
    fn ask(&self, fd: RawFd) {
        self.set(&bytes_of(&must("getsockname", sock(fd).local_addr())));
    }

    fn set(&self, address: &[u8]) {
        for (own, byte) in self.bytes.iter().zip(address) {
            own.store(*byte, SeqCst);
        }
        self.length.store(address.len() as u32, SeqCst);
    }

    fn get(&self) -> SockAddr {
        let mut storage = socket2::SockAddrStorage::zeroed();
        let bytes: *mut u8 = (&raw mut storage).cast();
        for (index, byte) in self.bytes.iter().enumerate().take(storage.size_of() as usize) {
            unsafe { *bytes.add(index) = byte.load(SeqCst) };
        }
        unsafe { SockAddr::new(storage, self.length.load(SeqCst) as _) }
    }

    fn port(&self) -> u16 {
        self.get().as_socket().map_or(0, |address| address.port())
    }

    /// The path of an AF_UNIX address.
    fn path(&self) -> std::ffi::CString {
        let bytes = bytes_of(&self.get());
        let path = bytes.get(2..).unwrap_or_default();
        let end = path.iter().position(|byte| *byte == 0).unwrap_or(path.len());
        std::ffi::CString::new(&path[..end]).unwrap()
    }
}
"#;

const SHARED: &str = r#"/// What all processes of the program share.
struct Shared {
    FIELDS
}

fn shared() -> &'static Shared {
    static SHARED: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    let at = SHARED.get_or_init(|| {
        let (access, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | libc::MAP_ANONYMOUS);
        let at = unsafe { libc::mmap(std::ptr::null_mut(), size_of::<Shared>(), access, flags, -1, 0) };
        assert_ne!(at, libc::MAP_FAILED);
        at as usize
    });
    // All zeros are valid.
    unsafe { &*(*at as *const Shared) }
}

"#;

const REPEAT: &str = r#"/// So many bytes of a text, again and again.
fn repeat(text: &[u8], length: usize) -> Vec<u8> {
    text.iter().copied().cycle().take(length).collect()
}
"#;

const CONTROL_MESSAGE: &str = r#"/// A control message: its length, level, type and data, filled up to a multiple of eight bytes. See cmsg(3).
fn control_message(level: libc::c_int, kind: libc::c_int, data: &[u8]) -> Vec<u8> {
    let length = unsafe { libc::CMSG_LEN(data.len() as _) } as usize;
    let space = unsafe { libc::CMSG_SPACE(data.len() as _) } as usize;
    let mut bytes = length.to_ne_bytes().to_vec();
    bytes.extend(level.to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(data);
    bytes.resize(space, 0);
    bytes
}
"#;

const PASSED: &str = r#"/// The descriptors that came with a message, SCM_RIGHTS.
fn passed(mut control: &[u8]) -> Vec<RawFd> {
    let mut fds = Vec::new();
    while control.len() >= 16 {
        let length = usize::from_ne_bytes(control[..8].try_into().unwrap());
        if length < 16 || length > control.len() {
            break;
        }
        let level = i32::from_ne_bytes(control[8..12].try_into().unwrap());
        let kind = i32::from_ne_bytes(control[12..16].try_into().unwrap());
        if (level, kind) == (libc::SOL_SOCKET, libc::SCM_RIGHTS) {
            let numbers = control[16..length].chunks_exact(4);
            fds.extend(numbers.map(|number| i32::from_ne_bytes(number.try_into().unwrap())));
        }
        control = &control[length.next_multiple_of(8).min(control.len())..];
    }
    fds
}
"#;

const CANCELLED: &str = r#"/// The signal that interrupts a call. Its handler does nothing; the call returns EINTR.
extern "C" fn do_nothing(_: libc::c_int) {}

fn catch_interrupt() {
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = do_nothing as *const () as usize;
    must("sigaction", check(unsafe { libc::sigaction(libc::SIGRTMAX(), &raw const action, std::ptr::null_mut()) }));
}

/// Whether a thread or a process sleeps in the kernel, as the file `stat` in /proc says.
fn sleeps(path: &str) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.rsplit_once(')').is_some_and(|(_, rest)| rest.starts_with(" S"))
}
"#;

const THREADS: &str = r#"/// A call that others are made during, in a thread of its own.
struct Started {
    begun: AtomicBool,
    cancelled: AtomicBool,
    over: AtomicBool,
    tid: AtomicI32,
}

static STARTED: [Started; COUNT] = [const {
    Started {
        begun: AtomicBool::new(false),
        cancelled: AtomicBool::new(false),
        over: AtomicBool::new(false),
        tid: AtomicI32::new(0),
    }
}; COUNT];

thread_local! {
    /// Which of them this thread makes.
    static OWN_CALL: std::cell::Cell<Option<usize>> = const { std::cell::Cell::new(None) };
}

fn begin_call(index: usize) {
    OWN_CALL.set(Some(index));
    STARTED[index].tid.store(unsafe { libc::gettid() }, SeqCst);
    STARTED[index].begun.store(true, SeqCst);
}

fn end_call(index: usize) {
    STARTED[index].over.store(true, SeqCst);
}

fn await_begun(index: usize) {
    while !STARTED[index].begun.load(SeqCst) {
        sleep(Duration::from_millis(1));
    }
}

/// Waits until the thread sleeps in its call, or the call has returned: at most two seconds.
fn await_asleep(index: usize) {
    let path = format!("/proc/self/task/{}/stat", STARTED[index].tid.load(SeqCst));
    for _ in 0..2000 {
        if STARTED[index].over.load(SeqCst) || sleeps(&path) {
            return;
        }
        sleep(Duration::from_millis(1));
    }
}

/// Interrupts the call until it has returned.
fn interrupt_call(index: usize, thread: libc::pthread_t) {
    STARTED[index].cancelled.store(true, SeqCst);
    while !STARTED[index].over.load(SeqCst) {
        unsafe { libc::pthread_kill(thread, libc::SIGRTMAX()) };
        sleep(Duration::from_millis(1));
    }
}
"#;

const CHILDREN: &str = r#"/// The children take turns with the parent, through memory that they share: the calls of all are made in the order of the
/// session.
struct Turns {
    given: AtomicI32,
    begun: AtomicI32,
    over: AtomicI32,
    pid: AtomicI32,
}

fn turns(index: usize) -> &'static Turns {
    &shared().child[index]
}

/// In a child: waits until it is its turn. Without its parent it ends.
fn await_turn(index: usize) {
    let turns = turns(index);
    while turns.given.load(SeqCst) == turns.begun.load(SeqCst) {
        if unsafe { libc::getppid() } == 1 {
            unsafe { libc::_exit(0) };
        }
        sleep(Duration::from_millis(1));
    }
    turns.begun.fetch_add(1, SeqCst);
}

fn end_turn(index: usize) {
    io::stdout().flush().unwrap();
    turns(index).over.fetch_add(1, SeqCst);
}

fn is_turn_over(index: usize) -> bool {
    let turns = turns(index);
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    let flags = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
    let pid = turns.pid.load(SeqCst) as libc::id_t;
    turns.over.load(SeqCst) == turns.given.load(SeqCst)
        || unsafe { libc::waitid(libc::P_PID, pid, &raw mut info, flags) } == -1
        || unsafe { info.si_pid() } != 0
}

/// In the parent: lets the child make its next call.
fn give_turn(index: usize) {
    io::stdout().flush().unwrap();
    turns(index).given.fetch_add(1, SeqCst);
}

fn await_turn_over(index: usize) {
    while !is_turn_over(index) {
        sleep(Duration::from_millis(1));
    }
}

fn take_turn(index: usize) {
    give_turn(index);
    await_turn_over(index);
}

/// Waits until the child sleeps in its call, or the call has returned: at most two seconds.
fn await_child_asleep(index: usize) {
    let turns = turns(index);
    let path = format!("/proc/{}/stat", turns.pid.load(SeqCst));
    for _ in 0..2000 {
        let has_begun = turns.begun.load(SeqCst) == turns.given.load(SeqCst);
        if is_turn_over(index) || has_begun && sleeps(&path) {
            return;
        }
        sleep(Duration::from_millis(1));
    }
}

fn interrupt_child(index: usize) {
    while !is_turn_over(index) {
        unsafe { libc::kill(turns(index).pid.load(SeqCst), libc::SIGRTMAX()) };
        sleep(Duration::from_millis(1));
    }
}
"#;

const AWAIT_STATE: &str = r#"/// Waits until the connection is in this state of linux/tcp.h: at most two seconds.
fn await_state(fd: RawFd, state: u8) {
    let mut seen = 0;
    for _ in 0..2000 {
        let mut info = [0u8; 256];
        let mut length = 256;
        let (level, option) = (libc::IPPROTO_TCP, libc::TCP_INFO);
        let returned = unsafe { libc::getsockopt(fd, level, option, info.as_mut_ptr().cast(), &raw mut length) };
        must("getsockopt", check(returned));
        seen = info[0];
        if seen == state {
            return;
        }
        sleep(Duration::from_millis(1));
    }
    eprintln!("the connection is in the state {seen}, and {state} was expected");
    std::process::exit(1);
}
"#;

const AWAIT_PENDING: &str = r#"/// Waits until so many connections are in the queue of a listener: at most two seconds.
fn await_pending(fd: RawFd, count: u32) {
    for _ in 0..2000 {
        let mut info = [0u8; 256];
        let mut length = 256;
        let (level, option) = (libc::IPPROTO_TCP, libc::TCP_INFO);
        let returned = unsafe { libc::getsockopt(fd, level, option, info.as_mut_ptr().cast(), &raw mut length) };
        must("getsockopt", check(returned));
        // tcpi_unacked
        if u32::from_ne_bytes(info[24..28].try_into().unwrap()) == count {
            return;
        }
        sleep(Duration::from_millis(1));
    }
    eprintln!("{count} connections were to wait");
    std::process::exit(1);
}
"#;

const AWAIT_UNREAD: &str = r#"/// Waits until so many bytes are in the receive queue: at most two seconds.
fn await_unread(fd: RawFd, count: libc::c_int) {
    let mut unread: libc::c_int = 0;
    for _ in 0..2000 {
        must("ioctl", check(unsafe { libc::ioctl(fd, libc::FIONREAD, &raw mut unread) }));
        if unread == count {
            return;
        }
        sleep(Duration::from_millis(1));
    }
    eprintln!("{unread} bytes wait, and {count} were expected");
    std::process::exit(1);
}
"#;

const LOOPS: &str = r#"/// Whether the call of this thread was cancelled.
fn is_cancelled() -> bool {
    OWN_CALL.get().is_some_and(|index| STARTED[index].cancelled.load(SeqCst))
}

/// Makes a call of a loop; `None`: it was cancelled. A call that a signal interrupted is made again.
fn step(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<Option<usize>> {
    loop {
        if is_cancelled() {
            return Ok(None);
        }
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result.map(Some),
        }
    }
}

/// Whether a descriptor becomes ready within 50 ms.
fn becomes(fd: RawFd, events: libc::c_short) -> bool {
    let mut entry = libc::pollfd { fd, events, revents: 0 };
    unsafe { libc::poll(&raw mut entry, 1, 50) != 0 && entry.revents & events != 0 }
}
"#;

const FILL: &str = r#"/// Sends until the buffers are full, and stay full for 50 ms.
fn fill(fd: RawFd) -> io::Result<usize> {
    let piece = [b'f'; 4096];
    let (mut sent, mut settled) = (0, false);
    while sent < 256 << 20 {
        match step(|| sock(fd).send_with_flags(&piece, libc::MSG_DONTWAIT)) {
            Ok(None) => break,
            Ok(Some(count)) => {
                sent += count;
                settled = false;
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && settled => break,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => settled = !becomes(fd, libc::POLLOUT),
            Err(error) => return Err(error),
        }
    }
    Ok(sent)
}
"#;

const DRAIN: &str = r#"/// Receives until nothing comes for 50 ms, or until the end.
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
"#;

const SOURCE: &str = r#"/// Sends so many bytes, in pieces of at most `chunk`.
fn source(fd: RawFd, bytes: usize, chunk: usize) -> io::Result<usize> {
    let piece = repeat(b"abcdefghijklmnopqrstuvwxyz", chunk);
    let mut sent = 0;
    while sent < bytes {
        let length = chunk.min(bytes - sent);
        match step(|| sock(fd).send(&piece[..length]))? {
            Some(count) => sent += count,
            None => break,
        }
    }
    Ok(sent)
}
"#;

const SINK: &str = r#"/// Receives until the end of the stream; 0 bytes of a datagram are no end.
fn sink(fd: RawFd, messages: bool) -> io::Result<usize> {
    let mut buffer = vec![0; 256 << 10];
    let mut received = 0;
    loop {
        match step(|| sock(fd).recv_with_flags(room(&mut buffer), 0))? {
            None => break,
            Some(0) if !messages => break,
            Some(count) => received += count,
        }
    }
    Ok(received)
}
"#;

const ECHO: &str = r#"/// Receives and sends back until the end of the stream.
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
"#;

const ECHO_MESSAGES: &str = r#"/// Receives datagrams and sends each back to its sender.
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
"#;

const ACCEPTED: &str = r#"/// The connections that serve() accepted.
static ACCEPTED: [AtomicI32; COUNT] = [const { AtomicI32::new(-1) }; COUNT];

/// One of them, once it was accepted.
fn accepted(place: usize) -> RawFd {
    while ACCEPTED[place].load(SeqCst) == -1 {
        sleep(Duration::from_millis(1));
    }
    ACCEPTED[place].load(SeqCst)
}
"#;

const SET_ADDRESS: &str = r#"/// An address with a port that is an argument of the program.
fn address_of_port(host: &str, place: usize, otherwise: Option<&str>, usage: &str) -> Vec<u8> {
    let given = std::env::args().nth(place).or(otherwise.map(str::to_owned));
    let Some(port) = given else {
        let program = std::env::args().next().unwrap_or_default();
        eprintln!("usage: {program}{usage}");
        std::process::exit(2);
    };
    let host: std::net::IpAddr = host.parse().unwrap();
    match port.parse() {
        Ok(number) => bytes_of(&SocketAddr::new(host, number).into()),
        Err(error) => {
            eprintln!("port {port}: {error}");
            std::process::exit(1);
        }
    }
}
"#;

const AWAIT_END_OF_INPUT: &str = r#"fn await_end_of_input() {
    println!("all calls are made; the end of the input closes the sockets (Ctrl-D)");
    let _ = io::copy(&mut io::stdin(), &mut io::sink());
}
"#;

const SERVE: &str = r#"/// Accepts connections, each with a thread, until it is cancelled. The first go to these places of `ACCEPTED`.
fn serve(
    fd: RawFd,
    service: fn(RawFd) -> io::Result<usize>,
    mut places: std::ops::Range<usize>,
) -> io::Result<usize> {
    let mut count = 0;
    loop {
        let accepted = step(|| {
            let made = check(unsafe { libc::accept(fd, std::ptr::null_mut(), std::ptr::null_mut()) })?;
            Ok(made as usize)
        })?;
        let Some(connection) = accepted else {
            return Ok(count);
        };
        count += 1;
        if let Some(place) = places.next() {
            ACCEPTED[place].store(connection as RawFd, SeqCst);
        }
        std::thread::spawn(move || {
            let _ = service(connection as RawFd);
            unsafe { libc::close(connection as RawFd) };
        });
    }
}
"#;

const PRINT_ADDRESS: &str = r#"fn print_address(call: &str, bytes: &[u8]) {
    let family = bytes.get(..2).map_or(0, |family| i32::from(u16::from_ne_bytes([family[0], family[1]])));
    let port = bytes.get(2..4).map_or(0, |port| u16::from_be_bytes([port[0], port[1]]));
    match (family, bytes.len()) {
        (libc::AF_INET, 16..) => {
            let ip: [u8; 4] = bytes[4..8].try_into().unwrap();
            println!("{call}: {}:{port}", std::net::Ipv4Addr::from(ip));
        }
        (libc::AF_INET6, 28..) => {
            let ip: [u8; 16] = bytes[8..24].try_into().unwrap();
            println!("{call}: [{}]:{port}", std::net::Ipv6Addr::from(ip));
        }
        (_, length) => println!("{call}: an address of {length} bytes"),
    }
}
"#;

const LOOKUP_ERROR: &str = r#"/// The text before the first NUL.
fn until_nul(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

fn lookup_error(error: libc::c_int) -> String {
    let text = unsafe { std::ffi::CStr::from_ptr(libc::gai_strerror(error)) };
    text.to_string_lossy().into_owned()
}

fn no_lookup_error(call: &str, returned: libc::c_int) {
    if returned != 0 {
        eprintln!("{call}: {}", lookup_error(returned));
        std::process::exit(1);
    }
}

/// A look-up that is to fail with this error, as it did in the session.
fn expect_lookup_error(call: &str, returned: libc::c_int, expected: libc::c_int) {
    println!("{call}: {}", if returned == 0 { "no error".to_owned() } else { lookup_error(returned) });
    if returned != expected {
        eprintln!("{call}: this error was expected: {}", lookup_error(expected));
        std::process::exit(1);
    }
}
"#;

const CHANGE: &str = r#"fn print_change(call: &str, changed: libc::pid_t, status: libc::c_int) {
    if changed == 0 {
        println!("{call}: 0");
    } else if libc::WIFEXITED(status) {
        println!("{call}: exited {}", libc::WEXITSTATUS(status));
    } else if libc::WIFSIGNALED(status) {
        println!("{call}: killed by signal {}", libc::WTERMSIG(status));
    } else if libc::WIFSTOPPED(status) {
        println!("{call}: stopped by signal {}", libc::WSTOPSIG(status));
    } else {
        println!("{call}: continued");
    }
}
"#;

/// Which signals are held back, and the handlers for those that are let through.
fn signals() -> String {
    let rows = crate::socket::constant::SIGNALS.rows.iter();
    let each = rows.map(|row| match row.name.starts_with("SIGRT") {
        true => row.value.to_string(),
        false => format!("libc::{}", row.name),
    });
    let all = each.collect::<Vec<_>>().join(", ");
    SIGNALS.replace("ALL", &all)
}

const SIGNALS: &str = r#"fn signal_set(signals: &[libc::c_int]) -> libc::sigset_t {
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    unsafe { libc::sigemptyset(&raw mut set) };
    for signal in signals {
        unsafe { libc::sigaddset(&raw mut set, *signal) };
    }
    set
}

extern "C" fn handle(_: libc::c_int) {}

/// These signals are held back until a call waits for them.
fn hold_signals() {
    let signals = [ALL];
    for signal in signals {
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        action.sa_sigaction = handle as *const () as usize;
        must("sigaction", check(unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) }));
    }
    let set = signal_set(&signals);
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut()) };
}
"#;
