/// The children take turns with the parent, through memory that they share: the calls of all are made in the order of the
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

/// In a child: when its parent ends, the kernel kills it.
fn end_with_parent(parent: libc::pid_t) {
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    if unsafe { libc::getppid() } != parent {
        unsafe { libc::_exit(0) };
    }
}

/// In a child: waits until it is its turn.
fn await_turn(index: usize) {
    let turns = turns(index);
    while turns.given.load(SeqCst) == turns.begun.load(SeqCst) {
        thread::sleep(Duration::from_millis(1));
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
        thread::sleep(Duration::from_millis(1));
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
        thread::sleep(Duration::from_millis(1));
    }
}

fn interrupt_child(index: usize) {
    while !is_turn_over(index) {
        unsafe { libc::kill(turns(index).pid.load(SeqCst), libc::SIGRTMAX()) };
        thread::sleep(Duration::from_millis(1));
    }
}
