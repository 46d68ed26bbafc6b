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

/// A text of which nothing is markup.
fn prose(text: &str) -> String {
    let escaped = |c: char| match c {
        '\n' => " ".to_owned(),
        c if c.is_ascii_punctuation() && !matches!(c, ',' | ':' | ';' | '/' | '"' | '\'' | '%') => {
            format!("\\{c}")
        }
        c => c.to_string(),
    };
    let shown: String = text.chars().map(escaped).collect();
    comment(&shown)
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
            "\\<b\\>\\*x\\*\\_y\\_ \\[z\\]\\(w\\)"
        );
        assert!(!prose("a\u{1b}[31m\n# b").contains(['\u{1b}', '\n']));
    }
}
