//! Text from outside in an HTML document.

use crate::socket::text::does_harm;

/// A text as the content of an element, or as the value of an attribute in double quotes. No character of it can end
/// either, and those that a terminal would obey or that reorder a line are replaced by their escapes.
pub(crate) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push('\n'),
            c if does_harm(c) => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::terminal::export::page::escape::html;

    /// What a browser reads.
    fn read(text: &str) -> String {
        let entities = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#39;", "'"),
            ("&amp;", "&"),
        ];
        let replaced = |text: String, (entity, c): (&str, &str)| text.replace(entity, c);
        entities.into_iter().fold(text.to_owned(), replaced)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_ends_an_element_or_an_attribute_and_each_can_be_read_again(
            parts in proptest::collection::vec(prop_oneof![
                Just("</script>".to_owned()), Just("*/".to_owned()), Just("'; rm".to_owned()), Just("\x1b[2J".to_owned()),
                Just("\" onload=\"".to_owned()), Just("&amp;".to_owned()), Just("&lt;".to_owned()), Just("-->".to_owned()),
                Just("\u{202e}".to_owned()), Just("\0".to_owned()), any::<String>(),
                proptest::collection::vec(any::<u8>(), 0..20).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
            ], 0..6),
        ) {
            let text = parts.concat();
            let written = html(&text);
            prop_assert!(!written.contains(['<', '>', '"', '\'', '\x1b', '\0', '\u{202e}']), "{written}");
            let shown: String = text
                .chars()
                .map(|c| if c != '\n' && crate::socket::text::does_harm(c) { c.escape_default().to_string() } else { c.to_string() })
                .collect();
            prop_assert_eq!(read(&written), shown);
        }
    }
}
