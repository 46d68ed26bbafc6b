//! The C names that the number of an option may have: `IP_PMTUDISC_DO`, `SOF_TIMESTAMPING_SOFTWARE|…`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::socket::constant::{Constant, DOMAINS, Family, PROTOCOLS, TYPES};

/// Which family of constants a [`super::ValueType::Named`] value is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Names {
    /// AF_ constants.
    Domain,
    /// SOCK_ constants.
    Type,
    /// IPPROTO_ constants.
    Protocol,
    /// IP_PMTUDISC_ constants.
    MtuDiscovery,
    /// IPV6_PMTUDISC_ constants.
    MtuDiscovery6,
    /// SOF_TIMESTAMPING_ flags.
    Timestamping,
    /// IPV6_PREFER_SRC_ flags.
    SourcePreferences,
    /// TCP_NO_QUEUE, TCP_RECV_QUEUE, TCP_SEND_QUEUE.
    RepairQueue,
    /// MCAST_INCLUDE and MCAST_EXCLUDE.
    FilterMode,
}

impl Names {
    /// The table of the family.
    pub fn family(self) -> &'static Family {
        match self {
            Self::Domain => &DOMAINS,
            Self::Type => &TYPES,
            Self::Protocol => &PROTOCOLS,
            Self::MtuDiscovery => &MTU_DISCOVERY,
            Self::MtuDiscovery6 => &MTU_DISCOVERY_6,
            Self::Timestamping => &TIMESTAMPING,
            Self::SourcePreferences => &SOURCE_PREFERENCES,
            Self::RepairQueue => &REPAIR_QUEUES,
            Self::FilterMode => &FILTER_MODES,
        }
    }

    /// Whether several of them may be joined: `A|B`.
    pub fn is_mask(self) -> bool {
        matches!(self, Self::Timestamping | Self::SourcePreferences)
    }
}

/// A number that is written by its name, where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Where the name is looked up.
    pub names: Names,
    /// The number.
    pub number: i32,
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let family = self.names.family();
        if self.names.is_mask() {
            return family.write_mask(self.number, f);
        }
        match family.name_of(self.number) {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.number),
        }
    }
}

const fn named(name: &'static str, value: i32, meaning: &'static str) -> Constant {
    Constant {
        name,
        value,
        meaning,
    }
}

/// A flag that the C headers have as an unsigned number.
const fn flag(name: &'static str, value: u32, meaning: &'static str) -> Constant {
    named(name, value.cast_signed(), meaning)
}

/// The families of the values of options, but for those that calls take too.
pub(crate) static FAMILIES: [&Family; 6] = [
    &MTU_DISCOVERY,
    &MTU_DISCOVERY_6,
    &TIMESTAMPING,
    &SOURCE_PREFERENCES,
    &REPAIR_QUEUES,
    &FILTER_MODES,
];

static MTU_DISCOVERY: Family = Family {
    what: "mode of path MTU discovery",
    prefix: "IP_PMTUDISC_",
    man: "ip(7)",
    rows: &[
        named(
            "IP_PMTUDISC_WANT",
            libc::IP_PMTUDISC_WANT,
            "as the route says",
        ),
        named(
            "IP_PMTUDISC_DO",
            libc::IP_PMTUDISC_DO,
            "always: a message that is too long fails with EMSGSIZE",
        ),
        named(
            "IP_PMTUDISC_DONT",
            libc::IP_PMTUDISC_DONT,
            "never: a message that is too long is fragmented",
        ),
        named(
            "IP_PMTUDISC_PROBE",
            libc::IP_PMTUDISC_PROBE,
            "do not fragment, and ignore the path MTU",
        ),
        named(
            "IP_PMTUDISC_INTERFACE",
            libc::IP_PMTUDISC_INTERFACE,
            "use only the MTU of the interface",
        ),
        named(
            "IP_PMTUDISC_OMIT",
            libc::IP_PMTUDISC_OMIT,
            "the same, but fragment what is longer",
        ),
    ],
};

static MTU_DISCOVERY_6: Family = Family {
    what: "mode of path MTU discovery",
    prefix: "IPV6_PMTUDISC_",
    man: "ipv6(7)",
    rows: &[
        named(
            "IPV6_PMTUDISC_WANT",
            libc::IPV6_PMTUDISC_WANT,
            "as the route says",
        ),
        named(
            "IPV6_PMTUDISC_DO",
            libc::IPV6_PMTUDISC_DO,
            "always: a message that is too long fails with EMSGSIZE",
        ),
        named(
            "IPV6_PMTUDISC_DONT",
            libc::IPV6_PMTUDISC_DONT,
            "never: a message that is too long is fragmented",
        ),
        named(
            "IPV6_PMTUDISC_PROBE",
            libc::IPV6_PMTUDISC_PROBE,
            "do not fragment, and ignore the path MTU",
        ),
        named(
            "IPV6_PMTUDISC_INTERFACE",
            libc::IPV6_PMTUDISC_INTERFACE,
            "use only the MTU of the interface",
        ),
        named(
            "IPV6_PMTUDISC_OMIT",
            libc::IPV6_PMTUDISC_OMIT,
            "the same, but fragment what is longer",
        ),
    ],
};

static TIMESTAMPING: Family = Family {
    what: "timestamping flag",
    prefix: "SOF_TIMESTAMPING_",
    man: "linux/net_tstamp.h",
    rows: &[
        flag(
            "SOF_TIMESTAMPING_RX_SOFTWARE",
            libc::SOF_TIMESTAMPING_RX_SOFTWARE,
            "when it entered the kernel",
        ),
        flag(
            "SOF_TIMESTAMPING_TX_SOFTWARE",
            libc::SOF_TIMESTAMPING_TX_SOFTWARE,
            "when it left the kernel",
        ),
        flag(
            "SOF_TIMESTAMPING_SOFTWARE",
            libc::SOF_TIMESTAMPING_SOFTWARE,
            "report the times that the kernel took",
        ),
        flag(
            "SOF_TIMESTAMPING_TX_SCHED",
            libc::SOF_TIMESTAMPING_TX_SCHED,
            "when it entered the packet scheduler",
        ),
        flag(
            "SOF_TIMESTAMPING_TX_ACK",
            libc::SOF_TIMESTAMPING_TX_ACK,
            "when all of it was acknowledged, TCP",
        ),
        flag(
            "SOF_TIMESTAMPING_TX_HARDWARE",
            libc::SOF_TIMESTAMPING_TX_HARDWARE,
            "when it left the adapter",
        ),
        flag(
            "SOF_TIMESTAMPING_RX_HARDWARE",
            libc::SOF_TIMESTAMPING_RX_HARDWARE,
            "when it reached the adapter",
        ),
        flag(
            "SOF_TIMESTAMPING_RAW_HARDWARE",
            libc::SOF_TIMESTAMPING_RAW_HARDWARE,
            "report the times that the adapter took",
        ),
        flag(
            "SOF_TIMESTAMPING_SYS_HARDWARE",
            libc::SOF_TIMESTAMPING_SYS_HARDWARE,
            "deprecated, does nothing",
        ),
        flag(
            "SOF_TIMESTAMPING_OPT_ID",
            libc::SOF_TIMESTAMPING_OPT_ID,
            "number what is sent",
        ),
        flag(
            "SOF_TIMESTAMPING_OPT_CMSG",
            libc::SOF_TIMESTAMPING_OPT_CMSG,
            "give addresses with every time",
        ),
        flag(
            "SOF_TIMESTAMPING_OPT_TSONLY",
            libc::SOF_TIMESTAMPING_OPT_TSONLY,
            "give the time without the packet",
        ),
        flag(
            "SOF_TIMESTAMPING_OPT_STATS",
            libc::SOF_TIMESTAMPING_OPT_STATS,
            "give statistics of TCP with it",
        ),
        flag(
            "SOF_TIMESTAMPING_OPT_PKTINFO",
            libc::SOF_TIMESTAMPING_OPT_PKTINFO,
            "give the adapter and length with it",
        ),
        flag(
            "SOF_TIMESTAMPING_OPT_TX_SWHW",
            libc::SOF_TIMESTAMPING_OPT_TX_SWHW,
            "both times of what is sent",
        ),
        flag(
            "SOF_TIMESTAMPING_BIND_PHC",
            libc::SOF_TIMESTAMPING_BIND_PHC,
            "use a clock of the adapter's own",
        ),
        flag(
            "SOF_TIMESTAMPING_OPT_ID_TCP",
            libc::SOF_TIMESTAMPING_OPT_ID_TCP,
            "count from the bytes that were written, TCP",
        ),
        flag(
            "SOF_TIMESTAMPING_OPT_RX_FILTER",
            libc::SOF_TIMESTAMPING_OPT_RX_FILTER,
            "leave out timestamps that nobody asked for",
        ),
    ],
};

static SOURCE_PREFERENCES: Family = Family {
    what: "preference of a source address",
    prefix: "IPV6_PREFER_SRC_",
    man: "RFC 5014",
    rows: &[
        named(
            "IPV6_PREFER_SRC_TMP",
            libc::IPV6_PREFER_SRC_TMP,
            "a temporary address",
        ),
        named(
            "IPV6_PREFER_SRC_PUBLIC",
            libc::IPV6_PREFER_SRC_PUBLIC,
            "a public address",
        ),
        named(
            "IPV6_PREFER_SRC_PUBTMP_DEFAULT",
            libc::IPV6_PREFER_SRC_PUBTMP_DEFAULT,
            "as the system says",
        ),
        named(
            "IPV6_PREFER_SRC_COA",
            libc::IPV6_PREFER_SRC_COA,
            "a care-of address",
        ),
        named(
            "IPV6_PREFER_SRC_HOME",
            libc::IPV6_PREFER_SRC_HOME,
            "a home address",
        ),
        named(
            "IPV6_PREFER_SRC_CGA",
            libc::IPV6_PREFER_SRC_CGA,
            "a cryptographically generated address",
        ),
        named(
            "IPV6_PREFER_SRC_NONCGA",
            libc::IPV6_PREFER_SRC_NONCGA,
            "one that is not so generated",
        ),
    ],
};

/// The libc crate has not got these: `enum` of linux/tcp.h.
static REPAIR_QUEUES: Family = Family {
    what: "queue",
    prefix: "TCP_",
    man: "linux/tcp.h",
    rows: &[
        named("TCP_NO_QUEUE", 0, "neither"),
        named("TCP_RECV_QUEUE", 1, "what was received"),
        named("TCP_SEND_QUEUE", 2, "what was sent"),
    ],
};

static FILTER_MODES: Family = Family {
    what: "filter mode",
    prefix: "MCAST_",
    man: "RFC 3678",
    rows: &[
        named(
            "MCAST_INCLUDE",
            libc::MCAST_INCLUDE,
            "receive from these sources only",
        ),
        named(
            "MCAST_EXCLUDE",
            libc::MCAST_EXCLUDE,
            "receive from all but these sources",
        ),
    ],
};
