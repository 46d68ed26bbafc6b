//! The marks that the figures of states put into their boxes.

/// Where this socket is.
pub(crate) const OWN: char = '●';
/// Where its connection is, if that remains without it.
pub(crate) const ORPHAN: char = '◌';
/// Where its peer is.
pub(crate) const PEER: char = '○';
/// Where it was seen.
pub(crate) const SEEN: char = '✓';
/// Where it must have been.
pub(crate) const INFERRED: char = '~';
