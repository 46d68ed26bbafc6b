//! Classic BPF programs: what SO_ATTACH_FILTER is given, one instruction after the other.

use serde::{Deserialize, Serialize};

use std::fmt;

/// The most instructions that the kernel takes, BPF_MAXINSNS.
pub const MOST: usize = 4096;

/// `struct sock_filter`, linux/filter.h.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instruction {
    /// What it does: 0x6 is `ret #k`, which takes so many bytes of the packet; 0 drops it.
    pub code: u16,
    /// How many instructions a jump skips if its condition is true.
    pub jt: u8,
    /// The same if it is false.
    pub jf: u8,
    /// Its operand: a constant, an offset or a length.
    pub k: u32,
}

impl Instruction {
    /// As it lies in memory, in the byte order of the host.
    pub fn bytes(&self) -> [u8; 8] {
        let [code, more] = self.code.to_ne_bytes();
        let [a, b, c, d] = self.k.to_ne_bytes();
        [code, more, self.jt, self.jf, a, b, c, d]
    }
}

impl fmt::Display for Instruction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, jt, jf, k } = self;
        write!(f, "{{{code:#x}, {jt}, {jf}, ")?;
        match k {
            0 => f.write_str("0}"),
            k => write!(f, "{k:#x}}}"),
        }
    }
}

/// The instructions that the bytes are. `None`: they are no whole number of instructions.
pub fn decode(bytes: &[u8]) -> Option<Vec<Instruction>> {
    let (instructions, []) = bytes.as_chunks() else {
        return None;
    };
    let read = |&[code, more, jt, jf, a, b, c, d]: &[u8; 8]| Instruction {
        code: u16::from_ne_bytes([code, more]),
        jt,
        jf,
        k: u32::from_ne_bytes([a, b, c, d]),
    };
    Some(instructions.iter().map(read).collect())
}

#[cfg(test)]
mod tests {
    use crate::call::bpf::*;

    #[test]
    fn instructions_are_laid_out_as_the_kernel_reads_them() {
        let jump = Instruction {
            code: 0x15,
            jt: 0,
            jf: 1,
            k: 0x800,
        };
        let raw = libc::sock_filter {
            code: 0x15,
            jt: 0,
            jf: 1,
            k: 0x800,
        };
        let bytes = jump.bytes();
        assert_eq!(bytes[..2], raw.code.to_ne_bytes());
        assert_eq!(bytes[2..4], [raw.jt, raw.jf]);
        assert_eq!(bytes[4..], raw.k.to_ne_bytes());
        assert_eq!(size_of::<libc::sock_filter>(), bytes.len());
        assert_eq!(decode(&bytes), Some(vec![jump]));
        assert_eq!(decode(&bytes[1..]), None);
        assert_eq!(decode(&[]), Some(Vec::new()));
        assert_eq!(jump.to_string(), "{0x15, 0, 1, 0x800}");
    }
}
