//! The scripts are written as the program itself prints them.

use sockplay::script;

use super::case;

/// Columns are for readers; what they are filled with does not count.
fn without_columns(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_script_is_in_the_canonical_form() {
    let mut wrong = Vec::new();
    for (path, _, text) in case::scripts() {
        let name = path.display().to_string();
        let script = script::parse(&name, text.as_bytes()).unwrap_or_else(|errors| {
            let texts: Vec<String> = errors.iter().map(|error| error.render(&name)).collect();
            panic!("{}", texts.join("\n"))
        });
        for (number, (line, written)) in (1..).zip(script.lines.iter().zip(text.lines())) {
            let printed = line.to_string();
            if without_columns(&printed) != without_columns(written) {
                wrong.push(format!(
                    "{name}:{number}: `{written}` is printed as `{printed}`"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_case_is_a_script_by_itself() {
    for case in case::all() {
        if let Err(errors) = script::parse(&case.id, case.script.as_bytes()) {
            panic!("{}", errors[0].render(&case.id));
        }
    }
}
