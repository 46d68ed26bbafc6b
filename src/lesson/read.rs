//! Reading a lesson: front matter, pages, blocks. The whole file is read and checked before anything of it runs.

use std::ops::Range;

use crate::call::Mode;
use crate::lesson::course::{File, LESSONS};
use crate::lesson::prose::Part;
use crate::lesson::reference::references;
use crate::lesson::source::{Source, SourceLine};
use crate::lesson::{
    Card, Closing, DIR, Lesson, LessonStep, Needs, PEER, Page, Prose, Solving, Step, Task,
    TracedServer,
};
use crate::notation::diagnostic::nearest;
use crate::notation::parse_line;
use crate::script::{BYTE_ORDER_MARK, ScriptError};
use crate::socket::text::harmless;

/// The most errors that are reported at once.
const MAX_ERRORS: usize = 20;
/// Marks the front matter.
const RULE: &str = "---";

/// Reads a lesson. `id` is its name, `dir` a folder of the session for its path sockets.
///
/// # Errors
///
/// Everything that is wrong with it, each with its line; at most twenty.
pub fn lesson(id: &str, text: &str, dir: &str) -> Result<Lesson, Vec<ScriptError>> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let fingerprint = crate::lesson::fingerprint::fingerprint(text);
    // Titles, prose and answers of a stranger's file are shown in many places, and none of them is to be obeyed.
    let text = harmless(text).replace(DIR, dir);
    let source = Source::new(&text);
    let front = Front::read(&source).map_err(|error| vec![error])?;
    let mut reader = Reader::new(&front.title);
    reader.body(&source, front.end)?;
    reader.check(&source)?;
    reader.close(&front.sources);
    let Reader { pages, cards, .. } = reader;
    Ok(Lesson {
        id: id.to_owned(),
        fingerprint,
        title: front.title,
        goal: front.goal,
        topics: front.topics,
        minutes: front.minutes,
        sources: front.sources,
        needs: front.needs,
        traces: front.traces,
        pages,
        cards,
    })
}

/// Reads a lesson of a course. One that comes with the program must have a summary.
///
/// # Errors
///
/// As [`lesson`].
pub fn of_course(file: &File, dir: &str) -> Result<Lesson, Vec<ScriptError>> {
    let read = lesson(file.id, file.text, dir)?;
    match LESSONS.contains(file) {
        true => summarized(read, file.text),
        false => Ok(read),
    }
}

/// A lesson that must have a summary.
fn summarized(lesson: Lesson, text: &str) -> Result<Lesson, Vec<ScriptError>> {
    let has_summary = |closing: &Closing| !closing.summary.is_empty();
    if lesson.closing().is_some_and(has_summary) {
        return Ok(lesson);
    }
    let source = Source::new(text);
    let last = source.row_at(usize::MAX);
    Err(vec![last.fault_with(
        "the lesson has no summary",
        "add a ```summary block: the three facts to remember",
    )])
}

/// Reads a file that has cards only, and a title.
///
/// # Errors
///
/// As [`lesson`].
pub fn cards(text: &str) -> Result<Vec<Card>, Vec<ScriptError>> {
    let text = harmless(text);
    let source = Source::new(&text);
    let end = Front::end(&source).map_err(|error| vec![error])?;
    let mut reader = Reader::new("");
    reader.body(&source, end)?;
    Ok(reader.cards)
}

/// The text between the two rules at the top.
struct Front {
    title: String,
    goal: String,
    topics: Vec<&'static str>,
    minutes: u16,
    sources: Vec<String>,
    needs: Option<Needs>,
    traces: Option<TracedServer>,
    /// The number of the rule after it.
    end: usize,
}

/// The fields of the front matter, those that must be there first.
const FIELDS: [&str; 7] = [
    "title", "goal", "topics", "minutes", "sources", "needs", "traces",
];

impl Front {
    /// The number of the rule after the front matter.
    fn end(source: &Source<'_>) -> Result<usize, ScriptError> {
        let rows = source.rows();
        if rows[0].text.trim() != RULE {
            return Err(rows[0].fault_with(
                "a lesson begins with its front matter",
                "---, then title: and the other fields, then ---",
            ));
        }
        let end = rows.iter().skip(1).find(|row| row.text.trim() == RULE);
        let end = end.map(|row| row.number);
        end.ok_or_else(|| rows[0].fault("the front matter has no end: a line ---"))
    }

    fn read(source: &Source<'_>) -> Result<Self, ScriptError> {
        let end = Self::end(source)?;
        let first = source.rows()[0];
        let mut fields: [Option<(SourceLine<'_>, &str)>; FIELDS.len()] = [None; FIELDS.len()];
        for row in &source.rows()[1..end - 1] {
            let read = row.text.split_once(':').and_then(|(name, value)| {
                let at = FIELDS.iter().position(|own| *own == name.trim())?;
                Some((at, value.trim()))
            });
            match read {
                Some((at, value)) if !value.is_empty() => fields[at] = Some((*row, value)),
                _ if row.text.trim().is_empty() => {}
                _ => {
                    let all = FIELDS.join(", ");
                    return Err(row.fault_with("this is not a field", format!("fields: {all}")));
                }
            }
        }
        let must = |at: usize| {
            fields[at].ok_or_else(|| first.fault(format!("`{}:` is missing", FIELDS[at])))
        };
        let (row, minutes) = must(3)?;
        let minutes = minutes
            .parse()
            .map_err(|_| row.fault("minutes are a number"))?;
        let sources = must(4)?.1.split(';').map(|one| one.trim().to_owned());
        Ok(Self {
            title: must(0)?.1.to_owned(),
            goal: must(1)?.1.to_owned(),
            topics: topics_of(must(2)?)?,
            minutes,
            sources: sources.collect(),
            needs: fields[5].map(needs_of).transpose()?,
            traces: fields[6].map(traces_of).transpose()?,
            end,
        })
    }
}

fn topics_of((row, value): (SourceLine<'_>, &str)) -> Result<Vec<&'static str>, ScriptError> {
    let names = value.split(',').map(str::trim);
    names
        .map(|name| {
            let all = || crate::lesson::course::current().topics.iter();
            let known = all().map(|(own, _)| *own).find(|own| *own == name);
            known.ok_or_else(|| {
                let hint = match nearest(name, all().map(|(own, _)| *own)) {
                    Some(like) => format!("did you mean {like}?"),
                    None => {
                        "topics of your own are listed under [topics] in course.toml".to_owned()
                    }
                };
                row.fault_with(format!("{name} is not a topic"), hint)
            })
        })
        .collect()
}

fn needs_of((row, value): (SourceLine<'_>, &str)) -> Result<Needs, ScriptError> {
    Needs::read(value).map_err(|why| row.fault_with(why, Needs::EXAMPLES))
}

fn traces_of((row, value): (SourceLine<'_>, &str)) -> Result<TracedServer, ScriptError> {
    TracedServer::read(value).map_err(|why| row.fault_with(why, TracedServer::EXAMPLE))
}

/// Collects pages from the parts of a file.
struct Reader {
    pages: Vec<Page>,
    cards: Vec<Card>,
    summary: Vec<String>,
    errors: Vec<ScriptError>,
}

impl Reader {
    fn new(title: &str) -> Self {
        Self {
            pages: vec![Page {
                title: title.to_owned(),
                steps: Vec::new(),
            }],
            cards: Vec::new(),
            summary: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Reads what comes after the front matter.
    fn body(&mut self, source: &Source<'_>, end: usize) -> Result<(), Vec<ScriptError>> {
        let from = source.start_after(end);
        let parts = crate::lesson::prose::parts(&source.text()[from..]).map_err(|(at, why)| {
            let row = source.row_at(from + at.start);
            vec![row.fault_with(
                why,
                "paragraphs, lists with `-`, code, emphasis, `## ` headings",
            )]
        })?;
        for (at, part) in parts {
            let row = source.row_at(from + at.start);
            if let Err(error) = self.part(source, row, from, part) {
                self.errors.push(error);
            }
        }
        self.give_up()
    }

    /// Gives the errors so far.
    fn give_up(&mut self) -> Result<(), Vec<ScriptError>> {
        self.errors.truncate(MAX_ERRORS);
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(std::mem::take(&mut self.errors))
        }
    }

    /// What holds of a lesson as a whole.
    fn check(&mut self, source: &Source<'_>) -> Result<(), Vec<ScriptError>> {
        let last = source.row_at(usize::MAX);
        let unsolved: Vec<usize> = self
            .pages
            .iter()
            .flat_map(|page| &page.steps)
            .filter_map(|lesson_step| match lesson_step {
                LessonStep::Task(task) if task.solution.is_empty() => Some(task.number),
                _ => None,
            })
            .collect();
        for number in unsolved {
            let row = source.rows()[number - 1];
            let error = row.fault_with("the goal has no solution", "add a ```solution block");
            self.errors.push(error);
        }
        if self.pages.iter().any(|page| page.steps.is_empty()) {
            self.errors
                .push(last.fault("a page of the lesson is empty"));
        }
        self.give_up()
    }

    /// Ends the last page with what to remember and the sources.
    fn close(&mut self, sources: &[String]) {
        let closing = Closing {
            summary: std::mem::take(&mut self.summary),
            sources: references(&sources.join(";")),
        };
        self.page().push(LessonStep::Closing(closing));
    }

    fn page(&mut self) -> &mut Vec<LessonStep> {
        let last = self.pages.len() - 1;
        &mut self.pages[last].steps
    }

    fn part(
        &mut self,
        source: &Source<'_>,
        first: SourceLine<'_>,
        from: usize,
        part: Part,
    ) -> Result<(), ScriptError> {
        match part {
            Part::Heading(title) => self.pages.push(Page {
                title,
                steps: Vec::new(),
            }),
            Part::Text(block) => match self.page().last_mut() {
                Some(LessonStep::Prose(prose)) => prose.0.push(block),
                _ => self.page().push(LessonStep::Prose(Prose(vec![block]))),
            },
            Part::Fence { kind, inner } => {
                let inner = from + inner.start..from + inner.end;
                self.fence(source, first, &kind, &inner)?;
            }
        }
        Ok(())
    }

    fn fence(
        &mut self,
        source: &Source<'_>,
        first: SourceLine<'_>,
        kind: &str,
        inner: &Range<usize>,
    ) -> Result<(), ScriptError> {
        let rows = source.rows_in(inner);
        match kind {
            "play" => {
                for row in rows {
                    self.page().extend(play(*row)?.map(LessonStep::Play));
                }
            }
            "predict" => {
                let question = crate::lesson::question::read(first, rows)?;
                self.page().push(LessonStep::Predict(Box::new(question)));
            }
            "goal" => {
                let goal = crate::lesson::goal::read(first, rows)?;
                self.page().push(LessonStep::Task(Task {
                    number: first.number,
                    goal,
                    hints: Vec::new(),
                    solution: Vec::new(),
                }));
            }
            "task" => {
                let task = crate::lesson::task::read(first, rows)?;
                self.page().push(LessonStep::Task(task));
            }
            "hint" => {
                let hint = crate::lesson::hint::read(first, rows)?;
                self.task(first, kind)?.hints.push(hint);
            }
            "solution" => {
                let lines: Result<Vec<_>, _> = rows.iter().map(|row| solving(*row)).collect();
                let lines = lines?.into_iter().flatten();
                self.task(first, kind)?.solution.extend(lines);
            }
            "summary" if self.summary.is_empty() => {
                self.summary = crate::lesson::summary::read(first, rows)?;
            }
            "summary" => return Err(first.fault("the lesson has a summary already")),
            "card" => self.cards.push(crate::lesson::card::read(first, rows)?),
            _ => {
                return Err(first.fault_with(
                    format!("`{kind}` is not a kind of block"),
                    "play, predict, task, goal, hint, solution, summary, card; c and text are shown as they are",
                ));
            }
        }
        Ok(())
    }

    /// The task that a hint or a solution belongs to.
    fn task(&mut self, first: SourceLine<'_>, kind: &str) -> Result<&mut Task, ScriptError> {
        let tasks = self
            .page()
            .iter_mut()
            .rev()
            .find_map(|lesson_step| match lesson_step {
                LessonStep::Task(task) => Some(task),
                _ => None,
            });
        tasks.ok_or_else(|| {
            first.fault_with(
                format!("the {kind} belongs to no goal"),
                "put it after the goal, on the same page",
            )
        })
    }
}

/// A line of a `play` block; `None` for an empty one.
fn play(row: SourceLine<'_>) -> Result<Option<Step>, ScriptError> {
    let step = crate::lesson::card::step(row)?;
    let command = step.as_ref().and_then(|step| step.line.command.as_ref());
    if command.is_some_and(|command| command.mode == Mode::Plain) {
        return Err(row.fault_with(
            "the result of the line is missing",
            "each line of a play block has its expected result: -> 0",
        ));
    }
    Ok(step)
}

/// A line of a solution; `None` for an empty one.
fn solving(row: SourceLine<'_>) -> Result<Option<Solving>, ScriptError> {
    let tried = row.text.replace(PEER, "127.0.0.1:1");
    let line = parse_line(&tried).map_err(|error| row.wrong(error))?;
    Ok(line.command.is_some().then(|| Solving {
        number: row.number,
        text: row.text.trim().to_owned(),
        goal: None,
    }))
}

#[cfg(test)]
mod tests;
