//! A recording that is looked at: the panes show it, and no call is made.

use crate::journal::Header;

/// The recording on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// What its first line says.
    pub header: Header,
    /// When that was, in local time.
    pub began: String,
    /// Which of its sessions is shown, from 0, and how many there are.
    pub part: usize,
    /// How many there are.
    pub parts: usize,
    /// The lesson that was open at its end, by its name, and the page from 0.
    pub lesson: Option<(String, usize)>,
}

impl Replayed {
    /// What is shown, for the title of the screen.
    pub fn title(&self) -> String {
        let part = match self.parts {
            0 | 1 => String::new(),
            parts => format!(", session {} of {parts}", self.part + 1),
        };
        let lesson = self.lesson.as_ref().map(|(name, page)| {
            let name = crate::socket::text::escaped(name);
            format!(", lesson {name}, page {}", page + 1)
        });
        let lesson = lesson.unwrap_or_default();
        format!("recording of {}{part}{lesson}", self.began)
    }
}
