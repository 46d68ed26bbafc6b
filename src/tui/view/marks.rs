//! The marks that the figures of states put into their boxes.

/// Where this socket is.
pub(super) const OWN: char = '●';
/// Where its connection is that lives on without it.
pub(super) const GHOST: char = '◌';
/// Where its peer is.
pub(super) const PEER: char = '○';
/// Where it was seen.
pub(super) const SEEN: char = '✓';
/// Where it must have been.
pub(super) const INFERRED: char = '~';
