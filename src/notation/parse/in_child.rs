//! `in p`: the child that makes a call.

use crate::call::Call;
use crate::call::argument::{Descriptor, Name};
use crate::call::table::InChild;
use crate::notation::diagnostic::SyntaxError;
use crate::notation::parse::lexer::Lexeme;

/// What is written before the name of the process.
const IN: &str = " in ";

/// Takes `in p` off the end of a call.
pub(crate) fn process(call: Lexeme<'_>) -> (Lexeme<'_>, Option<(Name, Lexeme<'_>)>) {
    let found = call.text.rfind(IN).and_then(|at| {
        let text = &call.text[at + IN.len()..];
        let name = Name::new(text.trim())?;
        Some((at, name))
    });
    match found {
        Some((at, name)) => {
            let whole = call.part(at + 1..call.text.len());
            (
                Lexeme::trimmed(&call.text[..at], call.at),
                Some((name, whole)),
            )
        }
        None => (call, None),
    }
}

/// Which child makes a call: the one that is named behind it, or that of `x in p` in its arguments, which become plain
/// names.
pub(crate) fn resolve(
    call: &mut Call,
    behind: Option<(Name, Lexeme<'_>)>,
    text: Lexeme<'_>,
) -> Result<Option<Name>, SyntaxError> {
    let mut inside = None;
    let mut is_one = true;
    {
        let first = call.socket_mut().cloned();
        let others: Vec<Descriptor> = call.others().into_iter().cloned().collect();
        for descriptor in first.iter().chain(&others) {
            let own = match descriptor {
                Descriptor::Named(name) => name.process(),
                Descriptor::Raw(_) => continue,
            };
            let before = inside.get_or_insert_with(|| own.clone());
            is_one &= *before == own;
        }
    }
    let inside = inside.flatten();
    let span = behind
        .as_ref()
        .map_or_else(|| text.span(), |(_, lexeme)| lexeme.span());
    if !is_one {
        return Err(
            SyntaxError::new(span, "the descriptors are of different processes").help(
                "a process makes calls on its own descriptors: poll([x: POLLIN, y: POLLIN]) in p",
            ),
        );
    }
    let behind = behind.map(|(name, _)| name);
    let process = match (behind, inside) {
        (Some(behind), Some(inside)) if behind != inside => {
            let message = format!("{behind} cannot make a call on a descriptor of {inside}");
            return Err(SyntaxError::new(span, message));
        }
        (behind, inside) => behind.or(inside),
    };
    plain(call);
    match (process, call.call_kind().signature().in_child) {
        (Some(_), InChild::Refused(why)) => {
            let message = format!("{}() is not made in a child", call.word());
            Err(SyntaxError::new(span, message).help(why))
        }
        (None, InChild::Only) => {
            let example = call.call_kind().signature().example;
            let message = format!("{}() would be for sockplay itself", call.word());
            Err(SyntaxError::new(span, message)
                .help(format!("it is for a child that fork() made: {example}")))
        }
        (process, _) => Ok(process),
    }
}

/// Takes the processes out of the names of descriptors.
fn plain(call: &mut Call) {
    let base = |descriptor: &mut Descriptor| {
        if let Descriptor::Named(name) = descriptor {
            *name = name.base();
        }
    };
    if let Some(socket) = call.socket_mut() {
        base(socket);
    }
    call.others_mut().into_iter().for_each(base);
}

#[cfg(test)]
mod tests {
    use crate::notation::parse_line;

    #[track_caller]
    fn parsed(line: &str) -> String {
        parse_line(line).expect(line).to_string()
    }

    #[test]
    fn a_call_in_a_child_is_written_in_several_ways_and_printed_in_one() {
        let canonical = "s = accept(l) in p -> fd from *";
        for line in [
            canonical,
            "s = accept(l in p) -> fd from *",
            "s = accept l in p -> fd from *",
            "s = accept(l)  in  p -> fd from *",
        ] {
            assert_eq!(parsed(line), canonical);
        }
        assert_eq!(parsed("send(x, \"a in p\")"), "send(x, \"a in p\")");
        assert_eq!(parsed("send(x, \"a\") in p &"), "send(x, \"a\") in p &");
        assert_eq!(parsed("close(3) in p"), "close(3) in p");
        assert_eq!(
            parsed("poll([x in p: POLLIN, y in p: POLLIN], 0)"),
            "poll([x: POLLIN, y: POLLIN], 0) in p"
        );
    }

    #[test]
    fn what_a_child_cannot_do_is_said_with_what_to_do() {
        for (line, part) in [
            ("fork() in p", "without `in`"),
            ("serve(l, echo) in p", "one thread"),
            ("_exit(0)", "_exit(0) in p"),
            ("setrlimit(RLIMIT_NOFILE, 9)", "RLIMIT_NOFILE, 10) in p"),
            ("close(x in p) in q", "cannot make a call"),
            ("dup2(x in p, y)", "different processes"),
            ("sleep(5ms) in p", "without `in`"),
        ] {
            let error = parse_line(line).expect_err(line);
            let text = format!("{error} {:?}", error.help);
            assert!(text.contains(part), "{line}: {text}");
        }
    }
}
