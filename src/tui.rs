//! The playground on the screen.
//!
//! The middle is pure: [`App`] is the state, [`update()`] takes a [`Msg`] in and gives [`Effect`]s, [`view()`] draws the
//! state. Around it stand the threads of the driver: one reads the terminal, one waits for signals, the engine reports,
//! and the main thread waits on all of them at once. Nothing to do means no wake-up at all.

pub mod app;
pub mod chooser;
mod defaults;
mod driver;
pub mod form;
mod input;
pub mod keymap;
pub mod learn;
pub mod msg;
pub mod prompt;
mod school;
mod screenshot;
mod subject;
mod svg;
mod terminal;
pub mod theme;
pub mod update;
pub mod view;

pub use app::App;
pub use driver::{Ended, start};
pub use msg::{Effect, Msg};
pub use screenshot::screenshot;
pub use theme::Theme;
pub use update::update;
pub use view::view;
