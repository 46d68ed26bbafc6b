//! The texts of the code: what is between quotes, to find names of keys that are written out.

/// A text between quotes and the line in which it begins.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Text {
    /// The text, its escapes as they are written.
    pub(crate) text: String,
    /// The line, from 1.
    pub(crate) line: usize,
}

/// The texts of some code up to its tests. Comments are left out; of raw texts the first line is enough.
pub(crate) fn texts(code: &str) -> Vec<Text> {
    let code = code.split("#[cfg(test)]").next().unwrap_or_default();
    let chars: Vec<char> = code.chars().collect();
    let (mut found, mut at, mut line) = (Vec::new(), 0, 1);
    while at < chars.len() {
        match chars[at..] {
            ['/', '/', ..] => {
                at += chars[at..].iter().take_while(|c| **c != '\n').count();
                continue;
            }
            // A quote as a character.
            ['\'', '"', '\'', ..] => at += 2,
            ['\'', '\\', _, '\'', ..] => at += 3,
            ['"', ..] => {
                let begins = line;
                let mut text = String::new();
                at += 1;
                while at < chars.len() && chars[at] != '"' {
                    if chars[at] == '\\' {
                        text.push(chars[at]);
                        at += 1;
                    }
                    line += usize::from(chars.get(at) == Some(&'\n'));
                    text.extend(chars.get(at));
                    at += 1;
                }
                found.push(Text { text, line: begins });
            }
            ['\n', ..] => line += 1,
            _ => {}
        }
        at += 1;
    }
    found
}

/// Whether a text has the name of a key in it.
pub(crate) fn names_key(text: &str) -> bool {
    const NAMES: [&str; 12] = [
        "Esc",
        "Enter",
        "Tab",
        "Space",
        "Backspace",
        "Bksp",
        "PageUp",
        "PageDown",
        "PgUp",
        "PgDn",
        "Ctrl",
        "Up/Down",
    ];
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '/'));
    words.into_iter().any(|word| {
        let digits = word.strip_prefix('F').unwrap_or_default();
        let is_function_key = digits.parse::<u8>().is_ok_and(|number| number <= 12);
        NAMES.contains(&word) || is_function_key
    })
}

#[test]
fn names_of_keys_are_found_in_texts_and_not_in_comments() {
    let code = "let a = \"F5 begins\"; // \"F6\"\nlet b = ('\"', \"two \\\" lines\n Enter\");";
    let texts = texts(code);
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts.iter().all(|text| names_key(&text.text)), "{texts:?}");
    assert_eq!(texts[1].line, 2);
    assert!(!names_key("Entered F_SETFL FIN Tables"));
}
