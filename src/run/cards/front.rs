//! What a quiz needs of its front end: to show rows, and to receive what the person wants.

use std::io;

use crossbeam_channel::Receiver;

use crate::run::cards::row::StyledRow;

/// What the person wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// The answer.
    Answer,
    /// What the keys do.
    Help,
    /// A key that may mean something: a grade, `r`, `q`.
    Key(char),
    /// To scroll up or down.
    Scroll(i16),
    /// Nothing: a text was pasted, which is neither an answer nor a grade.
    Paste,
    /// To redraw the screen: its size has changed.
    Redraw,
    /// To stop the process for a while.
    Stop,
    /// Nothing more: there is no more input.
    End,
}

/// What is shown of a card at present.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// What was revealed of it so far.
    pub(crate) rows: Vec<StyledRow>,
    /// The keys that do something now, in lines.
    pub(crate) keys: Vec<String>,
    /// What is to be said of what was just done; until the next wish.
    pub(crate) remark: Option<&'static str>,
}

/// A screen with keys, or lines in and out.
pub(crate) trait Front {
    /// Where wishes arrive.
    fn wishes(&self) -> &Receiver<Wish>;

    /// Begins another card.
    fn begin(&mut self);

    /// Shows the page as it is now.
    fn show(&mut self, page: &Page) -> io::Result<()>;

    /// Looks further up or down.
    fn scroll(&mut self, _rows: i16) {}

    /// Gives the terminal back while `stop` stops the process, and takes it again afterwards.
    fn stop(&mut self, stop: &mut dyn FnMut()) -> io::Result<()> {
        stop();
        Ok(())
    }

    /// Gives everything back and says the last.
    fn end(&mut self, rows: &[StyledRow]) -> io::Result<()>;
}
