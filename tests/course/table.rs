//! The table of all lessons in their README, what it must show, and the example there.

use sockplay::lesson::{Lesson, LessonStep};

use crate::common::child::{program, written};
use crate::common::files;
use crate::course::ease::Ease;
use crate::lessons;

/// Where the table begins.
const HEAD: &str = "| lesson | words | reading ease | minutes | calls | by Enter | own |\n|---|---:|---:|---:|---:|---:|---:|\n";
/// The longest that a lesson may take.
const MOST_MINUTES: u16 = 12;

/// What a lesson consists of.
#[derive(Default)]
struct Counts {
    words: usize,
    /// Calls that Enter makes.
    by_enter: usize,
    predictions: usize,
    /// Lines of tasks and solutions.
    own: usize,
}

impl Counts {
    fn of(lesson: &Lesson) -> Self {
        let words = |text: &str| text.split_whitespace().count();
        let mut counts = Self::default();
        for lesson_step in lesson.pages.iter().flat_map(|page| &page.steps) {
            match lesson_step {
                LessonStep::Prose(prose) => counts.words += words(&prose.plain()),
                LessonStep::Closing(closing) => {
                    let summary = closing.summary.iter().map(|own| words(own));
                    counts.words += summary.sum::<usize>();
                }
                LessonStep::Play(step) => {
                    counts.by_enter += usize::from(step.line.command.is_some());
                }
                LessonStep::Predict(question) => {
                    counts.words += words(&question.text.plain());
                    let says = question.answers.iter().map(|answer| words(&answer.says));
                    counts.words += says.sum::<usize>();
                    counts.predictions += 1;
                }
                LessonStep::Task(task) => counts.own += task.solution.len(),
            }
        }
        counts
    }

    fn calls(&self) -> usize {
        self.by_enter + self.predictions + self.own
    }

    /// The minutes, as the README says that they are found.
    fn minutes(&self) -> usize {
        let seconds =
            self.words * 60 / 170 + self.own * 8 + self.predictions * 12 + self.by_enter * 2;
        seconds.div_ceil(60)
    }

    fn row(&self, lesson: &Lesson) -> String {
        let own = (self.calls() - self.by_enter) * 100 / self.calls().max(1);
        format!(
            "| {} | {} | {:.0} | {} | {} | {} | {own} % |\n",
            lesson.id,
            self.words,
            Ease::of(lesson).score(),
            self.minutes(),
            self.calls(),
            self.by_enter
        )
    }
}

#[test]
fn at_most_half_of_the_calls_of_a_lesson_are_made_by_enter() {
    for lesson in lessons() {
        let counts = Counts::of(&lesson);
        let (by_enter, calls) = (counts.by_enter, counts.calls());
        assert!(
            by_enter * 2 <= calls,
            "{}: {by_enter} of {calls}",
            lesson.id
        );
    }
}

#[test]
fn no_lesson_takes_longer_than_it_says_nor_than_the_most() {
    for lesson in lessons() {
        let minutes = Counts::of(&lesson).minutes();
        assert_eq!(usize::from(lesson.minutes), minutes, "{}", lesson.id);
        assert!(lesson.minutes <= MOST_MINUTES, "{}: {minutes}", lesson.id);
    }
}

#[test]
fn the_table_of_the_lessons_is_right() {
    let file = files::path("assets/lessons/README.md");
    let text = std::fs::read_to_string(&file).expect("the file");
    let (before, table) = text.split_once(HEAD).expect("the head of the table");
    let rows = lessons()
        .iter()
        .map(|lesson| Counts::of(lesson).row(lesson))
        .collect::<String>();
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(&file, format!("{before}{HEAD}{rows}")).expect("it can be written");
        lessons().iter().for_each(write_minutes);
        return;
    }
    assert_eq!(
        table, rows,
        "UPDATE_README=1 cargo test --test course writes it"
    );
}

/// Writes into the file of a lesson how long it takes.
fn write_minutes(lesson: &Lesson) {
    let found = sockplay::lesson::course::find(&lesson.id).expect("its file");
    let before = format!("\nminutes: {}\n", lesson.minutes);
    let after = format!("\nminutes: {}\n", Counts::of(lesson).minutes());
    let file = files::path("assets/lessons").join(found.name);
    std::fs::write(file, found.text.replacen(&before, &after, 1)).expect("it can be written");
}

#[test]
fn the_example_in_the_readme_of_the_lessons_holds() {
    let text = std::fs::read_to_string(files::path("assets/lessons/README.md")).expect("the file");
    let example = text.split("````markdown\n").nth(1).expect("an example");
    let example = example.split("\n````\n").next().expect("its end");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("example.md");
    std::fs::write(&file, format!("{example}\n")).expect("it can be written");
    let output = program().arg("check").arg(&file).output().expect("it runs");
    let said = written(&output);
    assert!(
        output.status.success() && said.contains("ok 1 - "),
        "{said}"
    );
}

/// A lesson with this part replaced cannot be read, and is told why.
#[test]
fn what_is_wrong_with_a_task_or_a_question_is_said() {
    let told = |body: &str| crate::check(body, None).1;
    for (block, said) in [
        (
            "```task\n> close(900)  # x\n```\n",
            "the result of the line is missing",
        ),
        (
            "```task\n> close(900) -> EBADF\n```\n",
            "the task has no goal",
        ),
        (
            "```task\nclose(900) -> EBADF  # x\n```\n",
            "this belongs to no task",
        ),
        (
            "```predict\nQ?\nhides: colour s\n> close(900)\n+ EBADF  # x\n- 0  # y\n```\n",
            "names no fact of a socket",
        ),
        (
            "```predict\nQ?\n- This\n+ That  # y\n```\n",
            "why this answer is right or wrong is missing",
        ),
    ] {
        let output = told(block);
        assert!(output.contains(said), "{said} in {output}");
    }
}
