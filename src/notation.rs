//! The one notation: how a call and its result are written, at the prompt, in the log, in a script.
//!
//! [`parse`] reads a line, [`print`](std::fmt::Display) writes it, and `parse(print(c)) == c` forevery command.
//! An [`Outcome`] is what is after `->`; an [`Expectation`] is a pattern for it.

pub mod complete;
pub mod diagnostic;
pub mod matching;
pub mod parse;
pub mod pattern;
mod print;

pub use crate::call::argument::{
    AddressArg, AddressExpr, Descriptor, IntArg, Message, Name, OptionArg, PollEntry, Service, Sets,
};
pub use crate::call::data::Data;
pub use crate::call::expectation::Expectation;
pub use crate::call::outcome::{Events, Outcome, Raw, Received, Returned, Word, Written};
pub use crate::call::table::{CallKind, Signature};
pub use crate::call::timeout::Timeout;
pub use crate::call::value::{Credentials, Value};
pub use crate::call::{Call, Command, Line, Mode};
pub use crate::notation::diagnostic::SyntaxError;
pub use crate::notation::parse::{comment, parse_data, parse_line, statements};
