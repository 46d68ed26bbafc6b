//! What a person can do next: the ways out of the row that explains a call, as lines that can be run in this world.

pub(crate) mod arguments;
pub(crate) mod retry;
pub(crate) mod rule;
pub(crate) mod table;
pub(crate) mod unblock;
use crate::call::argument::{Descriptor, Place};
use crate::call::table::Verb;
use crate::call::{Call, Command};
use crate::event::CallId;
use crate::explain::context::Scene;
use crate::explain::inapplicable::senseless;
use crate::explain::pattern::Pattern;
use crate::explain::suggestions::arguments as gap;
use crate::explain::suggestions::rule::{Exit, Step};
use crate::explain::{rules as rows, text as slot};
use crate::notation::parse_line;
use crate::world::{Progress, Record, Socket, World, resolve};

/// A line that leads on, to be run by the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The line, in the notation.
    pub line: String,
    /// A few words on what it is good for.
    pub words: String,
    /// Whether it is to be run after the one before it.
    pub then: bool,
}

/// How far back a way out that was begun is remembered, in calls.
const REACH: usize = 8;

/// What can be done next about a call of the log: first what goes on with a way out that this call was a step of, then
/// the ways out of its own result. Each line can be run in the present world.
pub fn ways(world: &World, record: &Record) -> Vec<Way> {
    let scene = Scene::of(world, record);
    let scene = match scene.collected() {
        Some(collected) => Scene::of(world, collected),
        None => scene,
    };
    let mut ways = continued(&scene);
    for exit in exits(&scene) {
        ways.extend(chain(&scene, &exit.steps[..1], &exit.steps[1..]));
    }
    let mut lines: Vec<String> = Vec::new();
    ways.retain(|way| {
        let is_new = !lines.contains(&way.line);
        lines.push(way.line.clone());
        is_new
    });
    ways
}

/// The ways out that the row of a scene has, as far as their conditions hold.
pub(crate) fn exits<'a>(scene: &Scene<'a>) -> impl Iterator<Item = &'static Exit> + use<'a> {
    let scene = *scene;
    let row = crate::explain::rules::find(&scene);
    let all = row.map_or(&[][..], |row| row.exits);
    let holds = move |exit: &&Exit| exit.when.iter().all(|when| when.holds(&scene));
    all.iter().copied().filter(holds)
}

/// A first line where it is of use, and those after it until one of them must wait for what the one before it makes.
fn chain(scene: &Scene<'_>, first: &[Step], others: &[Step]) -> Vec<Way> {
    let mut ways = Vec::new();
    for step in first.iter().chain(others) {
        let Some(line) = offered(scene, step) else {
            break;
        };
        ways.push(Way {
            line,
            words: crate::explain::text::fill(step.words, scene),
            then: !ways.is_empty(),
        });
    }
    ways
}

fn offered(scene: &Scene<'_>, step: &Step) -> Option<String> {
    let line = crate::explain::suggestions::arguments::fill(step.line, scene)?;
    is_of_use(scene.world, &line).then_some(line)
}

/// What comes next, where the call was a step of a way out of an earlier one.
fn continued(scene: &Scene<'_>) -> Vec<Way> {
    if scene.returned().is_none() {
        return Vec::new();
    }
    let earlier = scene.earlier().take(REACH);
    let earlier = earlier.map(|record| Scene::of(scene.world, record));
    let mut found = earlier
        .filter(is_stuck)
        .map(|before| after_step(&before, scene.record));
    found.find(|ways| !ways.is_empty()).unwrap_or_default()
}

/// Whether a call left something to be done: it failed, it sleeps, or it took less than it was given. Found without a
/// look at the rows, for of a call that did what it was asked to there is no way out of several lines.
fn is_stuck(scene: &Scene<'_>) -> bool {
    match scene.record.progress {
        Progress::Refused(_) => false,
        Progress::Running | Progress::Blocked { .. } => true,
        Progress::Returned { .. } => scene.errno().is_some() || Pattern::Short.fits(scene),
    }
}

/// The steps behind the one that `done` was, of a way out of `scene`.
fn after_step(scene: &Scene<'_>, done: &Record) -> Vec<Way> {
    let is_done = |step: &Step| {
        let line = crate::explain::suggestions::arguments::fill(step.line, scene);
        line.and_then(|line| command(&line))
            .is_some_and(|command| command.call == *done.call())
    };
    for exit in exits(scene) {
        let Some(at) = exit.steps.iter().position(is_done) else {
            continue;
        };
        let ways = chain(scene, &[], &exit.steps[at + 1..]);
        if !ways.is_empty() {
            return ways;
        }
    }
    Vec::new()
}

fn command(line: &str) -> Option<Command> {
    parse_line(line).ok()?.command
}

/// Whether a line can be run in this world and makes sense there: its names are those of open sockets, and no call is
/// known to fail but on purpose.
fn is_of_use(world: &World, line: &str) -> bool {
    let Some(command) = command(line) else {
        return false;
    };
    let verb = command.call.verb();
    let socket = |descriptor: &Descriptor| match descriptor {
        Descriptor::Named(name) => world.named(name).filter(|socket| socket.is_open()),
        Descriptor::Raw(_) => None,
    };
    let makes_sense = |socket: &Socket| {
        let waits = world.pending_with(socket.id).next().is_some();
        let may_go = senseless(socket, verb).is_none() || is_on_purpose(&command.call);
        may_go && (verb != Verb::Cancel || waits)
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

/// A connection can always be dissolved, where connecting anew makes no sense; and MSG_NOSIGNAL shows something just
/// where sending fails.
fn is_on_purpose(call: &Call) -> bool {
    let dissolves = call
        .address()
        .is_some_and(|arg| arg.place == Place::Unspecified);
    let is_quiet = match call {
        Call::Send { flags, .. } | Call::Sendto { flags, .. } => flags.contains(libc::MSG_NOSIGNAL),
        Call::Sendmsg { message, .. } => message.flags.contains(libc::MSG_NOSIGNAL),
        _ => false,
    };
    dissolves || is_quiet
}
