//! The captured segments of a session as a capture file: pcapng, draft-ietf-opsawg-pcapng, which Wireshark and tcpdump
//! read.
//!
//! A recording has the addresses, flags, numbers, window and length of a segment, and not its bytes. A packet of the file
//! has the headers that follow from these and none of the data; the comment of the section says so. Each packet has a
//! comment with the calls that were in progress when it was sent.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv6Addr};

use crate::event::{EventKind, Timestamp};
use crate::run::session_file::SessionFile;
use crate::run::source::complain_of;
use crate::socket::Segment;
use crate::socket::text::escaped;
use crate::world::{Record, World};

/// How many calls of a session are kept to be named.
const CALLS: usize = 1 << 20;
/// How many calls a comment names.
const NAMED: usize = 4;
/// How long a call in a comment can be, in characters.
const LONGEST: usize = 200;
/// How many segments a file has at most.
const MOST: usize = 1_000_000;

/// Types of blocks.
const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const PACKET: u32 = 6;
/// What tells the order of bytes of the section.
const BYTE_ORDER: u32 = 0x1a2b_3c4d;
/// LINKTYPE_RAW: each packet begins with an IPv4 or IPv6 header.
const RAW_IP: u16 = 101;
/// The numbers of options.
const COMMENT: u16 = 1;

const APPLICATION: u16 = 4;
const NAME: u16 = 2;
const RESOLUTION: u16 = 9;
/// The length of a TCP header without options.
const TCP_HEADER: u16 = 20;

/// What the comment of the section says.
const ABOUT: &str = "Made by sockplay from a recording. It has the addresses, ports, flags, sequence and acknowledgement \
    numbers, window and data length of each captured TCP segment. The data, TCP options and other fields of the IP header were not \
    recorded: no data is in this file, the lengths of the packets count it, options are left out, the time to live is 64 and the \
    identification 0. Checksums are computed for IPv4 headers and are 0 for TCP. Times are exact relative to \
    each other; the beginning of the session is known to the second.";

/// The capture file of a session.
///
/// # Errors
///
/// When the recording cannot be read, or has no captured segment: then how to capture some.
pub(crate) fn capture_file(session: &SessionFile) -> io::Result<Vec<u8>> {
    let (world, segments) = captured(session).map_err(io::Error::other)?;
    if segments.is_empty() {
        return Err(io::Error::other(nothing(&world)));
    }
    let began = session.opened.header.began.saturating_mul(1_000_000_000);
    let mut out = section();
    out.extend(interface());
    let mut calls = Calls::of(&world);
    for (at, segment) in &segments {
        let comment = calls.during(*at, segment);
        out.extend(packet(began.saturating_add(at.0), segment, &comment));
    }
    Ok(out)
}

/// Why there is nothing, and what to do about it.
fn nothing(world: &World) -> String {
    let why = match &world.captured_traffic().capturing {
        Some(Err(reason)) => format!("it could not be captured: {reason}"),
        Some(Ok(_)) => "no segment of TCP was sent while it was captured".to_owned(),
        None => "capturing was not asked for: in the playground `v` begins it".to_owned(),
    };
    format!(
        "the session has no captured segment; {why}. Capturing needs CAP_NET_RAW or a private network; an exported script \
         is captured where that is allowed"
    )
}

/// All that was captured, in the order in which it was sent, and the world with the calls.
fn captured(session: &SessionFile) -> Result<(World, Vec<(Timestamp, Segment)>), String> {
    let mut world = World::default();
    world.set_log_bound(CALLS);
    let mut segments = Vec::new();
    let mut events = session.opened.events(session.part);
    for event in &mut events {
        let event = event?;
        if let EventKind::Captured { segment, .. } = event.what
            && segments.len() < MOST
        {
            segments.push((event.at, segment));
        }
        world.apply(&event);
    }
    complain_of(&events.found);
    segments.sort_by_key(|(at, _)| *at);
    Ok((world, segments))
}

/// The calls of a session as time goes on.
struct Calls<'a> {
    world: &'a World,
    /// Those that begin later, in that order.
    later: VecDeque<&'a Record>,
    /// Those that are in progress.
    open: Vec<&'a Record>,
    /// The one that ended last.
    last: Option<&'a Record>,
}

impl<'a> Calls<'a> {
    fn of(world: &'a World) -> Self {
        let mut later: Vec<&Record> = world.log().iter().collect();
        later.sort_by_key(|record| record.began());
        Self {
            world,
            later: later.into(),
            open: Vec::new(),
            last: None,
        }
    }

    /// Which calls were in progress when a segment was sent, those on the socket that sent it first. Each segment must be
    /// later than the one before.
    fn during(&mut self, at: Timestamp, segment: &Segment) -> String {
        let begun = self.later.partition_point(|record| record.began() <= at);
        self.open.extend(self.later.drain(..begun));
        let (ended, open) = std::mem::take(&mut self.open)
            .into_iter()
            .partition::<Vec<_>, _>(|record| record.has_ended_before(at));
        self.open = open;
        self.last = ended.last().copied().or(self.last);
        let mut calls = self.open.clone();
        calls.sort_by_key(|record| !self.is_of_sender(record, segment));
        let named: Vec<String> = calls.iter().take(NAMED).map(|own| text(own)).collect();
        match (
            named.is_empty(),
            calls.len().saturating_sub(NAMED),
            self.last,
        ) {
            (false, 0, _) => format!("during {}", named.join(", ")),
            (false, others, _) => format!("during {} and {others} more calls", named.join(", ")),
            (true, _, Some(last)) => format!("during no call, after {}", text(last)),
            (true, _, None) => "before the first call".to_owned(),
        }
    }

    /// Whether a call was made on the socket with the address that a segment comes from.
    fn is_of_sender(&self, record: &Record, segment: &Segment) -> bool {
        let socket = record.on().and_then(|on| self.world.descriptor(on));
        let local = record.local().or_else(|| socket?.local());
        local.and_then(crate::socket::segment::in_packets) == Some(segment.from)
    }
}

/// A call in a comment.
fn text(record: &Record) -> String {
    let text = escaped(&record.call().to_string());
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The block that begins a section.
fn section() -> Vec<u8> {
    let mut body = BYTE_ORDER.to_le_bytes().to_vec();
    body.extend(1u16.to_le_bytes());
    body.extend(0u16.to_le_bytes());
    // The length of the section is not said.
    body.extend(u64::MAX.to_le_bytes());
    option(&mut body, COMMENT, ABOUT.as_bytes());
    let program = concat!("sockplay ", env!("CARGO_PKG_VERSION"));
    option(&mut body, APPLICATION, program.as_bytes());
    end_of_options(&mut body);
    block(SECTION, &body)
}

/// The block of the only interface.
fn interface() -> Vec<u8> {
    let mut body = RAW_IP.to_le_bytes().to_vec();
    body.extend(0u16.to_le_bytes());
    // The headers alone are there: a limit is none.
    body.extend(0u32.to_le_bytes());
    option(&mut body, NAME, b"any");
    // Times are in nanoseconds.
    option(&mut body, RESOLUTION, &[9]);
    end_of_options(&mut body);
    block(INTERFACE, &body)
}

/// The block of a segment.
fn packet(at: u64, segment: &Segment, comment: &str) -> Vec<u8> {
    let bytes = headers(segment);
    let captured = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut body = 0u32.to_le_bytes().to_vec();
    let [high, low] = [(at >> 32) as u32, at as u32];
    for number in [high, low, captured, captured.saturating_add(segment.length)] {
        body.extend(number.to_le_bytes());
    }
    body.extend(bytes);
    pad(&mut body);
    option(&mut body, COMMENT, comment.as_bytes());
    end_of_options(&mut body);
    block(PACKET, &body)
}

/// Adds an option. None of ours comes near the length that an option can have.
fn option(body: &mut Vec<u8>, number: u16, value: &[u8]) {
    let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
    body.extend(number.to_le_bytes());
    body.extend(length.to_le_bytes());
    body.extend(&value[..length.into()]);
    pad(body);
}

fn end_of_options(body: &mut Vec<u8>) {
    body.extend([0; 4]);
}

/// Fills up to a multiple of four bytes.
fn pad(body: &mut Vec<u8>) {
    body.resize(body.len().next_multiple_of(4), 0);
}

fn block(block_type: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 12).unwrap_or(u32::MAX);
    let mut out = block_type.to_le_bytes().to_vec();
    out.extend(length.to_le_bytes());
    out.extend(body);
    out.extend(length.to_le_bytes());
    out
}

/// The IP and TCP headers of a segment.
fn headers(segment: &Segment) -> Vec<u8> {
    let data = u16::try_from(segment.length).unwrap_or(u16::MAX);
    let length = TCP_HEADER.saturating_add(data);
    let mut out = match (segment.from.ip(), segment.to.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => ipv4(length, from.octets(), to.octets()),
        (from, to) => ipv6(length, as_ipv6(from), as_ipv6(to)),
    };
    out.extend(segment.from.port().to_be_bytes());
    out.extend(segment.to.port().to_be_bytes());
    out.extend(segment.seq.to_be_bytes());
    out.extend(segment.ack.to_be_bytes());
    out.extend([0x50, segment.flags.0]);
    out.extend(segment.window.to_be_bytes());
    // No checksum, no urgent pointer.
    out.extend([0; 4]);
    out
}

fn as_ipv6(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
}

fn ipv4(length: u16, from: [u8; 4], to: [u8; 4]) -> Vec<u8> {
    let mut out = vec![0x45, 0];
    out.extend(length.saturating_add(20).to_be_bytes());
    // It is not fragmented.
    out.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
    out.extend(from);
    out.extend(to);
    let sum = checksum(&out);
    out[10..12].copy_from_slice(&sum.to_be_bytes());
    out
}

fn ipv6(length: u16, from: Ipv6Addr, to: Ipv6Addr) -> Vec<u8> {
    let mut out = vec![0x60, 0, 0, 0];
    out.extend(length.to_be_bytes());
    out.extend([6, 64]);
    out.extend(from.octets());
    out.extend(to.octets());
    out
}

/// The checksum of an IPv4 header, RFC 1071.
fn checksum(header: &[u8]) -> u16 {
    let words = header.chunks_exact(2);
    let mut sum: u32 = words
        .map(|word| u32::from(u16::from_be_bytes([word[0], word[1]])))
        .sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}
