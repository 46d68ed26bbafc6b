//! A session that was saved holds again: each script of the project is run, its recording is written as a script, and that
//! is run.
//!
//! `SAVED=epoll cargo test --test saved` plays only those whose name contains that text.

mod common;

mod saved {
    mod scripts;
}
