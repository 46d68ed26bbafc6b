//! A short script as one line for a shell.

use crate::notation::parse_line;

/// The most lines of such a script.
const MOST: usize = 10;

/// The command that runs a script, for a shell.
///
/// # Errors
///
/// Why it does not fit into one line.
pub fn shell_line(script: &str) -> Result<String, String> {
    let lines: Vec<&str> = script.lines().collect();
    let advice = "w FILE writes it as a script";
    match lines.len() {
        0 => return Err("no call was made yet".to_owned()),
        count if count > MOST => {
            return Err(format!(
                "the log has {count} lines, and {MOST} are the limit for a line: {advice}"
            ));
        }
        _ => {}
    }
    // A line of the log has its result in a column.
    let commands = lines
        .iter()
        .filter_map(|line| parse_line(line).ok()?.command);
    let commands: Vec<String> = commands.map(|command| command.to_string()).collect();
    if commands.len() < lines.len() {
        return Err(format!(
            "the log has calls that are pending, refused or not kept, which are comments: {advice}"
        ));
    }
    Ok(format!("sockplay run -c {}", quoted(&commands.join("; "))))
}

/// A text as one word of sh(1): between single quotes nothing has a meaning but the quote itself.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use crate::script::shell_line::*;

    /// What a shell makes of a word.
    fn read_by_sh(word: &str) -> String {
        let output = Command::new("sh")
            .args(["-c", &format!("printf %s {word}")])
            .output();
        String::from_utf8(output.expect("a shell").stdout).expect("text")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn a_shell_reads_what_was_quoted(text in r#"([^\x00]|['"\\$`!;\n\x1b*# ]){0,30}"#) {
            prop_assert_eq!(read_by_sh(&quoted(&text)), text);
        }
    }

    #[test]
    fn a_short_log_is_one_line() {
        let line = shell_line(
            "a, b = socketpair(AF_UNIX, SOCK_STREAM)  -> fd, fd\nsend(a, \"it's; \\x1b\")   -> 6\n",
        );
        let wanted = r#"sockplay run -c 'a, b = socketpair(AF_UNIX, SOCK_STREAM) -> fd, fd; send(a, "it'\''s; \x1b") -> 6'"#;
        assert_eq!(line.as_deref(), Ok(wanted));
    }

    #[test]
    fn what_is_no_line_is_said() {
        assert!(shell_line("").is_err());
        assert!(shell_line(&"close(900) -> EBADF\n".repeat(11)).is_err());
        assert!(shell_line("# still pending: accept(l)\n").is_err());
    }
}
