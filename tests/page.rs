//! A session taken elsewhere: as a web page, as a film and as a capture file.

mod common;
mod page {
    mod browser;
    mod capture;
    mod chromium;
    mod document;
    mod film;
    mod packets;
}
