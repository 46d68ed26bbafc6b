//! A run of an I/O model as JSON.

use std::io;
use std::time::Duration;

use serde::Serialize;

use crate::io_models::{EventKind, Model, Run, Step};

/// A model, with its run or why there is none. Times are in nanoseconds since the beginning of the run.
#[derive(Debug, Serialize)]
struct JsonModel<'a> {
    model: &'static str,
    title: &'static str,
    source: &'static str,
    about: &'static str,
    #[serde(flatten)]
    run: Option<JsonRun<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unavailable: Option<&'a str>,
}

/// A run.
#[derive(Debug, Serialize)]
struct JsonRun<'a> {
    steps: Vec<JsonStep<'a>>,
    /// When the peer began to send, and when its send() had returned.
    peer_sends_ns: u128,
    peer_sent_ns: u128,
    received_bytes: usize,
    calls: usize,
    asleep_ns: u128,
    free_ns: u128,
    data_waited_ns: u128,
}

/// What the process did.
#[derive(Debug, Serialize)]
struct JsonStep<'a> {
    from_ns: u128,
    to_ns: u128,
    /// `call`, `work`, `handler` or `completion`.
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a str>,
}

/// One JSON object.
///
/// # Errors
///
/// None is known: all of it can be written.
pub(crate) fn object(model: Model, run: Result<&Run, &str>) -> io::Result<String> {
    serde_json::to_string(&JsonModel {
        model: model.word(),
        title: model.title(),
        source: model.source(),
        about: model.lesson(),
        run: run.ok().map(whole),
        unavailable: run.err(),
    })
    .map_err(io::Error::other)
}

fn whole(run: &Run) -> JsonRun<'_> {
    JsonRun {
        steps: run.steps.iter().map(step).collect(),
        peer_sends_ns: run.sent.as_nanos(),
        peer_sent_ns: run.ready.as_nanos(),
        received_bytes: run.data.len(),
        calls: run.calls(),
        asleep_ns: run.asleep().as_nanos(),
        free_ns: run.free().as_nanos(),
        data_waited_ns: run.late().as_nanos(),
    }
}

fn step(step: &Step) -> JsonStep<'_> {
    let (what, call, result) = match &step.what {
        EventKind::Call { call, result } => ("call", Some(call), Some(result)),
        EventKind::Work => ("work", None, None),
        EventKind::Handler => ("handler", None, None),
        EventKind::Completion(result) => ("completion", None, Some(result)),
    };
    let at = |time: Duration| time.as_nanos();
    JsonStep {
        from_ns: at(step.from),
        to_ns: at(step.to),
        what,
        call: call.map(String::as_str),
        result: result.map(String::as_str),
    }
}
