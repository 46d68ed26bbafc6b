//! What a program in Python has beside the calls of the session: the files of `assets/export/python`.

/// What every program begins with, before its constants.
pub(crate) const HEAD: &str = include_str!("../../../assets/export/python/head.py");

/// What the calls use.
pub(crate) const BODY: &str = include_str!("../../../assets/export/python/body.py");
