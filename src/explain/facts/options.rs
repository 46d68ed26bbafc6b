//! A socket option as it was set, and as the kernel stored it.

use crate::call::Call;
use crate::call::outcome::Outcome;
use crate::call::value::Value;
use crate::explain::context::Context;
use crate::explain::facts::history::last_setting;
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

impl<'a> Context<'a> {
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
