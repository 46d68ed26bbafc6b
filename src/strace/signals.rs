//! What strace(1) prints of a signal: who sent it, and why.

use crate::call::signal::SignalInfo;
use crate::strace::bytes::POINTER;

/// The codes of any signal, sigaction(2).
const CODES: [(i32, &str); 7] = [
    (0, "SI_USER"),
    (0x80, "SI_KERNEL"),
    (-1, "SI_QUEUE"),
    (-2, "SI_TIMER"),
    (-4, "SI_ASYNCIO"),
    (-5, "SI_SIGIO"),
    (-6, "SI_TKILL"),
];
/// Those of SIGCHLD.
const OF_CHILD: [(i32, &str); 6] = [
    (1, "CLD_EXITED"),
    (2, "CLD_KILLED"),
    (3, "CLD_DUMPED"),
    (4, "CLD_TRAPPED"),
    (5, "CLD_STOPPED"),
    (6, "CLD_CONTINUED"),
];

/// Those of the signals that an instruction causes, with the signal.
const OF_INSTRUCTIONS: [(i32, i32, &str); 7] = [
    (libc::SIGSEGV, 1, "SEGV_MAPERR"),
    (libc::SIGSEGV, 2, "SEGV_ACCERR"),
    (libc::SIGBUS, 1, "BUS_ADRALN"),
    (libc::SIGBUS, 2, "BUS_ADRERR"),
    (libc::SIGFPE, 1, "FPE_INTDIV"),
    (libc::SIGILL, 2, "ILL_ILLOPN"),
    (libc::SIGTRAP, 1, "TRAP_BRKPT"),
];

/// The fields of `siginfo_t` that a code gives a meaning.
pub(crate) fn info(signal: i32, info: &SignalInfo) -> String {
    let SignalInfo {
        code,
        pid,
        uid,
        status,
        times: [user, system],
        address,
    } = *info;
    let instruction = OF_INSTRUCTIONS
        .iter()
        .find(|(other, number, _)| (*other, *number) == (signal, code));
    if let Some((_, _, name)) = instruction {
        let address = if address == 0 { "NULL" } else { POINTER };
        return format!("si_code={name}, si_addr={address}");
    }
    let name = |table: &[(i32, &'static str)]| {
        let row = table.iter().find(|(number, _)| *number == code);
        row.map(|(_, name)| *name)
    };
    if signal == libc::SIGCHLD
        && let Some(name) = name(&OF_CHILD)
    {
        let status = match code {
            1 => status.to_string(),
            _ => crate::strace::number::signal(status),
        };
        let (user, system) = (ticks(user), ticks(system));
        return format!(
            "si_code={name}, si_pid={pid}, si_uid={uid}, si_status={status}, si_utime={user}, si_stime={system}"
        );
    }
    match name(&CODES) {
        Some(name @ ("SI_USER" | "SI_TKILL" | "SI_QUEUE")) => {
            format!("si_code={name}, si_pid={pid}, si_uid={uid}")
        }
        Some(name) => format!("si_code={name}"),
        None => format!("si_code={code:#x}"),
    }
}

/// A `clock_t`, of which Linux shows programs a hundred a second.
fn ticks(count: i64) -> String {
    match count {
        0 => "0".to_owned(),
        _ => format!("{count} /* {}.{:02} s */", count / 100, count % 100),
    }
}
