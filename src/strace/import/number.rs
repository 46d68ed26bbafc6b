//! Words as numbers: `3`, `0x802`, `0644`, `AF_INET`, `POLLIN|POLLOUT`, `htons(80)`.

use crate::strace::import::line::signal;
use crate::strace::import::value::{Field, Value, word};
use crate::strace::names::{ETHERNET_PROTOCOLS, FAMILIES, IP_PROTOCOLS, TYPES};
use crate::strace::table::Table;

/// The number that a word is, in decimal, hexadecimal or octal.
pub(super) fn integer(word: &str) -> Option<i64> {
    let (sign, digits) = match word.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, word),
    };
    let number = match digits.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok()?.cast_signed(),
        None if digits.len() > 1 && digits.starts_with('0') => {
            i64::from_str_radix(digits, 8).ok()?
        }
        None if digits.starts_with(|c: char| c.is_ascii_digit()) => digits
            .parse()
            .ok()
            .or_else(|| Some(digits.parse::<u64>().ok()?.cast_signed()))?,
        None => return None,
    };
    Some(number.wrapping_mul(sign))
}

/// The same as an `int`, which a number without sign may also be printed for.
pub(super) fn int(word: &str) -> Option<i32> {
    let number = integer(word)?;
    i32::try_from(number)
        .ok()
        .or_else(|| u32::try_from(number).ok().map(u32::cast_signed))
}

/// The number of a constant, or of several with `|` between them, by their names in these tables.
pub(super) fn constant(word: &str, tables: &[&Table]) -> Option<i32> {
    word.split('|').try_fold(0, |all, part| {
        let named = || tables.iter().find_map(|table| table.number(part));
        Some(all | int(part).or_else(|| named().map(u32::cast_signed))?)
    })
}

/// The number of an argument.
pub(super) fn int_of(field: &Field<'_>) -> Option<i32> {
    int(field.word()?)
}

/// The number of an argument that is one constant or several.
pub(super) fn constant_of(field: &Field<'_>, tables: &[&Table]) -> Option<i32> {
    constant(field.word()?, tables)
}

/// A size.
pub(super) fn size_of(field: &Field<'_>) -> Option<usize> {
    let number = integer(field.word()?)?;
    // A negative length is a very long one.
    usize::try_from(number.cast_unsigned()).ok()
}

/// The last argument of socket(2): a number whose name depends on the domain.
pub(super) fn protocol(field: &Field<'_>) -> Option<i32> {
    match &field.value {
        Value::Word(text) => constant(
            text,
            &[&IP_PROTOCOLS, &crate::strace::names::NETLINK_PROTOCOLS],
        ),
        Value::Call("htons", inner) => {
            let number = constant_of(inner.first()?, &[&ETHERNET_PROTOCOLS])?;
            Some(u16::try_from(number).ok()?.to_be().into())
        }
        _ => None,
    }
}

/// An int as an option has it: a number, or one of the names that it may be printed by.
pub(super) fn option_int(value: &Value<'_>) -> Option<i32> {
    let text = word(value)?;
    let errno = || crate::socket::Errno::from_name(text).map(|errno| errno.0);
    constant(
        text,
        &[
            &TYPES,
            &FAMILIES,
            &IP_PROTOCOLS,
            &crate::strace::names::REHASH,
        ],
    )
    .or_else(errno)
}

/// The number of a signal: `SIGIO`, or in a set without the common beginning.
pub(super) fn signal_number(text: &str) -> Option<i32> {
    int(text).or_else(|| {
        let found = signal(text).or_else(|| signal(&format!("SIG{text}")));
        found.map(|sig| sig.0)
    })
}

/// The signals of a set, as bits.
pub(super) fn signal_set(value: &Value<'_>) -> Option<u64> {
    let (names, is_all_but) = match value {
        Value::List(names) => (names, false),
        Value::AllBut(names) => (names, true),
        _ => return None,
    };
    let bits = names.iter().try_fold(0_u64, |bits, name| {
        let number = signal_number(name.word()?)?;
        let place = u32::try_from(number).ok()?.checked_sub(1)?;
        Some(bits | 1_u64.checked_shl(place)?)
    })?;
    Some(if is_all_but { !bits } else { bits })
}

#[cfg(test)]
mod tests {
    use crate::strace::import::number::*;
    use crate::strace::import::value::arguments;
    use crate::strace::names::{MSG_FLAGS, SOCK_FLAGS};

    #[test]
    fn numbers_are_read_in_each_base() {
        for (word, number) in [
            ("0", 0),
            ("-1", -1),
            ("0x1f", 31),
            ("0644", 420),
            ("18446744073709551615", -1),
        ] {
            assert_eq!(integer(word), Some(number), "{word}");
        }
        assert_eq!(int("4294967295"), Some(-1));
        for other in ["", "x", "08", "1x", "0x", "-"] {
            assert_eq!(integer(other), None, "{other}");
        }
    }

    #[test]
    fn names_are_those_of_strace() {
        assert_eq!(
            constant("SOCK_STREAM|SOCK_CLOEXEC", &[&TYPES, &SOCK_FLAGS]),
            Some(0x80001)
        );
        assert_eq!(
            constant("MSG_PEEK|0x100000", &[&MSG_FLAGS]),
            Some(0x10_0002)
        );
        assert_eq!(constant("MSG_NEW", &[&MSG_FLAGS]), None);
        let htons = arguments("htons(ETH_P_ALL)").expect("a call");
        assert_eq!(protocol(&htons[0]), Some(u16::to_be(3).into()));
    }

    #[test]
    fn a_signal_set_is_bits() {
        let set = |text: &str| signal_set(&arguments(text).expect(text)[0].value);
        assert_eq!(set("[HUP INT]"), Some(0b11));
        assert_eq!(set("~[HUP]"), Some(!1));
        assert_eq!(set("[]"), Some(0));
        assert_eq!(set("[NONE]"), None);
    }
}
