//! The message of sendmsg(2) and those of sendmmsg(2): buffers, and what goes beside them.

use crate::call::argument::{Descriptor, Message};
use crate::call::data::Data;
use crate::call::table::Signature;
use crate::call::value::Credentials;
use crate::notation::parse::SyntaxError;
use crate::notation::parse::args::{Args, descriptor};
use crate::notation::parse::calls::{self, Read};
use crate::notation::parse::control_message;
use crate::notation::parse::lexer::{Lexeme, arguments};
use crate::notation::parse::sets::list;
use crate::socket::MsgFlags;

/// The most descriptors that go with one message, SCM_MAX_FD.
const MOST_FDS: usize = 253;

/// What sendmsg is given: buffers, then an address, flags, `fds(…)`, `creds(…)` and other control messages as far as they are there.
impl Read for Box<Message> {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let data = Vec::<Data>::read(args, "buffers")?;
        let mut message = Message {
            data,
            address: None,
            flags: MsgFlags(0),
            fds: Vec::new(),
            credentials: None,
            control: Vec::new(),
        };
        while let Some(text) = args.peek() {
            if let Some(word) = control_message::word(text) {
                beside(&mut message, word, args.required("a control message")?)?;
            } else if message.address.is_none()
                && crate::notation::parse::address::looks_like_address(text)
            {
                message.address = Some(calls::address(args)?);
            } else if text.starts_with("fds") || text.starts_with('[') {
                let lexeme = args.required("descriptors")?;
                let text = format!("`{}` does not pass descriptors", lexeme.text);
                return Err(SyntaxError::new(lexeme.span(), text).help("for example fds(x, y)"));
            } else if message.flags.0 == 0 {
                message.flags = args.msg_flags()?;
            } else {
                break;
            }
        }
        Ok(Self::new(message))
    }
}

/// What sendmmsg is given: `[["a"], {["b"], addr(v), IP_TTL(5)}]`.
impl Read for Vec<Message> {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        const EXAMPLE: &str = "[[\"a\"], {[\"b\"], addr(v)}]";
        let lexeme = args.required("messages")?;
        let row = args.row;
        let pieces = list(lexeme, EXAMPLE)?.into_iter();
        pieces.map(|piece| one_of_several(piece, row)).collect()
    }
}

fn one_of_several(piece: Lexeme<'_>, row: &'static Signature) -> Result<Message, SyntaxError> {
    let inner = piece.text.strip_prefix('{');
    let inner = inner.and_then(|rest| rest.strip_suffix('}'));
    let parts = match inner {
        Some(inner) => arguments(piece.part(1..1 + inner.len()))?,
        None => vec![piece],
    };
    let mut args = Args::new(row, parts, piece.end());
    let message = Box::<Message>::read(&mut args, "message")?;
    args.finish()?;
    if message.flags.0 != 0 {
        let text = "the flags of sendmmsg() are those of all messages, behind the list";
        return Err(SyntaxError::new(piece.span(), text));
    }
    Ok(*message)
}

/// Takes `fds(x)`, `creds(1, 0, 0)` or another control message into a message.
fn beside(message: &mut Message, word: &str, lexeme: Lexeme<'_>) -> Result<(), SyntaxError> {
    let is_bytes = lexeme.text.contains("hex(");
    match word {
        "fds" | "SCM_RIGHTS" => message.fds.extend(fds(word, lexeme)?),
        "creds" | "SCM_CREDENTIALS" if !is_bytes => {
            message.credentials = Some(credentials(word, lexeme)?);
        }
        _ => message
            .control
            .push(control_message::control_message(lexeme)?),
    }
    Ok(())
}

fn fds(word: &str, lexeme: Lexeme<'_>) -> Result<Vec<Descriptor>, SyntaxError> {
    let sockets = inner(lexeme, word, "fds(x, y)")?;
    if sockets.len() > MOST_FDS {
        let message = format!("one message carries at most {MOST_FDS} descriptors");
        return Err(SyntaxError::new(lexeme.span(), message));
    }
    sockets.into_iter().map(descriptor).collect()
}

fn credentials(word: &str, lexeme: Lexeme<'_>) -> Result<Credentials, SyntaxError> {
    let wrong = || {
        let message = format!("`{}` is not pid, uid and gid", lexeme.text);
        SyntaxError::new(lexeme.span(), message).help("for example creds(1, 0, 0)")
    };
    let numbers = inner(lexeme, word, "creds(1, 0, 0)")?;
    let numbers: Vec<i32> = numbers
        .iter()
        .map(|number| crate::notation::parse::literal::int(number.text).map_err(|_| wrong()))
        .collect::<Result<_, _>>()?;
    match numbers.as_slice() {
        [pid, uid, gid] => Ok(Credentials {
            pid: *pid,
            uid: uid.cast_unsigned(),
            gid: gid.cast_unsigned(),
        }),
        _ => Err(wrong()),
    }
}

/// The arguments of `word(a, b)`.
fn inner<'a>(
    lexeme: Lexeme<'a>,
    word: &str,
    example: &str,
) -> Result<Vec<Lexeme<'a>>, SyntaxError> {
    match lexeme.text.strip_suffix(')') {
        Some(text) => arguments(lexeme.part(word.len() + 1..text.len())),
        None => Err(SyntaxError::new(
            lexeme.span(),
            format!("`{}` does not end with )", lexeme.text),
        )
        .help(format!("for example {example}"))),
    }
}
