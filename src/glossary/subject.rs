//! Something that can be explained: its name, a clause about it, its definition, and where that is written.

use crate::call::table::CallKind;
use crate::glossary::definition::{DEFINITIONS, Definition};
use crate::glossary::folded;
use crate::socket::TcpState;
use crate::socket::constant::{Constant, Family};
use crate::socket::errno::Errno;
use crate::socket::option::{Access, OptionRow};

/// Something that can be explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A call.
    Call(CallKind),
    /// An option of a socket.
    Option(&'static OptionRow),
    /// A state of TCP.
    State(TcpState),
    /// An error.
    Errno(Errno),
    /// A constant of a family.
    Constant(&'static Family, &'static Constant),
    /// A term of the field.
    Term(&'static str, &'static Definition),
}

/// A text as a sentence: with a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    let rest = letters.as_str().trim_end_matches('.');
    format!("{}{rest}.", first.unwrap_or_default())
}

impl Subject {
    /// Its name.
    pub fn name(&self) -> &'static str {
        match *self {
            Self::Call(call_kind) => call_kind.word(),
            Self::Option(row) => row.name,
            Self::State(state) => state.name(),
            Self::Errno(errno) => errno.known_name().unwrap_or_default(),
            Self::Constant(_, row) => row.name,
            Self::Term(name, _) => name,
        }
    }

    /// What it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Call(_) => "call",
            Self::Option(_) => "option",
            Self::State(_) => "state",
            Self::Errno(_) => "error",
            Self::Constant(..) => "constant",
            Self::Term(..) => "term",
        }
    }

    /// What it is, in a few words: `an option of SOL_SOCKET`.
    pub fn described(&self) -> String {
        match self {
            Self::Call(call_kind) if call_kind.is_system_call() => "a system call".to_owned(),
            Self::Call(_) => "a command of sockplay, not a system call".to_owned(),
            Self::Option(row) => format!("an option of {}", row.level_name),
            Self::State(_) => "a state of TCP".to_owned(),
            Self::Errno(errno) => format!("error {}", errno.0),
            Self::Constant(family, row) => format!("a constant, {}: {}", family.what, row.value),
            Self::Term(..) => "a term".to_owned(),
        }
    }

    /// One clause about it.
    pub fn brief(&self) -> String {
        match self {
            Self::Call(call_kind) => call_kind.signature().summary.to_owned(),
            Self::Option(row) => row.meaning.to_owned(),
            Self::State(state) => state.meaning().to_owned(),
            Self::Errno(errno) => errno.text(),
            Self::Constant(_, row) => row.meaning.to_owned(),
            Self::Term(_, definition) => definition.text.clone(),
        }
    }

    /// Its entry in the glossary.
    pub fn definition(&self) -> Option<&'static Definition> {
        match *self {
            Self::Call(_) | Self::Constant(..) => None,
            Self::Option(row) => DEFINITIONS.option.get(row.name),
            Self::State(state) => DEFINITIONS.state.get(state.name()),
            Self::Errno(errno) => DEFINITIONS.errno.get(errno.known_name()?),
            Self::Term(_, definition) => Some(definition),
        }
    }

    /// Other words for it.
    pub fn other_words(&self) -> impl Iterator<Item = &'static str> + use<> {
        let also = self.definition().map(|definition| &definition.also);
        also.into_iter().flatten().map(String::as_str)
    }

    /// Whether a folded word is its name, with or without the prefix that may be left out when typing.
    pub(crate) fn is_named(&self, word: &str) -> bool {
        folded(self.name()) == word || self.short_name().is_some_and(|short| folded(short) == word)
    }

    /// The name without its prefix: `LINGER`.
    pub fn short_name(&self) -> Option<&'static str> {
        match self {
            Self::Option(row) => row.name.split_once('_').map(|(_, short)| short),
            Self::Constant(family, row) => {
                let short = row.name.strip_prefix(family.prefix)?;
                (!family.prefix.is_empty()).then_some(short)
            }
            Self::Call(_) | Self::State(_) | Self::Errno(_) | Self::Term(..) => None,
        }
    }

    /// The explanation, one paragraph each.
    pub fn text(&self) -> Vec<String> {
        let own = match self {
            Self::Call(call_kind) => about_call(*call_kind),
            Self::Option(row) => about_option(row),
            Self::State(_) | Self::Term(..) => Vec::new(),
            Self::Errno(errno) => vec![sentence(&errno.text())],
            Self::Constant(_, row) => vec![sentence(row.meaning)],
        };
        let defined = self.definition().map(|definition| definition.text.clone());
        own.into_iter().chain(defined).collect()
    }

    /// Where that is written.
    pub fn source(&self) -> String {
        if let Some(definition) = self.definition() {
            return definition.source.clone();
        }
        match self {
            Self::Call(call_kind) => match call_kind.signature().man {
                "" => "sockplay(1)".to_owned(),
                man => man.to_owned(),
            },
            Self::Option(row) => row.man.to_owned(),
            Self::Constant(family, _) => family.man.to_owned(),
            Self::Errno(_) => "errno(3)".to_owned(),
            Self::State(_) | Self::Term(..) => String::new(),
        }
    }
}

fn about_call(call_kind: CallKind) -> Vec<String> {
    let row = call_kind.signature();
    vec![
        format!("{row}: {}.", row.summary),
        format!("For example {} -> {}.", row.example, row.result),
    ]
}

fn about_option(row: &OptionRow) -> Vec<String> {
    let mut text = match row.off {
        Some(off) => vec![format!("On: {}.", row.meaning), format!("Off: {off}.")],
        None => vec![sentence(row.meaning)],
    };
    let access = match row.access {
        Access::Both => "It can be set and read",
        Access::Get => "It can only be read",
        Access::Set => "It can only be set",
    };
    let privilege = row
        .privilege
        .map(|privilege| format!("; setting it needs {privilege}"));
    text.push(format!(
        "{access}, since Linux {}{}.",
        row.since,
        privilege.unwrap_or_default()
    ));
    if row.access != Access::Get {
        let range = row.range().map(|range| format!("; it takes {range}"));
        text.push(format!(
            "A value is written {}{}.",
            row.example(),
            range.unwrap_or_default()
        ));
    }
    text.extend(row.kept.map(sentence));
    text
}
