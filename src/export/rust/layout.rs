//! Long lines of a program in Rust, laid out as rustfmt lays them out: a statement that is too wide is broken at its
//! method calls, its arguments or its fields.

/// How wide a line may be.
const WIDTH: usize = 100;
/// How wide the arguments of a call, a chain of method calls, or an array may be in one line.
const PART: usize = 60;
/// How wide the fields of a struct may be in one line.
const FIELDS: usize = 18;

/// A text with its long lines laid out. Comments and what was recorded in literals stay as they are.
pub(crate) fn laid_out(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        result.push_str(&line[..indent]);
        result.push_str(&statement(&line[indent..], indent));
        result.push('\n');
    }
    result
}

/// A statement, laid out where its first line is indented so far.
fn statement(text: &str, indent: usize) -> String {
    let is_import = text.starts_with("use ");
    let is_whole = text.ends_with(';') && is_balanced(text) && !is_import;
    let Some(inner) = text.strip_suffix(';').filter(|_| is_whole) else {
        return text.to_owned();
    };
    let (begin, value) = match inner
        .strip_prefix("let ")
        .and_then(|_| inner.split_once(" = "))
    {
        Some((begin, value)) => (format!("{begin} = "), value),
        None => (String::new(), inner),
    };
    let place = Place {
        indent,
        column: indent + begin.chars().count(),
        after: 1,
    };
    let next = place.inner(1);
    if !begin.is_empty() && !place.fits(value) && next.fits(value) && is_narrow(value) {
        return format!("{}\n{}{value};", begin.trim_end(), " ".repeat(next.indent));
    }
    format!("{begin}{};", expression(value, place))
}

/// Where an expression is.
#[derive(Clone, Copy)]
struct Place {
    /// How far its lines are indented.
    indent: usize,
    /// The column of its first character.
    column: usize,
    /// How many characters follow it in its last line.
    after: usize,
}

impl Place {
    /// A line of its own, one step further in.
    fn inner(self, after: usize) -> Self {
        let indent = self.indent + 4;
        Self {
            indent,
            column: indent,
            after,
        }
    }

    fn fits(self, text: &str) -> bool {
        self.column + text.chars().count() + self.after <= WIDTH
    }
}

fn expression(text: &str, place: Place) -> String {
    let is_literal = |text: &str| text.starts_with('"') && text.ends_with('"');
    let only = group(text).filter(|(_, _, inner)| parts(inner).len() == 1 && is_literal(inner));
    let only = only.filter(|_| links(text).len() == 1);
    if place.fits(text) && (is_narrow(text) || only.is_some()) {
        return text.to_owned();
    }
    for begin in ["&", "*"] {
        if let Some(rest) = text
            .strip_prefix(begin)
            .filter(|_| !text.starts_with("&raw"))
        {
            let place = Place {
                column: place.column + 1,
                ..place
            };
            return format!("{begin}{}", expression(rest, place));
        }
    }
    if let Some((value, of_type)) = cast(text) {
        let place = Place {
            after: place.after + of_type.len(),
            ..place
        };
        return format!("{}{of_type}", expression(value, place));
    }
    let links = links(text);
    if links.len() > 1 {
        return chain(&links, place);
    }
    let Some((name, open, inner)) = group(text) else {
        return text.to_owned();
    };
    let indent = " ".repeat(place.indent);
    match open {
        '{' if name == "unsafe " => {
            let inner = expression(inner.trim(), place.inner(0));
            format!("unsafe {{\n{indent}    {inner}\n{indent}}}")
        }
        '{' => {
            let fields = parts(inner).into_iter().map(|field| {
                let value = field.split_once(": ").map_or(field, |(_, value)| value);
                let name = &field[..field.len() - value.len()];
                let inner = place.inner(1);
                let inner = Place {
                    column: inner.column + name.len(),
                    ..inner
                };
                format!("{indent}    {name}{},\n", expression(value, inner))
            });
            format!("{name}{{\n{}{indent}}}", fields.collect::<String>())
        }
        _ => arguments(name, open, inner, place),
    }
}

/// An expression and the type that it is cast to.
fn cast(text: &str) -> Option<(&str, &str)> {
    let at = text.rfind(" as ")?;
    let of_type = &text[at + 4..];
    let is_name = of_type
        .chars()
        .all(|c| c.is_alphanumeric() || c == '_' || c == ':');
    (is_name && is_balanced(&text[..at])).then(|| text.split_at(at))
}

/// The arguments of a call or of a macro, or the elements of an array.
fn arguments(name: &str, open: char, inner: &str, place: Place) -> String {
    let close = if open == '(' { ')' } else { ']' };
    let indent = " ".repeat(place.indent);
    let all = parts(inner);
    if let [only] = all.as_slice()
        && (can_overflow(only) && open == '('
            || only.ends_with(" }") && !only.starts_with("unsafe"))
    {
        let first = Place {
            column: place.column + name.len() + 1,
            after: place.after + 1,
            ..place
        };
        return format!("{name}{open}{}{close}", closure_or(only, first));
    }
    if let [before @ .., last] = all.as_slice()
        && last.starts_with("unsafe {")
        && open == '('
    {
        let begin = format!("{name}({}, ", before.join(", "));
        let first = Place {
            column: place.column + begin.chars().count(),
            after: place.after + 1,
            ..place
        };
        return format!("{begin}{})", expression(last, first));
    }
    let comma = if name.ends_with('!') { "" } else { "," };
    let count = all.len();
    let each = all.into_iter().enumerate().map(|(at, part)| {
        let comma = if at + 1 < count { "," } else { comma };
        format!("{indent}    {}{comma}\n", expression(part, place.inner(1)))
    });
    format!("{name}{open}\n{}{indent}{close}", each.collect::<String>())
}

/// Whether the only argument of a call begins in the line of the call.
fn can_overflow(text: &str) -> bool {
    let text = text.trim_start_matches('&');
    text.starts_with('|')
        || links(text).len() == 1 && group(text).is_some()
        || links(text).len() > 1 && text.ends_with(')')
}

/// A closure whose body gets braces, or another expression.
fn closure_or(text: &str, place: Place) -> String {
    let closure = text
        .strip_prefix('|')
        .and_then(|rest| rest.split_once("| "));
    let Some((names, body)) = closure else {
        return expression(text, place);
    };
    let body = body
        .strip_prefix("{ ")
        .and_then(|own| own.strip_suffix(" }"))
        .unwrap_or(body);
    let indent = " ".repeat(place.indent);
    let lines = pieces(body, "; ").into_iter();
    let count = lines.len();
    let lines = lines.enumerate().map(|(at, line)| {
        let end = if at + 1 < count { ";" } else { "" };
        let inner = place.inner(end.len());
        format!("{indent}    {}{end}\n", expression(line, inner))
    });
    format!("|{names}| {{\n{}{indent}}}", lines.collect::<String>())
}

/// Method calls one below the other.
fn chain(links: &[&str], place: Place) -> String {
    let (mut root, mut rest) = (links[0].to_owned(), &links[1..]);
    let start = Place { after: 0, ..place };
    if !start.fits(&root) || !is_narrow(&root) {
        root = expression(&root, start);
    }
    // A short one has the first call in its line.
    let tab = 4usize.saturating_sub(place.column - place.indent);
    if root.chars().count() <= tab && rest.len() > 1 {
        let place = Place {
            column: place.column + root.len(),
            ..start
        };
        root.push_str(&link(rest[0], place));
        rest = &rest[1..];
    }
    let indent = match root.contains('\n') {
        true => place.indent,
        false => place.indent + 4,
    };
    let mut text = root;
    for (at, own) in rest.iter().enumerate() {
        let after = if at + 1 == rest.len() { place.after } else { 0 };
        let place = Place {
            indent,
            column: indent,
            after,
        };
        text.push('\n');
        text.push_str(&" ".repeat(indent));
        text.push_str(&link(own, place));
    }
    text
}

fn link(text: &str, place: Place) -> String {
    if place.fits(text) && is_narrow(text) {
        return text.to_owned();
    }
    match group(text) {
        Some((name, open, inner)) => arguments(name, open, inner, place),
        None => text.to_owned(),
    }
}

/// Whether everything in an expression is narrow enough for one line.
fn is_narrow(text: &str) -> bool {
    if let Some((value, _)) = cast(text) {
        return is_narrow(value);
    }
    let links = links(text);
    if links.len() > 2 && text.chars().count() > PART {
        return false;
    }
    if links.len() > 1 {
        return links.iter().all(|link| is_narrow(link));
    }
    let Some((name, open, inner)) = group(text) else {
        return match text.strip_prefix(['&', '*', '.']) {
            Some(rest) => is_narrow(rest),
            None => true,
        };
    };
    let width = inner.trim().chars().count();
    let limit = match open {
        '{' if name.trim() == "unsafe" || name.trim().ends_with('|') => WIDTH,
        '{' if name.is_empty() => WIDTH,
        '{' => FIELDS,
        '(' if inner.starts_with("unsafe {") && parts(inner).len() == 1 => WIDTH,
        _ => PART,
    };
    width <= limit
        && parts(inner)
            .iter()
            .all(|part| is_narrow(value_of(part.trim())))
}

/// What follows the name of a field.
fn value_of(part: &str) -> &str {
    match part.split_once(": ") {
        Some((name, value)) if name.chars().all(|c| c.is_alphanumeric() || c == '_') => value,
        _ => part,
    }
}

/// An expression that ends with a group: what is before it, the bracket, and what is in it.
fn group(text: &str) -> Option<(&str, char, &str)> {
    text.ends_with([')', ']', '}']).then_some(())?;
    let mut open_at = None;
    let mut depth = 0;
    scan(text, |at, c| {
        if "([{".contains(c) {
            if depth == 0 {
                open_at = Some((at, c));
            }
            depth += 1;
        } else if ")]}".contains(c) {
            depth -= 1;
        }
    });
    let (at, open) = open_at?;
    Some((&text[..at], open, &text[at + 1..text.len() - 1]))
}

/// An expression and the methods that are called on it, each with its dot.
fn links(text: &str) -> Vec<&str> {
    let mut cuts = vec![0];
    let (mut depth, mut before) = (0, ' ');
    let mut seen_space = false;
    scan(text, |at, c| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '.' if depth == 0 && at > 0 && before != '.' && !before.is_ascii_digit() => {
                let next = text[at + 1..].chars().next();
                if next.is_some_and(|next| next.is_ascii_lowercase()) {
                    cuts.push(at);
                }
            }
            ' ' | '|' | '=' if depth == 0 => seen_space = true,
            _ => {}
        }
        before = c;
    });
    let is_unsafe = text.starts_with("unsafe {");
    if seen_space && !is_unsafe {
        return vec![text];
    }
    let ends = cuts.iter().skip(1).copied().chain([text.len()]);
    let all: Vec<&str> = cuts
        .iter()
        .zip(ends)
        .map(|(from, to)| &text[*from..to])
        .collect();
    // Fields are no calls.
    match all[1..].iter().all(|link| link.contains('(')) {
        true => all,
        false => vec![text],
    }
}

/// The parts of a list.
fn parts(text: &str) -> Vec<&str> {
    pieces(text.trim(), ", ")
}

fn pieces<'a>(text: &'a str, between: &str) -> Vec<&'a str> {
    let (mut depth, mut from, mut all) = (0, 0, Vec::new());
    let mut bars = false;
    scan(text, |at, c| match c {
        '(' | '[' | '{' => depth += 1,
        ')' | ']' | '}' => depth -= 1,
        '|' if depth == 0 && (bars || at == from) => bars = !bars,
        _ if depth == 0 && !bars && at >= from && text[at..].starts_with(between) => {
            all.push(&text[from..at]);
            from = at + between.len();
        }
        _ => {}
    });
    if from < text.len() {
        all.push(&text[from..]);
    }
    all
}

fn is_balanced(text: &str) -> bool {
    let (mut depth, mut is_good) = (0i32, true);
    let mut before = ' ';
    scan(text, |_, c| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '/' if before == '/' || before == '*' => is_good = false,
            '*' if before == '/' => is_good = false,
            _ => {}
        }
        is_good &= depth >= 0;
        before = c;
    });
    is_good && depth == 0
}

/// Goes through the characters outside literals.
fn scan(text: &str, mut each: impl FnMut(usize, char)) {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            c => each(at, c),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::export::rust::layout::*;

    #[test]
    fn a_long_statement_is_laid_out_as_rustfmt_does_it() {
        let text = "    let received = s.recv_with_flags(as_uninit(&mut buffer), libc::MSG_WAITALL).expect(\"recv\");\n";
        let expected = "    let received = s\n        .recv_with_flags(as_uninit(&mut buffer), libc::MSG_WAITALL)\n        .expect(\"recv\");\n";
        assert_eq!(laid_out(text), expected);
        let text = "    let event = libc::epoll_event { events: libc::EPOLLIN as u32, u64: 5 };\n";
        let expected = "    let event = libc::epoll_event {\n        events: libc::EPOLLIN as u32,\n        u64: 5,\n    };\n";
        assert_eq!(laid_out(text), expected);
    }

    #[test]
    fn what_is_short_or_no_whole_statement_stays() {
        for text in [
            "    l.listen(5).expect(\"listen\");\n",
            "    // send(c, \"x\") -> 1;\n",
            "\u{1}7 \n",
            "    if message.msg_flags != 0 {\n",
            "    println!(\"  \\\"(;\");\n",
        ] {
            assert_eq!(laid_out(text), text);
        }
    }
}
