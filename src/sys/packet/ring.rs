//! The ring that a packet socket shares with its process: PACKET_RX_RING with TPACKET_V3, packet(7) and
//! Documentation/networking/packet_mmap.rst. The kernel fills a block, hands it over, and gets it back when it was
//! read.

use std::mem::offset_of;
use std::ptr::{self, NonNull};
use std::slice;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::sys::socket::set_own;
use crate::sys::{Result, errno};

/// Bytes of a block: a few hundred cut packets.
const BLOCK: usize = 128 << 10;
/// How many blocks there are: two MiB, which a flood of small segments fills in some tens of milliseconds.
const BLOCKS: usize = 16;
/// Bytes of a frame. Frames of this version are as long as their packets; this must divide a block, and hold one.
const FRAME: usize = 2048;
/// After so many milliseconds a block is handed over though it is not full.
const RETIRE: u32 = 10;

/// The offset of the address of a packet after its header, TPACKET3_HDRLEN.
const ADDRESS: usize = size_of::<libc::tpacket3_hdr>().next_multiple_of(libc::TPACKET_ALIGNMENT);
/// The offset of the head of a block after its version.
const HEAD: usize = offset_of!(libc::tpacket_block_desc, hdr);

/// One packet.
#[derive(Debug)]
pub struct Packet<'a> {
    /// Its beginning, from the IP header on.
    pub bytes: &'a [u8],
    /// When the kernel took it, on the clock of the day.
    pub at: Duration,
    /// The number of the interface on which it was seen.
    pub interface: i32,
}

/// The mapping, and how far it was read. Dropping it gives it back.
#[derive(Debug)]
pub struct Ring {
    map: NonNull<u8>,
    /// The block that is read, or is waited for.
    block: usize,
    /// Whether the kernel has handed it over.
    is_ours: bool,
    /// How many of its packets are still to be read.
    left: u32,
    /// Where the next of them begins.
    at: usize,
}

impl Ring {
    /// setsockopt(2) PACKET_VERSION and PACKET_RX_RING, then mmap(2). Call it before bind(2).
    ///
    /// # Errors
    ///
    /// ENOMEM where the kernel has no such memory, EINVAL where it does not know this version.
    pub(crate) fn new(fd: i32) -> Result<Self> {
        let version = (libc::tpacket_versions::TPACKET_V3 as u32).to_ne_bytes();
        let set = |option, value: &[u8]| {
            // SAFETY: both are numbers only.
            unsafe { set_own(fd, libc::SOL_PACKET, option, value) }
        };
        set(libc::PACKET_VERSION, &version)?;
        let sizes = [
            BLOCK as u32,
            BLOCKS as u32,
            FRAME as u32,
            (BLOCK / FRAME * BLOCKS) as u32,
            RETIRE,
            0,
            0,
        ];
        // `struct tpacket_req3` is seven such numbers.
        let request: Vec<u8> = sizes.iter().flat_map(|size| size.to_ne_bytes()).collect();
        set(libc::PACKET_RX_RING, &request)?;
        Ok(Self {
            map: map(fd)?,
            block: 0,
            is_ours: false,
            left: 0,
            at: 0,
        })
    }

    /// The next packet; does not wait. `None` when the kernel has handed nothing over.
    pub(crate) fn next(&mut self) -> Option<Packet<'_>> {
        while self.left == 0 {
            self.give_back();
            self.take()?;
        }
        let at = self.at;
        let field = |block: &[u8], field| word(block, at + field);
        let next = field(self.bytes(), offset_of!(libc::tpacket3_hdr, tp_next_offset))?;
        (self.left, self.at) = (self.left - 1, at + next as usize);
        let block = self.bytes();
        let from = at + half(block, at + offset_of!(libc::tpacket3_hdr, tp_net))?;
        let length = field(block, offset_of!(libc::tpacket3_hdr, tp_snaplen))? as usize;
        let interface = ADDRESS + offset_of!(libc::sockaddr_ll, sll_ifindex);
        Some(Packet {
            bytes: block.get(from..from + length)?,
            at: Duration::new(
                field(block, offset_of!(libc::tpacket3_hdr, tp_sec))?.into(),
                field(block, offset_of!(libc::tpacket3_hdr, tp_nsec))?,
            ),
            interface: field(block, interface)?.cast_signed(),
        })
    }

    /// Begins with the next block, when the kernel has handed it over.
    fn take(&mut self) -> Option<()> {
        // What the kernel wrote before is seen after this.
        if self.status().load(Ordering::Acquire) & libc::TP_STATUS_USER == 0 {
            return None;
        }
        self.is_ours = true;
        let field = |at| word(self.bytes(), HEAD + at);
        let count = field(offset_of!(libc::tpacket_hdr_v1, num_pkts))?;
        let first = field(offset_of!(libc::tpacket_hdr_v1, offset_to_first_pkt))?;
        (self.left, self.at) = (count, first as usize);
        Some(())
    }

    /// Gives a block back that was read to its end.
    fn give_back(&mut self) {
        if std::mem::take(&mut self.is_ours) {
            self.status()
                .store(libc::TP_STATUS_KERNEL, Ordering::Release);
            self.block = (self.block + 1) % BLOCKS;
        }
    }

    /// The word that says who has the block.
    fn status(&self) -> &AtomicU32 {
        let at = self.block * BLOCK + HEAD + offset_of!(libc::tpacket_hdr_v1, block_status);
        // SAFETY: inside of the mapping, which lives as long as `self`, and aligned as the kernel's own struct; both
        // sides use this word as an atomic one.
        unsafe { AtomicU32::from_ptr(self.map.as_ptr().add(at).cast()) }
    }

    /// The block that was handed over.
    fn bytes(&self) -> &[u8] {
        let length = if self.is_ours { BLOCK } else { 0 };
        // SAFETY: the block is inside of the mapping, which lives as long as `self`; the kernel writes nothing in it
        // until it is given back, for which `self` must be borrowed alone.
        unsafe { slice::from_raw_parts(self.map.as_ptr().add(self.block * BLOCK), length) }
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: this is the mapping that was made, and nobody has a part of it any more.
        unsafe { libc::munmap(self.map.as_ptr().cast(), BLOCK * BLOCKS) };
    }
}

/// mmap(2) of the whole ring.
fn map(fd: i32) -> Result<NonNull<u8>> {
    // SAFETY: a new mapping, at a place that the kernel chooses.
    let map = unsafe {
        libc::mmap(
            ptr::null_mut(),
            BLOCK * BLOCKS,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED,
            fd,
            0,
        )
    };
    // The null pointer is not a place that the kernel chooses.
    NonNull::new(map.cast())
        .filter(|_| map != libc::MAP_FAILED)
        .ok_or_else(errno)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?;
    bytes.try_into().ok().map(u32::from_ne_bytes)
}

fn half(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + 2)?;
    let half = bytes.try_into().ok().map(u16::from_ne_bytes);
    half.map(usize::from)
}
