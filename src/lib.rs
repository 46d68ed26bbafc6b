//! x
pub mod cli;
pub mod engine;
pub mod event;
pub mod kernel;
pub mod notation;
pub mod run;
pub mod script;
pub mod socket;
pub mod sys;
pub mod world;
