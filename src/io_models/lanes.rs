//! The lanes of a run: process, kernel, wire, from top to bottom in time. What the process did was timed; what the kernel
//! did follows from it and from the moment at which the peer had sent, and is marked as inferred.

use std::time::Duration;

use crate::io_models::{EventKind, Model, Run, Step};

/// The columns of the lanes at the least width; what is left over goes to the first two.
const TIME: usize = 8;
const NETWORK: usize = 13;
/// The narrowest drawing.
pub const NARROWEST: usize = 76;

/// One row: when, and what each lane shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneRow {
    /// Since the beginning of the run; `None` for a row that only goes on.
    pub at: Option<Duration>,
    /// What the process does.
    pub process: String,
    /// What the kernel does.
    pub kernel: String,
    /// What comes from the peer.
    pub captured_traffic: String,
}

/// The rows of a run.
pub fn rows(run: &Run) -> Vec<LaneRow> {
    let mut drawing = Drawing {
        run,
        rows: Vec::new(),
        arrived: false,
    };
    let mut steps = run.steps.iter().peekable();
    while let Some(step) = steps.next() {
        let mut alike = 0;
        // A poller asks the same again and again: the first times are enough.
        if drawing.is_vain(step) && drawing.rows.len() > 2 {
            while let Some(next) = steps.next_if(|next| {
                next.to < run.sent && (drawing.is_vain(next) || next.what == EventKind::Work)
            }) {
                alike += usize::from(drawing.is_vain(next));
            }
            if alike > 0 {
                drawing.again(step, alike + 1);
                continue;
            }
        }
        drawing.step(step);
    }
    drawing.rows
}

struct Drawing<'a> {
    run: &'a Run,
    rows: Vec<LaneRow>,
    arrived: bool,
}

impl Drawing<'_> {
    /// A call that returned without data before there was any.
    fn is_vain(&self, step: &Step) -> bool {
        matches!(&step.what, EventKind::Call { result, .. } if result == "EAGAIN")
            && step.to < self.run.sent
    }

    fn put(&mut self, at: Option<Duration>, process: &str, kernel: &str, captured_traffic: &str) {
        self.rows.push(LaneRow {
            at,
            process: process.to_owned(),
            kernel: kernel.to_owned(),
            captured_traffic: captured_traffic.to_owned(),
        });
    }

    fn again(&mut self, first: &Step, times: usize) {
        let process = format!("⋮ {times} times more → EAGAIN");
        self.put(Some(first.from), &process, "⋮ no data", "");
    }

    fn arrive(&mut self, process: &str) {
        if !self.arrived {
            self.arrived = true;
            let size = self.run.data.len();
            let kernel = format!("{size} bytes in the queue");
            self.put(Some(self.run.sent), process, &kernel, "◀── datagram");
        }
    }

    fn step(&mut self, step: &Step) {
        if step.from > self.run.sent {
            self.arrive("");
        }
        match &step.what {
            EventKind::Call { call, result } => self.call(step, call, result),
            EventKind::Work => {
                self.put(Some(step.from), "does other work", self.pending(), "");
                if step.to > self.run.sent {
                    self.arrive("│");
                }
            }
            EventKind::Handler => {
                self.put(
                    Some(step.from),
                    "the signal's handler runs",
                    "sends the signal",
                    "",
                );
            }
            EventKind::Completion(result) => {
                let process = format!("completion found: {result}");
                self.put(Some(step.from), &process, "(shared memory)", "");
            }
        }
    }

    /// What the kernel does on its own while the process works.
    fn pending(&self) -> &'static str {
        let handed_in = self.run.steps.iter().any(
            |step| matches!(&step.what, EventKind::Call { call, .. } if call.starts_with("io_uring")),
        );
        match (handed_in, self.arrived) {
            (true, false) => "receive is pending",
            (true, true) => "copies by itself",
            _ => "",
        }
    }

    fn call(&mut self, step: &Step, call: &str, result: &str) {
        let receives = call.starts_with("recv(");
        let copied = receives && result.starts_with(|c: char| c.is_ascii_digit());
        if !self.run.slept_in(step) {
            let kernel = match (copied, result) {
                (true, _) => "copies it",
                (false, "EAGAIN") => "no data",
                _ => "records the request",
            };
            self.put(Some(step.from), &format!("{call} → {result}"), kernel, "");
            return;
        }
        self.put(Some(step.from), call, "no data: it sleeps", "");
        self.arrive("│ asleep");
        let kernel = if copied {
            "copies it, wakes it"
        } else {
            "ready: wakes it"
        };
        self.put(Some(step.to), &format!("└▶ {result}"), kernel, "");
    }
}

/// Everything that is shown of one model: what it is, the lanes of its run, the numbers; or why there is none.
pub fn page(model: Model, run: Result<&Run, &str>, width: usize) -> Vec<String> {
    let mut lines = vec![
        format!("{} ({})", model.title(), model.source()),
        model.lesson().to_owned(),
    ];
    match run {
        Ok(run) => {
            lines.push(head(width));
            lines.extend(rows(run).iter().map(|row| text(row, width)));
            lines.push(summary(run));
        }
        Err(reason) => lines.push(format!("unavailable: {reason}")),
    }
    lines
}

/// The numbers of a run in one line.
pub fn summary(run: &Run) -> String {
    let calls = run.calls();
    let noun = if calls == 1 { "call" } else { "calls" };
    format!(
        "{calls} {noun}, asleep {}, free for other work {}, data waited {}",
        span(run.asleep()),
        span(run.free()),
        span(run.late())
    )
}

/// The head of the lanes.
pub fn head(width: usize) -> String {
    let (process, kernel) = columns(width);
    format!(
        "{:>TIME$}  {:<process$}{:<kernel$}{}",
        "time", "process", "kernel (inferred)", "wire"
    )
}

/// A row as text of at most `width` columns.
pub fn text(row: &LaneRow, width: usize) -> String {
    let (process, kernel) = columns(width);
    let time = row.at.map(span).unwrap_or_default();
    let line = format!(
        "{time:>TIME$}  {:<process$}{:<kernel$}{}",
        cut(&row.process, process),
        cut(&row.kernel, kernel),
        cut(&row.captured_traffic, NETWORK)
    );
    line.trim_end().to_owned()
}

fn columns(width: usize) -> (usize, usize) {
    let rest = width.max(NARROWEST) - TIME - 2 - NETWORK;
    let kernel = rest * 2 / 5;
    (rest - kernel, kernel)
}

/// Cuts a text to a column, with a blank after it.
fn cut(text: &str, columns: usize) -> String {
    let room = columns.saturating_sub(1);
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept: String = text.chars().take(room.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// A span in milliseconds.
fn span(span: Duration) -> String {
    format!("{:.2} ms", span.as_secs_f64() * 1e3)
}
