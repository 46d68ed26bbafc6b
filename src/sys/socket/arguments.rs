//! What socket calls are given: pointers with lengths, which need not be right.

use std::ffi::c_void;
use std::ptr;

use crate::call::outcome::Written;
use crate::socket::sockaddr::STORAGE;
use crate::sys::child::Arg;
use crate::sys::{Checked, refuse};

/// An address argument as a C program passes it: a pointer and a length that need not agree.
#[derive(Debug, Clone)]
pub struct RawAddress {
    bytes: Option<Vec<u8>>,
    length: libc::socklen_t,
}

impl RawAddress {
    /// The bytes of an address, passed with `length`, or with their own where that is `None`.
    pub fn new(bytes: &[u8], length: Option<i32>) -> Self {
        let mut storage = bytes.to_vec();
        storage.resize(bytes.len().max(STORAGE), 0);
        let natural = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
        Self {
            bytes: Some(storage),
            length: length.unwrap_or(natural).cast_unsigned(),
        }
    }

    /// A null pointer, passed with `length`.
    pub fn null(length: Option<i32>) -> Self {
        Self {
            bytes: None,
            length: length.unwrap_or(0).cast_unsigned(),
        }
    }

    /// The bytes that the kernel reads; `None` for a null pointer, and for a length that it refuses.
    pub fn bytes(&self) -> Option<&[u8]> {
        let length = usize::try_from(self.length).ok()?;
        self.bytes.as_ref()?.get(..length)
    }

    /// The pointer and the length. A length beyond the storage is refused by the kernel before it reads
    /// (`move_addr_to_kernel` checks it against `sizeof(struct sockaddr_storage)`, which is [`STORAGE`]).
    pub(in crate::sys) fn args(&self) -> [Arg; 2] {
        let bytes = self.bytes.as_ref();
        let pointer = bytes.map_or(ptr::null(), |bytes| bytes.as_ptr().cast());
        let storage = bytes.map_or(0, Vec::len);
        [
            Arg::Read(pointer, storage),
            Arg::Value(self.length as usize),
        ]
    }

    /// The length that is passed.
    pub(in crate::sys) fn length(&self) -> libc::socklen_t {
        self.length
    }
}

/// An address that the kernel wrote.
#[derive(Debug)]
pub(crate) struct AddressBuffer {
    storage: Vec<u8>,
    offered: libc::socklen_t,
    length: libc::socklen_t,
}

impl AddressBuffer {
    /// Room for any address, or for `length` bytes where that is more. The call is passed `length` even where it is
    /// wrong; the kernel rejects a negative one.
    pub(crate) fn new(length: Option<i32>) -> Checked<Self> {
        let room = refuse::address_room(length)?;
        let length = length.map_or(STORAGE as libc::socklen_t, i32::cast_unsigned);
        Ok(Self {
            storage: vec![0; room],
            offered: length,
            length,
        })
    }

    /// Where the kernel writes the address and its length.
    pub(in crate::sys) fn args(&mut self) -> [Arg; 2] {
        [
            Arg::Update(self.storage.as_mut_ptr().cast(), self.storage.len()),
            Arg::update(&raw mut self.length),
        ]
    }

    /// What was written. An AF_UNIX address of 108 bytes may be reported longer than it is.
    pub(crate) fn written(&self) -> Written {
        let end = self.length.min(self.offered) as usize;
        Written {
            bytes: self.storage[..end.min(self.storage.len())].to_vec(),
            offered: self.offered,
            length: self.length,
        }
    }
}

/// What a sending call is given: bytes, or a null pointer with a length.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// These bytes.
    Bytes(&'a [u8]),
    /// Nothing at all, said to be this long.
    Null(usize),
}

impl Source<'_> {
    pub(crate) fn parts(&self) -> (*const c_void, usize) {
        match self {
            Self::Bytes(bytes) => (bytes.as_ptr().cast(), bytes.len()),
            Self::Null(length) => (ptr::null(), *length),
        }
    }

    pub(in crate::sys) fn args(&self) -> [Arg; 2] {
        let (pointer, length) = self.parts();
        [Arg::Read(pointer, length), Arg::Value(length)]
    }
}

/// What a receiving call is given: a buffer, or a null pointer with a length.
#[derive(Debug)]
pub enum Target<'a> {
    /// Room for the data.
    Buffer(&'a mut [u8]),
    /// No room at all, said to be this long.
    Null(usize),
}

impl Target<'_> {
    pub(in crate::sys) fn args(&mut self) -> [Arg; 2] {
        let (pointer, length) = match self {
            Self::Buffer(buffer) => (buffer.as_mut_ptr().cast(), buffer.len()),
            Self::Null(length) => (ptr::null_mut(), *length),
        };
        [Arg::Update(pointer, length), Arg::Value(length)]
    }
}
