//! The text behind `=`: what a call returned.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::socket::Errno;
use crate::strace::import::number::{int, integer};

/// The errno values that nobody but a tracer sees.
const RESTARTS: std::ops::RangeInclusive<i32> = 512..=516;
/// The greatest of the others.
const LAST: i32 = 133;

/// All of them by their names.
static ERRORS: LazyLock<HashMap<String, Errno>> = LazyLock::new(|| {
    let all = (1..=LAST).chain(RESTARTS).map(Errno);
    let named = all.map(|errno| (errno.name(), errno));
    let others = ["EWOULDBLOCK", "ENOTSUP"].into_iter().filter_map(|name| {
        let errno = Errno::from_name(name)?;
        Some((name.to_owned(), errno))
    });
    named.chain(others).collect()
});

/// The text behind `=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Result<'a> {
    /// The number that was returned, -1 with an errno. `None`: the call did not return.
    pub(super) number: Option<i64>,
    /// Why it failed.
    pub(super) errno: Option<Errno>,
    /// What a descriptor that was returned refers to.
    pub(super) note: &'a str,
    /// The words between parentheses.
    pub(super) words: &'a str,
    /// Whether a fault was injected.
    pub(super) injected: bool,
    /// All of it without the mark of a fault.
    pub(super) text: &'a str,
}

/// Reads the text behind `=`. `None`: it is no result.
pub(super) fn result(text: &str) -> Option<Result<'_>> {
    let (text, injected) = match text.strip_suffix(" (INJECTED)") {
        Some(text) => (text, true),
        None => (text, false),
    };
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    let (first, note) = first.split_once('<').unwrap_or((first, ""));
    let words = rest
        .split_once('(')
        .and_then(|(_, words)| words.strip_suffix(')'));
    let mut result = Result {
        number: None,
        errno: None,
        note: note.strip_suffix('>').unwrap_or(note),
        words: words.unwrap_or_default(),
        injected,
        text,
    };
    match first {
        "?" if rest.is_empty() => {}
        "?" | "-1" if !rest.is_empty() => {
            let name = rest.split(' ').next().unwrap_or_default();
            let number = || int(words?.strip_prefix("errno ")?).map(Errno);
            result.number = Some(-1);
            result.errno = Some(errno(name).or_else(number)?);
        }
        _ => result.number = Some(integer(first)?),
    }
    Some(result)
}

fn errno(name: &str) -> Option<Errno> {
    ERRORS.get(name).copied()
}

#[cfg(test)]
mod tests {
    use crate::strace::import::result::*;

    #[test]
    fn numbers_errors_and_words_are_told_apart() {
        let of = |text| result(text).map(|own| (own.number, own.errno.map(|errno| errno.0)));
        assert_eq!(
            of("0x802 (flags O_RDWR|O_NONBLOCK)"),
            Some((Some(0x802), None))
        );
        assert_eq!(
            of("-1 EAGAIN (Resource temporarily unavailable)"),
            Some((Some(-1), Some(libc::EAGAIN)))
        );
        assert_eq!(of("-1 (errno 530)"), Some((Some(-1), Some(530))));
        let restart = "? ERESTARTSYS (To be restarted if SA_RESTART is set)";
        assert_eq!(of(restart), Some((Some(-1), Some(512))));
        assert_eq!(of("?"), Some((None, None)));
        for other in ["", "x", "-1 ENONE (Nothing)", "? what"] {
            assert_eq!(of(other), None, "{other}");
        }
        let accepted = result("4<TCP:[127.0.0.1:1->127.0.0.1:2]>").expect("a result");
        assert_eq!(
            (accepted.number, accepted.note),
            (Some(4), "TCP:[127.0.0.1:1->127.0.0.1:2]")
        );
        let polled = result("1 ([{fd=3, revents=POLLIN}])").expect("a result");
        assert_eq!(polled.words, "[{fd=3, revents=POLLIN}]");
        let injected = result("-1 EINTR (Interrupted system call) (INJECTED)").expect("a result");
        assert!(injected.injected && injected.text.ends_with("call)"));
    }
}
