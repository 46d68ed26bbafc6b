//! Children: the calls that make them, end them and wait for them.

use crate::explain::rule::{Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    FORK Success [] {ByResult} "{child} is a child: a copy of this process with a copy of each descriptor. What both refer to, such as a connection, ends when the last copy is closed. `close(x) in {child}` is a call of the child." "fork(2)" => [WAIT_FOR_CHILD];
    FORK Fails(EAGAIN) [] {Possibilities} "There are as many processes as a limit allows: RLIMIT_NPROC of the user, kernel.threads-max, or pids.max of the control group." "fork(2)";
    FORK Fails(ENOMEM) [] {ByErrno} "The kernel has no memory for another process." "fork(2)";
    KILL Success [SignalNone] {ByResult} "Signal 0 only checks: the process exists, also as a zombie, and this one may send it signals." "kill(2)";
    KILL Success [ChildHadEnded] {ByResult} "{child} had ended and is a zombie: kill() succeeds, and the signal does nothing." "kill(2)" => [WAIT_FOR_CHILD];
    KILL Success [SignalKill] {ByArguments} "SIGKILL was sent to {child}, which cannot catch it. The kernel closes its descriptors: what has no other copy ends. {child} is a zombie until waitpid()." "signal(7)" => [WAIT_FOR_CHILD];
    KILL Success [SignalStop] {ByArguments} "SIGSTOP was sent to {child}: it is stopped, and its calls wait for SIGCONT." "signal(7)";
    KILL Success [] {ByResult} "The signal was sent. What it does is for {child} to choose by sigaction(2): here those that report events stay pending, and the others do what they do by default." "signal(7)";
    KILL Fails(EINVAL) [] {ByArguments} "There is no signal of that number." "kill(2)";
    WAITPID Success [ChildGone] {ByResult} "{child} {child_end}. Until now it was a zombie that kept this status; the kernel has forgotten it, and its number can be used again." "waitpid(2)";
    WAITPID Success [ChildStopped] {ByResult} "{child} was stopped by a signal (WUNTRACED). It goes on after SIGCONT." "waitpid(2)";
    WAITPID Success [ChildContinued] {ByResult} "{child} goes on after SIGCONT (WCONTINUED)." "waitpid(2)";
    WAITPID Success [] {ByResult} "{child} has not changed, and with WNOHANG the call does not wait for that." "waitpid(2)";
    WAITPID Blocked [] {UnderWay} "{child} has not ended, so the call sleeps until it does. Its end also sends SIGCHLD to this process, for sigtimedwait() to take." "waitpid(2)";
    WAITPID Fails(ECHILD) [] {Possibilities} "The process is no child of this one, or was waited for already: a status can be taken once." "waitpid(2)";
    WAITPID Fails(EINVAL) [] {ByArguments} "One of the options is not an option of waitpid()." "waitpid(2)";
    SETRLIMIT Success [] {ByResult} "A new descriptor of {child} gets a number below the limit. Where none is free, the call that needs one fails with EMFILE. What is open stays open." "getrlimit(2)";
    SETRLIMIT Fails(EPERM) [] {Possibilities} "The new limit is above the hard limit of {child}, and raising that needs CAP_SYS_RESOURCE; or it is above fs.nr_open, the most that any process may have." "getrlimit(2)";
    SETRLIMIT Fails(EINVAL) [] {ByArguments} "There is no resource of that number." "getrlimit(2)";
};
