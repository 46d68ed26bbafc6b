//! What a program in Python has beside the calls of the session: the files of `assets/export/python`.

use crate::export::Language;
use crate::export::helpers::{self, Helper};
use crate::export::plan::Plan;
use crate::export::python::constants::SOCKET;

const HELPERS: &str = include_str!("../../../assets/export/python/helpers.py");
const LIBRARY: &str = include_str!("../../../assets/export/python/library.py");
const THREADS: &str = include_str!("../../../assets/export/python/threads.py");
const CHILDREN: &str = include_str!("../../../assets/export/python/children.py");
const LOOPS: &str = include_str!("../../../assets/export/python/loops.py");
const WHOLE_LINES: &str = include_str!("../../../assets/export/python/whole_lines.py");

/// The modules that a program may use.
pub(crate) const MODULES: [&str; 16] = [
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
    "termios",
    "threading",
    "time",
    "traceback",
];

/// How long the lines of a program may be.
const WIDTH: usize = 79;

/// Everything that a program can have beside its calls.
fn all(plan: &Plan<'_>) -> Vec<Helper> {
    let addresses = plan.addresses.iter().map(|name| format!("\"{name}\""));
    let addresses = addresses.collect::<Vec<_>>().join(", ");
    let children = plan.children.len();
    let signals = crate::socket::constant::SIGNALS.rows.iter();
    let signals = signals.map(|row| format!("signal.{}", row.name));
    let signals = signals.collect::<Vec<_>>().join(", ");
    let sizes =
        format!("ADDRESSES = [{addresses}]\n\nCHILDREN = {children}\n\nSIGNALS = [{signals}]\n\n");
    let print = match plan.has_threads() || plan.has_child_calls() {
        true => WHOLE_LINES,
        false => "",
    };
    let parts = [
        &sizes, print, "\n\n", HELPERS, "\n\n", LIBRARY, "\n\n", CHILDREN, "\n\n", THREADS, "\n\n",
        LOOPS,
    ];
    helpers::read(&parts.concat(), Language::Python)
}

/// The names that a program can have beside those of its calls.
pub(crate) fn functions() -> Vec<String> {
    let all = all(&Plan::default()).into_iter();
    all.flat_map(|helper| helper.names).collect()
}

/// What a program uses: the imports, and the functions.
pub(crate) fn used(plan: &Plan<'_>, program: &str) -> (String, String) {
    let all = all(plan);
    let texts = helpers::used(&all, program, Language::Python).into_iter();
    let texts: String = texts.map(|own| format!("{}\n\n", own.text)).collect();
    let words = helpers::words(&[&texts, program].concat(), Language::Python);
    let is_used = |name: &&str| words.iter().any(|own| own == name);
    // The names of the module socket are imported one by one.
    let modules = MODULES.into_iter().filter(|module| *module != "socket");
    let modules = modules.filter(is_used);
    let mut imports: String = modules.map(|module| format!("import {module}\n")).collect();
    if is_used(&"contextmanager") {
        imports.push_str("from contextlib import contextmanager\n");
    }
    let names: Vec<&str> = SOCKET.into_iter().filter(is_used).collect();
    imports.push_str(&import("socket", &names));
    (imports, texts)
}

/// The import of names of a module.
fn import(module: &str, names: &[&str]) -> String {
    let one = format!("from {module} import {}\n", names.join(", "));
    if names.is_empty() || one.len() <= WIDTH {
        return if names.is_empty() { String::new() } else { one };
    }
    let mut lines = vec![String::from("   ")];
    for name in names {
        let last = lines
            .last_mut()
            .filter(|line| line.len() + name.len() + 2 <= WIDTH);
        match last {
            Some(line) => line.push_str(&format!(" {name},")),
            None => lines.push(format!("    {name},")),
        }
    }
    format!("from {module} import (\n{}\n)\n", lines.join("\n"))
}
