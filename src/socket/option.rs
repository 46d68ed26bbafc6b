//! Socket options: one table with level, number, value type, age, privilege and what each is for.
//!
//! Read by the parser (a name gives its level), the printer, completion, the forms, the help and the explanations.
//! The table is cut by level; sources are the manual pages socket(7), tcp(7), ip(7), ipv6(7), udp(7), unix(7) and
//! raw(7), and for the options that they leave out the header or the document of the kernel that has them.

use std::fmt;

mod names;

pub(crate) use crate::socket::option::names::FAMILIES;
pub use crate::socket::option::names::{Named, Names};

/// How the value of an option is laid out in memory, and so how it is written in the notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// An `int` that is 0 or 1.
    Bool,
    /// An `int`.
    Int,
    /// A `u32`.
    Unsigned,
    /// A `u32` whose bits count, written in hexadecimal: `0x100`.
    Mask,
    /// A `u64`.
    Long,
    /// An `int` in network byte order.
    NetworkInt,
    /// `struct linger`: `{1, 5s}`.
    Linger,
    /// `struct timeval`: `250ms`.
    Timeval,
    /// Text without NUL: `"reno"`.
    Text,
    /// An `int` that is an errno, cleared by reading: `0` or `ECONNREFUSED`.
    Error,
    /// An `int` whose values have names.
    Named(Names),
    /// `struct ucred`: `{pid 12, uid 0, gid 0}`.
    Credentials,
    /// `struct ip_mreq`: `{239.1.1.1, 127.0.0.1}`, or `struct ip_mreqn`: `{239.1.1.1, 127.0.0.1, 1}`.
    Membership,
    /// `struct ip_mreq_source`: `{group, interface, source}`.
    SourceMembership,
    /// `struct ip_msfilter`: `{group, interface, MCAST_INCLUDE, [source, source]}`.
    SourceFilter,
    /// `struct group_req`: `{group, index}`.
    Group,
    /// `struct group_source_req`: `{group, index, source}`.
    GroupSource,
    /// `struct in_addr`: `127.0.0.1`. To set it the two forms of [`ValueType::Membership`] will do too.
    InAddr,
    /// `struct ipv6_mreq` and `struct in6_pktinfo`: `{ff02::1, 1}`.
    Interface6,
    /// `struct ip6_mtuinfo`: `{AF_UNSPEC, 65536}`.
    PathMtu,
    /// A socket address.
    Address,
    /// Two bounds in a `u32`: `{40000, 40010}`.
    PortRange,
    /// Any number of `u32`: `[4, 24]`.
    Numbers,
    /// A struct of 32-bit fields with these names: `{clockid 1, flags 0}`.
    Fields(&'static [&'static str]),
    /// `struct sock_fprog`, which leads to the instructions of a classic BPF program: `[{0x6, 0, 0, 0}]`.
    Program,
    /// `struct tcp_md5sig`: `{127.0.0.1, "key"}`.
    Md5Key,
    /// The same with the length of a prefix and an interface.
    Md5KeyExt,
    /// `struct tcp_info`: the state, then the fields.
    TcpInfo,
    /// Bytes: `hex(01 02)`.
    Raw,
    /// A struct with pointers in it, which a line cannot give; its bytes can be.
    Pointers,
    /// A new descriptor, for which nobody would have a name.
    Descriptor,
}

/// What may be done with an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// setsockopt and getsockopt.
    Both,
    /// Only getsockopt.
    Get,
    /// Only setsockopt.
    Set,
}

/// What the kernel asks of a process that sets an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Privilege {
    /// The capability, or several: `CAP_NET_ADMIN or CAP_NET_RAW`.
    pub capability: &'static str,
    /// What needs it: "for a value above 6". Empty: whatever one does with it.
    pub when: &'static str,
}

impl fmt::Display for Privilege {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.capability)?;
        if self.when.is_empty() {
            return Ok(());
        }
        write!(f, " {}", self.when)
    }
}

/// One option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionRow {
    /// The C name of the level: `SOL_SOCKET`.
    pub level_name: &'static str,
    /// The number of the level.
    pub level: i32,
    /// The C name.
    pub name: &'static str,
    /// Its number.
    pub number: i32,
    /// The type of its value.
    pub value: ValueType,
    /// Whether it can be set, read or both.
    pub access: Access,
    /// The first Linux that has it: `2.6.25`.
    pub since: &'static str,
    /// What setting it takes; `None`: everybody may.
    pub privilege: Option<Privilege>,
    /// What it is for, in one line; of an option that can be switched off, while it is on.
    pub meaning: &'static str,
    /// What holds while its value is 0, or empty. `None`: it says the same of every value.
    pub off: Option<&'static str>,
    /// How the kernel keeps a value that does not read back as it was set.
    pub kept: Option<&'static str>,
    /// The numbers that the kernel takes, as ranges with both ends; others give EINVAL. Empty: it takes all, or their
    /// bounds depend on more than the option.
    pub ranges: &'static [(i32, i32)],
    /// The manual page, or what else describes it.
    pub man: &'static str,
}

impl OptionRow {
    /// What it is for, since when, what it takes and where that is written, in one clause after the other.
    pub fn about(&self) -> String {
        let privilege = match self.privilege {
            Some(privilege) => format!("; needs {privilege}"),
            None => String::new(),
        };
        format!(
            "{}; since Linux {}{privilege}; {}",
            self.meaning, self.since, self.man
        )
    }

    /// What holds with a value that switches it off, or on.
    pub fn meaning_of(&self, is_off: bool) -> &'static str {
        self.off.filter(|_| is_off).unwrap_or(self.meaning)
    }

    /// How the kernel keeps a value that does not read back as it was set.
    pub fn conversion(&self) -> &'static str {
        let general = match self.value {
            ValueType::Bool => "the kernel keeps only whether it is 0",
            _ => "the kernel rounds it, or keeps it within its limits",
        };
        self.kept.unwrap_or(general)
    }

    /// Whether the kernel takes a number; `None`: that cannot be said of this option.
    pub fn takes(&self, number: i32) -> Option<bool> {
        let mut ranges = self.ranges.iter();
        let is_in = ranges.any(|(lowest, highest)| (*lowest..=*highest).contains(&number));
        (!self.ranges.is_empty()).then_some(is_in)
    }

    /// The numbers that it takes, in words: `-1 or 1 to 255`. `None`: see [`OptionRow::ranges`].
    pub fn range(&self) -> Option<String> {
        let range = |(lowest, highest): &(i32, i32)| match highest {
            highest if lowest == highest => lowest.to_string(),
            &i32::MAX => format!("{lowest} or more"),
            highest => format!("{lowest} to {highest}"),
        };
        let ranges: Vec<String> = self.ranges.iter().map(range).collect();
        (!ranges.is_empty()).then(|| ranges.join(" or ") + self.unit())
    }

    /// The unit of its numbers, with a blank before it; empty where its meaning begins with none.
    fn unit(&self) -> &'static str {
        let units = [" seconds", " milliseconds", " microseconds", " hops"];
        let is_its = |unit: &&str| self.meaning.starts_with(unit.trim_start());
        units.into_iter().find(is_its).unwrap_or_default()
    }

    /// A value to begin with, in the notation.
    pub fn example(&self) -> &'static str {
        match (self.name, self.value) {
            ("SO_BINDTODEVICE", _) => "\"lo\"",
            ("TCP_ULP", _) => "\"tls\"",
            ("IP_OPTIONS", _) => "hex(01 01 01 01)",
            ("IPV6_PKTINFO", _) => "{::1, 1}",
            (_, value) => value.example(),
        }
    }
}

impl ValueType {
    /// A value of the type, in the notation.
    pub fn example(self) -> &'static str {
        match self {
            Self::Linger => "{1, 0s}",
            Self::Timeval => "2s",
            Self::Text => "\"reno\"",
            Self::Mask => "0x100",
            Self::Named(names) => names.family().rows.first().map_or("0", |row| row.name),
            Self::Membership => "{239.1.1.1, 127.0.0.1}",
            Self::SourceMembership => "{239.1.1.1, 127.0.0.1, 127.0.0.1}",
            Self::SourceFilter => "{239.1.1.1, 127.0.0.1, MCAST_INCLUDE, [127.0.0.1]}",
            Self::Group => "{239.1.1.1, 1}",
            Self::GroupSource => "{239.1.1.1, 1, 127.0.0.1}",
            Self::InAddr => "127.0.0.1",
            Self::Interface6 => "{ff02::1:1, 1}",
            Self::PathMtu => "{AF_UNSPEC, 65536}",
            Self::Address => "127.0.0.1:9",
            Self::PortRange => "{40000, 40010}",
            Self::Numbers => "[4, 24]",
            Self::Program => "[{0x6, 0, 0, 0xffffffff}]",
            Self::Md5Key => "{127.0.0.1, \"key\"}",
            Self::Md5KeyExt => "{127.0.0.0/8, \"key\"}",
            Self::Fields(["clockid", ..]) => "{clockid 1, flags 0}",
            Self::Fields(_) => "{1, 1, 1, 1, 1}",
            Self::Raw | Self::Pointers => "hex(00 00 00 00)",
            Self::Bool
            | Self::Int
            | Self::Unsigned
            | Self::Long
            | Self::NetworkInt
            | Self::Error
            | Self::Credentials
            | Self::TcpInfo
            | Self::Descriptor => "1",
        }
    }
}

/// What the rows of a level are written with, so that a line of a table is an option.
macro_rules! rows {
    ($($level:ident $man:literal {
        $($name:ident $(= $number:literal)?: $value:expr, $access:ident, $since:literal, $privilege:expr, $meaning:literal
            $(, off $off:literal)? $(, kept $kept:literal)? $(, takes $([$lowest:expr, $highest:expr])+)?;)+
    })+) => {
        pub(crate) const ROWS: &[OptionRow] = &[$($(OptionRow {
            level_name: stringify!($level), level: libc::$level,
            name: stringify!($name), number: rows!(@number $name $($number)?),
            value: $value, access: Access::$access, since: $since, privilege: $privilege,
            meaning: $meaning, off: rows!(@text $($off)?), kept: rows!(@text $($kept)?),
            ranges: &[$($(($lowest, $highest)),+)?], man: $man,
        }),+),+];
    };
    (@text) => { None };
    (@text $text:literal) => { Some($text) };
    (@number $name:ident) => { libc::$name };
    // The libc crate has no constant for it.
    (@number $name:ident $number:literal) => { $number };
}

mod ip;
mod ipv6;
mod raw;
mod sol_socket;
mod tcp;
mod udp;

/// Everybody may set it.
const FREE: Option<Privilege> = None;
/// What changes how this host treats packets.
const ADMIN: Option<Privilege> = admin("");
/// What reaches below the transport.
const ADMIN_OR_RAW: Option<Privilege> = needs("CAP_NET_ADMIN or CAP_NET_RAW", "");

const fn admin(when: &'static str) -> Option<Privilege> {
    needs("CAP_NET_ADMIN", when)
}

const fn raw(when: &'static str) -> Option<Privilege> {
    needs("CAP_NET_RAW", when)
}

const fn needs(capability: &'static str, when: &'static str) -> Option<Privilege> {
    Some(Privilege { capability, when })
}

const PARTS: [&[OptionRow]; 6] = [
    sol_socket::ROWS,
    tcp::ROWS,
    ip::ROWS,
    ipv6::ROWS,
    udp::ROWS,
    raw::ROWS,
];

const COUNT: usize = {
    let (mut count, mut part) = (0, 0);
    while part < PARTS.len() {
        count += PARTS[part].len();
        part += 1;
    }
    count
};

static ALL: [OptionRow; COUNT] = {
    let mut all = [PARTS[0][0]; COUNT];
    let (mut count, mut part) = (0, 0);
    while part < PARTS.len() {
        let mut row = 0;
        while row < PARTS[part].len() {
            all[count] = PARTS[part][row];
            (count, row) = (count + 1, row + 1);
        }
        part += 1;
    }
    all
};

/// All options, by level.
pub static OPTIONS: &[OptionRow] = &ALL;

/// The levels, by name.
pub static LEVELS: &[(&str, i32)] = &[
    ("SOL_SOCKET", libc::SOL_SOCKET),
    ("IPPROTO_TCP", libc::IPPROTO_TCP),
    ("IPPROTO_IP", libc::IPPROTO_IP),
    ("IPPROTO_IPV6", libc::IPPROTO_IPV6),
    ("IPPROTO_UDP", libc::IPPROTO_UDP),
    ("SOL_RAW", libc::SOL_RAW),
    ("IPPROTO_ICMPV6", libc::IPPROTO_ICMPV6),
];

/// The prefixes that may be left out when typing, tried in this order.
const PREFIXES: [&str; 6] = ["SO_", "TCP_", "IP_", "IPV6_", "UDP_", "MCAST_"];

/// Second names of options, with those that they are printed by.
const ALIASES: [(&str, &str); 4] = [
    ("SO_DETACH_BPF", "SO_DETACH_FILTER"),
    ("SO_GET_FILTER", "SO_ATTACH_FILTER"),
    ("IPV6_JOIN_GROUP", "IPV6_ADD_MEMBERSHIP"),
    ("IPV6_LEAVE_GROUP", "IPV6_DROP_MEMBERSHIP"),
];

/// The row of a name, with or without its prefix and in any case.
pub fn find(text: &str) -> Option<&'static OptionRow> {
    let alias = ALIASES
        .iter()
        .find(|(alias, _)| alias.eq_ignore_ascii_case(text));
    let text = alias.map_or(text, |(_, name)| name);
    let exact = |name: &str| {
        OPTIONS
            .iter()
            .find(|row| row.name.eq_ignore_ascii_case(name))
    };
    exact(text).or_else(|| {
        PREFIXES
            .iter()
            .find_map(|prefix| exact(&format!("{prefix}{text}")))
    })
}

/// The row of a level and number.
pub fn by_number(level: i32, number: i32) -> Option<&'static OptionRow> {
    OPTIONS
        .iter()
        .find(|row| row.level == level && row.number == number)
}

/// The number of a level name: `SOL_SOCKET`, `tcp`.
pub fn find_level(text: &str) -> Option<i32> {
    LEVELS
        .iter()
        .find(|(name, _)| {
            name.eq_ignore_ascii_case(text)
                || name
                    .split_once('_')
                    .is_some_and(|(_, short)| short.eq_ignore_ascii_case(text))
        })
        .map(|(_, level)| *level)
}

/// The name of a level.
pub fn level_name(level: i32) -> Option<&'static str> {
    LEVELS
        .iter()
        .find(|(_, number)| *number == level)
        .map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use crate::socket::option::*;

    #[test]
    fn names_and_numbers_are_unique() {
        for (index, a) in OPTIONS.iter().enumerate() {
            for b in &OPTIONS[index + 1..] {
                assert_ne!(a.name, b.name);
                assert_ne!(
                    (a.level, a.number),
                    (b.level, b.number),
                    "{} and {}",
                    a.name,
                    b.name
                );
            }
        }
    }

    #[test]
    fn every_row_is_found_and_explained() {
        for row in OPTIONS {
            assert_eq!(find(row.name), Some(row));
            assert_eq!(by_number(row.level, row.number), Some(row));
            assert_eq!(level_name(row.level), Some(row.level_name));
            assert!(
                row.meaning.len() < 90 && !row.meaning.is_empty(),
                "{}",
                row.name
            );
            for text in [row.off, row.kept].into_iter().flatten() {
                assert!(text.len() < 95 && !text.is_empty(), "{}", row.name);
            }
            assert!(!row.man.is_empty(), "{}", row.name);
        }
        assert_eq!(find("reuseaddr").map(|row| row.name), Some("SO_REUSEADDR"));
        assert_eq!(find("nodelay").map(|row| row.name), Some("TCP_NODELAY"));
        assert_eq!(find("segment").map(|row| row.name), Some("UDP_SEGMENT"));
        for (alias, name) in ALIASES {
            assert_eq!(find(alias).map(|row| row.name), Some(name));
        }
        assert_eq!(find_level("tcp"), Some(libc::IPPROTO_TCP));
        assert_eq!(find_level("raw"), Some(libc::SOL_RAW));
    }

    #[test]
    fn every_switch_says_what_it_means_when_it_is_off() {
        for row in OPTIONS.iter().filter(|row| row.value == ValueType::Bool) {
            let is_switch = row.access != Access::Get;
            assert_eq!(row.off.is_some(), is_switch, "{}", row.name);
        }
        let nodelay = find("TCP_NODELAY").expect("a row");
        assert_eq!(
            nodelay.meaning_of(false),
            "send small segments at once (Nagle's algorithm off)"
        );
        assert!(nodelay.meaning_of(true).contains("Nagle's algorithm on"));
    }

    #[test]
    fn every_row_says_since_when_and_what_it_takes() {
        for row in OPTIONS {
            let numbers: Vec<&str> = row.since.split('.').collect();
            assert!(
                (2..=3).contains(&numbers.len())
                    && numbers.iter().all(|part| part.parse::<u8>().is_ok()),
                "{} since {}",
                row.name,
                row.since
            );
            if let Some(privilege) = row.privilege {
                let mut names = privilege.capability.split(" or ");
                assert!(names.all(|name| name.starts_with("CAP_")), "{}", row.name);
                assert!(
                    row.access != Access::Get,
                    "{} needs nothing to be read",
                    row.name
                );
            }
        }
        let priority = find("SO_PRIORITY").expect("a row");
        assert_eq!(
            priority.about(),
            "priority of outgoing packets in the queueing discipline; since Linux 1.0; \
             needs CAP_NET_ADMIN for a value outside 0 to 6; socket(7)"
        );
    }
}
