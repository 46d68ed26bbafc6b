//! What a lesson needs that not every process has: a privilege, or a network namespace of its own with settings of its
//! own.

use std::fmt;
use std::ops::RangeInclusive;

/// What a lesson needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Needs {
    /// CAP_NET_RAW, for raw sockets. A network namespace of its own gives it.
    RawSockets,
    /// A network namespace of its own, with all privileges there, set up like this.
    Network(Vec<Setting>),
}

/// A setting of a network namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// The MTU of the loopback interface.
    Mtu(u32),
    /// A number under /proc/sys/net/ipv4.
    Sysctl {
        /// Its name after `net.ipv4.`.
        name: String,
        /// What it is set to.
        value: i32,
    },
}

/// The capability, as it is written.
const RAW: &str = "CAP_NET_RAW";
/// The namespace, as it is written.
const NETWORK: &str = "network";
/// What all names of settings begin with. Not all below is a setting of the namespace, but what is not cannot be set in
/// one.
const SYSCTLS: &str = "net.ipv4.";
/// From the least MTU of IPv4, RFC 791, to that which the loopback interface has.
const MTU: RangeInclusive<u32> = 68..=65536;

impl Needs {
    /// How it is written.
    pub const EXAMPLES: &'static str =
        "needs: CAP_NET_RAW; needs: network; needs: network, mtu 1500, net.ipv4.tcp_syncookies 0";

    /// Reads it.
    ///
    /// # Errors
    ///
    /// What is wrong.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut words = text.split(',').map(str::trim);
        match (words.next(), text) {
            (Some(RAW), RAW) => Ok(Self::RawSockets),
            (Some(NETWORK), _) => Ok(Self::Network(
                words.map(Setting::read).collect::<Result<_, _>>()?,
            )),
            _ => Err(format!("{text} is not known")),
        }
    }
}

/// As it is called in a sentence.
impl fmt::Display for Needs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::RawSockets => RAW,
            Self::Network(_) => "a network namespace of its own",
        })
    }
}

impl Setting {
    fn read(text: &str) -> Result<Self, String> {
        let unknown = || format!("{text} is not a setting of a network");
        let (name, value) = text.split_once(' ').ok_or_else(unknown)?;
        let value = value.trim();
        if name == "mtu" {
            let mtu = value.parse().ok().filter(|mtu| MTU.contains(mtu));
            let range = || format!("an MTU is a number from {} to {}", MTU.start(), MTU.end());
            return mtu.map(Self::Mtu).ok_or_else(range);
        }
        let is_of_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let name = name.strip_prefix(SYSCTLS).ok_or_else(unknown)?;
        if name.is_empty() || !name.chars().all(is_of_name) {
            return Err(unknown());
        }
        let value = value
            .parse()
            .map_err(|_| format!("{value} is not a number"))?;
        Ok(Self::Sysctl {
            name: name.to_owned(),
            value,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::lesson::needs::*;

    #[test]
    fn what_is_needed_is_read_and_nothing_else_of_the_system_can_be_named() {
        assert_eq!(Needs::read("CAP_NET_RAW"), Ok(Needs::RawSockets));
        assert_eq!(Needs::read("network"), Ok(Needs::Network(Vec::new())));
        let cookies = Setting::Sysctl {
            name: "tcp_syncookies".to_owned(),
            value: 0,
        };
        assert_eq!(
            Needs::read("network, mtu 1500, net.ipv4.tcp_syncookies 0"),
            Ok(Needs::Network(vec![Setting::Mtu(1500), cookies]))
        );
        for wrong in [
            "privilege",
            "CAP_NET_RAW, mtu 1500",
            "mtu 1500",
            "network, mtu 67",
            "network, mtu 70000",
            "network, mtu",
            "network, kernel.panic 1",
            "network, net.ipv4. 1",
            "network, net.ipv4.../../kernel/panic 1",
            "network, net.ipv4.conf/all/forwarding 1",
            "network, net.ipv4.tcp_syncookies on",
        ] {
            assert!(Needs::read(wrong).is_err(), "{wrong}");
        }
    }
}
