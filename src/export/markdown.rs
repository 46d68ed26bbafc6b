//! A session as a handout: each line with its result and its explanation, in Markdown.

use std::fmt::Write;

use crate::export::plan::line_of;
use crate::export::text::comment;
use crate::world::World;

/// The handout.
pub(crate) fn document(world: &World) -> String {
    let mut text = String::from("# A session of sockplay\n");
    let log = world.log();
    if log.forgotten() > 0 {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\nThe oldest {} calls were not kept.\n",
            log.forgotten()
        );
    }
    for (index, record) in log.iter().enumerate() {
        let line = line_of(record);
        let (call, result) = line.rsplit_once(" -> ").unwrap_or((&line, ""));
        let number = index + 1;
        let _ = write!(text, "\n## {number}. {}\n\n{}\n", code(call), code(result));
        let why = crate::explain::why(world, record);
        if !why.text.is_empty() {
            let source = match why.source {
                "" => String::new(),
                source => format!(" ({source})"),
            };
            let _ = write!(text, "\n{}\n", prose(&format!("{}{source}", why.text)));
        }
    }
    text
}

/// A text as code within a line: between more backquotes than it has in a row.
fn code(line: &str) -> String {
    let line = comment(line);
    let runs = line.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0) + 1);
    // A blank keeps a backquote at an end apart from the fence, and is not shown.
    match line.is_empty() {
        true => "—".to_owned(),
        false if line.starts_with('`') || line.ends_with('`') => format!("{fence} {line} {fence}"),
        false => format!("{fence}{line}{fence}"),
    }
}

/// Escapes a text so that none of it is markup. What would not be markup in its place stays as it is, since a person may
/// edit the handout.
fn prose(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut before = "";
    for (at, c) in text.char_indices() {
        let after = &text[at + c.len_utf8()..];
        if is_markup(before, c, after) {
            shown.push('\\');
        }
        shown.push(if c == '\n' { ' ' } else { c });
        before = &text[..at + c.len_utf8()];
    }
    comment(&shown)
}

/// Whether a character would be markup between what is before and after it in a paragraph.
fn is_markup(before: &str, c: char, after: &str) -> bool {
    let is_in_word =
        || before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric);
    let is_number = || !before.is_empty() && before.bytes().all(|byte| byte.is_ascii_digit());
    match c {
        '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '&' | '~' | '$' | '{' | '}' | '|' | '@'
        | '^' => true,
        '_' => !is_in_word(),
        // A heading or a list.
        '#' | '+' | '-' | '=' => before.is_empty(),
        ')' => is_number(),
        // GitHub makes links of addresses.
        '.' => is_number() || before.to_ascii_lowercase().ends_with("www"),
        ':' => after.starts_with("//"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::export::markdown::*;

    #[test]
    fn what_is_quoted_is_no_markup() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a `b`` c"), "```a `b`` c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("</script>\n# x"), "`</script>\\n# x`");
        assert_eq!(
            prose("<b>*x*_y_ [z](w)"),
            "\\<b\\>\\*x\\*\\_y\\_ \\[z\\](w)"
        );
        assert_eq!(prose("1. www.a http://b"), "1\\. www\\.a http\\://b");
        assert_eq!(prose("# a"), "\\# a");
        let plain = "epoll_wait() returned 2, not 3; see C# (TLPI 63.4.1).";
        assert_eq!(prose(plain), plain);
        assert!(!prose("a\u{1b}[31m\n# b").contains(['\u{1b}', '\n']));
    }
}
