//! Numbers by their names, as strace writes them: one of a table, or the bits of a mask.

/// Numbers with names, in the order in which they are looked up.
#[derive(Debug)]
pub(crate) struct Table {
    /// The rows.
    pub(crate) rows: &'static [(u32, &'static str)],
    /// The comment beside a number that has no name.
    pub(crate) unknown: &'static str,
}

/// Declares tables: the name, the text for an unknown number, and rows as `2 AF_INET`.
macro_rules! table {
    ($(#[$doc:meta])* $name:ident $unknown:literal: $($number:literal $text:ident),+) => {
        $(#[$doc])*
        pub(crate) static $name: crate::strace::table::Table = crate::strace::table::Table {
            rows: &[$(($number, stringify!($text))),+],
            unknown: $unknown,
        };
    };
}
pub(crate) use table;

impl Table {
    /// The name of a number.
    pub(crate) fn name(&self, number: u32) -> Option<&'static str> {
        let row = self.rows.iter().find(|(value, _)| *value == number)?;
        Some(row.1)
    }

    /// The number of a name.
    pub(crate) fn number(&self, name: &str) -> Option<u32> {
        let row = self.rows.iter().find(|(_, known)| *known == name)?;
        Some(row.0)
    }

    /// A number by its name, or `0x4d /* AF_??? */`.
    pub(crate) fn one(&self, number: i32) -> String {
        let number = number.cast_unsigned();
        match self.name(number) {
            Some(name) => name.to_owned(),
            None => format!("{} /* {} */", hex(number), self.unknown),
        }
    }

    /// The names of the bits and what is left of them, as `A|B|0x40`; `None` where nothing is set.
    pub(crate) fn bits(&self, mask: u32) -> Option<String> {
        let (mut rest, mut names) = (mask, Vec::new());
        for (value, name) in self.rows {
            if *value != 0 && rest & value == *value {
                names.push((*name).to_owned());
                rest &= !value;
            }
        }
        if rest != 0 {
            names.push(hex(rest));
        }
        (!names.is_empty()).then(|| names.join("|"))
    }

    /// A mask as an argument: `0` where nothing is set, and a remark where no bit has a name.
    pub(crate) fn mask(&self, mask: i32) -> String {
        let mask = mask.cast_unsigned();
        let known = self.rows.iter().any(|(value, _)| mask & value == *value);
        match self.bits(mask) {
            None => "0".to_owned(),
            Some(bits) if known => bits,
            Some(bits) => format!("{bits} /* {} */", self.unknown),
        }
    }
}

/// A number in C's `%#x`: nought has no prefix.
pub(crate) fn hex(number: u32) -> String {
    match number {
        0 => "0".to_owned(),
        number => format!("{number:#x}"),
    }
}

#[cfg(test)]
mod tests {

    #[test]
    fn a_number_without_name_is_shown_with_a_remark() {
        assert_eq!(crate::strace::names::FAMILIES.one(2), "AF_INET");
        assert_eq!(crate::strace::names::FAMILIES.one(77), "0x4d /* AF_??? */");
        assert_eq!(
            crate::strace::names::FAMILIES.one(-1),
            "0xffffffff /* AF_??? */"
        );
        assert_eq!(
            crate::strace::names::ETHERNET_PROTOCOLS.one(0),
            "0 /* ETH_P_??? */"
        );
    }

    #[test]
    fn a_mask_has_its_bits_from_the_lowest_up() {
        let flags = |mask| crate::strace::names::MSG_FLAGS.mask(mask);
        assert_eq!(flags(0), "0");
        assert_eq!(flags(0x4040), "MSG_DONTWAIT|MSG_NOSIGNAL");
        assert_eq!(flags(0x0010_0000), "0x100000 /* MSG_??? */");
        assert_eq!(flags(0x0010_0002), "MSG_PEEK|0x100000");
        assert_eq!(
            crate::strace::names::DESCRIPTOR_FLAGS.mask(7),
            "FD_CLOEXEC|0x6"
        );
        assert_eq!(
            crate::strace::names::OPEN_FLAGS.bits(0x2800).as_deref(),
            Some("O_NONBLOCK|FASYNC")
        );
    }
}
