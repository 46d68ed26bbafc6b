//! The audit: every claim that the program makes is held against a source that the program does not use for it.
//!
//! A control program in Python gets copies of the descriptors, makes the same calls on them and reads /proc; where
//! neither tells, it asks `ss`. Scripts and random sessions are played with the library, and after each line the claims
//! of its explanation, what would wake sleeping calls, the numbers of the queue view and what the State pane shows are
//! judged. A table says how many were confirmed, undecidable and refuted.
//!
//! `cargo test` plays a few random sessions with fixed seeds; `cargo test --test audit -- --ignored` plays everything.
//! `AUDIT=text` plays only sources whose name contains that text; `AUDIT_SEED=7` or `AUDIT_SEED=7..9` plays
//! these random sessions, and `AUDIT_TRANSCRIPT=1` prints their lines.

mod common;

mod audit {
    mod auditor;
    mod claims;
    mod history;
    mod matrix;
    mod network;
    mod oracle;
    mod pane;
    mod peer;
    mod play;
    mod random;
    mod shot;
    mod situations;
    mod sources;
    mod suggested;
    mod table;
    mod waking;
}
