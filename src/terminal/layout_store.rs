//! Remembers the layout preset in the state directory.

use serde::{Deserialize, Serialize};

use crate::layout::preset::Preset;
use crate::store::{Content, StateFile};

/// The name of the file.
const FILE: &str = "screen.json";

/// What is remembered of the screen.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Remembered {
    layout: Preset,
}

impl Content for Remembered {
    const VERSION: u32 = 1;
}

/// The preset that was chosen last. Where nothing can be read it is the default.
pub(crate) fn remembered() -> Preset {
    let stored = StateFile::<Remembered>::stored(FILE);
    stored.unwrap_or_default().layout
}

/// Remembers a preset. Gives what the person should know.
pub(crate) fn remember(layout: Preset) -> Option<String> {
    let (file, ..) = StateFile::<Remembered>::open(FILE);
    match file.update(|remembered| remembered.layout = layout) {
        Ok((_, notice)) => notice,
        Err(error) => Some(format!("the layout cannot be saved: {error}")),
    }
}
