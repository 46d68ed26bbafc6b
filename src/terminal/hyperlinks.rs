//! Hyperlinks (OSC 8): a terminal that knows them opens the address on a click; another one shows the text alone.

use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, CellDiffOption};

use crate::layout::Hyperlink;

/// Puts the address around each cell of the links. A cell keeps its width, whatever is written with it.
///
/// The addresses have no control character: they are made by [`crate::lesson::reference`] of letters, digits and a few
/// signs.
pub(crate) fn write(links: &[Hyperlink], buffer: &mut Buffer) {
    for link in links {
        let area = link.area.intersection(buffer.area);
        for at in area.positions() {
            let cell = &mut buffer[at];
            let symbol = format!("\x1b]8;;{}\x1b\\{}\x1b]8;;\x1b\\", link.url, cell.symbol());
            cell.set_symbol(&symbol)
                .set_diff_option(CellDiffOption::ForcedWidth(NonZeroU16::MIN));
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use crate::terminal::hyperlinks::*;

    #[test]
    fn each_cell_of_a_link_has_the_address_and_its_own_width() {
        let before = Buffer::with_lines(["see send(2)."]);
        let mut buffer = before.clone();
        let link = Hyperlink {
            area: Rect::new(4, 0, 7, 1),
            url: "https://a.example/x".to_owned(),
        };
        write(&[link], &mut buffer);
        assert_eq!(
            buffer[(4, 0)].symbol(),
            "\x1b]8;;https://a.example/x\x1b\\s\x1b]8;;\x1b\\"
        );
        assert_eq!(buffer[(3, 0)], before[(3, 0)]);
        assert_eq!(buffer[(11, 0)], before[(11, 0)]);
        let written: Vec<u16> = before.diff(&buffer).iter().map(|cell| cell.0).collect();
        assert_eq!(written, [4, 5, 6, 7, 8, 9, 10]);
    }

    #[test]
    fn what_is_beyond_the_screen_is_left_out() {
        let mut buffer = Buffer::with_lines(["ab"]);
        let link = Hyperlink {
            area: Rect::new(1, 0, 9, 3),
            url: "x".to_owned(),
        };
        write(&[link], &mut buffer);
        assert_eq!(buffer[(0, 0)].symbol(), "a");
        assert!(buffer[(1, 0)].symbol().contains('b'));
    }
}
