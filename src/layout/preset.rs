//! The layout presets: which panes get the room.

use serde::{Deserialize, Serialize};

/// Which panes get the room.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// All panes that the size of the screen has room for.
    #[default]
    All,
    /// State is large: the whole figure at 80×24, the tall one on larger screens.
    State,
    /// Log and Why are large.
    Log,
    /// The ladder and the queues, at any size.
    Ladder,
    /// The session as a program beside the log.
    Code,
}

impl Preset {
    /// In the order of the key.
    pub const ALL: [Self; 5] = [Self::All, Self::State, Self::Log, Self::Ladder, Self::Code];

    /// Its name in the configuration and on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::State => "state",
            Self::Log => "log",
            Self::Ladder => "ladder",
            Self::Code => "code",
        }
    }

    /// What it shows, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::All => "all panes",
            Self::State => "State is large",
            Self::Log => "Log and Why are large",
            Self::Ladder => "the ladder and the queues",
            Self::Code => "the session as a program, beside the log",
        }
    }

    /// The one after it; the first follows the last.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|preset| *preset == self);
        Self::ALL[(at.unwrap_or(0) + 1) % Self::ALL.len()]
    }
}

#[cfg(test)]
mod tests {
    use crate::layout::preset::*;

    #[test]
    fn the_key_goes_through_all_of_them_and_each_has_a_name() {
        let mut preset = Preset::default();
        for expected in Preset::ALL {
            assert_eq!(preset, expected);
            let stored = serde_json::to_string(&preset).expect("it is stored");
            assert_eq!(stored, format!("{:?}", preset.name()), "as it is called");
            preset = preset.next();
        }
        assert_eq!(preset, Preset::default());
    }
}
