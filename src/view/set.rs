//! The sets of calls that wait: the array of poll, the three sets of select, the interest list of an epoll instance.

pub(crate) mod epoll;
pub(crate) mod poll;
pub(crate) mod select;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use crate::app::state::App;
use crate::call::argument::Descriptor;
use crate::call::outcome::Returned;
use crate::call::timeout::Timeout;
use crate::view::text::{moment, paragraph, span};
use crate::world::{Progress, Record};

/// The least size at which tables are drawn with boxes.
const DRAWN: (u16, u16) = (50, 10);

/// Whether there is room for drawn tables.
fn is_roomy(area: Rect) -> bool {
    area.width >= DRAWN.0 && area.height >= DRAWN.1
}

/// `5 s`: a number and the name that was written for it, if there is one.
fn named(fd: i32, socket: &Descriptor) -> String {
    match socket {
        Descriptor::Named(name) => format!("{fd} {name}"),
        Descriptor::Raw(_) => fd.to_string(),
    }
}

/// A mask in at most `room` columns: if it is too long, all flags but the first lose their prefix.
fn mask(text: &str, prefix: &str, room: usize) -> String {
    if text.len() <= room {
        return text.to_owned();
    }
    text.replace(&format!("|{prefix}"), "|")
}

/// What a waiting call is doing, or how it ended.
fn course(app: &App, record: &Record, found: &str) -> (String, Style) {
    let theme = &app.theme;
    let word = record.call().word();
    match &record.progress {
        Progress::Refused(_) => ("not made".to_owned(), theme.bad),
        Progress::Held => (format!("{word}() is held before it is made"), theme.warning),
        Progress::Abandoned { reason, .. } => (
            format!("{word}() has not returned: {reason}"),
            theme.warning,
        ),
        Progress::Running | Progress::Blocked { .. } => {
            let text = format!("{word}() waits {}", waits(record));
            (text, theme.warning)
        }
        Progress::Returned { outcome, .. } => match &outcome.result {
            Err(errno) => (
                format!("{word}() failed with {errno} and has written nothing"),
                theme.bad,
            ),
            Ok(returned) => match count(returned) {
                0 => (
                    format!("{word}() returned 0: {}", expiry(record)),
                    theme.passed,
                ),
                count => (format!("{word}() returned {count}: {found}"), theme.good),
            },
        },
    }
}

/// `since 4.000, until 9.000 at most`
fn waits(record: &Record) -> String {
    let since = moment(record.began());
    match record.waits_until() {
        Some(until) => format!("since {since}, until {} at most", moment(until)),
        None => format!("since {since}, without limit"),
    }
}

/// Why a call found no events.
fn expiry(record: &Record) -> String {
    match record.timeout().and_then(Timeout::span) {
        Some(whole) if whole.is_zero() => {
            "nothing is ready, and a timeout of 0 does not wait".to_owned()
        }
        Some(whole) => format!(
            "the timeout of {} has passed, nothing is ready",
            span(whole)
        ),
        None => "nothing is ready".to_owned(),
    }
}

fn count(returned: &Returned) -> u64 {
    match returned {
        Returned::Ready(ready) => ready.len() as u64,
        Returned::Selected { count, .. } => *count,
        _ => 0,
    }
}

/// The line about the progress of a call.
fn course_lines(app: &App, record: &Record, found: &str, width: usize) -> Vec<Line<'static>> {
    let (text, style) = course(app, record, found);
    paragraph(&text, width, style)
}

#[cfg(test)]
mod tests {
    use crate::view::set::mask;

    #[test]
    fn a_long_mask_says_its_prefix_once() {
        assert_eq!(mask("POLLIN|POLLOUT", "POLL", 20), "POLLIN|POLLOUT");
        assert_eq!(mask("POLLIN|POLLOUT", "POLL", 12), "POLLIN|OUT");
    }
}
