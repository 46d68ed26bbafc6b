//! Styles by role, readable on any palette.
//!
//! Text has the terminal's own foreground, which its owner chose to be readable. A hue is used only where a word or a
//! glyph says the same, and never one that is close to black or white: bright black is the background of Solarized, and
//! yellow cannot be seen on white. It is never bold, since many terminals take bold as another colour. Dim is for rules
//! and frames, which may be lost.

use ratatui::style::{Color, Modifier, Style};

/// A style for each role.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    /// Frames and lines: the only text that may be hard to see.
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
    /// What needs attention: a call that blocks, a question, a call that will fail.
    pub warning: Style,
    /// Secondary text, as readable as any other.
    pub secondary: Style,
    /// The selected row.
    pub selection: Style,
    /// The current state in a diagram.
    pub current: Style,
    /// Earlier states in a diagram.
    pub passed: Style,
    /// What the kernel reported.
    pub observed: Style,
    /// What was deduced.
    pub inferred: Style,
}

/// Plain text over a frame, without the style of the frame.
pub const TEXT: Style = Style::reset();

const fn color(color: Color) -> Style {
    Style::new().fg(color)
}

/// For terminals with the sixteen ANSI colours, on a dark or a light background.
pub const COLORS: Theme = Theme {
    border: Style::new().add_modifier(Modifier::DIM),
    focus: color(Color::Cyan),
    title: Style::new().add_modifier(Modifier::BOLD),
    accent: color(Color::Cyan),
    good: color(Color::Green),
    bad: color(Color::Red),
    warning: color(Color::Magenta),
    secondary: Style::new(),
    selection: Style::new()
        .fg(Color::Reset)
        .bg(Color::Reset)
        .add_modifier(Modifier::REVERSED),
    current: Style::new().add_modifier(Modifier::REVERSED.union(Modifier::BOLD)),
    passed: color(Color::Green),
    observed: color(Color::Green),
    inferred: Style::new(),
};

/// Without any colour, for NO_COLOR (no-color.org).
pub const PLAIN: Theme = Theme {
    border: Style::new(),
    focus: Style::new().add_modifier(Modifier::BOLD),
    title: Style::new().add_modifier(Modifier::BOLD),
    accent: Style::new().add_modifier(Modifier::BOLD),
    good: Style::new(),
    bad: Style::new().add_modifier(Modifier::BOLD),
    warning: Style::new().add_modifier(Modifier::ITALIC),
    secondary: Style::new(),
    selection: Style::new().add_modifier(Modifier::REVERSED),
    current: Style::new().add_modifier(Modifier::REVERSED.union(Modifier::BOLD)),
    passed: Style::new().add_modifier(Modifier::UNDERLINED),
    observed: Style::new(),
    inferred: Style::new(),
};

impl Theme {
    /// The theme that suits the terminal: without colours where NO_COLOR is set to anything.
    pub fn choose(no_color: bool) -> Self {
        if no_color { PLAIN } else { COLORS }
    }
}

#[cfg(test)]
mod tests {
    use crate::app::theme::*;

    fn styles(theme: &Theme) -> [Style; 13] {
        let Theme {
            border,
            focus,
            title,
            accent,
            good,
            bad,
            warning,
            secondary,
            selection,
            current,
            passed,
            observed,
            inferred,
        } = *theme;
        [
            border, focus, title, accent, good, bad, warning, secondary, selection, current,
            passed, observed, inferred,
        ]
    }

    #[test]
    fn every_style_is_readable_on_any_palette() {
        const HUES: [Color; 5] = [
            Color::Reset,
            Color::Red,
            Color::Green,
            Color::Cyan,
            Color::Magenta,
        ];
        for style in styles(&COLORS) {
            let hue = style.fg.unwrap_or_default();
            assert!(HUES.contains(&hue), "{style:?}");
            assert_eq!(style.bg.unwrap_or_default(), Color::Reset, "{style:?}");
            let is_bold = style.add_modifier.contains(Modifier::BOLD);
            assert!(!is_bold || hue == Color::Reset, "{style:?}");
        }
        for theme in [COLORS, PLAIN] {
            let text = &styles(&theme)[1..];
            let is_dim = |style: &Style| style.add_modifier.contains(Modifier::DIM);
            assert!(!text.iter().any(is_dim), "only frames are dim: {theme:?}");
            assert_eq!(theme.secondary, Style::new(), "secondary text is text");
            let reversed = |style: Style| style.add_modifier.contains(Modifier::REVERSED);
            assert!(reversed(theme.selection) && reversed(theme.current));
        }
    }

    #[test]
    fn without_colours_there_are_none() {
        for style in styles(&PLAIN) {
            assert_eq!((style.fg, style.bg), (None, None), "{style:?}");
        }
    }
}
