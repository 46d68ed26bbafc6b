//! Error numbers by their names, errno(3).

use std::fmt;
use std::sync::LazyLock;

/// An error number as a system call left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Errno(pub i32);

/// Linux numbers its errors from 1 to this one.
const LAST: i32 = 133;

/// What the kernel returns where a signal interrupted a call, and nobody but a tracer sees: the number, the name, and what
/// strace(1) says of it.
const RESTARTS: [(i32, &str, &str); 4] = [
    (512, "ERESTARTSYS", "To be restarted if SA_RESTART is set"),
    (513, "ERESTARTNOINTR", "To be restarted"),
    (514, "ERESTARTNOHAND", "To be restarted if no handler"),
    (516, "ERESTART_RESTARTBLOCK", "Interrupted by signal"),
];

/// The C names, by number.
static NAMES: LazyLock<Vec<Option<String>>> = LazyLock::new(|| {
    let name = |number| match nix::errno::Errno::from_raw(number) {
        nix::errno::Errno::UnknownErrno => None,
        known => Some(format!("{known:?}")),
    };
    (0..=LAST).map(name).collect()
});

impl Errno {
    /// Every error that has a name.
    pub fn all() -> impl Iterator<Item = Self> {
        let all = (1..=LAST).map(Self);
        all.filter(|errno| errno.known_name().is_some())
    }

    /// The C name, if it has one.
    pub fn known_name(self) -> Option<&'static str> {
        let number = usize::try_from(self.0).ok()?;
        NAMES.get(number)?.as_deref()
    }

    /// The C name: `ECONNREFUSED`, or `errno 999` where there is none.
    ///
    /// EAGAIN is never called EWOULDBLOCK, nor EOPNOTSUPP ENOTSUP: on Linux they are one number.
    pub fn name(self) -> String {
        match (self.known_name(), self.restart()) {
            (Some(name), _) => name.to_owned(),
            (None, Some((_, name, _))) => (*name).to_owned(),
            (None, None) => format!("errno {}", self.0),
        }
    }

    /// What strerror(3) says.
    pub fn text(self) -> String {
        if let Some((_, _, text)) = self.restart() {
            return (*text).to_owned();
        }
        let text = std::io::Error::from_raw_os_error(self.0).to_string();
        // The standard library adds the number to the system's words.
        text.split(" (os error").next().unwrap_or(&text).to_owned()
    }

    /// Whether it means that a signal interrupted the call, and that the kernel makes it again where the program allows
    /// that. Only a tracer sees it: the program sees the call go on, or EINTR.
    pub fn is_restart(self) -> bool {
        self.restart().is_some()
    }

    fn restart(self) -> Option<&'static (i32, &'static str, &'static str)> {
        RESTARTS.iter().find(|(number, ..)| *number == self.0)
    }

    /// The number of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "EWOULDBLOCK" => Some(Self(libc::EAGAIN)),
            "ENOTSUP" => Some(Self(libc::EOPNOTSUPP)),
            _ => (1..=LAST).map(Self).find(|errno| errno.name() == name),
        }
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

#[cfg(test)]
mod tests {
    use crate::socket::errno::*;

    #[test]
    fn names_and_numbers_agree() {
        assert_eq!(Errno(libc::ECONNREFUSED).to_string(), "ECONNREFUSED");
        assert_eq!(Errno(libc::EWOULDBLOCK).to_string(), "EAGAIN");
        assert_eq!(Errno(libc::ENOTSUP).to_string(), "EOPNOTSUPP");
        assert_eq!(Errno(9999).to_string(), "errno 9999");
        assert_eq!(
            Errno(libc::EAGAIN).text(),
            "Resource temporarily unavailable"
        );
        for number in 1..=LAST {
            let errno = Errno(number);
            if !errno.name().starts_with("errno ") {
                assert_eq!(Errno::from_name(&errno.name()), Some(errno));
            }
        }
        assert_eq!(Errno::from_name("EWOULDBLOCK"), Some(Errno(libc::EAGAIN)));
        assert_eq!(Errno::from_name("ENONSENSE"), None);
    }
}
