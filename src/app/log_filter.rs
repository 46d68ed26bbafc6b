//! Which calls of the log a filter shows. A call is looked at once when it is new, and again while it has not ended.

use std::cell::RefCell;

use crate::app::filter::Filter;
use crate::world::{Progress, Record, World};

/// The filter of the log.
#[derive(Debug, Default)]
pub struct LogFilter {
    /// The words.
    pub filter: Filter,
    looked: RefCell<Looked>,
}

/// What was found so far.
#[derive(Debug, Default)]
struct Looked {
    typed: String,
    /// The place up to which the log was looked at.
    until: usize,
    /// The places of calls that had not ended then.
    unended: Vec<usize>,
    /// The places of the calls that fit, in order.
    found: Vec<usize>,
}

impl LogFilter {
    /// The places in the log of the calls that fit, oldest first; `None`: there is no filter.
    pub fn places(&self, world: &World) -> Option<Vec<usize>> {
        if !self.filter.is_on() {
            return None;
        }
        let log = world.log();
        let mut looked = self.looked.borrow_mut();
        if looked.typed != self.filter.typed() || log.len() < looked.until {
            *looked = Looked {
                typed: self.filter.typed().to_owned(),
                ..Looked::default()
            };
        }
        let mut unended = std::mem::take(&mut looked.unended);
        unended.extend(looked.until..log.len());
        looked.until = log.len();
        for place in unended {
            let Some(record) = log.get(place) else {
                continue;
            };
            if !has_ended(record) {
                looked.unended.push(place);
            }
            let at = looked.found.binary_search(&place);
            match (at, self.filter.fits(&text(record))) {
                (Err(at), true) => looked.found.insert(at, place),
                (Ok(at), false) => drop(looked.found.remove(at)),
                (Ok(_), true) | (Err(_), false) => {}
            }
        }
        let kept = looked
            .found
            .partition_point(|place| *place < log.forgotten());
        looked.found.drain(..kept);
        Some(looked.found.clone())
    }
}

fn has_ended(record: &Record) -> bool {
    match record.progress {
        Progress::Running | Progress::Held | Progress::Blocked { .. } => false,
        Progress::Refused(_) | Progress::Returned { .. } | Progress::Abandoned { .. } => true,
    }
}

/// The line of a call, as the filter reads it.
fn text(record: &Record) -> String {
    let outcome = record
        .outcome()
        .map(crate::call::outcome::Outcome::numbered);
    let outcome = outcome.unwrap_or_default();
    format!("{} -> {outcome}", record.request.command)
}
