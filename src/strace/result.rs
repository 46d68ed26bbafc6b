//! What strace prints after `=`: the value, or the errno with the system's words for it.

use crate::call::Call;
use crate::call::fault::Fault;
use crate::call::outcome::{Outcome, Raw, Returned};
use crate::call::syscall::Printed;
use crate::call::table::Interrupted;
use crate::socket::Errno;
use crate::strace::Environment;
use crate::strace::names::DESCRIPTOR_FLAGS;
use crate::strace::number::{F_GETSIG, open_flags, signal};
use crate::strace::table::hex;

/// The result of a call.
pub(crate) fn result(
    call: &Call,
    outcome: &Outcome,
    raw: &Raw,
    environment: Environment<'_>,
) -> String {
    let text = match outcome.errno() {
        // The errno that was injected is the one that the program sees.
        Some(errno) if outcome.injected == Some(Fault::Errno(errno)) => {
            format!("-1 {errno} ({})", errno.text())
        }
        Some(errno) => failure(call, errno, environment),
        None => success(call, outcome, raw),
    };
    injected(outcome, text)
}

fn success(call: &Call, outcome: &Outcome, raw: &Raw) -> String {
    let value = raw.returned;
    if let Call::Fcntl { command, .. } = call {
        return controlled(command.0, value);
    }
    match &outcome.result {
        Ok(Returned::Ready(ready)) if call.socket().is_none() => {
            crate::strace::ready::polled(ready, raw)
        }
        Ok(Returned::Messages(messages)) => crate::strace::ready::received(messages.len(), raw),
        Ok(Returned::Selected { count, sets }) => crate::strace::ready::selected(*count, sets, raw),
        Ok(Returned::Signal { signal: sig, .. }) => format!("{} ({})", sig.0, signal(sig.0)),
        _ => value.to_string(),
    }
}

/// The result of a call that is known as it was made.
pub(crate) fn as_made(outcome: &Outcome, printed: Option<&Printed>) -> String {
    let text = match (outcome.errno(), &outcome.raw) {
        (Some(errno), _) if errno.is_restart() => format!("? {errno} ({})", errno.text()),
        (Some(errno), _) => format!("-1 {errno} ({})", errno.text()),
        (None, Some(raw)) => raw.returned.to_string(),
        (None, None) => "?".to_owned(),
    };
    let text = printed
        .and_then(|printed| printed.result.clone())
        .unwrap_or(text);
    injected(outcome, text)
}

/// A result with the word by which strace marks what was injected.
fn injected(outcome: &Outcome, text: String) -> String {
    match outcome.injected {
        Some(Fault::Errno(_) | Fault::Short) => format!("{text} (INJECTED)"),
        Some(Fault::Delay(_)) => format!("{text} (DELAYED)"),
        None => text,
    }
}

/// strace learns of an interruption before it is decided whether the kernel makes the call again. It never does: the
/// handler has no SA_RESTART.
fn failure(call: &Call, errno: Errno, environment: Environment<'_>) -> String {
    if errno.is_restart() {
        return format!("? {errno} ({})", errno.text());
    }
    if environment.as_returned {
        return format!("-1 {errno} ({})", errno.text());
    }
    let restart = Some(call.call_kind().signature().interrupted)
        .filter(|_| errno.0 == libc::EINTR)
        .and_then(|interrupted| restart(interrupted, environment));
    restart.map_or_else(|| format!("-1 {errno} ({})", errno.text()), str::to_owned)
}

/// What an interrupted call says to strace; `None` for EINTR itself.
fn restart(interrupted: Interrupted, environment: Environment<'_>) -> Option<&'static str> {
    const RESTARTED: &str = "? ERESTARTSYS (To be restarted if SA_RESTART is set)";
    match interrupted {
        Interrupted::Resumes => Some("? ERESTART_RESTARTBLOCK (Interrupted by signal)"),
        Interrupted::RestartsWithoutHandler => {
            Some("? ERESTARTNOHAND (To be restarted if no handler)")
        }
        Interrupted::Fails => None,
        Interrupted::Restarts => Some(RESTARTED).filter(|_| !environment.timed),
    }
}

/// fcntl(2): flags are a number with their names behind it.
fn controlled(command: i32, value: i64) -> String {
    let flags = i32::try_from(value).unwrap_or_default();
    let number = flags.cast_unsigned();
    match command {
        libc::F_GETFL => format!("{} (flags {})", hex(number), open_flags(flags)),
        libc::F_GETFD if flags != 0 => {
            format!("{} (flags {})", hex(number), DESCRIPTOR_FLAGS.mask(flags))
        }
        F_GETSIG if flags != 0 => format!("{flags} ({})", signal(flags)),
        _ => value.to_string(),
    }
}
