//! The functions that a program in C has beside those of the session, and the headers of what it uses.

use std::fmt::Write;

use crate::export::c::{C, Helper};

/// The headers with the words that need them, in the order in which they are included.
const HEADERS: [(&str, &[&str]); 34] = [
    (
        "arpa/inet.h",
        &["htons", "htonl", "ntohs", "ntohl", "inet_pton", "inet_ntop"],
    ),
    ("errno.h", &["errno"]),
    ("fcntl.h", &["fcntl", "open", "O_CLOEXEC", "O_NONBLOCK"]),
    ("limits.h", &["INT_MIN"]),
    ("linux/filter.h", &["sock_filter"]),
    (
        "linux/sockios.h",
        &[
            "SIOCOUTQ",
            "SIOCINQ",
            "SIOCOUTQNSD",
            "SIOCATMARK",
            "FIOGETOWN",
            "FIOSETOWN",
        ],
    ),
    ("net/if.h", &["if_nametoindex"]),
    ("netdb.h", &["addrinfo", "getnameinfo", "gai_strerror"]),
    (
        "netinet/in.h",
        &[
            "sockaddr_in",
            "sockaddr_in6",
            "IPPROTO_",
            "ip_mreq",
            "in_addr",
            "IP_",
            "IPV6_",
        ],
    ),
    ("netinet/tcp.h", &["TCP_", "tcp_info"]),
    ("netinet/udp.h", &["UDP_"]),
    ("poll.h", &["pollfd", "ppoll"]),
    ("pthread.h", &["pthread_t", "pthread_sigmask"]),
    ("signal.h", &["sigaction", "sigset_t", "kill", "SIGKILL"]),
    ("stdatomic.h", &["atomic_int"]),
    ("stddef.h", &["offsetof"]),
    ("stdint.h", &["uint64_t", "uint32_t", "uint16_t"]),
    (
        "stdio.h",
        &["printf", "perror", "fprintf", "fputs", "getchar"],
    ),
    ("stdlib.h", &["exit", "EXIT_FAILURE"]),
    ("string.h", &["memcpy", "memset", "strrchr", "strerror"]),
    (
        "sys/epoll.h",
        &["epoll_event", "epoll_create", "epoll_create1"],
    ),
    ("sys/eventfd.h", &["eventfd"]),
    ("sys/ioctl.h", &["ioctl", "FIONREAD"]),
    ("sys/mman.h", &["mmap"]),
    ("sys/resource.h", &["setrlimit"]),
    ("sys/select.h", &["fd_set"]),
    (
        "sys/socket.h",
        &[
            "socket",
            "socketpair",
            "sockaddr",
            "sockaddr_storage",
            "socklen_t",
            "sockatmark",
            "recv",
            "send",
            "shutdown",
            "listen",
        ],
    ),
    ("sys/stat.h", &["chmod"]),
    ("sys/time.h", &["timeval"]),
    ("sys/timerfd.h", &["timerfd_create", "timerfd_settime"]),
    ("sys/uio.h", &["iovec"]),
    ("sys/un.h", &["sockaddr_un"]),
    ("sys/wait.h", &["waitpid", "WIFEXITED", "waitid"]),
    (
        "time.h",
        &["nanosleep", "timespec", "CLOCK_MONOTONIC", "CLOCK_REALTIME"],
    ),
];

/// Constants that headers of widely used systems do not have yet, with their numbers.
const MISSING: [(&str, i32); 9] = [
    ("ICMPV6_FILTER", 1),
    ("ICMP_FILTER", 1),
    ("IPV6_FLOWINFO", 11),
    ("IPV6_FLOWINFO_SEND", 33),
    ("IPV6_FLOWLABEL_MGR", 32),
    ("IP_LOCAL_PORT_RANGE", 51),
    ("SO_DEVMEM_DONTNEED", 80),
    ("SO_PASSPIDFD", 76),
    ("SO_PEERPIDFD", 77),
];

/// The identifiers of a program.
pub(crate) fn words(body: &str) -> impl Iterator<Item = &str> {
    body.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
}

/// The headers that a program needs. A word that ends in `_` is the beginning of many.
pub(crate) fn headers(body: &str) -> Vec<&'static str> {
    let words: std::collections::BTreeSet<&str> = words(body).collect();
    let has = |word: &str| match word.ends_with('_') {
        true => words
            .range(word..)
            .next()
            .is_some_and(|next| next.starts_with(word)),
        false => words.contains(word),
    };
    let needed = HEADERS
        .iter()
        .filter(|(_, all)| all.iter().any(|word| has(word)));
    let mut headers: Vec<&str> = needed.map(|(header, _)| *header).collect();
    const OF_UNISTD: [&str; 15] = [
        "read", "write", "close", "fork", "dup", "_exit", "pause", "pipe2", "unlink", "getpid",
        "pid_t", "dup2", "dup3", "gettid", "getppid",
    ];
    if OF_UNISTD.into_iter().any(has) {
        headers.push("unistd.h");
    }
    headers
}

/// The constants of a program that a header may lack.
pub(crate) fn missing(body: &str) -> Vec<(&'static str, i32)> {
    let has = |name: &str| words(body).any(|word| word == name);
    MISSING.into_iter().filter(|(name, _)| has(name)).collect()
}

/// Which functions need which others.
const NEEDS: [(Helper, &[Helper]); 20] = [
    (Helper::Ask, &[Helper::Known, Helper::Fatal]),
    (Helper::SetAddress, &[Helper::Known]),
    (Helper::Accepted, &[Helper::Pause]),
    (
        Helper::Serve,
        &[Helper::Loops, Helper::Echo, Helper::Sink, Helper::Fatal],
    ),
    (Helper::EchoMessages, &[Helper::Loops]),
    (Helper::Echo, &[Helper::Loops]),
    (Helper::Sink, &[Helper::Loops]),
    (Helper::Source, &[Helper::Loops, Helper::Repeat]),
    (Helper::Fill, &[Helper::Loops]),
    (Helper::Drain, &[Helper::Loops]),
    (
        Helper::Loops,
        &[Helper::Started, Helper::Interrupt, Helper::Fatal],
    ),
    (
        Helper::Child,
        &[Helper::Pause, Helper::Fatal, Helper::Interrupt],
    ),
    (Helper::Started, &[Helper::Fatal, Helper::Interrupt]),
    (Helper::AwaitState, &[Helper::Pause, Helper::Fatal]),
    (Helper::AwaitPending, &[Helper::Pause, Helper::Fatal]),
    (Helper::AwaitUnread, &[Helper::Pause, Helper::Fatal]),
    (Helper::PortOf, &[Helper::Known]),
    (Helper::Sigpipe, &[Helper::Fatal]),
    (Helper::Signals, &[Helper::Fatal]),
    (Helper::Interrupt, &[Helper::Fatal]),
];

impl C<'_> {
    /// Adds the functions that those which are used need.
    pub(crate) fn add_needs(&mut self) {
        // A few rounds: until nothing is added any more.
        for _ in 0..NEEDS.len() {
            for (helper, needs) in NEEDS {
                if self.used.contains(&helper) {
                    self.used.extend(needs);
                }
            }
        }
    }

    /// The functions that are used, each after those that it uses.
    pub(crate) fn helper_texts(&mut self) -> String {
        self.add_needs();
        let mut text = String::new();
        for helper in ORDER {
            if self.used.contains(&helper) {
                text.push_str(&self.helper(helper));
                text.push('\n');
            }
        }
        text
    }

    fn helper(&self, helper: Helper) -> String {
        match helper {
            Helper::Fatal => FATAL.to_owned(),
            Helper::ExpectError => EXPECT_ERROR.to_owned(),
            Helper::ExpectLookupError => EXPECT_LOOKUP_ERROR.to_owned(),
            Helper::Sigpipe => SIGPIPE.to_owned(),
            Helper::PrintBytes => PRINT_BYTES.to_owned(),
            Helper::PrintAddress => PRINT_ADDRESS.to_owned(),
            Helper::PortOf => PORT_OF.to_owned(),
            Helper::Ask => ASK_ADDRESS.to_owned(),
            Helper::SetAddress => SET_ADDRESS.to_owned(),
            Helper::Hold => AWAIT_END_OF_INPUT.to_owned(),
            Helper::Accepted => AWAIT_ACCEPTED.to_owned(),
            Helper::Known => self.known_text(),
            Helper::Repeat => REPEAT.to_owned(),
            Helper::Child => self.child_text(),
            Helper::Started => self.started_text(),
            Helper::Signals => signals_text(),
            Helper::Interrupt => INTERRUPT.to_owned(),
            Helper::AwaitState => AWAIT_STATE.to_owned(),
            Helper::AwaitPending => AWAIT_PENDING.to_owned(),
            Helper::AwaitUnread => AWAIT_UNREAD.to_owned(),
            Helper::Loops => LOOPS.to_owned(),
            Helper::Fill => FILL.to_owned(),
            Helper::Drain => DRAIN.to_owned(),
            Helper::Source => SOURCE.to_owned(),
            Helper::Sink => SINK.to_owned(),
            Helper::Echo => ECHO.to_owned(),
            Helper::EchoMessages => ECHO_MESSAGES.to_owned(),
            Helper::Serve => SERVE.to_owned(),
            Helper::Pause => PAUSE.to_owned(),
            Helper::OthersBlocked => PRINT_CHANGE.to_owned(),
        }
    }

    /// The addresses that the program asks for.
    fn known_text(&self) -> String {
        let mut text = KNOWN.to_owned();
        if !self.plan.has_child_calls() {
            for name in &self.plan.addresses {
                let name = crate::export::c::address(name);
                // Writing to a String cannot fail.
                let _ = writeln!(text, "static struct known {name};");
            }
        }
        text
    }

    fn started_text(&self) -> String {
        let count = self.plan.started.len().max(1);
        let threads = STARTED.replace("COUNT", &count.to_string());
        match self.plan.has_threads() {
            true => format!("{threads}{THREADS}"),
            false => threads,
        }
    }

    fn child_text(&self) -> String {
        let mut addresses = String::new();
        if self.used.contains(&Helper::Known) {
            for name in &self.plan.addresses {
                let name = crate::export::c::address(name);
                let _ = writeln!(addresses, "    struct known {name};");
            }
        }
        let count = self.plan.children.len().max(1).to_string();
        CHILD
            .replace("COUNT", &count)
            .replace("    ADDRESSES\n", &addresses)
    }
}

/// The order in which the functions stand.
const ORDER: [Helper; 30] = [
    Helper::Fatal,
    Helper::Pause,
    Helper::ExpectError,
    Helper::ExpectLookupError,
    Helper::Sigpipe,
    Helper::Signals,
    Helper::Interrupt,
    Helper::PrintBytes,
    Helper::PrintAddress,
    Helper::OthersBlocked,
    Helper::Known,
    Helper::Ask,
    Helper::PortOf,
    Helper::SetAddress,
    Helper::Hold,
    Helper::Accepted,
    Helper::Repeat,
    Helper::Child,
    Helper::Started,
    Helper::AwaitState,
    Helper::AwaitPending,
    Helper::AwaitUnread,
    Helper::Loops,
    Helper::Fill,
    Helper::Drain,
    Helper::Source,
    Helper::Sink,
    Helper::Echo,
    Helper::EchoMessages,
    Helper::Serve,
];

const FATAL: &str = r#"/* Says why a call failed, and ends the program. */
static void fatal(const char *call)
{
    perror(call);
    exit(EXIT_FAILURE);
}
"#;

const PAUSE: &str = r#"static void sleep_for(long long microseconds)
{
    struct timespec span = {microseconds / 1000000, microseconds % 1000000 * 1000};
    nanosleep(&span, NULL);
}
"#;

const EXPECT_ERROR: &str = r#"/* A call that is to fail with this error, as it did in the session. Anything else ends the program. */
static void expect_error(const char *call, long long returned, int expected)
{
    int error = errno;
    if (returned != -1) {
        fprintf(stderr, "%s: it was to fail: %s\n", call, strerror(expected));
        exit(EXIT_FAILURE);
    }
    printf("%s: %s\n", call, strerror(error));
    if (error != expected) {
        fprintf(stderr, "%s: this error was expected: %s\n", call, strerror(expected));
        exit(EXIT_FAILURE);
    }
}
"#;

const EXPECT_LOOKUP_ERROR: &str = r#"/* The same for a function that returns its error: getaddrinfo() and getnameinfo(). */
static void expect_lookup_error(const char *call, int returned, int expected)
{
    printf("%s: %s\n", call, returned == 0 ? "no error" : gai_strerror(returned));
    if (returned != expected) {
        fprintf(stderr, "%s: this error was expected: %s\n", call, gai_strerror(expected));
        exit(EXIT_FAILURE);
    }
}
"#;

const SIGPIPE: &str = r#"/* SIGPIPE ends a program that does not handle it. */
static volatile sig_atomic_t sigpipe_came;

static void note_sigpipe(int number)
{
    (void)number;
    sigpipe_came = 1;
}

static void catch_sigpipe(void)
{
    struct sigaction action = {0};
    action.sa_handler = note_sigpipe;
    action.sa_flags = SA_RESTART;
    if (sigaction(SIGPIPE, &action, NULL) == -1)
        fatal("sigaction");
}

static void expect_sigpipe(void)
{
    if (!sigpipe_came) {
        fputs("SIGPIPE was to come with this error\n", stderr);
        exit(EXIT_FAILURE);
    }
    sigpipe_came = 0;
}
"#;

const INTERRUPT: &str = r#"/* The signal that interrupts a call. Its handler does nothing; the call returns EINTR. */
static void do_nothing(int number)
{
    (void)number;
}

static void catch_interrupt(void)
{
    struct sigaction action = {0};
    action.sa_handler = do_nothing;
    if (sigaction(SIGRTMAX, &action, NULL) == -1)
        fatal("sigaction");
}
"#;

const PRINT_BYTES: &str = r#"/* Prints what is in a buffer of so many bytes after a call that returned a count, which may be more. */
static void print_bytes(const char *bytes, size_t size, ssize_t count)
{
    size_t length = count < 0 ? 0 : (size_t)count < size ? (size_t)count : size;
    if (length == 0)
        return;
    printf("  \"");
    for (size_t i = 0; i < length && i < 64; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\')
            putchar(byte);
        else
            printf("\\x%02x", byte);
    }
    printf(length > 64 ? "\"...\n" : "\"\n");
}
"#;

const PRINT_ADDRESS: &str = r#"static void print_address(const char *call, const struct sockaddr *address, socklen_t length)
{
    char text[INET6_ADDRSTRLEN];
    if (length >= sizeof(struct sockaddr_in) && address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)address;
        inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
        printf("%s: %s:%u\n", call, text, (unsigned int)ntohs(in->sin_port));
    } else if (length >= sizeof(struct sockaddr_in6) && address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;
        inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof text);
        printf("%s: [%s]:%u\n", call, text, (unsigned int)ntohs(in6->sin6_port));
    } else {
        printf("%s: an address of %u bytes\n", call, (unsigned int)length);
    }
}
"#;

const PRINT_CHANGE: &str = r#"static void print_change(const char *call, pid_t changed, int status)
{
    if (changed == 0)
        printf("%s: 0\n", call);
    else if (WIFEXITED(status))
        printf("%s: exited %d\n", call, WEXITSTATUS(status));
    else if (WIFSIGNALED(status))
        printf("%s: killed by signal %d\n", call, WTERMSIG(status));
    else if (WIFSTOPPED(status))
        printf("%s: stopped by signal %d\n", call, WSTOPSIG(status));
    else
        printf("%s: continued\n", call);
}
"#;

const KNOWN: &str = r#"/* An address that is known only when the program runs. */
struct known {
    struct sockaddr_storage address;
    socklen_t length;
};

"#;

const ASK_ADDRESS: &str = r#"static void ask_address(int socket, struct known *known)
{
    known->length = sizeof known->address;
    if (getsockname(socket, (struct sockaddr *)&known->address, &known->length) == -1)
        fatal("getsockname");
}
"#;

const PORT_OF: &str = r#"/* The port of an address, in the byte order of the network. */
static in_port_t port_of(const struct known *known)
{
    if (known->address.ss_family == AF_INET6)
        return ((const struct sockaddr_in6 *)&known->address)->sin6_port;
    return ((const struct sockaddr_in *)&known->address)->sin_port;
}
"#;

const SET_ADDRESS: &str = r#"/* An address with a port that the program was given. */
static void set_address(struct known *known, const char *host, const char *port)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *found;
    int error = getaddrinfo(host, port, &hints, &found);
    if (error != 0) {
        fprintf(stderr, "port %s: %s\n", port, gai_strerror(error));
        exit(EXIT_FAILURE);
    }
    memcpy(&known->address, found->ai_addr, found->ai_addrlen);
    known->length = found->ai_addrlen;
    freeaddrinfo(found);
}
"#;

const AWAIT_END_OF_INPUT: &str = r#"static void await_end_of_input(void)
{
    printf("all calls are made; the end of the input closes the sockets (Ctrl-D)\n");
    fflush(stdout);
    while (getchar() != EOF)
        ;
}
"#;

const AWAIT_ACCEPTED: &str = r#"/* Waits until serve() has accepted this connection. */
static void await_accepted(volatile int *connection)
{
    while (*connection == -1)
        sleep_for(1000);
}
"#;

const REPEAT: &str = r#"/* Fills a buffer with a text, again and again. */
static void repeat(char *buffer, size_t size, const char *text, size_t length)
{
    for (size_t i = 0; i < size; i++)
        buffer[i] = text[i % length];
}
"#;

const STARTED: &str = r#"/*
 * A call that others are made during, in a thread of its own.
 */
static struct {
    atomic_int begun;
    atomic_int cancelled;
    atomic_int over;
    pid_t tid;
    pthread_t thread;
} started[COUNT];

/* Which of them this thread makes; -1 in main(). */
static _Thread_local int own_call = -1;
"#;

const THREADS: &str = r#"
static void begin_call(int index)
{
    own_call = index;
    started[index].tid = gettid();
    started[index].begun = 1;
}

static void end_call(int index)
{
    started[index].over = 1;
}

static void start_call(int index, void *(*function)(void *))
{
    int error = pthread_create(&started[index].thread, NULL, function, NULL);
    if (error != 0) {
        errno = error;
        fatal("pthread_create");
    }
    while (!started[index].begun)
        sleep_for(1000);
}

/* Waits until the thread sleeps in its call, or the call has returned: at most two seconds. */
static __attribute__((unused)) void await_asleep(int index)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)started[index].tid);
    for (int i = 0; i < 2000 && !started[index].over; i++) {
        char text[512] = "";
        FILE *file = fopen(path, "r");
        if (file == NULL)
            return;
        char *state = fgets(text, sizeof text, file) == NULL ? NULL : strrchr(text, ')');
        fclose(file);
        if (state != NULL && state[1] == ' ' && state[2] == 'S')
            return;
        sleep_for(1000);
    }
}

static __attribute__((unused)) void await_call(int index)
{
    pthread_join(started[index].thread, NULL);
}

/* Interrupts the call until it has returned. */
static __attribute__((unused)) void interrupt_call(int index)
{
    started[index].cancelled = 1;
    while (!started[index].over) {
        pthread_kill(started[index].thread, SIGRTMAX);
        sleep_for(1000);
    }
}
"#;

const CHILD: &str = r#"/*
 * The children take turns with the parent, through memory that they share: the calls of all are made in the order of the
 * session.
 */
struct shared {
    struct {
        atomic_int given;
        atomic_int begun;
        atomic_int over;
        pid_t pid;
    } child[COUNT];
    ADDRESSES
};

static struct shared *shared;

static void share_with_children(void)
{
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        fatal("mmap");
}

/* In a child: waits until it is its turn. Without its parent it ends. */
static void await_turn(int index)
{
    while (shared->child[index].given == shared->child[index].begun) {
        if (getppid() == 1)
            _exit(0);
        sleep_for(1000);
    }
    shared->child[index].begun++;
}

static void end_turn(int index)
{
    fflush(NULL);
    shared->child[index].over++;
}

static int has_ended(int index)
{
    siginfo_t info = {0};
    int flags = WEXITED | WNOHANG | WNOWAIT;
    return waitid(P_PID, (id_t)shared->child[index].pid, &info, flags) == -1 || info.si_pid != 0;
}

/* In the parent: lets the child make its next call. */
static void give_turn(int index)
{
    fflush(NULL);
    shared->child[index].given++;
}

static __attribute__((unused)) void await_turn_over(int index)
{
    while (shared->child[index].over != shared->child[index].given && !has_ended(index))
        sleep_for(1000);
}

static __attribute__((unused)) void take_turn(int index)
{
    give_turn(index);
    await_turn_over(index);
}

/* Waits until the child sleeps in its call, or the call has returned: at most two seconds. */
static __attribute__((unused)) void await_child_asleep(int index)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)shared->child[index].pid);
    for (int i = 0; i < 2000 && shared->child[index].over != shared->child[index].given; i++) {
        char text[512] = "";
        FILE *file = fopen(path, "r");
        if (file == NULL)
            return;
        char *state = fgets(text, sizeof text, file) == NULL ? NULL : strrchr(text, ')');
        fclose(file);
        if (state != NULL && state[1] == ' ' && state[2] == 'S' && shared->child[index].begun == shared->child[index].given)
            return;
        sleep_for(1000);
    }
}

static __attribute__((unused)) void interrupt_child(int index)
{
    while (shared->child[index].over != shared->child[index].given && !has_ended(index)) {
        kill(shared->child[index].pid, SIGRTMAX);
        sleep_for(1000);
    }
}
"#;

const AWAIT_STATE: &str = r#"/* Waits until the connection is in this state: at most two seconds. */
static void await_state(int socket, int state)
{
    struct tcp_info info = {0};
    for (int i = 0; i < 2000; i++) {
        socklen_t length = sizeof info;
        if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length) == -1)
            fatal("getsockopt");
        if (info.tcpi_state == state)
            return;
        sleep_for(1000);
    }
    fprintf(stderr, "the connection is in the state %d, and %d was expected\n", info.tcpi_state, state);
    exit(EXIT_FAILURE);
}
"#;

const AWAIT_PENDING: &str = r#"/* Waits until so many connections are in the queue of a listener: at most two seconds. */
static void await_pending(int socket, unsigned int count)
{
    struct tcp_info info = {0};
    for (int i = 0; i < 2000; i++) {
        socklen_t length = sizeof info;
        if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length) == -1)
            fatal("getsockopt");
        if (info.tcpi_unacked == count)
            return;
        sleep_for(1000);
    }
    fprintf(stderr, "%u connections wait, and %u were expected\n", info.tcpi_unacked, count);
    exit(EXIT_FAILURE);
}
"#;

const AWAIT_UNREAD: &str = r#"/* Waits until so many bytes are in the receive queue: at most two seconds. */
static void await_unread(int socket, int count)
{
    int unread = 0;
    for (int i = 0; i < 2000; i++) {
        if (ioctl(socket, FIONREAD, &unread) == -1)
            fatal("ioctl");
        if (unread == count)
            return;
        sleep_for(1000);
    }
    fprintf(stderr, "%d bytes wait, and %d were expected\n", unread, count);
    exit(EXIT_FAILURE);
}
"#;

const LOOPS: &str = r#"/* Whether the call of this thread was cancelled. */
static int is_cancelled(void)
{
    return own_call != -1 && started[own_call].cancelled;
}

static __attribute__((unused)) long long check_loop(const char *name, long long moved)
{
    if (moved == -1)
        fatal(name);
    return moved;
}
"#;

const FILL: &str = r#"/* Sends until the buffers are full, and stay full for 50 ms. */
static long long fill(int socket)
{
    static char piece[4096];
    long long sent = 0;
    int settled = 0;
    memset(piece, 'f', sizeof piece);
    while (sent < (256 << 20) && !is_cancelled()) {
        ssize_t count = send(socket, piece, sizeof piece, MSG_DONTWAIT);
        if (count >= 0) {
            sent += count;
            settled = 0;
        } else if (errno == EAGAIN && settled) {
            break;
        } else if (errno == EAGAIN) {
            struct pollfd entry = {.fd = socket, .events = POLLOUT};
            settled = poll(&entry, 1, 50) == 0 || (entry.revents & POLLOUT) == 0;
        } else if (errno != EINTR) {
            return -1;
        }
    }
    return sent;
}
"#;

const DRAIN: &str = r#"/* Receives until nothing comes for 50 ms, or until the end. */
static long long drain(int socket)
{
    static char buffer[256 << 10];
    long long received = 0;
    while (received < (256 << 20) && !is_cancelled()) {
        ssize_t count = recv(socket, buffer, sizeof buffer, MSG_DONTWAIT);
        if (count == 0)
            break;
        if (count > 0) {
            received += count;
        } else if (errno == EAGAIN) {
            struct pollfd entry = {.fd = socket, .events = POLLIN};
            if (poll(&entry, 1, 50) == 0 || (entry.revents & POLLIN) == 0)
                break;
        } else if (errno != EINTR) {
            return -1;
        }
    }
    return received;
}
"#;

const SOURCE: &str = r#"/* Sends so many bytes, in pieces of at most `chunk`. */
static long long source(int socket, unsigned long long bytes, size_t chunk)
{
    char *piece = malloc(chunk);
    unsigned long long sent = 0;
    if (piece == NULL)
        fatal("malloc");
    repeat(piece, chunk, "abcdefghijklmnopqrstuvwxyz", 26);
    while (sent < bytes && !is_cancelled()) {
        size_t left = bytes - sent < chunk ? (size_t)(bytes - sent) : chunk;
        ssize_t count = send(socket, piece, left, 0);
        if (count == -1 && errno != EINTR) {
            free(piece);
            return -1;
        }
        if (count > 0)
            sent += (unsigned long long)count;
    }
    free(piece);
    return (long long)sent;
}
"#;

const SINK: &str = r#"/* Receives until the end of the stream; 0 bytes of a datagram are no end. */
static long long sink(int socket, int messages)
{
    char *buffer = malloc(256 << 10);
    long long received = 0;
    if (buffer == NULL)
        fatal("malloc");
    while (!is_cancelled()) {
        ssize_t count = recv(socket, buffer, 256 << 10, 0);
        if (count == -1 && errno != EINTR) {
            free(buffer);
            return -1;
        }
        if (count == 0 && !messages)
            break;
        if (count > 0)
            received += count;
    }
    free(buffer);
    return received;
}
"#;

const ECHO: &str = r#"/* Receives and sends back until the end of the stream. */
static long long echo(int socket)
{
    char *buffer = malloc(256 << 10);
    long long sent = 0;
    ssize_t count = 1;
    if (buffer == NULL)
        fatal("malloc");
    while (count != 0 && !is_cancelled()) {
        count = recv(socket, buffer, 256 << 10, 0);
        if (count == -1 && errno != EINTR)
            goto failed;
        for (ssize_t done = 0; done < count && !is_cancelled();) {
            ssize_t part = send(socket, buffer + done, (size_t)(count - done), 0);
            if (part == -1 && errno != EINTR)
                goto failed;
            if (part > 0) {
                done += part;
                sent += part;
            }
        }
    }
    free(buffer);
    return sent;
failed:
    free(buffer);
    return -1;
}
"#;

const ECHO_MESSAGES: &str = r#"/* Receives datagrams and sends each back to its sender. */
static long long echo_messages(int socket)
{
    char *buffer = malloc(256 << 10);
    long long sent = 0;
    if (buffer == NULL)
        fatal("malloc");
    while (!is_cancelled()) {
        struct sockaddr_storage peer = {0};
        socklen_t length = sizeof peer;
        ssize_t count = recvfrom(socket, buffer, 256 << 10, 0, (struct sockaddr *)&peer, &length);
        if (count == -1 && errno == EINTR)
            continue;
        if (count != -1 && length > sizeof(sa_family_t))
            count = sendto(socket, buffer, (size_t)count, 0, (struct sockaddr *)&peer, length);
        else if (count != -1)
            count = send(socket, buffer, (size_t)count, 0);
        if (count == -1 && errno != EINTR) {
            free(buffer);
            return -1;
        }
        if (count > 0)
            sent += count;
    }
    free(buffer);
    return sent;
}
"#;

const SERVE: &str = r#"/* Serves one connection to its end. */
static __attribute__((unused)) void *serve_echo(void *connection)
{
    int socket = *(int *)connection;
    free(connection);
    echo(socket);
    close(socket);
    return NULL;
}

static __attribute__((unused)) void *serve_sink(void *connection)
{
    int socket = *(int *)connection;
    free(connection);
    sink(socket, 0);
    close(socket);
    return NULL;
}

/* Accepts connections, each with a thread, until it is cancelled. The first go to the variables in `names`. */
static long long serve(int socket, void *(*service)(void *), int **names)
{
    long long count = 0;
    while (!is_cancelled()) {
        pthread_t thread;
        int *connection = malloc(sizeof *connection);
        if (connection == NULL)
            fatal("malloc");
        *connection = accept(socket, NULL, NULL);
        if (*connection == -1) {
            free(connection);
            if (errno == EINTR || errno == ECONNABORTED)
                continue;
            return -1;
        }
        if (*names != NULL)
            **names++ = *connection;
        count++;
        if (pthread_create(&thread, NULL, service, connection) != 0)
            fatal("pthread_create");
        pthread_detach(thread);
    }
    return count;
}
"#;

/// Which signals are held back, and the handlers for those that are let through.
fn signals_text() -> String {
    let mut text = String::from(
        "/* These signals are held back until a call waits for them. */\nstatic void handle(int number)\n{\n    (void)number;\n}\n\n\
         static void hold_signals(void)\n{\n    struct sigaction action = {0};\n    sigset_t signals;\n    \
         sigemptyset(&signals);\n    action.sa_handler = handle;\n",
    );
    for row in crate::socket::constant::SIGNALS.rows {
        let name = row.name;
        let _ = writeln!(
            text,
            "    sigaddset(&signals, {name});\n    if (sigaction({name}, &action, NULL) == -1)\n        fatal(\"sigaction\");"
        );
    }
    text.push_str(
        "    if (sigprocmask(SIG_BLOCK, &signals, NULL) == -1)\n        fatal(\"sigprocmask\");\n}\n",
    );
    text
}
