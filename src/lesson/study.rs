//! Where a learner is in a lesson: page and step, the result of each line, how far the goal is reached.
//!
//! A driver calls [`Study::go_on`] for "the next step" and [`Study::answer`] for a prediction, runs the lines that they
//! return on the real kernel, passes the results to [`Study::takes`], and calls [`Study::look`] after events.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::call::argument::Name;
use crate::call::{Line, Mode};
use crate::lesson::goal::{Checked, Since};
use crate::lesson::progress::{Done, StepPlace};
use crate::lesson::{Lesson, LessonStep, Page, Question, Solving, Task};
use crate::notation::parse_line;
use crate::world::{Handle, World};

/// A lesson that is being read.
#[derive(Debug, Clone)]
pub struct Study {
    /// The lesson.
    pub lesson: Arc<Lesson>,
    /// The page that is shown.
    pub page: usize,
    /// The results of the steps so far.
    results: BTreeMap<StepPlace, StepResult>,
    /// The line that is being run, by its number among the lines of the session, and the step that it belongs to.
    running: Option<(usize, StepPlace, Option<usize>)>,
    /// How many hints of the present goal are shown.
    pub hints: usize,
    /// Which line of the solution comes next.
    pub solving: usize,
    /// Whether a line of the solution was shown.
    pub peeked: bool,
    /// Whether the solution was run because the goal was skipped.
    is_solved_for_them: bool,
    /// When the present goal was first shown.
    since: Option<Since>,
    /// How far it is reached.
    pub reached: Checked,
    /// The page on which the wrong predictions are asked again, once it is there.
    review: Option<usize>,
}

/// What follows when an answer was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed {
    /// This line is to be run.
    Run(Box<Line>),
    /// The question is about no call that is made now: it is answered.
    Answered,
}

/// How far the text of a lesson is shown: what is drawn of it changes with this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextPlace {
    page: usize,
    /// The present step.
    step: Option<usize>,
    /// Whether it has a result that is not the one that the lesson says.
    is_astray: bool,
    hints: usize,
}

/// The result of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepResult {
    /// A line was run.
    Line {
        /// Its result.
        result: String,
        /// What is wrong with that, when it is not what the lesson says.
        broken: Option<String>,
    },
    /// A prediction was made, and the line run.
    Answered {
        /// Which answer.
        chosen: usize,
        /// The actual result; empty until there is one.
        result: String,
        /// What is wrong with that, when it is not what the lesson says.
        broken: Option<String>,
    },
    /// The goal was reached.
    Reached,
    /// It was left alone.
    Left,
}

/// A line of the lesson that was run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Of a prediction, the answer that was committed.
    pub chosen: Option<usize>,
}

/// What became of a step that was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Skipped {
    /// There was none.
    Nothing,
    /// It was left alone.
    Left,
    /// These lines are to be run, which reach its goal.
    Solved(Vec<Line>),
}

/// What is next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// This line is to be run.
    Run(Box<Line>),
    /// The learner is to choose an answer.
    Answer,
    /// The goal is not reached.
    Unreached,
    /// The prediction has another result than the lesson says: the world is not as it was.
    Astray,
    /// Another page is shown.
    Turned,
    /// The lesson is over.
    Over,
    /// A line is still being run.
    Busy,
}

impl Study {
    /// At the beginning of a lesson.
    pub fn new(lesson: Arc<Lesson>) -> Self {
        Self {
            lesson,
            page: 0,
            results: BTreeMap::new(),
            running: None,
            hints: 0,
            solving: 0,
            peeked: false,
            is_solved_for_them: false,
            since: None,
            reached: Checked::default(),
            review: None,
        }
    }

    /// Goes to a page up to which the lesson was read before: everything before it counts as done. Returns the lines
    /// that rebuild the world at its beginning, for a session without sockets.
    pub fn resume(&mut self, page: usize, done: &Done) -> Vec<Line> {
        let page = page.min(self.lesson.pages.len() - 1);
        let pages = self.lesson.pages.iter().enumerate().take(page);
        for (at, own) in pages {
            for (lesson_step, step) in own.steps.iter().enumerate() {
                let place = (at, lesson_step);
                if let Some(step_result) = before(step, done.reached.contains(&Done::key(place))) {
                    self.results.insert(place, step_result);
                }
            }
        }
        self.turn(page);
        self.lines_before((page, 0))
    }

    /// The page that is shown.
    pub fn page(&self) -> &Page {
        &self.lesson.pages[self.page]
    }

    /// The first step of the page that is to be done yet; `None`: all are.
    pub fn present(&self) -> Option<(usize, &LessonStep)> {
        let steps = self.page().steps.iter().enumerate();
        let mut open = steps.filter(|(at, lesson_step)| {
            !lesson_step.is_text()
                && self
                    .result_of(*at)
                    .is_none_or(|step_result| !step_result.is_over())
        });
        open.next()
    }

    /// The result of a step of the page.
    pub fn result_of(&self, lesson_step: usize) -> Option<&StepResult> {
        self.results.get(&(self.page, lesson_step))
    }

    /// How many steps of the page are shown: all up to the first that is to be done, and that one.
    pub fn shown(&self) -> usize {
        match self.present() {
            Some((at, _)) => at + 1,
            None => self.page().steps.len(),
        }
    }

    /// How far its text is shown.
    pub fn text_place(&self) -> TextPlace {
        let step = self.present().map(|(at, _)| at);
        TextPlace {
            page: self.page,
            step,
            is_astray: step.is_some_and(|at| self.result_of(at).is_some()),
            hints: self.hints,
        }
    }

    /// The goal that the learner is at.
    pub fn task(&self) -> Option<&Task> {
        match self.present()? {
            (_, LessonStep::Task(task)) => Some(task),
            _ => None,
        }
    }

    /// The prediction that the learner is at.
    pub fn question(&self) -> Option<&Question> {
        match self.present()? {
            (at, LessonStep::Predict(question)) if self.result_of(at).is_none() => Some(question),
            _ => None,
        }
    }

    /// Whether a line of the lesson is being run.
    pub fn is_busy(&self) -> bool {
        self.running.is_some()
    }

    /// Whether every step of the last page is done.
    pub fn is_over(&self) -> bool {
        self.page + 1 == self.lesson.pages.len() && self.present().is_none()
    }

    /// The next step.
    pub fn go_on(&mut self) -> Next {
        if self.is_busy() {
            return Next::Busy;
        }
        match self.present() {
            None if self.page + 1 < self.lesson.pages.len() => {
                self.turn(self.page + 1);
                Next::Turned
            }
            None => self.after_last(),
            Some((_, LessonStep::Play(step))) => Next::Run(Box::new(step.line.clone())),
            Some((at, LessonStep::Predict(_) | LessonStep::Prose(_) | LessonStep::Closing(_))) => {
                match self.result_of(at) {
                    Some(_) => Next::Astray,
                    None => Next::Answer,
                }
            }
            Some((_, LessonStep::Task(_))) => Next::Unreached,
        }
    }

    /// Leaves the present step alone, whatever its result. A task that the lesson builds on is solved instead.
    pub fn leave(&mut self) -> Skipped {
        let place = self.present().map(|(at, _)| (self.page, at));
        let Some(place) = place.filter(|_| !self.is_busy()) else {
            return Skipped::Nothing;
        };
        let lines = self.rest_of_solution();
        if !lines.is_empty() && !self.is_solved_for_them {
            self.is_solved_for_them = true;
            self.peeked = true;
            return Skipped::Solved(lines);
        }
        self.results.insert(place, StepResult::Left);
        self.begin_goal();
        Skipped::Left
    }

    /// The lines of the solution that are still to be made, of a task that the lesson builds on.
    fn rest_of_solution(&self) -> Vec<Line> {
        let Some(task) = self.task().filter(|task| task.goal.is_named) else {
            return Vec::new();
        };
        let open = task.solution.iter().filter(|line| !self.has_reached(line));
        let lines = open.filter_map(|line| line.with(None));
        lines.filter_map(|text| parse_line(&text).ok()).collect()
    }

    /// Whether the goal of a line of the solution is reached.
    fn has_reached(&self, line: &Solving) -> bool {
        let held = line.goal.and_then(|goal| self.reached.held.get(goal));
        held.copied().unwrap_or(false)
    }

    /// Commits an answer to the present prediction. `None`: there is no such answer.
    pub fn answer(&mut self, chosen: usize) -> Option<Committed> {
        let question = self.question()?;
        if chosen >= question.answers.len() {
            return None;
        }
        if let Some(line) = question.runs() {
            return Some(Committed::Run(Box::new(line.clone())));
        }
        let place = self.present().map(|(at, _)| (self.page, at))?;
        let answered = StepResult::Answered {
            chosen,
            result: String::new(),
            broken: None,
        };
        self.results.insert(place, answered);
        Some(Committed::Answered)
    }

    /// After the last page the wrong predictions are asked again.
    fn after_last(&mut self) -> Next {
        if !self.add_review() {
            return Next::Over;
        }
        self.turn(self.page + 1);
        Next::Turned
    }

    /// Whether the page asks wrong predictions again.
    pub fn is_review(&self) -> bool {
        self.review == Some(self.page)
    }

    /// Adds a page after the last one that asks the wrong predictions again. Gives whether there are any; they are asked
    /// once.
    fn add_review(&mut self) -> bool {
        let wrong = self.wrong_ones();
        if wrong.is_empty() {
            return false;
        }
        let page = Page {
            title: "Once more: predictions that were wrong".to_owned(),
            steps: wrong,
        };
        let lesson = Arc::make_mut(&mut self.lesson);
        lesson.pages.push(page);
        self.review = Some(lesson.pages.len() - 1);
        true
    }

    /// How many wrong predictions are asked again after the last page.
    pub fn wrong(&self) -> usize {
        self.wrong_ones().len()
    }

    /// The wrong predictions, as they are asked again; none once that is done.
    fn wrong_ones(&self) -> Vec<LessonStep> {
        if self.review.is_some() {
            return Vec::new();
        }
        let pages = self.lesson.pages.iter().enumerate();
        let steps = pages.flat_map(|(page, own)| {
            let steps = own.steps.iter().enumerate();
            steps.map(move |(at, lesson_step)| ((page, at), lesson_step))
        });
        let wrong = steps.filter_map(|(place, lesson_step)| {
            let LessonStep::Predict(question) = lesson_step else {
                return None;
            };
            let chosen = self.results.get(&place)?.chosen()?;
            (chosen != question.right).then(|| LessonStep::Predict(Box::new(question.again())))
        });
        wrong.collect()
    }

    /// A line that was given is being run now, as this line of the session; of a prediction, with this answer.
    pub fn runs(&mut self, number: usize, chosen: Option<usize>) {
        if let Some((at, _)) = self.present() {
            self.running = Some((number, (self.page, at), chosen));
        }
    }

    /// Takes the result of a line of the session. `None`: it was none of the lesson's.
    pub fn takes(&mut self, number: usize, result: &str, broken: Option<String>) -> Option<Taken> {
        let (_, place, chosen) = self.running.take_if(|(own, ..)| *own == number)?;
        let result = result.to_owned();
        let step_result = match chosen {
            None => StepResult::Line { result, broken },
            Some(chosen) => StepResult::Answered {
                chosen,
                result,
                broken,
            },
        };
        self.results.insert(place, step_result);
        Some(Taken { chosen })
    }

    /// Checks how far the present goal is reached. Gives whether it has just been reached.
    pub fn look(&mut self, world: &World) -> bool {
        let since = self.since.take();
        let Some((at, LessonStep::Task(task))) = self.present() else {
            return false;
        };
        let mut since = since.unwrap_or_else(|| Since::now(&task.goal, world));
        since.pass(&task.goal, world);
        let reached = task.goal.check(world, &since);
        let is_reached = reached.all();
        self.since = Some(since);
        self.reached = reached;
        if is_reached {
            self.results.insert((self.page, at), StepResult::Reached);
            self.begin_goal();
        }
        is_reached
    }

    /// How many calls the learner has made since the present goal was set.
    pub fn calls(&self, world: &World) -> usize {
        let since = self.since.as_ref();
        since.map_or(0, |since| since.calls(world))
    }

    /// Shows another page; what was done on it stays done.
    pub fn turn(&mut self, page: usize) {
        self.page = page.min(self.lesson.pages.len() - 1);
        self.begin_goal();
    }

    fn begin_goal(&mut self) {
        self.hints = 0;
        self.solving = 0;
        self.peeked = false;
        self.is_solved_for_them = false;
        self.since = None;
        self.reached = Checked::default();
    }

    /// The next line of the solution, to be put at the prompt; after the last one the first again. A line whose sockets
    /// are there already is passed over: the learner has made them.
    pub fn solution(&mut self, world: &World) -> Option<Solving> {
        let all = &self.task()?.solution;
        let from = self.solving % all.len().max(1);
        let order = (from..all.len()).chain(0..from);
        let is_open = |line: &Solving| !is_done(line, world) && !self.has_reached(line);
        let at = order.clone().find(|at| is_open(&all[*at])).unwrap_or(from);
        let line = all.get(at)?.clone();
        self.solving = at + 1;
        Some(line)
    }

    /// Restarts the page: everything on it is undone. Returns the lines that rebuild the world at its beginning, for a
    /// session without sockets.
    pub fn page_anew(&mut self) -> Vec<Line> {
        self.anew((self.page, 0))
    }

    /// Goes back to the last step that was done. Gives the lines as [`Study::page_anew`] does.
    pub fn back(&mut self) -> Option<Vec<Line>> {
        let here = (self.page, self.present().map_or(usize::MAX, |(at, _)| at));
        let place = *self.results.range(..here).next_back()?.0;
        self.page = place.0;
        Some(self.anew(place))
    }

    /// Undoes everything from a place on.
    fn anew(&mut self, place: StepPlace) -> Vec<Line> {
        self.running = None;
        self.results.retain(|own, _| *own < place);
        self.begin_goal();
        self.lines_before(place)
    }

    /// Every line before a place, solutions too: later lines may build on them.
    fn lines_before(&self, place: StepPlace) -> Vec<Line> {
        let pages = self.lesson.pages.iter().enumerate();
        let steps = pages.flat_map(|(page, own)| {
            let steps = own.steps.iter().enumerate();
            steps.map(move |(at, lesson_step)| ((page, at), lesson_step))
        });
        let before = steps.take_while(|(own, _)| *own < place);
        before
            .flat_map(|(_, lesson_step)| lines_of(lesson_step))
            .collect()
    }
}

impl StepResult {
    /// The answer that was chosen.
    fn chosen(&self) -> Option<usize> {
        match self {
            Self::Answered { chosen, .. } => Some(*chosen),
            Self::Line { .. } | Self::Reached | Self::Left => None,
        }
    }

    /// Whether the step is done with.
    fn is_over(&self) -> bool {
        match self {
            Self::Line { broken, .. } | Self::Answered { broken, .. } => broken.is_none(),
            Self::Reached | Self::Left => true,
        }
    }
}

/// Whether every socket that a line creates is there under its name.
fn is_done(line: &Solving, world: &World) -> bool {
    let command = line.with(Some("127.0.0.1:1"));
    let command = command.and_then(|text| parse_line(&text).ok()?.command);
    let is_there = |name: &Name| world.named(name).is_some_and(Handle::is_open);
    command.is_some_and(|own| !own.targets.is_empty() && own.targets.iter().all(is_there))
}

/// The result of a step in an earlier session, as far as that is stored. `None` of what has no result.
fn before(lesson_step: &LessonStep, is_reached: bool) -> Option<StepResult> {
    Some(match lesson_step {
        LessonStep::Prose(_) | LessonStep::Closing(_) => return None,
        LessonStep::Play(step) => StepResult::Line {
            result: promised(&step.line),
            broken: None,
        },
        LessonStep::Predict(question) => StepResult::Answered {
            chosen: question.right,
            result: question.answers[question.right].text.clone(),
            broken: None,
        },
        LessonStep::Task(_) if is_reached => StepResult::Reached,
        LessonStep::Task(_) => StepResult::Left,
    })
}

/// The result that a line promises.
fn promised(line: &Line) -> String {
    match line.command.as_ref().map(|command| &command.mode) {
        Some(Mode::Expect(expected)) => expected.to_string(),
        Some(Mode::Blocks) => "blocks".to_owned(),
        _ => String::new(),
    }
}

/// The lines that a step runs.
fn lines_of(lesson_step: &LessonStep) -> Vec<Line> {
    match lesson_step {
        LessonStep::Prose(_) | LessonStep::Closing(_) => Vec::new(),
        LessonStep::Play(step) => vec![step.line.clone()],
        LessonStep::Predict(question) => question.runs().cloned().into_iter().collect(),
        LessonStep::Task(task) => {
            let lines = task.solution.iter().filter_map(|line| line.with(None));
            lines.filter_map(|text| parse_line(&text).ok()).collect()
        }
    }
}

#[cfg(test)]
mod tests;
