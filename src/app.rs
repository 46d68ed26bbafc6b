//! The state of the screen, and how messages change it. Pure.

pub mod code;
pub mod commands;
pub mod copied;
pub mod copy;
pub(crate) mod defaults;
pub mod explanations;
pub mod filter;
pub mod form;
pub mod keymap;
pub mod learn;
mod listing;
pub mod log_filter;
mod looking_back;
pub mod message;
pub mod overlay;
pub mod page;
pub mod palette;
pub mod past;
pub(crate) mod prediction;
pub mod program;
pub mod prompt;
pub mod replayed;
pub mod start;
pub mod state;
pub(crate) mod state_subject;
pub mod update;
