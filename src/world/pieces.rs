//! The bytes of sending calls, taken one after the other: by receiving calls, and by the places where the rest is.

use std::collections::VecDeque;

/// Bytes of one sending call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The number of the sending call in this direction, from 1.
    pub send: usize,
    /// How many bytes of it.
    pub bytes: u64,
    /// Whether receiving went past it: the urgent byte, which is not in the stream.
    pub is_passed_over: bool,
}

/// What was sent and is not assigned to a place yet.
pub(crate) struct Pieces {
    left: VecDeque<Piece>,
    /// The number of the send whose last byte is urgent and is not in the stream.
    urgent: Option<usize>,
}

impl Pieces {
    /// The bytes of sending calls from a rank on; `urgent` is the rank of the one whose last byte is not in the stream.
    pub(crate) fn new(
        first: usize,
        sent: impl Iterator<Item = u64>,
        urgent: Option<usize>,
    ) -> Self {
        let numbered = (first + 1..).zip(sent);
        let pieces = numbered.map(|(send, bytes)| Piece {
            send,
            bytes,
            is_passed_over: false,
        });
        Self {
            left: pieces.filter(|piece| piece.bytes > 0).collect(),
            urgent: urgent.map(|rank| rank + 1),
        }
    }

    /// How many bytes are left.
    pub(crate) fn rest(&self) -> u64 {
        self.left.iter().map(|piece| piece.bytes).sum()
    }

    /// The next bytes, as many as there are. An urgent byte before the last of them is passed over.
    pub(crate) fn take(&mut self, mut bytes: u64) -> Vec<Piece> {
        let mut taken = Vec::new();
        while let Some(first) = self.left.front_mut().filter(|_| bytes > 0) {
            let is_urgent = self.urgent == Some(first.send);
            let is_passed_over = is_urgent && first.bytes == 1;
            let in_stream = first.bytes - u64::from(is_urgent && !is_passed_over);
            let part = in_stream.min(bytes);
            taken.push(Piece {
                send: first.send,
                bytes: part,
                is_passed_over,
            });
            if !is_passed_over {
                bytes -= part;
            }
            first.bytes -= part;
            if first.bytes == 0 {
                self.left.pop_front();
            }
        }
        taken
    }

    /// From now on the urgent byte is one like the others: nothing has been received past it.
    pub(crate) fn forget_urgent(&mut self) {
        self.urgent = None;
    }

    /// The urgent byte, out of order.
    pub(crate) fn take_urgent(&mut self) -> Vec<Piece> {
        let Some(send) = self.urgent.take() else {
            return self.take(1);
        };
        let place = self.left.iter().position(|piece| piece.send == send);
        if let Some(place) = place {
            self.left[place].bytes -= 1;
            if self.left[place].bytes == 0 {
                self.left.remove(place);
            }
        }
        let piece = place.map(|_| Piece {
            send,
            bytes: 1,
            is_passed_over: false,
        });
        piece.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::world::pieces::*;

    fn piece(send: usize, bytes: u64) -> Piece {
        Piece {
            send,
            bytes,
            is_passed_over: false,
        }
    }

    #[test]
    fn an_urgent_byte_is_passed_over_or_read_out_of_order() {
        let mut skipped = Pieces::new(0, [3, 1, 6].into_iter(), Some(1));
        assert_eq!(skipped.take(3), [piece(1, 3)]);
        let passed = Piece {
            is_passed_over: true,
            ..piece(2, 1)
        };
        assert_eq!(skipped.take(6), [passed, piece(3, 6)]);
        assert_eq!(skipped.rest(), 0);
        let mut read = Pieces::new(0, [3, 2, 6].into_iter(), Some(1));
        assert_eq!(read.take(2), [piece(1, 2)]);
        assert_eq!(read.take_urgent(), [piece(2, 1)]);
        assert_eq!(read.take(8), [piece(1, 1), piece(2, 1), piece(3, 6)]);
    }
}
