//! System calls of traced programs that the notation has no word for, and variants of those that it has, as strace(1)
//! prints them.

use serde::{Deserialize, Serialize};

use crate::socket::recorded;
/// A system call with its arguments as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Syscall {
    /// Its name: `sendfile`.
    #[serde(deserialize_with = "recorded::text")]
    pub name: recorded::OwnText,
    /// The arguments that are known when it is entered, with the comma that may follow them.
    pub entered: Box<str>,
}

/// The rest of it, when it has returned.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Printed {
    /// The arguments that it wrote, and those behind them.
    pub arguments: String,
    /// What follows `=` where that is more than a number or an errno.
    pub result: Option<String>,
}
