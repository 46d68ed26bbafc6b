//! The address of a call, byte by byte, over the panes.

use crate::view::tests::*;

#[test]
fn the_selected_call_shows_its_address_until_another_key() {
    let mut app = listening(80, 24);
    app.log_selection = Some(CallId(2));
    press(&mut app, KeyCode::Char('&'));
    let shown = screen(&app);
    let little = if cfg!(target_endian = "little") {
        "90 1f before, 1f 90 after"
    } else {
        "1f 90 before, 1f 90 after"
    };
    for part in [
        "┌ The address, byte by byte ─",
        "│ bind(l, 127.0.0.1:8080) -> 0 ",
        "│ bind() passed struct sockaddr_in, ip(7) ",
        "│   2  1f 90                    in_port_t sin_port = htons(8080) ",
        "│   4  7f 00 00 01              struct in_addr sin_addr = ",
        little,
        "│ socklen_t addrlen = 16 = sizeof(struct sockaddr_in). ",
    ] {
        assert!(shown.contains(part), "{part}\n is not in\n{shown}");
    }
    press(&mut app, KeyCode::Esc);
    assert!(screen(&app).contains("▪ Sockets"));
}

#[test]
fn a_call_without_address_says_so_at_every_size() {
    for size in [(40, 10), (80, 24), (200, 60)] {
        let mut app = listening(size.0, size.1);
        press(&mut app, KeyCode::Char('&'));
        assert!(
            screen(&app).contains("accept() has not returned"),
            "{}",
            screen(&app)
        );
    }
}

#[test]
fn a_long_address_is_scrolled() {
    let mut app = listening(80, 24);
    let line = format!("bind(l, unix:/{})", "p".repeat(100));
    ask(&mut app, 5, 9, Some(DescriptorId(1)), &line);
    app.size = (80, 12).into();
    press(&mut app, KeyCode::Char('&'));
    assert!(!screen(&app).contains("addrlen"), "{}", screen(&app));
    press(&mut app, KeyCode::End);
    assert!(screen(&app).contains("addrlen = 104"), "{}", screen(&app));
    press(&mut app, KeyCode::Up);
    assert!(matches!(
        app.mode.content(),
        Some(Content::Page(Page::Address))
    ));
}
