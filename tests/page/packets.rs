//! A reader of pcapng files, for the tests.

/// A packet.
#[derive(Debug)]
pub(crate) struct Packet {
    /// When, in the units of the interface.
    pub(crate) at: u64,
    /// What of it is in the file.
    pub(crate) bytes: Vec<u8>,
    /// How long it was.
    pub(crate) length: usize,
    pub(crate) comment: String,
}

/// A file with one section and one interface.
#[derive(Debug)]
pub(crate) struct CaptureFile {
    pub(crate) comment: String,
    pub(crate) link: u16,
    /// The power of ten of the units of time.
    pub(crate) resolution: u8,
    pub(crate) packets: Vec<Packet>,
}

fn number(bytes: &[u8], at: usize) -> usize {
    let four = bytes[at..at + 4].try_into().expect("four bytes");
    u32::from_le_bytes(four) as usize
}

fn half(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(bytes[at..at + 2].try_into().expect("two bytes"))
}

/// The bodies of all blocks with their types.
fn blocks(mut bytes: &[u8]) -> Vec<(usize, &[u8])> {
    let mut blocks = Vec::new();
    while !bytes.is_empty() {
        let length = number(bytes, 4);
        assert_eq!(length % 4, 0, "blocks are aligned");
        assert_eq!(number(bytes, length - 4), length, "the length is repeated");
        blocks.push((number(bytes, 0), &bytes[8..length - 4]));
        bytes = &bytes[length..];
    }
    blocks
}

/// The value of an option.
fn option(mut bytes: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let (code, length) = (half(bytes, 0), usize::from(half(bytes, 2)));
        match code {
            0 => return None,
            code if code == wanted => return Some(&bytes[4..4 + length]),
            _ => bytes = &bytes[4 + length.next_multiple_of(4)..],
        }
    }
}

fn text(bytes: Option<&[u8]>) -> String {
    let bytes = bytes.expect("the option is there").to_vec();
    String::from_utf8(bytes).expect("comments are UTF-8")
}

/// Reads a file.
pub(crate) fn read(bytes: &[u8]) -> CaptureFile {
    let blocks = blocks(bytes);
    let [(0x0a0d_0d0a, section), (1, interface), packets @ ..] = blocks.as_slice() else {
        panic!("a section and an interface come first: {blocks:?}");
    };
    assert_eq!(number(section, 0), 0x1a2b_3c4d, "the order of bytes");
    assert_eq!((half(section, 4), half(section, 6)), (1, 0), "the version");
    CaptureFile {
        comment: text(option(&section[16..], 1)),
        link: half(interface, 0),
        resolution: option(&interface[8..], 9).expect("a resolution")[0],
        packets: packets.iter().map(packet).collect(),
    }
}

fn packet((block_type, body): &(usize, &[u8])) -> Packet {
    assert_eq!(*block_type, 6, "an enhanced packet block");
    assert_eq!(number(body, 0), 0, "the only interface");
    let captured = number(body, 12);
    let end = 20 + captured.next_multiple_of(4);
    Packet {
        at: (number(body, 4) as u64) << 32 | number(body, 8) as u64,
        bytes: body[20..20 + captured].to_vec(),
        length: number(body, 16),
        comment: text(option(&body[end..], 1)),
    }
}
