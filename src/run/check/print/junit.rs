//! Results as the XML of JUnit, which build servers read: a suite for each report, a case for each test.

use std::io;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use crate::run::check::graded::{Graded, Test};
use crate::socket::text::escaped;

pub(crate) fn document(reports: &[Graded]) -> io::Result<String> {
    let mut document = Document::new("sockplay check");
    document.add_test_suites(reports.iter().map(suite));
    document.to_string().map_err(io::Error::other)
}

fn suite(report: &Graded) -> TestSuite {
    let mut suite = TestSuite::new(escaped(&report.subject).to_string());
    suite.set_time(Duration::try_from_secs_f64(report.seconds).unwrap_or_default());
    suite.add_test_cases(report.tests.iter().map(case));
    if !report.remarks.is_empty() {
        suite.set_system_out(text(&report.remarks));
    }
    suite
}

fn case(test: &Test) -> TestCase {
    let status = match (&test.skipped, test.is_passed()) {
        (Some(why), true) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(escaped(why).to_string());
            status
        }
        (_, true) => TestCaseStatus::success(),
        (_, false) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(format!("{} of {} points", test.score, test.max_score));
            status.set_description(text(&test.reasons()));
            status
        }
    };
    TestCase::new(escaped(&test.name).to_string(), status)
}

fn text(lines: &[String]) -> String {
    let lines = lines.iter().flat_map(|text| text.lines());
    let lines: Vec<String> = lines.map(|line| escaped(line).to_string()).collect();
    lines.join("\n")
}
