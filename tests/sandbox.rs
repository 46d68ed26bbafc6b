//! In a sandbox: what the default profile of Docker and what gVisor deny is denied to the program, and /proc is taken
//! away. Its calls give what they give elsewhere, and what cannot be known is said to be so, never as an errno of a call.

mod common;

mod sandbox {
    mod filter;
    mod outcome;
}
