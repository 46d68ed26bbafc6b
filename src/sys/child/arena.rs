//! The arguments of a call for a child: what they point to is copied into memory that both processes have, and copied back
//! after the call.

use std::ffi::c_void;
use std::ptr::NonNull;

/// An argument of a call.
#[derive(Debug)]
pub(in crate::sys) enum Arg {
    /// A number.
    Value(usize),
    /// A pointer to so many bytes that the kernel reads, or a null pointer.
    Read(*const c_void, usize),
    /// A pointer to so many bytes that the kernel may write too, or a null pointer.
    Update(*mut c_void, usize),
    /// A pointer to a struct with pointers: where each is in it, and what it leads to.
    Struct(*mut c_void, usize, Vec<(usize, Self)>),
}

impl Arg {
    /// A C int.
    pub(in crate::sys) fn int(value: i32) -> Self {
        Self::Value(value as isize as usize)
    }

    /// A pointer to a value that the kernel reads; null where there is none.
    pub(in crate::sys) fn read<T>(value: *const T) -> Self {
        Self::Read(value.cast(), size_of::<T>())
    }

    /// A pointer to a value that the kernel writes; null where there is none.
    pub(in crate::sys) fn update<T>(value: *mut T) -> Self {
        Self::Update(value.cast(), size_of::<T>())
    }

    /// What is passed in this process.
    pub(in crate::sys) fn here(&self) -> usize {
        match self {
            Self::Value(value) => *value,
            Self::Read(pointer, _) => *pointer as usize,
            Self::Update(pointer, _) | Self::Struct(pointer, ..) => *pointer as usize,
        }
    }
}

/// Where an argument was put.
#[derive(Debug)]
pub(in crate::sys) struct Placed {
    /// What is passed in the child: the number, or an address in the shared memory.
    pub(in crate::sys) passed: usize,
    inner: Vec<Self>,
}

/// Shared memory that is given away from its beginning, for one call.
#[derive(Debug)]
pub(in crate::sys) struct Arena {
    next: NonNull<u8>,
    left: usize,
}

/// What every object is aligned to.
const ALIGN: usize = 16;

impl Arena {
    /// So many bytes from `start` on, which is aligned.
    pub(in crate::sys) fn new(start: NonNull<u8>, length: usize) -> Self {
        Self {
            next: start,
            left: length,
        }
    }

    /// A copy of so many bytes. `None`: there is no room.
    ///
    /// # Safety
    ///
    /// The pointer is valid for so many bytes.
    unsafe fn copy(&mut self, from: *const c_void, length: usize) -> Option<NonNull<u8>> {
        let whole = length.checked_next_multiple_of(ALIGN)?;
        self.left = self.left.checked_sub(whole)?;
        let at = self.next;
        // SAFETY: there was room for that, and the caller vouches for the source.
        unsafe {
            self.next = at.add(whole);
            std::ptr::copy_nonoverlapping(from.cast::<u8>(), at.as_ptr(), length);
        }
        Some(at)
    }

    /// Puts an argument there. `None`: there is no room for it.
    ///
    /// # Safety
    ///
    /// Its pointers are null or valid for the lengths beside them.
    pub(in crate::sys) unsafe fn place(&mut self, arg: &Arg) -> Option<Placed> {
        let (from, length, pointers): (*const c_void, usize, &[(usize, Arg)]) = match arg {
            Arg::Value(_) => (std::ptr::null(), 0, &[]),
            Arg::Read(pointer, length) => (*pointer, *length, &[]),
            Arg::Update(pointer, length) => (pointer.cast_const(), *length, &[]),
            Arg::Struct(pointer, length, pointers) => (pointer.cast_const(), *length, pointers),
        };
        if from.is_null() {
            let passed = arg.here();
            let inner = Vec::new();
            return Some(Placed { passed, inner });
        }
        // SAFETY: as the caller vouches.
        let at = unsafe { self.copy(from, length) }?;
        let mut inner = Vec::new();
        for (offset, arg) in pointers {
            // SAFETY: as above.
            let placed = unsafe { self.place(arg) }?;
            // SAFETY: the pointer is inside of the struct.
            unsafe {
                at.add(*offset)
                    .cast::<usize>()
                    .write_unaligned(placed.passed);
            };
            inner.push(placed);
        }
        let passed = at.as_ptr() as usize;
        Some(Placed { passed, inner })
    }
}

impl Placed {
    /// Copies back what the kernel may have written.
    ///
    /// # Safety
    ///
    /// It is where this argument was put, whose pointers are still valid.
    pub(in crate::sys) unsafe fn take(&self, arg: &Arg) {
        let from = self.passed as *const u8;
        match arg {
            Arg::Value(_) | Arg::Read(..) => {}
            Arg::Update(pointer, _) | Arg::Struct(pointer, ..) if pointer.is_null() => {}
            // SAFETY: both are valid for so many bytes, as the caller vouches.
            Arg::Update(pointer, length) => unsafe {
                std::ptr::copy_nonoverlapping(from, pointer.cast::<u8>(), *length);
            },
            Arg::Struct(pointer, length, pointers) => {
                // SAFETY: as above.
                unsafe { std::ptr::copy_nonoverlapping(from, pointer.cast::<u8>(), *length) };
                for ((offset, inner), placed) in pointers.iter().zip(&self.inner) {
                    // SAFETY: the pointer is inside of the struct; it leads to our memory again.
                    unsafe {
                        let own = pointer.cast::<u8>().add(*offset);
                        own.cast::<usize>().write_unaligned(inner.here());
                        placed.take(inner);
                    }
                }
            }
        }
    }
}
