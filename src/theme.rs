//! How the screen looks: a style for each role, read from the files in `assets/themes/` or from a file of the user.
//!
//! The views name roles and never colours. Text has the terminal's own foreground unless a theme sets one, and a hue is
//! used only where a word or a glyph says the same. [`Theme::fill`] gives the finished frame the foreground and the
//! background of the theme.

mod appearance;
mod background;
mod builtin;
mod file;
pub mod glyphs;
mod style;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Style};

pub use crate::theme::appearance::{Appearance, Listed};
pub use crate::theme::background::Background;
pub use crate::theme::builtin::{AUTO, Unknown, auto, builtin, check_name, names};
pub use crate::theme::file::{Fault, ThemeFile, parse};
pub use crate::theme::glyphs::Glyphs;

/// A style for each role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Theme {
    /// All text without another role, and the background of the screen.
    pub text: Style,
    /// What is less important than text.
    pub secondary: Style,
    /// Keys in hints, names of sockets.
    pub accent: Style,
    /// A call that succeeded.
    pub good: Style,
    /// What needs attention: a call that blocks, a question, a call that will fail.
    pub warning: Style,
    /// An errno, a refusal.
    pub bad: Style,
    /// The selected row.
    pub selection: Style,
    /// What the kernel reported.
    pub observed: Style,
    /// What was deduced.
    pub inferred: Style,
    /// The current state in a diagram.
    pub current: Style,
    /// Earlier states in a diagram.
    pub passed: Style,
    /// Frames and lines: the only role that may be hard to see.
    pub border: Style,
    /// The frame of the focused pane.
    pub focus: Style,
    /// Titles of panes.
    pub title: Style,
}

/// The style of a role in a theme.
type Role = fn(&mut Theme) -> &mut Style;

/// The roles by the names that a theme file has for them.
const ROLES: [(&str, Role); 14] = [
    ("text", |theme| &mut theme.text),
    ("secondary", |theme| &mut theme.secondary),
    ("accent", |theme| &mut theme.accent),
    ("good", |theme| &mut theme.good),
    ("warning", |theme| &mut theme.warning),
    ("bad", |theme| &mut theme.bad),
    ("selection", |theme| &mut theme.selection),
    ("observed", |theme| &mut theme.observed),
    ("inferred", |theme| &mut theme.inferred),
    ("current", |theme| &mut theme.current),
    ("passed", |theme| &mut theme.passed),
    ("border", |theme| &mut theme.border),
    ("focus", |theme| &mut theme.focus),
    ("title", |theme| &mut theme.title),
];

/// Plain text over a frame, without the style of the frame.
pub const TEXT: Style = Style::reset();

impl Theme {
    /// Gives a finished frame the foreground and the background of the theme, where nothing else was given.
    pub fn fill(&self, buffer: &mut Buffer) {
        let foreground = self.text.fg.unwrap_or_default();
        let background = self.text.bg.unwrap_or_default();
        if (foreground, background) == (Color::Reset, Color::Reset) {
            return;
        }
        for cell in &mut buffer.content {
            if cell.fg == Color::Reset {
                cell.fg = foreground;
            }
            if cell.bg == Color::Reset {
                cell.bg = background;
            }
        }
    }
}

#[cfg(test)]
mod tests;
