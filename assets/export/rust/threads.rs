/// A call that others are made during, in a thread of its own.
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
