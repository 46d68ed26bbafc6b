//! A socket option as it was set, and as the kernel keeps it.

use crate::call::Call;
use crate::call::outcome::Outcome;
use crate::call::value::Value;
use crate::explain::context::Context;
use crate::explain::facts::history::last_setting;
use crate::world::Record;

/// What setsockopt() was given, and what the option read just after it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    /// The value that was given.
    pub(crate) set: &'a Value,
    /// What the kernel kept of it; `None`: it was not asked, or does not tell.
    pub(crate) kept: Option<&'a Value>,
}

impl<'a> Setting<'a> {
    /// The setting that a call made.
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

    /// What the kernel kept, where that is not what was set.
    pub(crate) fn kept_otherwise(&self) -> Option<&'a Value> {
        self.kept.filter(|kept| self.set.reads_otherwise(kept))
    }
}

impl<'a> Context<'a> {
    /// How the option came to its value: by this call, or by the last one on this socket before it.
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

    /// The value that holds after the call: what the option reads, or what was set where it does not tell.
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

    /// Why the value is another than the one that was set, as sentences of their own.
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
