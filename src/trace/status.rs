//! What /proc/PID/status says of a process or a thread, proc_pid_status(5).

use std::io;

/// The bit of a signal in a mask.
pub(crate) fn bit(signal: i32) -> u64 {
    u32::try_from(signal - 1)
        .ok()
        .and_then(|place| 1_u64.checked_shl(place))
        .unwrap_or(0)
}

/// The text of the file.
#[derive(Debug)]
pub(crate) struct Status(String);

impl Status {
    /// Of a process, or of a thread by its number.
    ///
    /// # Errors
    ///
    /// When there is none of this number.
    pub(crate) fn of(tid: i32) -> io::Result<Self> {
        std::fs::read_to_string(format!("/proc/{tid}/status")).map(Self)
    }

    fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.0.lines().filter_map(|line| line.split_once(':'));
        fields
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value.trim())
    }

    fn number(&self, name: &str) -> i32 {
        let first = |text: &str| text.split_whitespace().next()?.parse().ok();
        self.field(name).and_then(first).unwrap_or(0)
    }

    fn mask(&self, name: &str) -> u64 {
        let mask = |text| u64::from_str_radix(text, 16).ok();
        self.field(name).and_then(mask).unwrap_or(0)
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        self.field("Name").unwrap_or("")
    }

    /// Whether it has ended and its parent has not waited for it.
    pub(crate) fn is_zombie(&self) -> bool {
        self.field("State")
            .is_some_and(|state| state.starts_with(['Z', 'X']))
    }

    /// The process that a thread belongs to.
    pub(crate) fn process(&self) -> i32 {
        self.number("Tgid")
    }

    /// Its parent.
    pub(crate) fn parent(&self) -> i32 {
        self.number("PPid")
    }

    /// Who traces it; 0 for nobody.
    pub(crate) fn tracer(&self) -> i32 {
        self.number("TracerPid")
    }

    /// The user that it runs as.
    pub(crate) fn user(&self) -> i32 {
        self.number("Uid")
    }

    /// The signals that wait to be delivered to it.
    pub(crate) fn pending(&self) -> u64 {
        self.mask("SigPnd") | self.mask("ShdPnd")
    }

    /// Those of them that it does not hold back.
    pub(crate) fn deliverable(&self) -> u64 {
        self.pending() & !self.mask("SigBlk")
    }

    #[cfg(test)]
    pub(crate) fn made(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use crate::trace::status::*;

    #[test]
    fn fields_are_found_by_their_whole_name() {
        let status = Status::made(
            "Name:\ta:b\nState:\tZ (zombie)\nTgid:\t7\nPid:\t8\nPPid:\t5\nTracerPid:\t0\nUid:\t1000\t0\t0\t0\nSigPnd:\t0000000000000001\nShdPnd:\t0000000000001000\nSigBlk:\t0000000000000001\n",
        );
        assert_eq!(status.name(), "a:b");
        assert!(status.is_zombie());
        assert_eq!(
            (status.process(), status.parent(), status.tracer()),
            (7, 5, 0)
        );
        assert_eq!(status.user(), 1000);
        assert_eq!(status.pending(), bit(libc::SIGHUP) | bit(libc::SIGPIPE));
        assert_eq!(status.deliverable(), bit(libc::SIGPIPE));
    }
}
