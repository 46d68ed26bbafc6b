//! A quiz: which card is asked, what is shown of it, what each key does, and that every grade is stored at once.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use crossbeam_channel::select;

use crate::engine::Signals;
use crate::lesson::Card;
use crate::lesson::deck::Filed;
use crate::lesson::schedule::{Grade, Schedule};
use crate::run::Exit;
use crate::run::cards::front::{Front, Page, Wish};
use crate::run::cards::row::{StyledRow, Tone};
use crate::run::stage::Interrupted;
use crate::store::StateFile;

/// What is said of a text that was pasted.
const PASTED: &str = "What was pasted is ignored: a card is answered by single keys.";

/// What the keys do.
const HELP: &str = "Enter shows the answer and its source. Then 1 to 4 say how well you knew it: not at all, with trouble, well, at \
                    once. Beside each is when the card would be asked again. r runs the lines of the answer on this kernel. \
                    The arrows scroll, q leaves; each grade is saved at once.";

/// What is said where cards wait for their lessons.
const AWAITS: &str = "New cards come from lessons that are done; --all asks each card.";

/// Which of the chosen cards are asked.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// Each once, whether it is due or not.
    pub(crate) all: bool,
    /// How many new ones a day.
    pub(crate) new: usize,
    /// The lessons that are done, from which new ones come.
    pub(crate) done: BTreeSet<&'static str>,
}

/// A quiz.
pub(crate) struct Quiz<'a> {
    cards: &'a [Filed],
    /// Where the lines of a card may make files.
    folder: &'a Path,
    wanted: Wanted,
    file: StateFile<Schedule>,
    schedule: Schedule,
    /// What the person should know of the keeping.
    notice: Option<String>,
    /// The notice that was shown: each is once.
    said: Option<String>,
    /// How often each grade was given.
    given: [usize; 4],
}

/// Why a quiz goes no further.
enum Left {
    /// The person wants no more.
    Asked,
    /// By this signal.
    Signal(i32),
}

/// The effect of a wish.
enum Next {
    /// The same card.
    Stay,
    /// Another card.
    Done,
    Leave(Left),
}

/// The card that is asked at present.
struct Asked<'a> {
    card: &'a Card,
    page: Page,
    /// Whether the answer is shown.
    open: bool,
}

/// Stops the process, which somebody else asked for.
fn stop(front: &mut dyn Front) -> io::Result<()> {
    front.stop(&mut crate::sys::signal::stop)
}

impl<'a> Quiz<'a> {
    pub(crate) fn new(
        cards: &'a [Filed],
        folder: &'a Path,
        wanted: Wanted,
        file: StateFile<Schedule>,
        schedule: Schedule,
        notice: Option<String>,
    ) -> Self {
        Self {
            cards,
            folder,
            wanted,
            file,
            schedule,
            notice,
            said: None,
            given: [0; 4],
        }
    }

    /// Asks until nothing is left, or the person or a signal ends it.
    pub(crate) fn hold(mut self, mut front: Box<dyn Front>, signals: &Signals) -> io::Result<Exit> {
        let mut signal = None;
        while let Some(card) = self.next() {
            match self.ask(card, front.as_mut(), signals)? {
                None => {}
                Some(Left::Asked) => break,
                Some(Left::Signal(number)) => {
                    signal = Some(number);
                    break;
                }
            }
        }
        if let Some(number) = signal {
            // The terminal is given back when the front goes.
            return Ok(Exit::Signal(number));
        }
        front.end(&self.summary())?;
        Ok(Exit::Held)
    }

    /// The cards that may be asked: those that were asked before, and new ones of lessons that are done.
    fn ids(&self) -> Vec<&'a str> {
        let cards = self.cards.iter();
        let asked = cards.filter(|own| {
            self.schedule.cards.contains_key(&own.card.id) || own.is_open(&self.wanted.done)
        });
        asked.map(|own| own.card.id.as_str()).collect()
    }

    /// Whether there are cards that are not asked since their lessons are not done.
    fn awaits_lessons(&self) -> bool {
        self.ids().len() < self.cards.len()
    }

    /// The card that comes next.
    fn next(&self) -> Option<&'a Card> {
        if self.wanted.all {
            let next = self.cards.get(self.given.iter().sum::<usize>());
            return next.map(|own| &own.card);
        }
        let ids = self.ids();
        let id = self
            .schedule
            .next(&ids, crate::run::cards::days::today(), self.wanted.new)?;
        let mut cards = self.cards.iter().map(|own| &own.card);
        cards.find(|card| card.id == id)
    }

    /// Asks one card. Gives why it was not graded.
    fn ask(
        &mut self,
        card: &'a Card,
        front: &mut dyn Front,
        signals: &Signals,
    ) -> io::Result<Option<Left>> {
        let mut asked = Asked {
            card,
            page: self.question(card),
            open: false,
        };
        front.begin();
        front.show(&asked.page)?;
        loop {
            let wish = select! {
                recv(front.wishes()) -> wish => wish.unwrap_or(Wish::End),
                recv(signals.receiver()) -> signal => match signal {
                    Ok(libc::SIGTSTP) => {
                        stop(front)?;
                        front.show(&asked.page)?;
                        continue;
                    }
                    Ok(libc::SIGWINCH) => Wish::Redraw,
                    Ok(signal) => return Ok(Some(Left::Signal(signal))),
                    Err(_) => continue,
                },
            };
            match self.obey(wish, &mut asked, front, signals)? {
                Next::Stay => front.show(&asked.page)?,
                Next::Done => return Ok(None),
                Next::Leave(why) => return Ok(Some(why)),
            }
        }
    }

    fn obey(
        &mut self,
        wish: Wish,
        asked: &mut Asked<'_>,
        front: &mut dyn Front,
        signals: &Signals,
    ) -> io::Result<Next> {
        if wish != Wish::Redraw {
            asked.page.remark = match wish {
                Wish::Paste => Some(PASTED),
                Wish::Help => Some(HELP),
                _ => None,
            };
        }
        match wish {
            Wish::End | Wish::Key('q') => return Ok(Next::Leave(Left::Asked)),
            Wish::Answer if !asked.open => self.open(asked),
            Wish::Key(key @ '1'..='4') if asked.open => {
                self.grade(asked.card, usize::from(key as u8 - b'1'));
                return Ok(Next::Done);
            }
            Wish::Key('r') if asked.open && !asked.card.run.is_empty() => {
                match crate::run::cards::play::play(asked.card, self.folder, signals)? {
                    // Its lines can be run again.
                    Err(Interrupted(libc::SIGTSTP)) => stop(front)?,
                    Err(Interrupted(signal)) => return Ok(Next::Leave(Left::Signal(signal))),
                    Ok(rows) => {
                        asked.page.rows.push(StyledRow::blank());
                        asked.page.rows.extend(rows);
                    }
                }
            }
            Wish::Scroll(rows) => front.scroll(rows),
            Wish::Stop => {
                let mut ending = None;
                front.stop(&mut || ending = signals.stop_group())?;
                if let Some(signal) = ending {
                    return Ok(Next::Leave(Left::Signal(signal)));
                }
            }
            Wish::Paste | Wish::Help | Wish::Redraw | Wish::Answer | Wish::Key(_) => {}
        }
        Ok(Next::Stay)
    }

    /// The page with the question alone.
    fn question(&mut self, card: &Card) -> Page {
        let left = if self.wanted.all {
            let asked: usize = self.given.iter().sum();
            format!("{} of {}", asked + 1, self.cards.len())
        } else {
            let (due, new) = self.schedule.count(
                &self.ids(),
                crate::run::cards::days::today(),
                self.wanted.new,
            );
            format!("{due} due, {new} new")
        };
        let mut rows = Vec::new();
        if let Some(notice) = self.notice.as_ref().filter(|_| self.notice != self.said) {
            rows.extend(StyledRow::of(Tone::Bad, notice));
            rows.push(StyledRow::blank());
            self.said.clone_from(&self.notice);
        }
        rows.extend(StyledRow::of(
            Tone::Plain,
            &format!("{left}   {}", card.tags.join(", ")),
        ));
        rows.push(StyledRow::blank());
        rows.extend(StyledRow::of(Tone::Strong, &bare(&card.question)));
        let keys = vec!["Enter answer   q leave   ? help".to_owned()];
        let remark = None;
        Page { rows, keys, remark }
    }

    /// Shows the answer, and how long each grade would put the card off.
    fn open(&self, asked: &mut Asked<'_>) {
        let card = asked.card;
        let rows = &mut asked.page.rows;
        rows.push(StyledRow::blank());
        rows.extend(StyledRow::of(Tone::Plain, &bare(&card.answer)));
        rows.push(StyledRow::blank());
        rows.extend(StyledRow::of(Tone::Plain, &card.source));
        let intervals = self
            .schedule
            .intervals(&card.id, crate::run::cards::days::today().now);
        let grades = (1..).zip(Grade::ALL).zip(intervals);
        let keys: Vec<String> = grades
            .map(|((key, (_, name)), after)| {
                format!("{key} {name} {}", crate::run::cards::days::span(after))
            })
            .collect();
        let others = if card.run.is_empty() {
            "q leave   ? help"
        } else {
            "r run it   q leave   ? help"
        };
        asked.page.keys = vec![keys.join("   "), others.to_owned()];
        asked.open = true;
    }

    /// Notes a grade and stores it at once, so that nothing is lost however the quiz ends.
    fn grade(&mut self, card: &Card, at: usize) {
        let (grade, _) = Grade::ALL[at];
        self.given[at] += 1;
        self.schedule
            .grade(&card.id, grade, crate::run::cards::days::today().now);
        match self.file.update(|before| before.merge(&self.schedule)) {
            Ok((schedule, notice)) => {
                self.schedule = schedule;
                self.notice = notice;
            }
            Err(error) => self.notice = Some(format!("Nothing is saved: {error}.")),
        }
    }

    /// What is said at the end.
    fn summary(&self) -> Vec<StyledRow> {
        let asked: usize = self.given.iter().sum();
        let given = Grade::ALL.iter().zip(self.given);
        let given: Vec<String> = given
            .filter(|(_, count)| *count > 0)
            .map(|((_, name), count)| format!("{count} {name}"))
            .collect();
        let mut rows = Vec::new();
        if let Some(notice) = &self.notice {
            rows.extend(StyledRow::of(Tone::Bad, notice));
        }
        let done = match asked {
            0 => "No card was answered.".to_owned(),
            1 => format!("1 card answered: {}.", given.join(", ")),
            _ => format!("{asked} cards answered: {}.", given.join(", ")),
        };
        rows.extend(StyledRow::of(Tone::Plain, &done));
        rows.extend(StyledRow::of(Tone::Plain, &self.outlook()));
        rows
    }

    /// When there is something to do again.
    fn outlook(&self) -> String {
        let ids = self.ids();
        let today = crate::run::cards::days::today();
        let (due, new) = self.schedule.count(&ids, today, self.wanted.new);
        if due + new > 0 {
            return format!("Left for today: {due} due, {new} new.");
        }
        let next = match self.schedule.first_due(&ids) {
            Some(at) => format!(
                "The next card is due: {}.",
                crate::run::cards::days::date(at, today)
            ),
            None if self.awaits_lessons() => "No card is due.".to_owned(),
            None => "No card is due. --new COUNT allows new ones, --all asks each.".to_owned(),
        };
        match self.awaits_lessons() {
            true => format!("{next} {AWAITS}"),
            false => next,
        }
    }
}

/// The text of a card without the marks around code, which a row cannot show.
fn bare(text: &str) -> String {
    text.replace('`', "")
}

#[cfg(test)]
mod tests {
    use crate::run::cards::quiz::bare;

    #[test]
    fn marks_around_code_are_not_shown() {
        assert_eq!(bare("Does `read()` return 0?"), "Does read() return 0?");
    }
}
