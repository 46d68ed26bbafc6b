//! A row of the log as strace prints it: `0.001 bind(3, {sa_family=AF_INET, …}, 16) = 0`. A command that is not a
//! system call has no such form and stays as it was written, in secondary text.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::app::state::App;
use crate::call::outcome::Outcome;
use crate::view::text::{cut, cut_spans};
use crate::world::Record;

/// The width of the time.
const TIME: usize = 8;
/// The width of ` = `.
const EQUALS: usize = 3;
/// The least width of a call.
const LEAST_CALL: usize = 24;

/// The row of a call.
pub(crate) fn line(app: &App, record: &Record, width: usize) -> Line<'static> {
    let theme = &app.theme;
    let at = record.entered.unwrap_or(record.asked);
    let time = Span::styled(format!("{:>7.3} ", at.0 as f64 / 1e9), theme.secondary);
    let Some(traced) = app.host.trace(&app.world, record) else {
        let call = &record.request.command.call;
        let word = match call.call_kind().is_library_call() {
            true => format!("{call}  C library, no system call"),
            false => call.to_string(),
        };
        return cut_spans(vec![time, Span::styled(word, theme.secondary)], width);
    };
    let Some(left) = &traced.left else {
        let style = if record.is_blocked() {
            theme.warning
        } else {
            theme.secondary
        };
        let begun = traced.begun();
        return row(time, &begun, " ", "<unfinished ...>", style, app, width);
    };
    let failed = record.outcome().and_then(Outcome::errno);
    let style = failed.map_or(theme.good, |_| theme.bad);
    let mut result = left.result.clone();
    let signals = record.outcome().map(Outcome::signals).unwrap_or_default();
    for signal in signals {
        result.push_str(&format!(
            "  --- {} ---",
            crate::socket::signal::signal(signal.0)
        ));
    }
    row(time, &traced.head(false), " = ", &result, style, app, width)
}

/// Both sides of a row: as in the notation, the call is cut in favour of its result.
fn row(
    time: Span<'static>,
    call: &str,
    between: &'static str,
    result: &str,
    style: Style,
    app: &App,
    width: usize,
) -> Line<'static> {
    let result = cut(result, width.saturating_sub(TIME + LEAST_CALL + EQUALS));
    let call = cut(call, width.saturating_sub(TIME + EQUALS + result.width()));
    let spans = vec![
        time,
        Span::raw(call),
        Span::styled(between, app.theme.secondary),
        Span::styled(result, style),
    ];
    cut_spans(spans, width)
}

#[cfg(test)]
mod tests {
    use crate::call::outcome::{Raw, Returned};
    use crate::event::{CallId, Event, EventKind, Request, Thread, Timestamp};
    use crate::notation::parse_line;
    use crate::socket::Errno;
    use crate::theme::Appearance;
    use crate::view::strace_row::*;

    /// The row of a call of thread 77, with its outcome once there is one.
    fn row_of(call: &str, outcome: Option<Outcome>, width: usize) -> String {
        let mut app = App::new((80, 24), Appearance::builtin("plain"), "/tmp".to_owned(), 7);
        let command = parse_line(call).expect(call).command.expect("a command");
        let call = CallId(1);
        let asked = Request {
            id: call,
            call: command.call.clone().into(),
            command: command.into(),
            on: None,
            others: Box::default(),
            reach: crate::event::Reach::Free,
            process: None,
        };
        let thread = Thread {
            tid: 77,
            further: false,
        };
        let entered = EventKind::Entered {
            call,
            thread,
            state: None,
        };
        let returned = outcome.map(|outcome| EventKind::Returned {
            call,
            outcome,
            state: None,
        });
        for what in [EventKind::Asked(Box::new(asked)), entered]
            .into_iter()
            .chain(returned)
        {
            app.world.apply(&Event::new(Timestamp(1_000_000), what));
        }
        let record = app.world.call(call).expect("it was asked for");
        line(&app, record, width).to_string()
    }

    fn gave(result: Result<Returned, Errno>, returned: i64) -> Option<Outcome> {
        Some(Outcome {
            partial: None,
            raw: Some(Box::new(Raw {
                returned,
                ..Raw::default()
            })),
            ..Outcome::of(result)
        })
    }

    #[test]
    fn a_row_is_what_strace_prints_and_its_result_stays() {
        let send = r#"send(3, "hello \x1b[2J", MSG_NOSIGNAL)"#;
        let sent = || gave(Ok(Returned::Count(10)), 10);
        assert_eq!(
            row_of(send, sent(), 80),
            r#"  0.001 sendto(3, "hello \33[2J", 10, MSG_NOSIGNAL, NULL, 0) = 10"#
        );
        let narrow = row_of(send, sent(), 40);
        assert!(
            narrow.ends_with(" = 10") && narrow.chars().count() <= 40,
            "{narrow}"
        );
        let failed = gave(Err(Errno(libc::EBADF)), -1);
        assert_eq!(
            row_of("close(900)", failed, 80),
            "  0.001 close(900) = -1 EBADF (Bad file descriptor)"
        );
    }

    #[test]
    fn a_call_that_waits_is_unfinished_and_a_word_stays_a_word() {
        assert_eq!(
            row_of("accept(3)", None, 80),
            "  0.001 accept(3,  <unfinished ...>"
        );
        let outcome = Some(Outcome::of(Ok(Returned::Count(7))));
        assert_eq!(row_of("fill(3)", outcome, 80), "  0.001 fill(3)");
    }

    #[test]
    fn the_signal_follows_its_call() {
        let mut outcome = gave(Err(Errno(libc::EPIPE)), -1).expect("an outcome");
        outcome.sigpipe = true;
        let row = row_of("write(3, \"x\")", Some(outcome), 80);
        assert!(
            row.ends_with("= -1 EPIPE (Broken pipe)  --- SIGPIPE ---"),
            "{row}"
        );
    }
}
