//! What is at the path of an AF_UNIX address.

use serde::{Deserialize, Serialize};

/// The type of a file, inode(7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PathFile {
    /// A socket, as bind(2) creates it.
    Socket,
    /// An ordinary file.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link, which was not followed.
    Link,
    /// A FIFO or a device.
    Special,
}

impl PathFile {
    /// The type with its indefinite article.
    pub fn words(self) -> &'static str {
        match self {
            Self::Socket => "a socket",
            Self::Regular => "an ordinary file",
            Self::Directory => "a directory",
            Self::Link => "a symbolic link",
            Self::Special => "a FIFO or a device",
        }
    }
}
