//! The one notation: how a call and its result are written, at the prompt, in the log, in a script.
//!
//! [`parse`] reads a line, [`print`](std::fmt::Display) writes it, and `parse(print(c)) == c` for every command.
//! An [`Outcome`] is what stands after `->`; an [`Expectation`] is a pattern for it.

pub mod argument;
pub mod call;
pub mod complete;
pub mod data;
pub mod diagnostic;
pub mod expect;
pub mod matching;
pub mod option_bytes;
pub mod outcome;
pub mod parse;
pub mod pattern;
mod payload;
mod print;
pub mod signature;
pub mod tcp_info;
pub mod timeout;
pub mod value;

pub use argument::{
    AddressArg, Descriptor, IntArg, Message, Name, OptionArg, Place, PollEntry, Service, Sets,
};
pub use call::{Call, Command, Line, Mode};
pub use data::Data;
pub use diagnostic::SyntaxError;
pub use expect::Expectation;
pub use outcome::{Events, Outcome, Raw, Received, Returned, Word, Written};
pub use parse::{comment, parse_data, parse_line, statements};
pub use signature::{Signature, Verb};
pub use timeout::Timeout;
pub use value::{Credentials, Value};
