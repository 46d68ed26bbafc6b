//! The seccomp filter of a traced program: the calls of the table stop it, all others run at their full speed.
//!
//! Calls of another instruction set (32-bit programs) have other numbers: they are let through and not seen.

use crate::trace::syscalls::ROWS;

/// linux/audit.h: the instruction set whose numbers the table has.
#[cfg(target_arch = "x86_64")]
pub(crate) const ARCHITECTURE: u32 = 0xc000_003e;
/// The same.
#[cfg(target_arch = "aarch64")]
pub(crate) const ARCHITECTURE: u32 = 0xc000_00b7;

/// The offsets of `nr` and `arch` in `struct seccomp_data`.
const NUMBER: u32 = 0;
const ARCH: u32 = 4;

const LOAD: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
const EQUAL: u16 = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
const RETURN: u16 = (libc::BPF_RET | libc::BPF_K) as u16;

/// The instructions of the filter.
pub(crate) fn filter() -> Vec<libc::sock_filter> {
    let count = u8::try_from(ROWS.len()).unwrap_or(u8::MAX);
    let load = |offset| instruction(LOAD, offset, (0, 0));
    let mut filter = vec![
        load(ARCH),
        // Past the number and all comparisons, to the instruction that lets the call through.
        instruction(EQUAL, ARCHITECTURE, (0, count + 1)),
        load(NUMBER),
    ];
    for (row, left) in ROWS.iter().zip((0..count).rev()) {
        let number = u32::try_from(row.number).unwrap_or(u32::MAX);
        filter.push(instruction(EQUAL, number, (left + 1, 0)));
    }
    filter.push(instruction(RETURN, libc::SECCOMP_RET_ALLOW, (0, 0)));
    filter.push(instruction(RETURN, libc::SECCOMP_RET_TRACE, (0, 0)));
    filter
}

/// One instruction; a comparison jumps so far where it holds, and where it does not.
fn instruction(code: u16, k: u32, (jt, jf): (u8, u8)) -> libc::sock_filter {
    libc::sock_filter { code, jt, jf, k }
}

#[cfg(test)]
mod tests {
    use crate::trace::filter::*;

    /// What the filter says of a call: a reading of the three kinds of instructions that it has.
    fn verdict(arch: u32, number: u32) -> u32 {
        let filter = filter();
        let (mut at, mut loaded) = (0, 0);
        loop {
            let instruction = filter[at];
            at += 1;
            match instruction.code {
                LOAD => loaded = if instruction.k == ARCH { arch } else { number },
                EQUAL if loaded == instruction.k => at += usize::from(instruction.jt),
                EQUAL => at += usize::from(instruction.jf),
                _ => return instruction.k,
            }
        }
    }

    #[test]
    fn the_calls_of_the_table_stop_and_no_others() {
        for number in 0..600 {
            let is_there = crate::trace::syscalls::by_number(number.into()).is_some();
            let expected = match is_there {
                true => libc::SECCOMP_RET_TRACE,
                false => libc::SECCOMP_RET_ALLOW,
            };
            assert_eq!(verdict(ARCHITECTURE, number), expected, "{number}");
            assert_eq!(verdict(3, number), libc::SECCOMP_RET_ALLOW, "i386");
        }
    }
}
