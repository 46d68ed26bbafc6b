//! `sockplay cards`: asks the flash cards of the course, lists them, or writes them for other programs.

mod days;
mod front;
mod keys;
mod lines;
mod play;
mod quiz;
mod row;

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use crate::cli::{CardsArgs, Export};
use crate::engine::Signals;
use crate::lesson::deck::Filed;
use crate::lesson::schedule::{Readiness, Schedule};
use crate::run::Exit;
use crate::run::cards::front::Front;
use crate::run::cards::quiz::{Quiz, Wanted};
use crate::socket::text::escaped;
use crate::store::session_folder::SessionFolder;
use crate::store::{Content, StateFile};

/// The name of the file of the schedule.
const FILE: &str = "cards.json";

impl Content for Schedule {
    const VERSION: u32 = 1;
}

/// Does what was asked for with the cards.
///
/// # Errors
///
/// When there are no such cards, the terminal cannot be had, or output cannot be written.
pub fn cards(args: &CardsArgs) -> io::Result<Exit> {
    if let (Some(format), Some(file)) = (args.export, &args.output) {
        // A folder of this session would be removed when somebody reads the card, and another the next time.
        write(&chosen(args, "/tmp")?, format, file)?;
        return Ok(Exit::Held);
    }
    let folder = SessionFolder::make()?;
    let chosen = chosen(args, &folder.path().to_string_lossy())?;
    let (file, schedule, notice) = StateFile::<Schedule>::open(FILE);
    if args.list {
        list(&chosen, &schedule, notice, &mut io::stdout().lock())?;
        return Ok(Exit::Held);
    }
    let is_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    // Held back before the first thread is started.
    let mut held = vec![libc::SIGTSTP];
    held.extend(is_terminal.then_some(libc::SIGWINCH));
    let signals = Signals::hold(&held)?;
    let front: Box<dyn Front> = if is_terminal {
        Box::new(keys::Keys::take()?)
    } else {
        Box::new(lines::Lines::start()?)
    };
    let wanted = Wanted {
        all: args.all,
        new: args.new,
    };
    Quiz::new(&chosen, folder.path(), wanted, file, schedule, notice).hold(front, &signals)
}

/// Writes cards for another program.
fn write(cards: &[Filed], format: Export, file: &Path) -> io::Result<()> {
    let text = match format {
        Export::Anki => crate::lesson::export::anki(cards),
        Export::Obsidian => crate::lesson::export::obsidian(cards),
    };
    std::fs::write(file, text).map_err(|error| {
        let name = escaped(&file.display().to_string());
        io::Error::new(error.kind(), format!("cannot write {name}: {error}"))
    })
}

/// The cards with one of the tags; all where none is named.
fn chosen(args: &CardsArgs, dir: &str) -> io::Result<Vec<Filed>> {
    let mut deck = crate::lesson::deck::deck(dir).map_err(|(name, errors)| {
        let shown: Vec<String> = errors.iter().map(|error| error.render(name)).collect();
        io::Error::other(shown.join("\n"))
    })?;
    let mut known: Vec<String> = deck.iter().flat_map(|own| own.card.tags.clone()).collect();
    known.sort();
    known.dedup();
    if let Some(unknown) = args.tags.iter().find(|tag| !known.contains(tag)) {
        let (unknown, known) = (escaped(unknown), known.join(", "));
        return Err(io::Error::other(format!(
            "no card has the tag {unknown}; there are {known}"
        )));
    }
    deck.retain(|own| {
        args.tags.is_empty() || own.card.tags.iter().any(|tag| args.tags.contains(tag))
    });
    Ok(deck)
}

/// Prints every card: its name, when it is asked next, how its question begins, and what it is about.
fn list(
    cards: &[Filed],
    schedule: &Schedule,
    notice: Option<String>,
    out: &mut impl Write,
) -> io::Result<()> {
    if let Some(notice) = notice {
        crate::run::complain(&format!("sockplay: {notice}"));
    }
    let today = days::today();
    let widest = cards.iter().map(|own| own.card.id.len()).max().unwrap_or(0);
    for Filed { card, .. } in cards {
        let when = match schedule.standing(&card.id, today) {
            Readiness::New => "new".to_owned(),
            Readiness::Due => "due".to_owned(),
            Readiness::Later(at) => days::date(at, today),
        };
        let tags = card.tags.join(", ");
        let question = card.question.lines().next().unwrap_or_default();
        let text = format!("{:widest$}  {when:10}  {question} ({tags})", card.id);
        writeln!(out, "{}", escaped(&text))?;
    }
    Ok(())
}
