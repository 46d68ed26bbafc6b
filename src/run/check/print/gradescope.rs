//! Results as Gradescope reads them from `results.json`: <https://gradescope-autograders.readthedocs.io/en/latest/specs/>.

use serde::Serialize;

use crate::run::check::graded::{Graded, Test};
use crate::socket::text::escaped;

#[derive(Serialize)]
struct Results {
    score: usize,
    max_score: usize,
    execution_time: f64,
    output: String,
    output_format: &'static str,
    tests: Vec<OfTest>,
}

#[derive(Serialize)]
struct OfTest {
    name: String,
    status: &'static str,
    score: usize,
    max_score: usize,
    output: String,
}

pub(crate) fn line(report: &Graded) -> serde_json::Result<String> {
    let (score, max_score) = report.score();
    serde_json::to_string(&Results {
        score,
        max_score,
        execution_time: report.seconds,
        output: text(&report.remarks),
        output_format: "text",
        tests: report.tests.iter().map(of_test).collect(),
    })
}

fn of_test(test: &Test) -> OfTest {
    OfTest {
        name: escaped(&test.name).to_string(),
        status: if test.is_passed() { "passed" } else { "failed" },
        score: test.score,
        max_score: test.max_score,
        output: text(&test.reasons()),
    }
}

fn text(lines: &[String]) -> String {
    let lines = lines.iter().flat_map(|text| text.lines());
    let lines: Vec<String> = lines.map(|line| escaped(line).to_string()).collect();
    lines.join("\n")
}
