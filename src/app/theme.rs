//! Colours by meaning. With each goes a glyph or a modifier, so that nothing is told by colour alone.

use ratatui::style::{Color, Modifier, Style};

/// A style for each meaning.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    /// Frames.
    pub border: Style,
    /// The frame of the focused pane.
    pub focus: Style,
    /// Titles of panes.
    pub title: Style,
    /// Keys in hints, names of sockets.
    pub accent: Style,
    /// A call that succeeded.
    pub good: Style,
    /// An errno, a refusal.
    pub bad: Style,
    /// A call that blocks.
    pub blocked: Style,
    /// What is less important.
    pub dim: Style,
    /// The selected row.
    pub selected: Style,
    /// The present phase in a diagram.
    pub lit: Style,
    /// Phases that were passed.
    pub passed: Style,
}

const fn color(color: Color) -> Style {
    Style::new().fg(color)
}

/// For terminals with the sixteen ANSI colours, on a dark or a light ground.
pub const COLORS: Theme = Theme {
    border: color(Color::DarkGray),
    focus: color(Color::Cyan),
    title: Style::new().add_modifier(Modifier::BOLD),
    accent: color(Color::Cyan),
    good: color(Color::Green),
    bad: color(Color::Red),
    blocked: color(Color::Yellow),
    dim: color(Color::DarkGray),
    selected: Style::new()
        .fg(Color::Reset)
        .bg(Color::Reset)
        .add_modifier(Modifier::REVERSED),
    lit: Style::new()
        .fg(Color::Black)
        .bg(Color::Green)
        .add_modifier(Modifier::BOLD),
    passed: Style::new().fg(Color::Green),
};

/// Without any colour, for NO_COLOR (no-color.org).
pub const PLAIN: Theme = Theme {
    border: Style::new(),
    focus: Style::new().add_modifier(Modifier::BOLD),
    title: Style::new().add_modifier(Modifier::BOLD),
    accent: Style::new().add_modifier(Modifier::BOLD),
    good: Style::new(),
    bad: Style::new().add_modifier(Modifier::BOLD),
    blocked: Style::new().add_modifier(Modifier::ITALIC),
    dim: Style::new().add_modifier(Modifier::DIM),
    selected: Style::new().add_modifier(Modifier::REVERSED),
    lit: Style::new().add_modifier(Modifier::REVERSED.union(Modifier::BOLD)),
    passed: Style::new().add_modifier(Modifier::UNDERLINED),
};

impl Theme {
    /// The theme that suits the terminal: without colours where NO_COLOR is set to anything.
    pub fn choose(no_color: bool) -> Self {
        if no_color { PLAIN } else { COLORS }
    }
}
