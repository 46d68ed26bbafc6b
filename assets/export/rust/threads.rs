/// The threads of the calls during which others are made; 0: it has not begun.
static TIDS: [AtomicI32; COUNT] = [const { AtomicI32::new(0) }; COUNT];

/// Which of these calls have returned.
static OVER: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];

/// Which of them are to end.
static CANCELLED: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];

thread_local! {
    /// Which of them this thread makes.
    static OWN_CALL: Cell<Option<usize>> = const { Cell::new(None) };
}

fn begin_call(index: usize) {
    OWN_CALL.set(Some(index));
    TIDS[index].store(unsafe { libc::gettid() }, SeqCst);
}

fn end_call(index: usize) {
    OVER[index].store(true, SeqCst);
}

fn await_begun(index: usize) {
    while TIDS[index].load(SeqCst) == 0 {
        thread::sleep(Duration::from_millis(1));
    }
}

/// Waits until the thread sleeps in its call, or the call has returned: at most two seconds.
fn await_asleep(index: usize) {
    await_begun(index);
    let path = format!("/proc/self/task/{}/stat", TIDS[index].load(SeqCst));
    for _ in 0..2000 {
        if OVER[index].load(SeqCst) || sleeps(&path) {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// Interrupts the call until it has returned.
fn interrupt_call<T>(index: usize, call: &JoinHandle<T>) {
    CANCELLED[index].store(true, SeqCst);
    while !OVER[index].load(SeqCst) && !call.is_finished() {
        unsafe { libc::pthread_kill(call.as_pthread_t(), libc::SIGRTMAX()) };
        thread::sleep(Duration::from_millis(1));
    }
}

/// The signal that interrupts a call. Its handler does nothing; the call returns EINTR.
extern "C" fn do_nothing(_: libc::c_int) {}

fn catch_interrupt() {
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = do_nothing as *const () as usize;
    let signal = libc::SIGRTMAX();
    let returned = unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) };
    check(returned).expect("sigaction");
}

/// Whether a thread or a process sleeps in the kernel, as the file `stat` in /proc says.
fn sleeps(path: &str) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.rsplit_once(')')
        .is_some_and(|(_, rest)| rest.starts_with(" S"))
}
