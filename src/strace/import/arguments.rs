//! The arguments of a call by their places, and those that several calls have in common.

use std::time::Duration;

use crate::call::argument::Descriptor;
use crate::call::outcome::Written;
use crate::socket::sockaddr::{INET_LEN, INET6_LEN, STORAGE};
use crate::strace::import::address;
use crate::strace::import::number::{constant_of, int_of, integer, size_of};
use crate::strace::import::value::{Field, Value, member, word};
use crate::strace::table::Table;

/// The size of `struct sockaddr_un`.
const UNIX_LEN: usize = 110;

/// The arguments of a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arguments<'a, 'b>(pub(super) &'b [Field<'a>]);

impl<'a, 'b> Arguments<'a, 'b> {
    /// One of them.
    pub(super) fn get(self, index: usize) -> Option<&'b Field<'a>> {
        self.0.get(index)
    }

    /// An int.
    pub(super) fn int(self, index: usize) -> Option<i32> {
        int_of(self.get(index)?)
    }

    /// A size.
    pub(super) fn size(self, index: usize) -> Option<usize> {
        size_of(self.get(index)?)
    }

    /// A constant, or several of them.
    pub(super) fn constant(self, index: usize, tables: &[&Table]) -> Option<i32> {
        constant_of(self.get(index)?, tables)
    }

    /// A descriptor.
    pub(super) fn fd(self, index: usize) -> Option<Descriptor> {
        self.int(index).map(Descriptor::Raw)
    }

    /// Whether an argument is a null pointer.
    pub(super) fn is_null(self, index: usize) -> bool {
        self.get(index).and_then(Field::word) == Some("NULL")
    }

    /// A value-result length: what the call was given, and what it gave back.
    pub(super) fn lengths(self, index: usize) -> Option<(u32, u32)> {
        lengths(self.get(index)?.list()?.first()?)
    }

    /// The address that a call wrote, with its lengths. Of one that is not shown the bytes are missing.
    pub(super) fn written(self, index: usize, length: usize) -> Option<Written> {
        written(self.get(index)?, self.lengths(length)?)
    }
}

/// Both values of a length.
pub(super) fn lengths(field: &Field<'_>) -> Option<(u32, u32)> {
    let number = |value: &Value<'_>| u32::try_from(integer(word(value)?)?).ok();
    Some((number(&field.value)?, number(field.present())?))
}

/// An address that a call wrote, with these lengths.
pub(super) fn written(field: &Field<'_>, (offered, length): (u32, u32)) -> Option<Written> {
    let there = usize::try_from(offered.min(length)).ok()?;
    let address = address::written(field, there);
    let mut bytes = address.map_or_else(Vec::new, |address| {
        crate::socket::sockaddr::encode(&address)
    });
    // A path may be written without the NUL at its end.
    bytes.truncate(there);
    Some(Written {
        bytes,
        offered,
        length,
    })
}

/// The length of a buffer for an address, unless it is that of one of the structs for addresses.
pub(super) fn unusual(offered: u32) -> Option<i32> {
    const USUAL: [usize; 4] = [INET_LEN, INET6_LEN, UNIX_LEN, STORAGE];
    let is_usual = USUAL
        .iter()
        .any(|usual| usize::try_from(offered) == Ok(*usual));
    (!is_usual).then_some(offered.cast_signed())
}

/// `struct timespec` or `struct timeval`. `None`: it is not shown, or is less than nothing.
pub(super) fn timespec(value: &Value<'_>) -> Option<Duration> {
    let Value::Struct(members) = value else {
        return None;
    };
    let part = |name| u64::try_from(integer(member(members, name)?.word()?)?).ok();
    let seconds = Duration::from_secs(part("tv_sec")?);
    let rest = match part("tv_nsec") {
        Some(nanos) => Duration::from_nanos(nanos),
        None => Duration::from_micros(part("tv_usec")?),
    };
    seconds.checked_add(rest)
}
