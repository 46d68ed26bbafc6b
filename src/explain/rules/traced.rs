//! What only calls of traced programs can be: held, never returned, interrupted as a tracer sees it, injected, or calls
//! that the notation has no word for.

use crate::explain::rule::{Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    ANY Held [] {UnderWay} "The thread is held just before {call}. The kernel has not seen the call yet." "ptrace(2)";
    NO_WORD Abandoned [EndsProcess] {ByResult} "{call_kind}() ends the process with all its threads and never returns. The kernel closes its descriptors." "_exit(2)";
    EXIT Abandoned [ChildThere] {ByResult} "_exit() ends {child} and never returns. The kernel closes its descriptors: what has no other copy ends. {child} is a zombie until waitpid()." "_exit(2)" => [WAIT_FOR_CHILD];
    ANY Abandoned [] {UnderWay} "The call never returned to the program: {reason}" "ptrace(2)";
    ANY Returned [Injected] {ByResult} "sockplay injected an error, a shorter length or a delay here, as requested: the result does not come from the program and the kernel alone." "ptrace(2)";
    ANY Restarted [] {ByErrno} "A signal interrupted the call. The kernel makes it again after the handler if that was installed with SA_RESTART, or if there is none; otherwise the program gets EINTR." "signal(7)";
    NO_WORD Success [] {ByResult} "{done} sockplay's notation has no form for this {call_kind}()." "syscalls(2)";
    NO_WORD AnyErrno [] {ByErrno} "sockplay's notation has no form for this {call_kind}(). In general {errno} means: {strerror}." "syscalls(2)";
    NO_WORD Blocked [] {UnderWay} "{call_kind}() has not returned: its thread sleeps in the kernel." "syscalls(2)";
};
