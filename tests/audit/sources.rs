//! The scripts that are audited: the cases and scenarios of tests/conformance, the scripts of tests/scripts, those of
//! public reports, and the lessons.

use sockplay::lesson::{LessonStep, read};

use crate::common::files;

/// The folders with scripts.
const FOLDERS: [&str; 4] = [
    "tests/conformance",
    "tests/conformance/tcp_states",
    "tests/scripts",
    "tests/reports",
];

/// The folder of the lessons.
const LESSONS: &str = "assets/lessons";

/// Every session with its name.
pub(crate) fn all() -> Vec<(String, String)> {
    let mut all = cases();
    let names = files::names(&files::path(LESSONS)).into_iter();
    // README.md says how lessons are written.
    for name in names.filter(|name| name.starts_with(|first: char| first.is_ascii_digit())) {
        let text = files::read(&format!("{LESSONS}/{name}"));
        all.push((format!("lesson {name}"), lines_of_lesson(&name, &text)));
    }
    all
}

/// The sessions of the scripts.
pub(crate) fn cases() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for folder in FOLDERS {
        for path in files::scripts(folder) {
            let stem = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            for text in files::sessions(&files::text(&path)) {
                let case = text
                    .lines()
                    .next()
                    .and_then(|line| line.strip_prefix("# case: "));
                let name =
                    case.map_or_else(|| format!("{folder}/{stem}"), |case| format!("case {case}"));
                all.push((name, text));
            }
        }
    }
    all
}

/// The lines that a learner runs who takes every step and solves every task as the lesson does.
fn lines_of_lesson(name: &str, text: &str) -> String {
    let lesson =
        read::lesson(name, text, ".").unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
    let mut lines = Vec::new();
    for step in lesson.pages.iter().flat_map(|page| &page.steps) {
        match step {
            LessonStep::Prose(_) | LessonStep::Closing(_) => {}
            LessonStep::Play(step) => lines.push(step.line.to_string()),
            LessonStep::Predict(question) => {
                lines.extend(question.line.as_ref().map(ToString::to_string));
            }
            LessonStep::Task(task) => {
                lines.extend(task.solution.iter().filter_map(|line| line.with(None)));
            }
        }
    }
    lines.join("\n")
}
