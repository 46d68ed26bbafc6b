//! What a program in Python has beside the calls of the session: the files of `assets/export/python`.

use crate::export::Language;
use crate::export::helpers::{self, Helper};
use crate::export::plan::Plan;

/// The end of the text that every program begins with.
pub(crate) const HEAD: &str = include_str!("../../../assets/export/python/head.py");

const HELPERS: &str = include_str!("../../../assets/export/python/helpers.py");
const ADDRESSES: &str = include_str!("../../../assets/export/python/addresses.py");
const WHOLE_LINES: &str = include_str!("../../../assets/export/python/whole_lines.py");
const SHARED_ADDRESSES: &str = include_str!("../../../assets/export/python/shared_addresses.py");

/// The modules that a program may use.
const MODULES: [&str; 14] = [
    "ast",
    "ctypes",
    "errno",
    "fcntl",
    "mmap",
    "os",
    "resource",
    "select",
    "signal",
    "socket",
    "struct",
    "sys",
    "threading",
    "time",
];

/// Everything that a program can have beside its calls.
fn all(plan: &Plan<'_>) -> Vec<Helper> {
    let addresses = plan.addresses.iter().map(|name| format!("\"{name}\""));
    let addresses = addresses.collect::<Vec<_>>().join(", ");
    let (started, children) = (plan.started.len(), plan.children.len());
    let sizes =
        format!("ADDRESSES = [{addresses}]\n\nSTARTED = {started}\n\nCHILDREN = {children}\n\n");
    let signals = crate::socket::constant::SIGNALS.rows.iter();
    let signals = signals.map(|row| format!("signal.{}", row.name));
    let signals = signals.collect::<Vec<_>>().join(", ");
    let signals = format!("SIGNALS = [{signals}]\n\n");
    // Only what children make is known in another process.
    let of_addresses = match plan.has_child_calls() {
        true => SHARED_ADDRESSES,
        false => ADDRESSES,
    };
    let print = match plan.has_threads() {
        true => WHOLE_LINES,
        false => "",
    };
    let parts = [
        &sizes,
        &signals,
        of_addresses,
        "\n\n",
        print,
        "\n\n",
        HELPERS,
    ];
    let source = parts.concat();
    helpers::read(&source, Language::Python)
}

/// What a program uses: the imports, and the functions.
pub(crate) fn used(plan: &Plan<'_>, program: &str) -> (String, String) {
    let all = all(plan);
    let texts = helpers::used(&all, program, Language::Python).into_iter();
    let texts: String = texts.map(|own| format!("{}\n\n", own.text)).collect();
    let both = [&texts, program].concat();
    let is_used = |module: &&str| helpers::uses(&both, Language::Python, module);
    let modules = MODULES.into_iter().filter(is_used);
    let imports = modules.map(|module| format!("import {module}\n"));
    (imports.collect(), texts)
}

#[cfg(test)]
mod tests {
    use crate::export::python::helpers::*;
    use crate::export::python::name;

    #[test]
    fn no_variable_has_the_name_of_a_function_or_of_a_module() {
        let own = all(&Plan::default());
        let names = own.iter().flat_map(|helper| &helper.names);
        let modules = MODULES.map(str::to_owned);
        for taken in names.chain(&modules) {
            assert_ne!(&name(taken), taken);
        }
    }
}
