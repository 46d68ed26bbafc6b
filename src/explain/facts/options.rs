//! A socket option as it was set, and as the kernel stored it.

use crate::call::Call;
use crate::call::outcome::Outcome;
use crate::call::value::Value;
use crate::explain::context::Context;
use crate::explain::facts::history::{last_set, last_setting};
use crate::socket::option::{OptionRow, by_number};
use crate::socket::{Domain, Kind};
use crate::world::Record;

/// The value passed to setsockopt(), and the value that was read just after it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    /// The value that was passed.
    pub(crate) set: &'a Value,
    /// The value that the kernel stored; `None`: it was not asked, or does not return it.
    pub(crate) kept: Option<&'a Value>,
}

impl<'a> Setting<'a> {
    /// The setting made by a call.
    pub(crate) fn of(record: &'a Record) -> Option<Self> {
        let Call::Setsockopt { value, .. } = &*record.request.call else {
            return None;
        };
        let raw = record
            .outcome()
            .and_then(|outcome: &Outcome| outcome.raw.as_ref());
        Some(Self {
            set: value,
            kept: raw.and_then(|raw| raw.read_back.as_ref()),
        })
    }

    /// The value that the kernel stored, if it differs from the one that was set.
    pub(crate) fn kept_otherwise(&self) -> Option<&'a Value> {
        self.kept.filter(|kept| self.set.reads_otherwise(kept))
    }
}

/// The options that put errors of the network into the error queue.
const QUEUE_ERRORS: [(i32, i32); 2] = [
    (libc::IPPROTO_IP, libc::IP_RECVERR),
    (libc::IPPROTO_IPV6, libc::IPV6_RECVERR),
];

impl<'a> Context<'a> {
    /// The option that puts errors of the network into the error queue of the socket, and its value.
    pub(crate) fn queues_errors(&self) -> Option<(&'static OptionRow, &'a Value)> {
        let own = self.socket?.id();
        QUEUE_ERRORS.iter().find_map(|(level, number)| {
            let value = last_set(self.world, own, *level, *number, self.at)?;
            Some((by_number(*level, *number)?, value)).filter(|_| !value.is_off())
        })
    }

    /// Whether an option of the socket is set to something else than 0, by it or by its listener before it was accepted.
    pub(crate) fn is_set(&self, level: i32, number: i32) -> bool {
        let Some(own) = self.socket else {
            return false;
        };
        let set = |of, at| last_set(self.world, of, level, number, at);
        let inherited = || set(own.options_from()?, own.created());
        let value = set(own.id(), self.at).or_else(inherited);
        value.is_some_and(|value| !value.is_off())
    }

    /// Whether an option puts errors, or reports about what was sent, into the error queue of the socket.
    pub(crate) fn queues_notices(&self) -> bool {
        let mut of_reports = [libc::SO_TIMESTAMPING, libc::SO_ZEROCOPY].into_iter();
        of_reports.any(|number| self.is_set(libc::SOL_SOCKET, number))
            || QUEUE_ERRORS
                .iter()
                .any(|(level, number)| self.is_set(*level, *number))
    }

    /// Whether the kernel takes the number that is set. `None`: that does not depend on the number alone.
    pub(crate) fn takes_value(&self) -> Option<bool> {
        let number = match self.value()? {
            Value::Int(number) => *number,
            Value::Unsigned(number) => i32::try_from(*number).unwrap_or(i32::MAX),
            _ => return None,
        };
        self.option()?.takes(number)
    }

    /// Whether a socket of this kind has no options of the level of this option.
    pub(crate) fn is_of_other_level(&self) -> bool {
        let (Some(option), Some(own)) = (self.call().option(), self.socket) else {
            return false;
        };
        let is_inet = matches!(own.domain(), Domain::INET | Domain::INET6);
        let is = |kind| is_inet && own.kind() == kind;
        let has = match option.level {
            libc::IPPROTO_TCP => is(Kind::Stream),
            libc::IPPROTO_UDP => is(Kind::Datagram),
            libc::IPPROTO_IP => is_inet,
            libc::IPPROTO_IPV6 => own.domain() == Domain::INET6,
            libc::SOL_RAW => is(Kind::Raw),
            libc::IPPROTO_ICMPV6 => is(Kind::Raw) && own.domain() == Domain::INET6,
            _ => true,
        };
        !has && own.kind().is_socket()
    }

    /// The setting that gave the option its value: by this call, or by the last one on this socket before it.
    pub(crate) fn setting(&self) -> Option<Setting<'a>> {
        if let Call::Setsockopt { .. } = self.call() {
            Setting::of(self.record)
        } else if let Call::Getsockopt { option, .. } = self.call() {
            let own = self.socket?.id();
            let asked = self.record.asked;
            let set = last_setting(self.world, own, option.level, option.number, asked)?;
            Setting::of(set)
        } else {
            None
        }
    }

    /// The value after the call: the one that was read, or if that is not known, the one that was set.
    pub(crate) fn value_now(&self) -> Option<&'a Value> {
        if let Call::Setsockopt { .. } = self.call() {
            let setting = self.setting()?;
            Some(setting.kept.unwrap_or(setting.set))
        } else {
            self.value()
        }
    }

    /// What the option means with that value.
    pub(crate) fn option_meaning(&self) -> Option<&'static str> {
        let is_off = self.value_now().is_some_and(Value::is_off);
        self.option().map(|row| row.meaning_of(is_off))
    }

    /// Why the value differs from the one that was set, as whole sentences.
    pub(crate) fn differs_from_set(&self) -> Option<String> {
        let setting = self.setting()?;
        let Setting { set, kept } = setting;
        let now = self.value_now()?;
        if let Some(kept) = kept.filter(|kept| kept.reads_otherwise(now)) {
            return Some(format!(
                " {set} was set and it was {kept} then: it has changed since."
            ));
        }
        let how = self.option()?.conversion();
        setting
            .kept_otherwise()
            .map(|kept| format!(" {set} was set and it reads {kept}: {how}."))
    }
}
