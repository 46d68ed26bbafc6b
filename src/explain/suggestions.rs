//! What the user can do next: the suggestions of the rule that explains a call, as lines that can be run in this world.

pub(crate) mod arguments;
pub(crate) mod retry;
pub(crate) mod rule;
pub(crate) mod table;
pub(crate) mod unblock;
use crate::call::argument::{AddressExpr, Descriptor};
use crate::call::table::CallKind;
use crate::call::{Call, Command};
use crate::event::CallId;
use crate::explain::context::Context;
use crate::explain::inapplicable::inapplicable;
use crate::explain::pattern::Pattern;
pub use crate::explain::suggestions::rule::Promise;
use crate::explain::suggestions::rule::{Step, SuggestionRule};
use crate::notation::parse_line;
use crate::world::{Handle, Progress, Record, World, resolve};

/// A line that the user can run next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The line, in the notation.
    pub line: String,
    /// A few words on what it is good for.
    pub words: String,
    /// What it promises.
    pub promise: Promise,
    /// Whether it is to be run after the one before it.
    pub then: bool,
}

/// For how many calls a suggestion that was begun is remembered.
const REACH: usize = 8;

/// What can be done next about a call of the log: first the next step of an earlier suggestion, if this call was a step
/// of it, then the suggestions for its own result. Each line can be run in the present world.
pub fn suggestions(world: &World, record: &Record) -> Vec<Suggestion> {
    let context = Context::of(world, record);
    let context = match context.collected() {
        Some(collected) => Context::of(world, collected),
        None => context,
    };
    let mut suggestions = continued(&context);
    for suggestion in suggestion_rules(&context) {
        suggestions.extend(chain(
            &context,
            &suggestion.steps[..1],
            &suggestion.steps[1..],
        ));
    }
    let mut lines: Vec<String> = Vec::new();
    suggestions.retain(|suggestion| {
        let is_new = !lines.contains(&suggestion.line);
        lines.push(suggestion.line.clone());
        is_new
    });
    suggestions
}

/// The suggestions of the rule that explains a call, as far as their conditions hold.
pub(crate) fn suggestion_rules<'a>(
    context: &Context<'a>,
) -> impl Iterator<Item = &'static SuggestionRule> + use<'a> {
    let context = *context;
    let rule = crate::explain::rule_of(&context);
    let all = rule.map_or(&[][..], |rule| rule.suggestion_rules);
    let holds =
        move |suggestion: &&SuggestionRule| suggestion.when.iter().all(|when| when.holds(&context));
    all.iter().copied().filter(holds)
}

/// A first line if it is useful, and those after it up to the first that needs what an earlier one has yet to create.
fn chain(context: &Context<'_>, first: &[Step], others: &[Step]) -> Vec<Suggestion> {
    let mut suggestions = Vec::new();
    for step in first.iter().chain(others) {
        let Some(line) = offered(context, step) else {
            break;
        };
        suggestions.push(Suggestion {
            line,
            words: crate::explain::text::fill(step.words, context),
            promise: step.promise,
            then: !suggestions.is_empty(),
        });
    }
    suggestions
}

fn offered(context: &Context<'_>, step: &Step) -> Option<String> {
    let line = arguments::fill(step.line, context)?;
    is_of_use(context.world, &line).then_some(line)
}

/// The next steps, if the call was a step of a suggestion for an earlier one.
fn continued(context: &Context<'_>) -> Vec<Suggestion> {
    if context.returned().is_none() {
        return Vec::new();
    }
    let earlier = context.earlier().take(REACH);
    let earlier = earlier.map(|record| Context::of(context.world, record));
    let mut found = earlier
        .filter(is_stuck)
        .map(|before| after_step(&before, context.record));
    found
        .find(|suggestions| !suggestions.is_empty())
        .unwrap_or_default()
}

/// Whether a call left something to do: it failed, it sleeps, or it moved less than it was asked to. This needs no
/// search for a rule: suggestions of several lines are only for such calls.
fn is_stuck(context: &Context<'_>) -> bool {
    match context.record.progress {
        Progress::Refused(_) | Progress::Held | Progress::Abandoned { .. } => false,
        Progress::Running | Progress::Blocked { .. } => true,
        Progress::Returned { .. } => context.errno().is_some() || Pattern::Short.fits(context),
    }
}

/// The steps after the one that `done` was, in a suggestion for `context`.
fn after_step(context: &Context<'_>, done: &Record) -> Vec<Suggestion> {
    let is_done = |step: &Step| {
        let line = arguments::fill(step.line, context);
        line.and_then(|line| command(&line))
            .is_some_and(|command| command.call == *done.call())
    };
    for suggestion in suggestion_rules(context) {
        let Some(at) = suggestion.steps.iter().position(is_done) else {
            continue;
        };
        let suggestions = chain(context, &[], &suggestion.steps[at + 1..]);
        if !suggestions.is_empty() {
            return suggestions;
        }
    }
    Vec::new()
}

fn command(line: &str) -> Option<Command> {
    parse_line(line).ok()?.command
}

/// Whether a line can be run in this world and makes sense there: its names are those of open descriptors, and the call
/// is not known to fail, unless that is its purpose.
fn is_of_use(world: &World, line: &str) -> bool {
    let Some(command) = command(line) else {
        return false;
    };
    let call_kind = command.call.call_kind();
    let socket = |descriptor: &Descriptor| match descriptor {
        Descriptor::Named(name) => world.named(name).filter(|socket| socket.is_open()),
        Descriptor::Raw(_) => None,
    };
    let makes_sense = |socket: Handle<'_>| {
        let waits = world.pending_with(socket.id()).next().is_some();
        let may_go = inapplicable(socket, call_kind).is_none() || is_on_purpose(&command.call);
        may_go && (call_kind != CallKind::Cancel || waits)
    };
    let on = command.call.socket().map(socket);
    on.is_none_or(|on| on.is_some_and(makes_sense))
        && command
            .call
            .others()
            .into_iter()
            .all(|other| socket(other).is_some())
        && resolve(world, CallId(u64::MAX), &command).is_ok()
}

/// Dissolving a connection is possible even where connecting again is not, and MSG_NOSIGNAL is interesting precisely
/// where sending fails.
fn is_on_purpose(call: &Call) -> bool {
    let dissolves = call
        .address()
        .is_some_and(|arg| arg.place == AddressExpr::Unspecified);
    let is_quiet = if let Call::Send { flags, .. } | Call::Sendto { flags, .. } = call {
        flags.contains(libc::MSG_NOSIGNAL)
    } else if let Call::Sendmsg { message, .. } = call {
        message.flags.contains(libc::MSG_NOSIGNAL)
    } else {
        false
    };
    dissolves || is_quiet
}
