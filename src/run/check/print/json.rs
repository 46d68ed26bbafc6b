//! Results as JSON, one object for each report.

use serde::Serialize;

use crate::run::check::graded::{End, Graded, Test};

/// A line of the output.
#[derive(Serialize)]
struct Line<'a> {
    subject: &'a str,
    passed: bool,
    score: usize,
    max_score: usize,
    seconds: f64,
    end: End,
    tests: Vec<OfTest<'a>>,
    remarks: &'a [String],
}

#[derive(Serialize)]
struct OfTest<'a> {
    passed: bool,
    #[serde(flatten)]
    test: &'a Test,
}

pub(crate) fn line(report: &Graded) -> serde_json::Result<String> {
    let (score, max_score) = report.score();
    let tests = report.tests.iter().map(|test| OfTest {
        passed: test.is_passed(),
        test,
    });
    serde_json::to_string(&Line {
        subject: &report.subject,
        passed: report.is_passed(),
        score,
        max_score,
        seconds: report.seconds,
        end: report.end,
        tests: tests.collect(),
        remarks: &report.remarks,
    })
}
