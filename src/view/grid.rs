//! A drawn table: boxes for the cells, as arrays are usually drawn, and labels to their left.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::theme::Theme;
use crate::view::text::{cut_spans, fit};

/// A text with its style.
pub(crate) type Cell = (String, Style);

/// One row.
#[derive(Debug, Default)]
pub(crate) struct GridRow {
    /// The label to the left of the boxes.
    pub label: String,
    /// The content of its boxes.
    pub cells: Vec<Cell>,
}

/// A row above the line: its label and the content of its boxes.
pub(crate) type Head = (&'static str, Vec<String>);

/// A table.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    /// The rows above the line.
    pub head: Vec<Head>,
    /// The rows below it.
    pub rows: Vec<GridRow>,
}

/// What the frames of a table take of each column: a border and a blank on both sides.
const WALLS: usize = 3;
/// The least width of a column.
const NARROWEST: usize = 3;

impl Grid {
    /// The table in at most `width` columns.
    pub(crate) fn lines(&self, theme: &Theme, width: usize) -> Vec<Line<'static>> {
        let label = self.rows.iter().map(|row| row.label.width()).max();
        let label = label.unwrap_or(0);
        let widths = self.widths(width.saturating_sub(label + 1));
        let rule = |left: &str, cross: &str, right: &str| {
            let bars: Vec<String> = widths.iter().map(|wide| "─".repeat(wide + 2)).collect();
            let text = format!("{}{left}{}{right}", " ".repeat(label), bars.join(cross));
            cut_spans(vec![Span::styled(text, theme.border)], width)
        };
        let row = |name: &str, cells: &[Cell]| {
            let mut spans = vec![
                Span::styled(fit(name, label), theme.secondary),
                Span::styled("│", theme.border),
            ];
            for (index, wide) in widths.iter().enumerate() {
                let (text, style) = cells.get(index).cloned().unwrap_or_default();
                spans.push(Span::raw(" "));
                spans.push(Span::styled(fit(&text, *wide), style));
                spans.push(Span::styled(" │", theme.border));
            }
            cut_spans(spans, width)
        };
        let mut lines = vec![rule("┌", "┬", "┐")];
        for (name, texts) in &self.head {
            let cells: Vec<Cell> = texts
                .iter()
                .map(|text| (text.clone(), theme.secondary))
                .collect();
            lines.push(row(name, &cells));
        }
        lines.push(rule("├", "┼", "┤"));
        lines.extend(self.rows.iter().map(|own| row(&own.label, &own.cells)));
        lines.push(rule("└", "┴", "┘"));
        lines
    }

    /// Whether it fits into `width` columns without cutting anything.
    pub(crate) fn fits(&self, width: usize) -> bool {
        let label = self.rows.iter().map(|row| row.label.width()).max();
        let whole = self.widths(usize::MAX);
        let frames = WALLS * whole.len() + 1;
        label.unwrap_or(0) + whole.iter().sum::<usize>() + frames <= width
    }

    /// The widths of the columns: those of their contents, with the widest reduced if that is too much.
    fn widths(&self, room: usize) -> Vec<usize> {
        let of_rows = self.rows.iter().map(|row| row.cells.len());
        let count = of_rows
            .chain(self.head.iter().map(|(_, texts)| texts.len()))
            .max();
        let count = count.unwrap_or(0);
        let mut widths = vec![1; count];
        let mut take = |index: usize, text: &str| {
            if let Some(wide) = widths.get_mut(index) {
                *wide = text.width().max(*wide);
            }
        };
        for (_, texts) in &self.head {
            texts
                .iter()
                .enumerate()
                .for_each(|(index, text)| take(index, text));
        }
        for row in &self.rows {
            row.cells
                .iter()
                .enumerate()
                .for_each(|(index, (text, _))| take(index, text));
        }
        let frames = WALLS * count;
        while widths.iter().sum::<usize>() + frames > room {
            match widths.iter_mut().max() {
                Some(widest) if *widest > NARROWEST => *widest -= 1,
                _ => break,
            }
        }
        widths
    }
}

#[cfg(test)]
mod tests {
    use crate::theme::builtin;
    use crate::view::grid::*;

    fn shown(width: usize) -> Vec<String> {
        let cell = |text: &str| (text.to_owned(), Style::new());
        let grid = Grid {
            head: vec![("", vec!["fd".to_owned(), "events".to_owned()])],
            rows: vec![GridRow {
                label: "[0] ".to_owned(),
                cells: vec![cell("4 s"), cell("POLLIN|POLLOUT")],
            }],
        };
        let lines = grid.lines(&builtin("plain").expect("a theme"), width);
        lines.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_table_is_as_wide_as_its_content() {
        assert_eq!(
            shown(60),
            [
                "    ┌─────┬────────────────┐",
                "    │ fd  │ events         │",
                "    ├─────┼────────────────┤",
                "[0] │ 4 s │ POLLIN|POLLOUT │",
                "    └─────┴────────────────┘",
            ]
        );
    }

    #[test]
    fn the_widest_column_gives_way() {
        let shown = shown(22);
        assert_eq!(shown[3], "[0] │ 4 s │ POLLIN|… │");
        assert!(shown.iter().all(|line| line.width() == 22), "{shown:?}");
    }
}
