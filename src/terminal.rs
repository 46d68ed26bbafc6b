//! The event loop and the screen: what does I/O.

pub(crate) mod appearance;
pub(crate) mod characters;
mod clipboard;
pub(crate) mod configuration;
pub(crate) mod drawn;
pub(crate) mod event_loop;
mod export;
pub(crate) mod frame_pacer;
pub(crate) mod hyperlinks;
pub(crate) mod layout_store;
pub(crate) mod listener_scan;
pub(crate) mod output;
pub(crate) mod replay;
pub(crate) mod screen;
pub(crate) mod screenshot;
pub(crate) mod start;
pub(crate) mod svg;
mod traced;
pub use configuration::load as load_config;
pub use configuration::print_config;
pub use event_loop::Ended;
pub use export::export;
pub use replay::open as open_recording;
pub use screenshot::screenshot;
pub use start::{Opening, again, start};
