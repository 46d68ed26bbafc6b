//! Arguments between brackets: the sets of poll and select, the buffers of a message, signals; and the timeouts
//! that go with them.

use std::time::Duration;

use crate::call::argument::{Descriptor, Millis, PollEntry, Sets};
use crate::call::data::Data;
use crate::call::mask::Mask;
use crate::call::timeout::Timeout;
use crate::notation::parse::SyntaxError;
use crate::notation::parse::args::{Args, descriptor, mask};
use crate::notation::parse::calls::Read;
use crate::notation::parse::lexer::Lexeme;
use crate::notation::parse::literal::parse_duration;
use crate::socket::constant::{POLL_EVENTS, SIGNALS};
use crate::socket::{PollEvents, Sig};

/// The most entries of a list: load stays bounded.
const MOST: usize = 4096;

/// The pieces of `[a, b]`.
pub(crate) fn list<'a>(lexeme: Lexeme<'a>, example: &str) -> Result<Vec<Lexeme<'a>>, SyntaxError> {
    let inner = lexeme.text.starts_with('[') && lexeme.text.ends_with(']') && lexeme.text.len() > 1;
    if !inner {
        let message = format!("`{}` is not a list in brackets", lexeme.text);
        return Err(SyntaxError::new(lexeme.span(), message).help(format!("for example {example}")));
    }
    let parts = crate::notation::parse::lexer::arguments(lexeme.part(1..lexeme.text.len() - 1))?;
    if parts.len() > MOST {
        let message = format!("more than {MOST} entries");
        return Err(SyntaxError::new(lexeme.span(), message));
    }
    Ok(parts)
}

/// `[s: POLLIN, c: POLLIN|POLLOUT]`
impl Read for Vec<PollEntry> {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        const EXAMPLE: &str = "[s: POLLIN, c: POLLIN|POLLOUT]";
        list(args.required("a set of descriptors")?, EXAMPLE)?
            .into_iter()
            .map(|lexeme| {
                let Some((socket, events)) = lexeme.text.split_once(':') else {
                    let message = format!("`{}` does not say what to wait for", lexeme.text);
                    return Err(SyntaxError::new(lexeme.span(), message)
                        .help(format!("for example {EXAMPLE}")));
                };
                let at = socket.len() + 1;
                let socket = descriptor(lexeme.part(0..socket.len()))?;
                let events = mask(lexeme.part(at..at + events.len()), &POLL_EVENTS)?;
                Ok(PollEntry {
                    socket,
                    events: PollEvents(events),
                })
            })
            .collect()
    }
}

/// `read [a, b], write [c], except []`, where what is left out is empty; or all three as in C: `[a, b], [c], NULL`.
impl Read for Box<Sets> {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let mut sets = Sets {
            read: Vec::new(),
            write: Vec::new(),
            except: Vec::new(),
        };
        for set in [&mut sets.read, &mut sets.write, &mut sets.except] {
            match args.peek() {
                Some("NULL") => drop(args.next()),
                Some(text) if text.starts_with('[') => {
                    *set = descriptors(args.required("a set")?)?;
                }
                _ => break,
            }
        }
        while let Some(text) = args.peek() {
            let word = text.split([' ', '[']).next().unwrap_or_default();
            let set = match word {
                "read" => &mut sets.read,
                "write" => &mut sets.write,
                "except" => &mut sets.except,
                _ => break,
            };
            let lexeme = args.required("a set")?;
            let rest = lexeme.part(word.len()..lexeme.text.len());
            // In the loose form the list is a word of its own.
            let of = if rest.text.is_empty() {
                args.required("a list such as [s, c]")?
            } else {
                rest
            };
            set.extend(descriptors(of)?);
        }
        Ok(Self::new(sets))
    }
}

fn descriptors(lexeme: Lexeme<'_>) -> Result<Vec<Descriptor>, SyntaxError> {
    list(lexeme, "[s, c]")?
        .into_iter()
        .map(descriptor)
        .collect()
}

/// `[SIGIO, SIGURG]`
impl Read for Vec<Sig> {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        list(args.required("a list of signals")?, "[SIGIO, SIGURG]")?
            .into_iter()
            .map(|lexeme| {
                // Waiting for others could take a signal that the program itself needs.
                match SIGNALS.find(lexeme.text) {
                    Some(row) => Ok(Sig(row.value)),
                    None => Err(crate::notation::parse::args::unknown_constant(
                        lexeme, &SIGNALS,
                    )),
                }
            })
            .collect()
    }
}

/// `[SIGIO]`, which may be left out: a null pointer.
impl Read for Mask {
    fn read(args: &mut Args<'_>, name: &str) -> Result<Self, SyntaxError> {
        match args.peek() {
            Some("NULL") => drop(args.next()),
            Some(text) if text.starts_with('[') => {
                return Vec::read(args, name).map(Some).map(Self);
            }
            _ => {}
        }
        Ok(Self(None))
    }
}

/// `100` or `[3, 5]`: the sizes of receive buffers.
impl Read for Vec<usize> {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("a size in bytes")?;
        let pieces = if lexeme.text.starts_with('[') {
            list(lexeme, "[3, 5]")?
        } else {
            vec![lexeme]
        };
        let sizes = pieces.into_iter().map(|lexeme| {
            crate::notation::parse::literal::size(lexeme.text)
                .map_err(|message| SyntaxError::new(lexeme.span(), message))
        });
        sizes.collect()
    }
}

/// `["he", "llo"]`: the buffers of a sending call.
impl Read for Vec<Data> {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("buffers such as [\"he\", \"llo\"]")?;
        let pieces = if lexeme.text.starts_with('[') {
            list(lexeme, "[\"he\", \"llo\"]")?
        } else {
            vec![lexeme]
        };
        let data = pieces.into_iter().map(|lexeme| {
            crate::notation::parse::literal::parse_data(lexeme.text)
                .map_err(|message| SyntaxError::new(lexeme.span(), message))
        });
        data.collect()
    }
}

/// A timeout of poll and epoll_wait: milliseconds, or a duration. Negative is forever.
impl Read for Millis {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("a timeout")?;
        if let Ok(millis) = crate::notation::parse::literal::int(lexeme.text) {
            return Ok(Self(millis));
        }
        let (sign, text) = match lexeme.text.strip_prefix('-') {
            Some(text) => (-1, text),
            None => (1, lexeme.text),
        };
        let span = parse_duration(text).ok_or_else(|| no_timeout(lexeme))?;
        let millis = span.as_nanos().div_ceil(1_000_000);
        i32::try_from(millis)
            .map(|millis| Self(sign * millis))
            .map_err(|_| no_timeout(lexeme))
    }
}

/// A timeout of select, ppoll and sigtimedwait: milliseconds, a duration, or -1 forever. Another negative one is passed as it
/// is.
impl Read for Timeout {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("a timeout")?;
        if lexeme.text == "-1" || lexeme.text == "NULL" {
            return Ok(Self::Forever);
        }
        let read = match lexeme.text.strip_prefix('-') {
            Some(text) => parse_duration(text).map(negative),
            None => parse_duration(lexeme.text).map(Self::Span),
        };
        read.ok_or_else(|| no_timeout(lexeme))
    }
}

/// A timeout that may follow: what is none is something else.
impl Read for Option<Timeout> {
    fn read(args: &mut Args<'_>, name: &str) -> Result<Self, SyntaxError> {
        let is_timeout = args.peek().is_some_and(|text| {
            let span = text.strip_prefix('-').unwrap_or(text);
            text == "NULL" || parse_duration(span).is_some()
        });
        match is_timeout {
            true => Timeout::read(args, name).map(Some),
            false => Ok(None),
        }
    }
}

/// Minus nought is nought.
fn negative(span: Duration) -> Timeout {
    match span {
        Duration::ZERO => Timeout::Span(span),
        span => Timeout::Negative(span),
    }
}

fn no_timeout(lexeme: Lexeme<'_>) -> SyntaxError {
    SyntaxError::new(lexeme.span(), format!("`{}` is not a timeout", lexeme.text))
        .help("milliseconds, a duration such as 2s, or -1 to wait forever")
}
