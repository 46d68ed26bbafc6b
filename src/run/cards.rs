//! `sockplay cards`: asks the flash cards of the course, or prints them, also for other programs.

mod days;
mod front;
mod keys;
mod lines;
mod play;
mod printed;
mod quiz;
pub(crate) mod row;

use std::collections::BTreeSet;
use std::io::{self, IsTerminal};

use crate::cli::CardsArgs;
use crate::engine::Signals;
use crate::lesson::deck::Filed;
use crate::lesson::schedule::Schedule;
use crate::lesson::{Progress, Reviews};
use crate::notation::diagnostic::nearest;
use crate::run::Exit;
use crate::run::cards::front::Front;
use crate::run::cards::quiz::{Quiz, Wanted};
use crate::script::ScriptError;
use crate::socket::text::escaped;
use crate::store::session_folder::SessionFolder;
use crate::store::{Content, StateFile};

impl Content for Schedule {
    const VERSION: u32 = 1;
}

/// Does what was asked for with the cards.
///
/// # Errors
///
/// When there are no such cards, the terminal cannot be had, or output cannot be written.
pub fn cards(args: &CardsArgs) -> io::Result<Exit> {
    let is_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    ask_or_print(args, is_terminal)
}

/// The same, on a screen with keys or line by line.
pub(crate) fn ask_or_print(args: &CardsArgs, has_keys: bool) -> io::Result<Exit> {
    if let Some(course) = &args.course
        && !crate::run::own_course::choose(course)?
    {
        let course = escaped(course);
        return Err(io::Error::other(format!(
            "{course} is not the directory of a course; give its path with a `/`: ./week1"
        )));
    }
    let progress = crate::run::lesson_store::progress();
    if let Some(format) = args.printed() {
        // A folder of this session would be removed when somebody reads the card, and another the next time.
        let dir = "/tmp";
        let mut cards = chosen(args, dir, None)?;
        let done = done(dir, &progress)?;
        if args.done {
            cards.retain(|own| own.is_open(&done));
        }
        printed::print(&cards, &done, format, args.output.as_deref())?;
        return Ok(Exit::Held);
    }
    let folder = SessionFolder::make()?;
    let dir = folder.path().to_string_lossy();
    let chosen = chosen(args, &dir, Some(&progress))?;
    let done = done(&dir, &progress)?;
    let (file, schedule, notice) =
        StateFile::<Schedule>::open(&crate::run::lesson_store::state_file("cards"));
    // Held back before the first thread is started.
    let mut held = vec![libc::SIGTSTP];
    held.extend(has_keys.then_some(libc::SIGWINCH));
    let signals = Signals::hold(&held)?;
    let front: Box<dyn Front> = if has_keys {
        Box::new(keys::Keys::take()?)
    } else {
        Box::new(lines::Lines::start()?)
    };
    let wanted = Wanted {
        all: args.all,
        new: args.new,
        done,
    };
    Quiz::new(&chosen, folder.path(), wanted, file, schedule, notice).hold(front, &signals)
}

/// The cards with one of the tags, all where none is named; before them the predictions that were wrong.
fn chosen(args: &CardsArgs, dir: &str, progress: Option<&Progress>) -> io::Result<Vec<Filed>> {
    let missed = progress.map(|progress| crate::lesson::deck::missed(dir, progress));
    let mut deck = missed.transpose().map_err(unreadable)?.unwrap_or_default();
    deck.extend(crate::lesson::deck::deck(dir).map_err(unreadable)?);
    let tags = crate::lesson::course::current().tags.iter();
    let known: Vec<&str> = tags.map(|(name, _)| *name).collect();
    if let Some(unknown) = args.tags.iter().find(|tag| !known.contains(&tag.as_str())) {
        let hint = match nearest(unknown, known.iter().copied()) {
            Some(like) => format!("did you mean {like}?"),
            None => format!("there are {}", known.join(", ")),
        };
        let unknown = escaped(unknown);
        return Err(io::Error::other(format!(
            "no card has the tag {unknown}; {hint}"
        )));
    }
    deck.retain(|own| {
        args.tags.is_empty() || own.card.tags.iter().any(|tag| args.tags.contains(tag))
    });
    Ok(deck)
}

/// What is known of the cards that were answered. Nothing, where the file cannot be read.
pub(crate) fn schedule() -> Schedule {
    let file = crate::run::lesson_store::state_file("cards");
    StateFile::<Schedule>::stored(&file).unwrap_or_default()
}

/// How many cards are due. None, where a file of the course cannot be read.
pub(crate) fn reviews(progress: &Progress) -> Reviews {
    let dir = "/tmp";
    let schedule = schedule();
    let cards = crate::lesson::deck::deck(dir).and_then(|mut cards| {
        cards.extend(crate::lesson::deck::missed(dir, progress)?);
        let done = crate::lesson::deck::done(dir, progress)?;
        Ok(Reviews::of(
            &cards,
            &schedule,
            &done,
            days::today(),
            crate::cli::NEW_A_DAY,
        ))
    });
    cards.unwrap_or_default()
}

/// The lessons that are done: new cards come from these alone.
fn done(dir: &str, progress: &Progress) -> io::Result<BTreeSet<&'static str>> {
    crate::lesson::deck::done(dir, progress).map_err(unreadable)
}

/// What is wrong with a file of the course.
fn unreadable((name, errors): (&str, Vec<ScriptError>)) -> io::Error {
    let shown: Vec<String> = errors.iter().map(|error| error.render(name)).collect();
    io::Error::other(shown.join("\n"))
}
