//! A session as one HTML page with a step for each call. It loads nothing from anywhere, and works without its script as
//! one long page.

mod escape;
mod ladder;
mod pictures;
mod step;

use std::io;

use crate::app::state::App;
use crate::event::Timestamp;
use crate::journal::Header;
use crate::run::session_file::SessionFile;
use crate::store::recording::kept;
use crate::terminal::appearance;
use crate::terminal::drawn::drawn;
use crate::terminal::export::moments::{Moment, replay};
use crate::terminal::export::page::escape::html;
use crate::terminal::export::page::pictures::Pictures;
use crate::terminal::svg::Palette;

/// How many steps a page has at most.
const MOST: usize = 300;
/// The theme of the pictures: a page is read on white, and printed.
const THEME: &str = "terminal-light";
const STYLE: &str = include_str!("../../../assets/page/style.css");
const SCRIPT: &str = include_str!("../../../assets/page/script.js");
/// What a page may load: nothing but what is in it.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/// The page of a session.
///
/// # Errors
///
/// When the recording cannot be read.
pub(super) fn page(session: &SessionFile, size: (u16, u16)) -> io::Result<Vec<u8>> {
    let palette = Palette::of(&appearance::of_picture(THEME, false)?);
    let mut page = Page {
        pictures: Pictures::new(palette),
        list: String::new(),
        steps: String::new(),
        count: 0,
    };
    let calls = replay(session, size, THEME, None, &mut |app, moment| {
        page.add(app, moment)
    })?;
    Ok(page.written(&session.opened.header, calls).into_bytes())
}

struct Page {
    pictures: Pictures,
    /// The list of all steps.
    list: String,
    steps: String,
    count: usize,
}

impl Page {
    /// Adds a step. Gives whether there can be more.
    fn add(&mut self, app: &mut App, moment: &Moment) -> io::Result<bool> {
        if self.count == MOST {
            return Ok(false);
        }
        // What happened before the first call is no step.
        let Some(call) = moment.call else {
            return Ok(true);
        };
        let screen = drawn(app)?;
        let Some(record) = app.world.call(call) else {
            return Ok(true);
        };
        self.count += 1;
        let number = self.count;
        let step = step::step(app, &screen, moment, record, number);
        let label = format!(
            "The panes of sockplay after step {number}, {}. The text of this step says what they show.",
            step.call
        );
        self.list.push_str(&format!(
            "<li><a href=\"#step-{number}\"><code>{}</code></a></li>\n",
            html(&step.call)
        ));
        self.steps.push_str(&step.before);
        self.steps.push_str("<figure>\n");
        self.steps.push_str(&self.pictures.picture(&screen, &label));
        self.steps.push_str("</figure>\n");
        self.steps.push_str(&step.after);
        Ok(true)
    }

    fn written(self, header: &Header, calls: usize) -> String {
        let title = html(&format!("sockplay {}", header.what.words()));
        let about = html(&about(header, self.count, calls));
        let (rows, list, steps) = (self.pictures.definitions(), self.list, self.steps);
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             <header>\n<h1>{title}</h1>\n<p>{about}</p>\n</header>\n\
             <div class=\"bar\" id=\"bar\" hidden>\n<button type=\"button\" id=\"back\">← Back</button>\n\
             <button type=\"button\" id=\"forward\">Forward →</button>\n\
             <output id=\"at\" aria-live=\"polite\"></output>\n</div>\n\
             <nav aria-label=\"All steps\">\n<details>\n<summary>All steps</summary>\n<ol>\n{list}</ol>\n</details>\n</nav>\n\
             {rows}<main>\n{steps}</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n"
        )
    }
}

/// What the page is made from, and what of it is shown.
fn about(header: &Header, steps: usize, calls: usize) -> String {
    let kernel = header.kernel.as_ref();
    let kernel = kernel.map_or_else(String::new, |kernel| format!(" on {kernel}"));
    let shown = match calls {
        0 => "It has no call.".to_owned(),
        calls if calls == steps => {
            "Each step is one call with all that happened until the next one.".to_owned()
        }
        calls => format!("The session has {calls} calls; this page shows the first {steps}."),
    };
    format!(
        "Recorded on {} by sockplay {}{kernel}. {shown} The arrow keys go forward and back.",
        kept::began(header),
        header.program
    )
}

/// A moment, in seconds since the session began.
fn seconds(at: Timestamp) -> String {
    format!("{:.3}", at.0 as f64 / 1e9)
}
