//! What a program in Rust has beside the calls of the session: the files of `assets/export/rust`.

use std::fmt::Write;

use crate::export::Language;
use crate::export::helpers::{self, Helper};
use crate::export::plan::Plan;
use crate::export::rust::imports;
use crate::export::rust::layout::laid_out;
use crate::export::rust::names::address;

const RESULTS: &str = include_str!("../../../assets/export/rust/results.rs");
const DESCRIPTORS: &str = include_str!("../../../assets/export/rust/descriptors.rs");
const ADDRESSES: &str = include_str!("../../../assets/export/rust/addresses.rs");
const SHARED: &str = include_str!("../../../assets/export/rust/shared.rs");
const SIGNALS: &str = include_str!("../../../assets/export/rust/signals.rs");
const CANCELLED: &str = include_str!("../../../assets/export/rust/cancelled.rs");
const THREADS: &str = include_str!("../../../assets/export/rust/threads.rs");
const CHILDREN: &str = include_str!("../../../assets/export/rust/children.rs");
const QUESTIONS: &str = include_str!("../../../assets/export/rust/questions.rs");
const LOOPS: &str = include_str!("../../../assets/export/rust/loops.rs");

/// Instead of `CANCELLED`, where no thread makes calls.
const NOT_CANCELLED: &str =
    "/// No call of this program is cancelled.\nfn is_cancelled() -> bool {\n    false\n}\n";

/// Everything that a program can have beside its calls.
fn all(plan: &Plan<'_>) -> Vec<Helper> {
    let cancelled = match plan.has_threads() {
        true => CANCELLED,
        false => NOT_CANCELLED,
    };
    let shared = shared(plan);
    let texts = [
        RESULTS,
        DESCRIPTORS,
        ADDRESSES,
        &shared,
        SHARED,
        SIGNALS,
        THREADS,
        cancelled,
        CHILDREN,
        QUESTIONS,
        LOOPS,
    ];
    let source = texts
        .join("\n")
        .replace("COUNT", &plan.started.len().to_string())
        .replace("SERVED", &plan.accepted.len().to_string())
        .replace("SIGNALS", &signals());
    helpers::read(&source, Language::Rust)
}

/// The memory that all processes of the program share.
fn shared(plan: &Plan<'_>) -> String {
    let mut text = String::from("/// What all processes of the program share.\nstruct Shared {\n");
    for name in &plan.addresses {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "    {}: Known,", address(name));
    }
    let _ = writeln!(text, "    child: [Turns; {}],\n}}\n", plan.children.len());
    text
}

/// Which signals are held back.
fn signals() -> String {
    let rows = crate::socket::constant::SIGNALS.rows.iter();
    let each = rows.map(|row| match row.name.starts_with("SIGRT") {
        true => row.value.to_string(),
        false => format!("libc::{}", row.name),
    });
    each.collect::<Vec<_>>().join(", ")
}

/// What a program uses: the imports, and the functions.
pub(crate) fn used(plan: &Plan<'_>, program: &str) -> (String, String) {
    let all = all(plan);
    let texts = helpers::used(&all, program, Language::Rust).into_iter();
    let texts: String = texts.map(|own| laid_out(&own.text) + "\n").collect();
    let imports = imports::used(&[&texts, program].concat());
    (imports, texts)
}

#[cfg(test)]
mod tests {
    use crate::export::rust::helpers::*;
    use crate::export::rust::names::name;

    #[test]
    fn no_variable_has_the_name_of_a_function() {
        for helper in all(&Plan::default()) {
            for taken in helper.names {
                assert_ne!(name(&taken), taken);
            }
        }
    }
}
