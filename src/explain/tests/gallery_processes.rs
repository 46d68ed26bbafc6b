//! Stories of children.

use crate::explain::tests::gallery::Tale;

pub(crate) const STORIES: &[Tale] = &[
    (
        "a child and its end",
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)\n",
        "
        p = fork() -> pid
        ? p is a child: a copy of this process with a copy of each descriptor
        ! waitpid(p, WNOHANG)
        waitpid(p, WNOHANG) -> 0
        ? p has not changed, and with WNOHANG the call does not wait
        kill(p, 0) -> 0
        ? Signal 0 only checks
        kill(p, 65) -> EINVAL
        ? There is no signal of that number
        kill(p, SIGUSR1) -> 0
        ? What it does is for p to choose
        kill(p, SIGSTOP) -> 0
        ? it is stopped, and its calls wait for SIGCONT
        waitpid(p, WUNTRACED) -> stopped SIGSTOP
        ? p was stopped by a signal
        kill(p, SIGCONT) -> 0
        waitpid(p, WCONTINUED) -> continued
        ? p goes on after SIGCONT
        close(a) -> 0
        ? a in p
        kill(p, SIGKILL) -> 0
        ? SIGKILL was sent to p, which cannot catch it
        ! waitpid(p, WNOHANG)
        waitpid(p) -> killed SIGKILL
        ? p was killed by SIGKILL. Until now it was a zombie
        waitpid(p) -> ECHILD
        ? a status can be taken once
        waitpid(p, 0x40000000) -> EINVAL
        ? One of the options is not an option of waitpid()
    ",
    ),
    (
        "what a signal says of its sender and of a child",
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)\n",
        "
        p = fork() -> pid
        sigtimedwait([SIGCHLD], 0) -> EAGAIN
        ? with a timeout of 0 the call does not wait. SIGCHLD comes when a child ends
        sigtimedwait([SIGCHLD], 100) -> EAGAIN
        ? none of the signals came within 100ms. SIGCHLD comes when a child ends
        sigtimedwait([SIGCHLD], -1) -> blocks
        ? The call sleeps until one of the signals comes. SIGCHLD comes
        @ returns SIGCHLD info 1 700 3
        sigtimedwait([SIGCHLD], 100) -> SIGCHLD info 2 700 9
        ? SIGCHLD says that p was killed by SIGKILL. It is not queued
        sigtimedwait([SIGCHLD], 100) -> SIGCHLD info 5 700 19
        ? SIGCHLD says that p was stopped by SIGSTOP
        sigtimedwait([SIGCHLD], 100) -> SIGCHLD info 6 12 18
        ? SIGCHLD says that process 12 goes on
        sigtimedwait([SIGUSR1], 100) -> SIGUSR1 info 0 77 0
        ? SIGUSR1 was sent by process 77 with kill()
    ",
    ),
    (
        "waiting for a child, and processes that cannot be had",
        "",
        "
        p = fork() -> pid
        waitpid(p) -> blocks
        ? p has not ended, so the call sleeps until it does
        fork() -> EAGAIN
        ? There are as many processes as a limit allows
        fork() -> ENOMEM
        ? The kernel has no memory for another process
    ",
    ),
    (
        "a child that is killed inside a call",
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)\n",
        "
        p = fork() -> pid
        recv(a, 1) in p -> ?
        ? The call never returned to the program: the process was killed by SIGKILL
    ",
    ),
    (
        "a child with a limit for its descriptors",
        "l = socket(AF_INET, SOCK_STREAM)\n",
        "
        p = fork() -> pid
        setrlimit(RLIMIT_NOFILE, 4) in p -> 0
        ? A new descriptor of p gets a number below the limit
        dup(l) in p -> EMFILE
        ? p has no free descriptor number below its limit
        setrlimit(RLIMIT_NOFILE, 4000) in p -> EPERM
        ? The new limit is above the hard limit of p
        setrlimit(99, 4) in p -> EINVAL
        ? There is no resource of that number
    ",
    ),
    (
        "a child that ends by itself",
        "",
        "
        p = fork() -> pid
        _exit(3) in p -> ?
        ? _exit() ends p and never returns
        poll([], 20) -> 0
        kill(p, SIGTERM) -> 0
        ? p had ended and is a zombie
        waitpid(p) -> exited 3
        ? p exited with status 3. Until now it was a zombie
    ",
    ),
];
