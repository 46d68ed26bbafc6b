//!
//!     [dependencies]
//!     libc = "0.2"
//!     socket2 = { version = "0.6", features = ["all"] }
//!
