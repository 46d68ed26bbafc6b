//! Taking the arguments of a call one by one, each read by what its parameter takes.

use crate::call::argument::{Descriptor, Name, OptionArg};
use crate::call::table::Signature;
use crate::notation::diagnostic::nearest;
use crate::notation::parse::SyntaxError;
use crate::notation::parse::lexer::Lexeme;
use crate::socket::constant::{Family, MSG_FLAGS};
use crate::socket::{EpollOp, FcntlCommand, IoctlRequest, MsgFlags, SocketType};

/// The arguments that are still to be read.
pub(crate) struct Args<'a> {
    pub(crate) row: &'static Signature,
    rest: std::collections::VecDeque<Lexeme<'a>>,
    end: usize,
    pub(crate) read: AlreadyRead,
}

/// What was read before and decides how later arguments are read.
#[derive(Debug, Default)]
pub(crate) struct AlreadyRead {
    /// The option, on which the type of its value depends.
    pub(crate) option: Option<OptionArg>,
    /// The command of fcntl(2), which says what it takes.
    pub(crate) command: Option<FcntlCommand>,
    /// The request of ioctl(2), likewise.
    pub(crate) request: Option<IoctlRequest>,
    /// The operation of epoll_ctl(2): one that removes needs no events.
    pub(crate) operation: Option<EpollOp>,
    /// The type that the word for the domain says too: `tcp`.
    pub(crate) implied_type: Option<SocketType>,
    /// SOCK_ flags that were beside a type.
    pub(crate) type_flags: i32,
    /// MSG_ flags that were before an address.
    pub(crate) flags: Option<MsgFlags>,
}

impl<'a> Args<'a> {
    /// The arguments of a call of `row` that ends at byte `end` of the line.
    pub(crate) fn new(row: &'static Signature, arguments: Vec<Lexeme<'a>>, end: usize) -> Self {
        Self {
            row,
            rest: arguments.into(),
            end,
            read: AlreadyRead::default(),
        }
    }

    /// The next argument, if there is one.
    pub(crate) fn next(&mut self) -> Option<Lexeme<'a>> {
        self.rest.pop_front()
    }

    /// The next argument, where a condition holds.
    pub(crate) fn next_if(&mut self, condition: bool) -> Option<Lexeme<'a>> {
        if condition { self.next() } else { None }
    }

    /// The text of the next argument, which stays.
    pub(crate) fn peek(&self) -> Option<&'a str> {
        self.rest.front().map(|lexeme| lexeme.text)
    }

    /// The text of the argument after the next.
    pub(crate) fn peek_second(&self) -> Option<&'a str> {
        self.rest.get(1).map(|lexeme| lexeme.text)
    }

    /// The next argument, which must be there.
    pub(crate) fn required(&mut self, what: &str) -> Result<Lexeme<'a>, SyntaxError> {
        let (row, end) = (self.row, self.end);
        self.next().ok_or_else(|| {
            SyntaxError::new(
                end.saturating_sub(1)..end,
                format!("{} needs {what}", row.word),
            )
            .help(format!("the form is {row}, for example {}", row.example))
        })
    }

    /// Checks that nothing is left.
    pub(crate) fn finish(mut self) -> Result<(), SyntaxError> {
        match self.next() {
            None => Ok(()),
            Some(extra) => {
                let message = format!(
                    "{} has too many arguments at `{}`",
                    self.row.word, extra.text
                );
                Err(SyntaxError::new(extra.span(), message).help(format!(
                    "the form is {}, for example {}",
                    self.row, self.row.example
                )))
            }
        }
    }

    /// A socket: its name, or a raw number.
    pub(crate) fn socket(&mut self) -> Result<Descriptor, SyntaxError> {
        descriptor(self.required("a socket")?)
    }

    /// A number that fits a C int.
    pub(crate) fn int(&mut self, what: &str) -> Result<i32, SyntaxError> {
        let lexeme = self.required(what)?;
        crate::notation::parse::literal::int(lexeme.text)
            .map_err(|message| SyntaxError::new(lexeme.span(), message))
    }

    /// A decimal number that may follow: the length beside a pointer. Flags are names or hexadecimal.
    pub(crate) fn length(&mut self) -> Option<i32> {
        let text = self.peek().filter(|text| !text.starts_with("0x"))?;
        let length = crate::notation::parse::literal::int(text).ok()?;
        self.next();
        Some(length)
    }

    /// How many are left.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    /// Whether flags come next, and no length: a name, or a hexadecimal number.
    pub(crate) fn flags_follow(&self) -> bool {
        self.peek().is_some_and(|text| {
            text.starts_with("0x") || crate::notation::parse::literal::int(text).is_err()
        })
    }

    /// Optional MSG_ flags.
    pub(crate) fn msg_flags(&mut self) -> Result<MsgFlags, SyntaxError> {
        match self.next() {
            Some(lexeme) => mask(lexeme, &MSG_FLAGS).map(MsgFlags),
            None => Ok(MsgFlags(0)),
        }
    }
}

/// Reads a socket: its name, or a raw number.
pub(crate) fn descriptor(lexeme: Lexeme<'_>) -> Result<Descriptor, SyntaxError> {
    if let Some(name) = Name::new(lexeme.text).or_else(|| Name::of_child(lexeme.text)) {
        return Ok(Descriptor::Named(name));
    }
    crate::notation::parse::literal::int(lexeme.text)
        .map(Descriptor::Raw)
        .map_err(|_| {
            SyntaxError::new(lexeme.span(), format!("`{}` is not a socket", lexeme.text))
                .help("write its name, such as l, or a raw descriptor number")
        })
}

/// Reads one constant of a family, or a number.
pub(crate) fn constant(lexeme: Lexeme<'_>, family: &'static Family) -> Result<i32, SyntaxError> {
    if let Some(row) = family.find(lexeme.text) {
        return Ok(row.value);
    }
    crate::notation::parse::literal::int(lexeme.text).map_err(|_| unknown_constant(lexeme, family))
}

/// Reads `A|B`.
pub(crate) fn mask(lexeme: Lexeme<'_>, family: &'static Family) -> Result<i32, SyntaxError> {
    bits(lexeme)
        .map(|bit| constant(bit, family))
        .try_fold(0, |all, bit| bit.map(|bit| all | bit))
}

/// The parts of `A|B`.
pub(crate) fn bits<'a>(lexeme: Lexeme<'a>) -> impl Iterator<Item = Lexeme<'a>> {
    let mut at = 0;
    lexeme.text.split('|').map(move |text| {
        let from = at;
        at += text.len() + 1;
        lexeme.part(from..from + text.len())
    })
}

pub(crate) fn unknown_constant(lexeme: Lexeme<'_>, family: &'static Family) -> SyntaxError {
    let names = || family.rows.iter().map(|row| row.name);
    let typed = lexeme.text.to_ascii_uppercase();
    let full = if typed.starts_with(family.prefix) {
        typed
    } else {
        format!("{}{typed}", family.prefix)
    };
    let error = SyntaxError::new(
        lexeme.span(),
        format!(
            "`{}` is not {} {}",
            lexeme.text,
            article(family.what),
            family.what
        ),
    );
    // A number is not a misspelt name.
    let likely = Some(&full).filter(|_| crate::notation::parse::literal::int(lexeme.text).is_err());
    match likely.and_then(|full| nearest(full, names())) {
        Some(likely) => error.help(format!("did you mean `{likely}`?")),
        None => error.help(format!("known: {}", names().collect::<Vec<_>>().join(", "))),
    }
}

/// The article before a word.
pub(crate) fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    }
}
