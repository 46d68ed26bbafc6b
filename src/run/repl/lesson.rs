//! A lesson in printed lines: its text, its steps, its questions with numbered answers, its goals.

use crate::call::{Command, Mode};
use crate::lesson::prose::{Block, WordStyle};
use crate::lesson::study::StepResult;
use crate::lesson::{Closing, LessonStep, Progress, Prose, Question, Study, Task};
use crate::world::World;

/// A lesson that is being read, and how much of it was printed.
pub(crate) struct Reading {
    pub(crate) study: Study,
    /// The page, and how many of its steps were printed.
    printed: Option<(usize, usize)>,
    /// Which conditions of the present goal were said to hold.
    held: Vec<bool>,
}

impl Reading {
    pub(crate) fn new(study: Study) -> Self {
        Self {
            study,
            printed: None,
            held: Vec::new(),
        }
    }

    /// The page is printed again.
    pub(crate) fn anew(&mut self) {
        self.printed = None;
        self.held.clear();
    }

    /// What is to be printed of the lesson and was not: the steps up to the present one.
    pub(crate) fn news(&mut self) -> Vec<String> {
        let page = self.study.page;
        let (at, from) = self.printed.unwrap_or((usize::MAX, 0));
        let mut lines = Vec::new();
        let from = if at == page { from } else { 0 };
        if at != page {
            let number = format!("{} of {}", page + 1, self.study.lesson.pages.len());
            lines.push(format!("== {} (page {number}) ==", self.study.page().title));
        }
        let shown = self.study.shown();
        if at == page && from >= shown && !self.is_at_end_of_page() {
            return lines;
        }
        for index in from..shown {
            lines.extend(self.step(index));
        }
        let was_said = at == page && from > self.study.page().steps.len();
        if self.is_at_end_of_page() && !was_said {
            lines.push(self.end_of_page());
        }
        self.printed = Some((page, shown + usize::from(self.is_at_end_of_page())));
        lines
    }

    fn is_at_end_of_page(&self) -> bool {
        self.study.present().is_none()
    }

    fn end_of_page(&self) -> String {
        if self.study.is_over() {
            "[The lesson is over. Enter opens the next one; `lessons` lists all.]".to_owned()
        } else {
            "[Enter opens the next page.]".to_owned()
        }
    }

    /// A step as it is printed when it comes up.
    fn step(&self, index: usize) -> Vec<String> {
        match &self.study.page().steps[index] {
            LessonStep::Prose(prose) => text(prose),
            LessonStep::Closing(own) => closing(own),
            LessonStep::Play(step) => match (self.study.result_of(index), &step.line.command) {
                (None, Some(command)) => vec![format!("[Enter runs {}]", bare(command))],
                (Some(StepResult::Line { result, .. }), Some(command)) => {
                    vec![format!("{} -> {result}", bare(command))]
                }
                _ => Vec::new(),
            },
            LessonStep::Predict(question) => match self.study.result_of(index) {
                None => asked(question),
                Some(StepResult::Answered { chosen, .. }) => judged(question, *chosen),
                Some(_) => Vec::new(),
            },
            LessonStep::Task(task) => match self.study.result_of(index) {
                None => self.goals(task),
                Some(StepResult::Reached) => vec!["The goal is reached.".to_owned()],
                Some(_) => vec!["The goal was left for another time.".to_owned()],
            },
        }
    }

    fn goals(&self, task: &Task) -> Vec<String> {
        let mut lines = vec!["Your turn, any way you like:".to_owned()];
        let goals = task.goal.conditions.iter().enumerate();
        lines.extend(goals.map(|(at, goal)| format!("  goal {}: {}", at + 1, plain(&goal.says))));
        lines.push("[Type calls; `hint` and `solution` help, `skip` skips the goal.]".to_owned());
        lines
    }

    /// Checks the goal; gives what is to be said of that.
    pub(crate) fn look(&mut self, progress: &mut Progress, world: &World) -> (bool, Vec<String>) {
        let Some(task) = self.study.task() else {
            return (false, Vec::new());
        };
        let says: Vec<String> = task
            .goal
            .conditions
            .iter()
            .map(|own| plain(&own.says))
            .collect();
        if progress.look(&mut self.study, world) {
            self.held.clear();
            return (true, vec!["The goal is reached.".to_owned()]);
        }
        let reached = &self.study.reached;
        self.held.resize(reached.held.len(), false);
        let mut lines = Vec::new();
        for (at, (before, now)) in self.held.iter_mut().zip(&reached.held).enumerate() {
            if *before != *now {
                let word = if *now { "holds" } else { "no longer holds" };
                lines.push(format!("goal {} {word}: {}", at + 1, says[at]));
            }
            *before = *now;
        }
        (false, lines)
    }

    /// What is said when a line of the lesson has ended.
    pub(crate) fn taken(&self, question: Option<&Question>, broken: Option<&str>) -> Vec<String> {
        if let Some(why) = broken {
            return vec![format!(
                "The lesson expects something else here ({why}): something is different from what the lesson set up. `again` restarts the page, `skip` continues."
            )];
        }
        let place = self.study.page().steps.iter().enumerate().rev();
        let answered = place.filter_map(|(at, _)| match self.study.result_of(at) {
            Some(StepResult::Answered { chosen, .. }) => Some(*chosen),
            _ => None,
        });
        match (question, answered.into_iter().next()) {
            (Some(question), Some(chosen)) => judged(question, chosen),
            _ => Vec::new(),
        }
    }
}

/// The paragraphs of a text.
pub(crate) fn text(prose: &Prose) -> Vec<String> {
    let words = |words: &[crate::lesson::prose::Word]| -> String {
        let word = |word: &crate::lesson::prose::Word| match word.style {
            WordStyle::Key => crate::run::repl::words::of_action(&word.text),
            WordStyle::Plain | WordStyle::Code | WordStyle::Strong => word.text.clone(),
        };
        words.iter().map(word).collect()
    };
    let blocks = prose.0.iter();
    let lines = blocks.flat_map(|block| match block {
        Block::Paragraph(own) => vec![words(own)],
        Block::Item(own) => vec![format!("- {}", words(own))],
        Block::Listing(lines) => lines.iter().map(|line| format!("    {line}")).collect(),
    });
    lines.collect()
}

/// The end of a lesson. The addresses of the sources are written out.
fn closing(closing: &Closing) -> Vec<String> {
    let mut lines = Vec::new();
    if !closing.summary.is_empty() {
        lines.push("To remember:".to_owned());
    }
    lines.extend(
        closing
            .summary
            .iter()
            .map(|own| format!("- {}", plain(own))),
    );
    if !closing.sources.is_empty() {
        lines.push("Sources:".to_owned());
    }
    lines.extend(closing.sources.iter().map(|own| match &own.url {
        Some(url) => format!("- {}: {url}", own.text),
        None => format!("- {}", own.text),
    }));
    lines
}

fn asked(question: &Question) -> Vec<String> {
    let mut lines = text(&question.text);
    if let Some(command) = question.command() {
        lines.push(format!("What does {} give?", bare(command)));
    }
    let answers = question.answers.iter().enumerate();
    lines.extend(answers.map(|(at, answer)| format!("  {}: {}", at + 1, answer.text)));
    let then = match question.runs() {
        Some(_) => ", then the call is made",
        None => "",
    };
    lines.push(format!("[The number of an answer picks it{then}.]"));
    lines
}

fn judged(question: &Question, chosen: usize) -> Vec<String> {
    let says = |at: usize| {
        let answer = &question.answers[at];
        format!("{}: {}", answer.text, plain(&answer.says))
    };
    let first = match chosen == question.right {
        true => format!("Right. {}", says(chosen)),
        false => format!("Your answer was wrong. {}", says(chosen)),
    };
    let right = (chosen != question.right).then(|| format!("Right is {}", says(question.right)));
    let others = (0..question.answers.len()).filter(|at| *at != chosen && *at != question.right);
    let others = others.map(|at| format!("Not {}", says(at)));
    [first].into_iter().chain(right).chain(others).collect()
}

/// A line as a person would type it.
pub(crate) fn bare(command: &Command) -> String {
    let mode = Mode::Plain;
    let command = Command {
        mode,
        ..command.clone()
    };
    command.to_string()
}

/// A sentence without the marks around code.
fn plain(text: &str) -> String {
    text.replace('`', "")
}
