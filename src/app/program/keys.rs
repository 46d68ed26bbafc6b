//! Keys as the bytes that a terminal sends for them, console_codes(4) and the keys of xterm.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The bytes of a key. Nothing for keys that a terminal has none for.
pub(crate) fn bytes(key: &KeyEvent, application: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    if key.modifiers.contains(KeyModifiers::ALT) {
        bytes.push(0x1b);
    }
    let cursor = |letter: char| match application {
        true => format!("\x1bO{letter}"),
        false => format!("\x1b[{letter}"),
    };
    let text = match key.code {
        KeyCode::Char(letter) if key.modifiers.contains(KeyModifiers::CONTROL) => {
            bytes.extend(control(letter));
            return bytes;
        }
        KeyCode::Char(letter) => letter.to_string(),
        KeyCode::Enter => "\r".to_owned(),
        KeyCode::Tab => "\t".to_owned(),
        KeyCode::BackTab => "\x1b[Z".to_owned(),
        KeyCode::Backspace => "\x7f".to_owned(),
        KeyCode::Esc => "\x1b".to_owned(),
        KeyCode::Up => cursor('A'),
        KeyCode::Down => cursor('B'),
        KeyCode::Right => cursor('C'),
        KeyCode::Left => cursor('D'),
        KeyCode::Home => cursor('H'),
        KeyCode::End => cursor('F'),
        KeyCode::Insert => "\x1b[2~".to_owned(),
        KeyCode::Delete => "\x1b[3~".to_owned(),
        KeyCode::PageUp => "\x1b[5~".to_owned(),
        KeyCode::PageDown => "\x1b[6~".to_owned(),
        KeyCode::F(number) => function(number),
        _ => return Vec::new(),
    };
    bytes.extend(text.bytes());
    bytes
}

/// The control character of a letter or sign: Ctrl-C is 3.
fn control(letter: char) -> Option<u8> {
    let letter = u8::try_from(letter.to_ascii_uppercase()).ok()?;
    match letter {
        b'@'..=b'_' => Some(letter & 0x1f),
        b' ' => Some(0),
        b'?' => Some(0x7f),
        _ => None,
    }
}

/// The keys F1 to F12 of xterm.
fn function(number: u8) -> String {
    const CODES: [u8; 8] = [15, 17, 18, 19, 20, 21, 23, 24];
    match number {
        1..=4 => format!("\x1bO{}", char::from(b'P' + number - 1)),
        5..=12 => format!("\x1b[{}~", CODES[usize::from(number - 5)]),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::app::program::keys::*;

    #[test]
    fn keys_are_the_bytes_that_a_terminal_sends() {
        let key = |code, modifiers| bytes(&KeyEvent::new(code, modifiers), false);
        let plain = |code| key(code, KeyModifiers::NONE);
        assert_eq!(plain(KeyCode::Char('é')), "é".as_bytes());
        assert_eq!(plain(KeyCode::Enter), b"\r");
        assert_eq!(plain(KeyCode::Up), b"\x1b[A");
        assert_eq!(plain(KeyCode::F(5)), b"\x1b[15~");
        assert_eq!(key(KeyCode::Char('c'), KeyModifiers::CONTROL), [3]);
        assert_eq!(key(KeyCode::Char('d'), KeyModifiers::CONTROL), [4]);
        assert_eq!(key(KeyCode::Char('x'), KeyModifiers::ALT), b"\x1bx");
        let up = KeyEvent::new(KeyCode::Up, KeyModifiers::NONE);
        assert_eq!(bytes(&up, true), b"\x1bOA", "as a program may ask for");
        assert_eq!(plain(KeyCode::CapsLock), b"");
    }
}
