//! Control messages field by field: `struct cmsghdr` and the struct of its data, laid over the bytes that a call passes or
//! that the kernel wrote. See cmsg(3), ip(7), ipv6(7), socket(7), unix(7).

use crate::socket::Errno;
use crate::socket::control::by_number;
use crate::socket::control::layout::{EXTENDED, Layout, TIME, number, origin_word};
use crate::socket::layout::{Field, FixedField, fixed, in_addr, in6_addr, scope};

/// The bytes of `struct cmsghdr` without its data, where a pointer has eight bytes.
pub const HEADER: usize = 16;

static CMSGHDR: [FixedField; 3] = [
    ("size_t", "cmsg_len", 8, length),
    ("int", "cmsg_level", 4, level),
    ("int", "cmsg_type", 4, plain),
];

static CREDENTIALS: [FixedField; 3] = [
    ("pid_t", "pid", 4, plain),
    ("uid_t", "uid", 4, unsigned),
    ("gid_t", "gid", 4, unsigned),
];

static PACKET_INFO: [FixedField; 3] = [
    ("int", "ipi_ifindex", 4, scope),
    ("struct in_addr", "ipi_spec_dst", 4, local),
    ("struct in_addr", "ipi_addr", 4, in_addr),
];

static PACKET_INFO6: [FixedField; 2] = [
    ("struct in6_addr", "ipi6_addr", 16, in6_addr),
    ("unsigned int", "ipi6_ifindex", 4, scope),
];

static EXTENDED_ERROR: [FixedField; 7] = [
    ("__u32", "ee_errno", 4, errno),
    ("__u8", "ee_origin", 1, origin),
    ("__u8", "ee_type", 1, small),
    ("__u8", "ee_code", 1, small),
    ("__u8", "ee_pad", 1, small),
    ("__u32", "ee_info", 4, unsigned),
    ("__u32", "ee_data", 4, unsigned),
];

static TIMEVAL: [FixedField; 2] = [
    ("time_t", "tv_sec", 8, seconds),
    ("suseconds_t", "tv_usec", 8, long),
];

static TIMESPEC: [FixedField; 2] = [
    ("time_t", "tv_sec", 8, seconds),
    ("long", "tv_nsec", 8, long),
];

static INT: [FixedField; 1] = [("int", "", 4, plain)];
static BYTE: [FixedField; 1] = [("unsigned char", "", 1, small)];
static SHORT: [FixedField; 1] = [("uint16_t", "", 2, short)];
static UNSIGNED: [FixedField; 1] = [("uint32_t", "", 4, unsigned)];
static LONG: [FixedField; 1] = [("uint64_t", "", 8, long)];

/// The fields of one control message with its header, as they lie in the control buffer. The name of its type is the note
/// of that field.
pub fn fields(level: i32, kind: i32, data: &[u8]) -> Vec<Field> {
    let length = (HEADER + data.len()) as u64;
    let header = [
        length.to_ne_bytes().as_slice(),
        &level.to_ne_bytes(),
        &kind.to_ne_bytes(),
    ]
    .concat();
    let mut fields = fixed(&CMSGHDR, &header);
    let row = by_number(level, kind);
    if let (Some(row), Some(kind)) = (row, fields.last_mut()) {
        kind.value = format!("{} ({})", row.name, kind.value);
        row.meaning.clone_into(&mut kind.note);
    }
    let layout = row.map(|row| row.layout);
    let own = of_data(layout, data);
    fields.extend(own.into_iter().map(|field| Field {
        at: field.at + HEADER,
        ..field
    }));
    fields
}

/// The control messages in a buffer, level, type and data of each; of one that is cut, the data that is there.
pub fn messages(buffer: &[u8]) -> Vec<(i32, i32, &[u8])> {
    let (mut rest, mut found) = (buffer, Vec::new());
    while rest.len() >= HEADER {
        let length = usize::try_from(u64::from_ne_bytes(bytes(rest))).unwrap_or(usize::MAX);
        if length < HEADER {
            break;
        }
        let end = length.min(rest.len());
        let int = |at: usize| i32::from_ne_bytes(bytes(&rest[at..]));
        found.push((int(8), int(12), &rest[HEADER..end]));
        rest = rest.get(end.next_multiple_of(8)..).unwrap_or_default();
    }
    found
}

/// The fields of the data.
fn of_data(layout: Option<Layout>, data: &[u8]) -> Vec<Field> {
    match layout {
        Some(Layout::Descriptors) => repeated(&INT, data, 4),
        Some(Layout::Credentials) => fixed(&CREDENTIALS, data),
        Some(Layout::PacketInfo) => fixed(&PACKET_INFO, data),
        Some(Layout::PacketInfo6) => fixed(&PACKET_INFO6, data),
        Some(Layout::Address) => crate::socket::layout::fields(data),
        Some(Layout::Error) if data.len() > EXTENDED => {
            let (record, offender) = data.split_at(EXTENDED);
            let offender = crate::socket::layout::fields(offender).into_iter();
            let offender = offender.map(|field| Field {
                at: field.at + EXTENDED,
                ..field
            });
            fixed(&EXTENDED_ERROR, record)
                .into_iter()
                .chain(offender)
                .collect()
        }
        Some(Layout::Error) => fixed(&EXTENDED_ERROR, data),
        Some(Layout::Time { places: 6, .. }) => repeated(&TIMEVAL, data, TIME),
        Some(Layout::Time { .. }) if data.len() != 4 => repeated(&TIMESPEC, data, TIME),
        Some(Layout::Int | Layout::Unsigned(_) | Layout::Time { .. }) => {
            let rows = match (layout, data.len()) {
                (_, 1) => &BYTE,
                (_, 2) => &SHORT,
                (_, 8) => &LONG,
                (Some(Layout::Int), _) => &INT,
                _ => &UNSIGNED,
            };
            fixed(rows, data)
        }
        None if data.is_empty() => Vec::new(),
        None => vec![Field {
            at: 0,
            bytes: data.to_vec(),
            c_type: "unsigned char[]",
            name: "",
            value: format!("{} bytes", data.len()),
            note: String::new(),
        }],
    }
}

/// The same struct again and again.
fn repeated(rows: &[FixedField], data: &[u8], size: usize) -> Vec<Field> {
    let each = data.chunks(size).enumerate();
    each.flat_map(|(index, own)| {
        let fields = fixed(rows, own).into_iter();
        fields.map(move |field| Field {
            at: field.at + index * size,
            ..field
        })
    })
    .collect()
}

type Read = (String, String);

fn value(text: impl ToString) -> Read {
    (text.to_string(), String::new())
}

fn bytes<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.first_chunk().copied().unwrap_or([0; N])
}

fn length(own: &[u8]) -> Read {
    let length = u64::from_ne_bytes(bytes(own));
    let data = length.saturating_sub(HEADER as u64);
    (
        format!("CMSG_LEN({data})"),
        format!("{length} bytes: {HEADER} of the header and {data} of the data"),
    )
}

fn level(own: &[u8]) -> Read {
    let number = i32::from_ne_bytes(bytes(own));
    match crate::socket::option::level_name(number) {
        Some(name) => value(format!("{name} ({number})")),
        None => value(number),
    }
}

fn plain(own: &[u8]) -> Read {
    value(i32::from_ne_bytes(bytes(own)))
}

fn unsigned(own: &[u8]) -> Read {
    value(number(own, 0).unwrap_or_default())
}

fn small(own: &[u8]) -> Read {
    value(bytes::<1>(own)[0])
}

fn short(own: &[u8]) -> Read {
    value(u16::from_ne_bytes(bytes(own)))
}

fn long(own: &[u8]) -> Read {
    value(i64::from_ne_bytes(bytes(own)))
}

fn seconds(own: &[u8]) -> Read {
    let note = "seconds since 1970-01-01 00:00 UTC";
    (long(own).0, note.to_owned())
}

fn local(own: &[u8]) -> Read {
    let (text, note) = in_addr(own);
    (text, format!("the local address; {note}"))
}

fn errno(own: &[u8]) -> Read {
    let number = i32::from_ne_bytes(bytes(own));
    value(format!("{} ({number})", Errno(number)))
}

fn origin(own: &[u8]) -> Read {
    let number = bytes::<1>(own)[0];
    let note = origin_word(number).unwrap_or_default();
    (number.to_string(), note.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::socket::control::CONTROL_MESSAGES;
    use crate::socket::control::fields::*;

    #[test]
    fn the_header_and_the_data_are_laid_over_their_bytes() {
        let data = [1_u32.to_ne_bytes(), [127, 0, 0, 2], [0; 4]].concat();
        let found = fields(libc::IPPROTO_IP, libc::IP_PKTINFO, &data);
        let texts: Vec<(usize, &str, &str)> = found
            .iter()
            .map(|field| (field.at, field.name, field.value.as_str()))
            .collect();
        let expected = [
            (0, "cmsg_len", "CMSG_LEN(12)"),
            (8, "cmsg_level", "IPPROTO_IP (0)"),
            (12, "cmsg_type", "IP_PKTINFO (8)"),
            (16, "ipi_ifindex", "1"),
            (20, "ipi_spec_dst", "inet_addr(\"127.0.0.2\")"),
            (24, "ipi_addr", "inet_addr(\"0.0.0.0\")"),
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn a_buffer_of_any_bytes_is_walked_to_its_end() {
        let one = [
            20_u64.to_ne_bytes().as_slice(),
            &1_i32.to_ne_bytes(),
            &2_i32.to_ne_bytes(),
            &[9, 9, 9, 9, 0, 0, 0, 0],
        ]
        .concat();
        let two = [one.clone(), one].concat();
        let expected = (1, 2, [9_u8; 4].as_slice());
        assert_eq!(messages(&two), [expected, expected]);
        assert_eq!(messages(&two[..42])[1].2, [9, 9]);
        for length in 0..64 {
            messages(&vec![0xff; length]);
            messages(&vec![0; length]);
            messages(&vec![17; length]);
        }
    }

    #[test]
    fn data_of_any_length_has_fields_that_cover_it() {
        for row in CONTROL_MESSAGES {
            for length in 0..80 {
                let data = vec![0xa5; length];
                let found = fields(row.level, row.kind, &data);
                let covered: usize = found.iter().map(|field| field.bytes.len()).sum();
                assert_eq!(covered, HEADER + length, "{} {length}", row.name);
            }
        }
        assert_eq!(fields(99, 1, &[1, 2]).len(), 4);
    }
}
