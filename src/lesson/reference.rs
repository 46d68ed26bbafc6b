//! What a lesson or a card is taken from: manual pages and RFCs, which have an address, and books.
//!
//! An address is made only where its form is known to be right. It consists of letters, digits and a few signs, whatever
//! the text is, since it is written into files and to a terminal.

/// A source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What it is called.
    pub text: String,
    /// Where it can be read.
    pub url: Option<String>,
}

/// Books whose titles are written as an abbreviation.
const BOOKS: [(&str, &str); 2] = [
    ("TLPI ", "The Linux Programming Interface"),
    ("UNP ", "UNIX Network Programming"),
];

/// The sources of a list that is separated by semicolons: `send(2); RFC 9293 3.5, 3.6; TLPI 61.1`. Each section of an RFC
/// is one of its own.
pub fn references(list: &str) -> Vec<Reference> {
    let parts = list.split(';').map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .flat_map(read)
        .collect()
}

/// The same as Markdown: links, separated by semicolons.
pub fn markdown(list: &str) -> String {
    joined(list, |Reference { text, url }| match url {
        Some(url) => format!("[{text}]({url})"),
        None => text,
    })
}

/// The sources of a list, each written by `one`.
pub(crate) fn joined(list: &str, one: impl Fn(Reference) -> String) -> String {
    let all: Vec<String> = references(list).into_iter().map(one).collect();
    all.join("; ")
}

fn read(part: &str) -> Vec<Reference> {
    if let Some(url) = manual_page(part) {
        return vec![Reference {
            text: part.to_owned(),
            url: Some(url),
        }];
    }
    if let Some(found) = part.strip_prefix("RFC ").and_then(rfc) {
        return found;
    }
    let book = BOOKS.iter().find_map(|(short, title)| {
        let sections = part.strip_prefix(short)?;
        Some(format!("{title} {sections}"))
    });
    vec![Reference {
        text: book.unwrap_or_else(|| part.to_owned()),
        url: None,
    }]
}

/// The address of `send(2)` or `sockaddr(3type)`.
fn manual_page(part: &str) -> Option<String> {
    let (name, section) = part.strip_suffix(')')?.split_once('(')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let number = section.chars().next().filter(char::is_ascii_digit)?;
    let is_section = section.chars().skip(1).all(|c| c.is_ascii_lowercase());
    let is_page = !name.is_empty() && name.chars().all(is_name) && is_section;
    is_page.then(|| format!("https://man7.org/linux/man-pages/man{number}/{name}.{section}.html"))
}

/// The sections of `9293 3.5, 3.6`, or the whole of `768`.
fn rfc(rest: &str) -> Option<Vec<Reference>> {
    let (number, sections) = rest.split_once(' ').unwrap_or((rest, ""));
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    if !is_number(number) {
        return None;
    }
    let whole = format!("https://www.rfc-editor.org/rfc/rfc{number}");
    if sections.is_empty() {
        return Some(vec![Reference {
            text: format!("RFC {number}"),
            url: Some(whole),
        }]);
    }
    let section = |section: &str| {
        section.split('.').all(is_number).then(|| Reference {
            text: format!("RFC {number} {section}"),
            url: Some(format!("{whole}#section-{section}")),
        })
    };
    sections.split(',').map(|own| section(own.trim())).collect()
}

#[cfg(test)]
mod tests {
    use crate::lesson::reference::*;

    #[test]
    fn manual_pages_and_rfcs_have_addresses_and_books_have_none() {
        let list = "send(2); sockaddr(3type); _exit(2); RFC 768; RFC 9293 3.5.2, 3.6; TLPI 61.1; UNP 4, 5; A book 3";
        let found = references(list);
        let found: Vec<(&str, Option<&str>)> = found
            .iter()
            .map(|own| (own.text.as_str(), own.url.as_deref()))
            .collect();
        assert_eq!(
            found,
            [
                (
                    "send(2)",
                    Some("https://man7.org/linux/man-pages/man2/send.2.html")
                ),
                (
                    "sockaddr(3type)",
                    Some("https://man7.org/linux/man-pages/man3/sockaddr.3type.html")
                ),
                (
                    "_exit(2)",
                    Some("https://man7.org/linux/man-pages/man2/_exit.2.html")
                ),
                ("RFC 768", Some("https://www.rfc-editor.org/rfc/rfc768")),
                (
                    "RFC 9293 3.5.2",
                    Some("https://www.rfc-editor.org/rfc/rfc9293#section-3.5.2")
                ),
                (
                    "RFC 9293 3.6",
                    Some("https://www.rfc-editor.org/rfc/rfc9293#section-3.6")
                ),
                ("The Linux Programming Interface 61.1", None),
                ("UNIX Network Programming 4, 5", None),
                ("A book 3", None),
            ]
        );
    }

    #[test]
    fn what_has_another_form_is_text() {
        for text in [
            "se nd(2)",
            "../x(2)",
            "x(\u{1b})",
            "(2)",
            "f(x)",
            "RFC x",
            "RFC 1 a",
            "RFC 9293 3.6.",
            "https://a/b",
        ] {
            let [one] = references(text).try_into().expect("one source");
            let as_it_is = Reference {
                text: text.to_owned(),
                url: None,
            };
            assert_eq!(one, as_it_is);
        }
        assert_eq!(references(" ; "), []);
    }

    #[test]
    fn as_markdown_they_are_links() {
        assert_eq!(
            markdown("listen(2); TLPI 56.5"),
            "[listen(2)](https://man7.org/linux/man-pages/man2/listen.2.html); \
             The Linux Programming Interface 56.5"
        );
    }
}
