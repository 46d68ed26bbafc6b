//! Error numbers by their names: those of errno(3), and those of getaddrinfo(3), which are negative.

use serde::{Deserialize, Serialize};

use std::fmt;
use std::sync::LazyLock;

/// An error number: as a system call left it, or, below 0, as getaddrinfo() and getnameinfo() of the C library return it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

/// What getaddrinfo(3) and getnameinfo(3) return: the number, the name, and what gai_strerror(3) says of it.
const LIBRARY: [(i32, &str, &str); 12] = [
    (libc::EAI_BADFLAGS, "EAI_BADFLAGS", "Bad value for ai_flags"),
    (libc::EAI_NONAME, "EAI_NONAME", "Name or service not known"),
    (
        libc::EAI_AGAIN,
        "EAI_AGAIN",
        "Temporary failure in name resolution",
    ),
    (
        libc::EAI_FAIL,
        "EAI_FAIL",
        "Non-recoverable failure in name resolution",
    ),
    (
        libc::EAI_NODATA,
        "EAI_NODATA",
        "No address associated with hostname",
    ),
    (libc::EAI_FAMILY, "EAI_FAMILY", "ai_family not supported"),
    (
        libc::EAI_SOCKTYPE,
        "EAI_SOCKTYPE",
        "ai_socktype not supported",
    ),
    (
        libc::EAI_SERVICE,
        "EAI_SERVICE",
        "Servname not supported for ai_socktype",
    ),
    (
        number::EAI_ADDRFAMILY,
        "EAI_ADDRFAMILY",
        "Address family for hostname not supported",
    ),
    (
        libc::EAI_OVERFLOW,
        "EAI_OVERFLOW",
        "Result too large for supplied buffer",
    ),
    (libc::EAI_MEMORY, "EAI_MEMORY", "Memory allocation failure"),
    (libc::EAI_SYSTEM, "EAI_SYSTEM", "System error"),
];

/// The numbers by their C names.
pub(crate) mod number {
    pub(crate) use libc::*;

    /// netdb.h: the host has no address of the family. POSIX has it no more.
    pub(crate) const EAI_ADDRFAMILY: i32 = -9;
}

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
        if let Some((_, name, _)) = self.library() {
            return Some(name);
        }
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
        let own = self.restart().or_else(|| self.library());
        if let Some((_, _, text)) = own {
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

    /// Whether the C library returned it, and not the kernel: EAI_NONAME and the others.
    pub fn is_of_library(self) -> bool {
        self.0 < 0
    }

    fn library(self) -> Option<&'static (i32, &'static str, &'static str)> {
        LIBRARY.iter().find(|(number, ..)| *number == self.0)
    }

    fn restart(self) -> Option<&'static (i32, &'static str, &'static str)> {
        RESTARTS.iter().find(|(number, ..)| *number == self.0)
    }

    /// The number of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "EWOULDBLOCK" => Some(Self(libc::EAGAIN)),
            "ENOTSUP" => Some(Self(libc::EOPNOTSUPP)),
            _ => {
                let library = LIBRARY.iter().map(|(number, ..)| Self(*number));
                let all = (1..=LAST).map(Self).chain(library);
                all.into_iter().find(|errno| errno.name() == name)
            }
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
        for (number, name, _) in LIBRARY {
            assert_eq!(Errno(number).to_string(), name);
            assert_eq!(Errno::from_name(name), Some(Errno(number)));
            assert!(Errno(number).is_of_library());
        }
    }
}
