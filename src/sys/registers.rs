//! The registers of a traced thread that is stopped at a system call, PTRACE_GETREGSET and PTRACE_SETREGSET: which call
//! it makes, with which arguments, and what it returns.
//!
//! Every call here must come from the thread that traces.

use std::ffi::c_void;

use crate::sys::{Result, check};

/// linux/elf.h: the set of the general registers.
const GENERAL: usize = 1;

/// linux/elf.h: the number of the system call.
#[cfg(target_arch = "aarch64")]
const SYSTEM_CALL: usize = 0x404;

/// The general registers.
#[derive(Debug, Clone, Copy)]
struct Registers(libc::user_regs_struct);

impl Registers {
    fn of(tid: i32) -> Result<Self> {
        // SAFETY: an all-zero struct of integers is valid.
        let mut registers: libc::user_regs_struct = unsafe { std::mem::zeroed() };
        transfer(
            libc::PTRACE_GETREGSET,
            tid,
            GENERAL,
            (&raw mut registers).cast(),
            size_of_val(&registers),
        )?;
        Ok(Self(registers))
    }

    fn set(mut self, tid: i32) -> Result<()> {
        let room = size_of_val(&self.0);
        let own = (&raw mut self.0).cast();
        transfer(libc::PTRACE_SETREGSET, tid, GENERAL, own, room)
    }
}

/// Reads or writes a set of registers.
fn transfer(
    request: crate::sys::ptrace::Request,
    tid: i32,
    set: usize,
    own: *mut c_void,
    room: usize,
) -> Result<()> {
    let mut vector = libc::iovec {
        iov_base: own,
        iov_len: room,
    };
    // SAFETY: the vector leads to `room` bytes of the caller's.
    let value = unsafe { libc::ptrace(request, tid, set, &raw mut vector) };
    check(libc::c_int::try_from(value).unwrap_or(0)).map(|_| ())
}

#[cfg(target_arch = "x86_64")]
impl Registers {
    fn argument(&mut self, index: usize) -> Option<&mut u64> {
        let own = &mut self.0;
        Some(match index {
            0 => &mut own.rdi,
            1 => &mut own.rsi,
            2 => &mut own.rdx,
            3 => &mut own.r10,
            4 => &mut own.r8,
            5 => &mut own.r9,
            _ => return None,
        })
    }

    fn result(&mut self) -> &mut u64 {
        &mut self.0.rax
    }

    /// Back to the instruction that makes the call, which is two bytes long.
    fn rewind(&mut self, number: i64, _first: u64) {
        self.0.rip = self.0.rip.wrapping_sub(2);
        self.0.rax = number.cast_unsigned();
    }
}

#[cfg(target_arch = "aarch64")]
impl Registers {
    fn argument(&mut self, index: usize) -> Option<&mut u64> {
        self.0.regs.get_mut(index).filter(|_| index < 6)
    }

    fn result(&mut self) -> &mut u64 {
        &mut self.0.regs[0]
    }

    /// Back to the instruction that makes the call. Its first argument is where the result was.
    fn rewind(&mut self, number: i64, first: u64) {
        self.0.pc = self.0.pc.wrapping_sub(4);
        self.0.regs[0] = first;
        self.0.regs[8] = number.cast_unsigned();
    }
}

/// Of a thread that is about to make a call: it makes none, and is stopped at the exit all the same.
///
/// # Errors
///
/// ESRCH: it has been killed meanwhile.
#[cfg(target_arch = "x86_64")]
pub fn skip_call(tid: i32) -> Result<()> {
    let mut registers = Registers::of(tid)?;
    registers.0.orig_rax = u64::MAX;
    registers.set(tid)
}

/// Of a thread that is about to make a call: it makes none, and is stopped at the exit all the same.
///
/// # Errors
///
/// ESRCH: it has been killed meanwhile.
#[cfg(target_arch = "aarch64")]
pub fn skip_call(tid: i32) -> Result<()> {
    let mut none: libc::c_int = -1;
    let room = size_of_val(&none);
    let own = (&raw mut none).cast();
    transfer(libc::PTRACE_SETREGSET, tid, SYSTEM_CALL, own, room)
}

/// Of a thread that is stopped at a call: an argument of it, from 0 to 5. After the call it must have its former value
/// again, on which the program relies.
///
/// # Errors
///
/// ESRCH: it has been killed meanwhile.
pub fn set_argument(tid: i32, index: usize, value: u64) -> Result<()> {
    let mut registers = Registers::of(tid)?;
    if let Some(argument) = registers.argument(index) {
        *argument = value;
    }
    registers.set(tid)
}

/// Of a thread that is stopped at the exit of a call: what it returns, a negative errno for a failure.
///
/// # Errors
///
/// ESRCH: it has been killed meanwhile.
pub fn set_result(tid: i32, value: i64) -> Result<()> {
    let mut registers = Registers::of(tid)?;
    *registers.result() = value.cast_unsigned();
    registers.set(tid)
}

/// Of a thread that is stopped after a call: it makes that call once more, if it has got this result and has not gone on.
/// Needs the number of the call and its first argument. Gives whether it does.
///
/// # Errors
///
/// ESRCH: it has been killed meanwhile.
pub fn call_again(tid: i32, number: i64, first: u64, result: i64) -> Result<bool> {
    let mut registers = Registers::of(tid)?;
    let has_got = *registers.result() == result.cast_unsigned();
    if !has_got || last_call(tid, &registers)? != number {
        return Ok(false);
    }
    registers.rewind(number, first);
    registers.set(tid).map(|()| true)
}

/// The number of the call that a stopped thread is at, or has not gone on from; -1 for none.
#[cfg(target_arch = "x86_64")]
fn last_call(_: i32, registers: &Registers) -> Result<i64> {
    Ok(registers.0.orig_rax.cast_signed())
}

/// The number of the call that a stopped thread is at, or has not gone on from; -1 for none.
#[cfg(target_arch = "aarch64")]
fn last_call(tid: i32, _: &Registers) -> Result<i64> {
    let mut number: libc::c_int = -1;
    let room = size_of_val(&number);
    let own = (&raw mut number).cast();
    transfer(libc::PTRACE_GETREGSET, tid, SYSTEM_CALL, own, room)?;
    Ok(number.into())
}
