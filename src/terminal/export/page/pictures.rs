//! The pictures of a page. A row that several pictures have is in the page once.

use std::collections::HashMap;
use std::fmt::Write;

use ratatui::buffer::Buffer;

use crate::terminal::export::page::escape::html;
use crate::terminal::svg::{self, CELL, Palette};

/// The pictures so far.
pub(super) struct Pictures {
    palette: Palette,
    /// The numbers of the rows, by what is drawn.
    rows: HashMap<String, usize>,
    /// The rows with their names.
    definitions: String,
}

impl Pictures {
    pub(super) fn new(palette: Palette) -> Self {
        Self {
            palette,
            rows: HashMap::new(),
            definitions: String::new(),
        }
    }

    /// A picture of a screen; `label` says what is in it.
    pub(super) fn picture(&mut self, screen: &Buffer, label: &str) -> String {
        let (width, height) = (
            f64::from(screen.area.width) * CELL.0,
            f64::from(screen.area.height) * CELL.1,
        );
        let mut out = format!(
            "<svg class=\"screen\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {width:.1} {height:.1}\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"{}\"/>\n",
            html(label),
            svg::hex(self.palette.ground)
        );
        for row in 0..screen.area.height {
            let drawn = svg::row(screen, &self.palette, row);
            if drawn.is_empty() {
                continue;
            }
            let number = self.number(drawn);
            let y = f64::from(row) * CELL.1;
            // Writing to a String cannot fail.
            let _ = writeln!(out, "<use href=\"#row-{number}\" y=\"{y:.1}\"/>");
        }
        out.push_str("</svg>\n");
        out
    }

    fn number(&mut self, drawn: String) -> usize {
        let next = self.rows.len();
        if let Some(known) = self.rows.get(&drawn) {
            return *known;
        }
        let _ = writeln!(self.definitions, "<g id=\"row-{next}\">\n{drawn}</g>");
        self.rows.insert(drawn, next);
        next
    }

    /// The rows, which the pictures refer to.
    pub(super) fn definitions(self) -> String {
        let rows = self.definitions;
        format!("<svg class=\"rows\" aria-hidden=\"true\"><defs>\n{rows}</defs></svg>\n")
    }
}
