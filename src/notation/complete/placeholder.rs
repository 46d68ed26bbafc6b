//! Which parameter an argument belongs to.
//!
//! Mostly the arguments are counted. The notation has four liberties: a level before an option, a length behind an
//! address, flags as an argument of their own behind a type, and the flags of sendto before its address.

use crate::call::table::{ParamKind, Signature};
use crate::notation::parse::address::{is_port, looks_like_address};
use crate::notation::parse::args::bits;
use crate::notation::parse::lexer::Lexeme;
use crate::socket::constant::{FCNTL_COMMANDS, MSG_FLAGS, SOCK_FLAGS};
use crate::socket::option::OptionRow;

/// The parameter of an argument, with what the arguments before it say of it.
pub(crate) struct Slot {
    /// The call.
    pub(crate) row: &'static Signature,
    /// The index of the parameter; the number of parameters when there is none left.
    pub(crate) param: usize,
    /// The level that was given before the option.
    pub(crate) level: Option<i32>,
    /// The option that was given before the value, if it is known.
    pub(crate) option: Option<&'static OptionRow>,
    /// The command that was given before the flags of fcntl.
    pub(crate) command: Option<i32>,
    /// Whether flags were given before the address.
    flags_first: bool,
}

impl Slot {
    /// The slot of the argument that begins with `typed` and follows those that are `given`.
    pub(crate) fn of(row: &'static Signature, given: &[Lexeme<'_>], typed: &str) -> Self {
        let mut slot = Self {
            row,
            param: 0,
            level: None,
            option: None,
            command: None,
            flags_first: false,
        };
        for lexeme in given {
            slot.pass(*lexeme);
        }
        if slot.may_be_flags() && begins_a_flag(typed) {
            slot.param += 1;
        }
        slot
    }

    /// Whether what is here is a mask `A|B`.
    pub(crate) fn is_mask(&self) -> bool {
        use ParamKind as K;
        matches!(
            self.kind(self.param),
            Some(
                K::Type | K::MsgFlags | K::SockFlags | K::FcntlValue | K::EpollEvents | K::Flags(_)
            )
        )
    }

    fn kind(&self, param: usize) -> Option<ParamKind> {
        self.row.params.get(param).map(|param| param.kind)
    }

    /// Whether this is an address that flags may precede.
    fn may_be_flags(&self) -> bool {
        !self.flags_first
            && self.kind(self.param) == Some(ParamKind::Address)
            && self.kind(self.param + 1) == Some(ParamKind::MsgFlags)
    }

    /// Goes on to the slot after an argument.
    fn pass(&mut self, lexeme: Lexeme<'_>) {
        let before = self.param.checked_sub(1).and_then(|last| self.kind(last));
        let extra = match before {
            Some(ParamKind::Address) => crate::notation::parse::literal::int(lexeme.text).is_ok(),
            Some(ParamKind::Type) => bits(lexeme).all(|bit| SOCK_FLAGS.find(bit.text).is_some()),
            _ => false,
        };
        if extra {
            return;
        }
        if self.may_be_flags() && !looks_like_address(lexeme.text) && !is_port(lexeme.text) {
            self.flags_first = true;
            return;
        }
        match self.kind(self.param) {
            Some(ParamKind::Option) if !self.pass_option(lexeme.text) => return,
            Some(ParamKind::FcntlCommand) => {
                let named = FCNTL_COMMANDS.find(lexeme.text).map(|row| row.value);
                self.command =
                    named.or_else(|| crate::notation::parse::literal::int(lexeme.text).ok());
            }
            // The flags behind this address have been given before it.
            Some(ParamKind::Address) if self.flags_first => self.param += 1,
            None => return,
            _ => {}
        }
        self.param += 1;
    }

    /// Takes a level or an option; whether it was the option.
    fn pass_option(&mut self, text: &str) -> bool {
        let named = crate::socket::option::find(text);
        let number = || crate::notation::parse::literal::int(text).ok();
        match (self.level, named) {
            (None, Some(row)) => self.option = Some(row),
            (None, None) => {
                self.level = crate::socket::option::find_level(text).or_else(number);
                return self.level.is_none();
            }
            (Some(level), named) => {
                let number = named.map(|row| row.number).or_else(number);
                self.option =
                    number.and_then(|number| crate::socket::option::by_number(level, number));
            }
        }
        true
    }
}

fn begins_a_flag(typed: &str) -> bool {
    let typed = typed.to_ascii_uppercase();
    !typed.is_empty()
        && (MSG_FLAGS.rows.iter())
            .any(|row| row.name.starts_with(&typed) || typed.starts_with(&format!("{}|", row.name)))
}
