//! Literals: numbers, durations, data, addresses. Each gives a clause of what is wrong, the caller knows where.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};
use std::time::Duration;

use crate::call::data::{Data, MAX_BYTES};
use crate::socket::text::unescape;
use crate::socket::{Address, UnixName};

/// Reads a decimal or hexadecimal number, with its sign.
pub(crate) fn number(text: &str) -> Result<i64, String> {
    let wrong = || format!("`{text}` is not a number");
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (digits, radix) = match digits.strip_prefix("0x") {
        Some(hex) => (hex, 16),
        None => (digits, 10),
    };
    // from_str_radix would take a second sign.
    if !digits.starts_with(|c: char| c.is_digit(radix)) {
        return Err(wrong());
    }
    let value = i64::from_str_radix(digits, radix).map_err(|_| wrong())?;
    Ok(if text.starts_with('-') { -value } else { value })
}

/// Reads a number that fits a C int.
pub(crate) fn int(text: &str) -> Result<i32, String> {
    let value = number(text)?;
    // An unsigned mask such as 0xffffffff is the int with the same bits.
    i32::try_from(value)
        .or_else(|_| u32::try_from(value).map(u32::cast_signed))
        .map_err(|_| format!("`{text}` does not fit a C int"))
}

/// Reads how many bytes a buffer has.
pub(crate) fn size(text: &str) -> Result<usize, String> {
    let value = number(text)?;
    let size = usize::try_from(value).map_err(|_| format!("`{text}` is not a size"))?;
    if size > MAX_BYTES {
        return Err(format!(
            "{size} bytes are more than the limit of {MAX_BYTES}"
        ));
    }
    Ok(size)
}

/// The units of durations, with their length in nanoseconds; longest name first.
const UNITS: [(&str, f64); 5] = [
    ("min", 60e9),
    ("ns", 1.0),
    ("us", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
];

/// The longest duration that is accepted: a day.
const MAX_DURATION: f64 = 86_400e9;

/// Reads `50ms`, `2s`, `1.5s`; a bare number is milliseconds.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let (digits, nanos) = UNITS
        .iter()
        .find_map(|(unit, nanos)| text.strip_suffix(unit).map(|digits| (digits, *nanos)))
        .unwrap_or((text, 1e6));
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let total = digits.parse::<f64>().ok()? * nanos;
    (total <= MAX_DURATION).then(|| Duration::from_nanos(total.round() as u64))
}

/// Reads a data argument: `"text"`, `hex(…)`, `u64(n)`, `bytes(n)`, `"x"*n`, `NULL*n`.
///
/// # Errors
///
/// A clause that says what is wrong.
pub fn parse_data(text: &str) -> Result<Data, String> {
    if let Some(inner) = text
        .strip_prefix("hex(")
        .and_then(|rest| rest.strip_suffix(')'))
    {
        return hex(inner).map(Data::Hex);
    }
    if let Some(inner) = text
        .strip_prefix("u64(")
        .and_then(|rest| rest.strip_suffix(')'))
    {
        let number = inner.trim().parse::<u64>();
        let number = number.map_err(|_| format!("`{inner}` is not a number of 64 bits"))?;
        return Ok(Data::U64(number.to_ne_bytes()));
    }
    if let Some(inner) = text
        .strip_prefix("bytes(")
        .and_then(|rest| rest.strip_suffix(')'))
    {
        return size(inner.trim()).map(Data::Pattern);
    }
    if let Some(rest) = text.strip_prefix("NULL") {
        return match rest.strip_prefix('*') {
            Some(times) => size(times.trim()).map(Data::Null),
            None if rest.is_empty() => Ok(Data::Null(0)),
            None => Err(format!("`{text}` is not data")),
        };
    }
    let (quoted, rest) = quoted(text)?;
    let rest = rest.trim();
    if rest.is_empty() {
        return Ok(Data::Text(quoted));
    }
    let Some(times) = rest.strip_prefix('*') else {
        return Err(format!("`{rest}` does not belong after the text"));
    };
    let times = size(times.trim())?;
    if quoted.len().saturating_mul(times) > MAX_BYTES {
        return Err(format!("that is more than the limit of {MAX_BYTES} bytes"));
    }
    Ok(Data::Repeat(quoted, times))
}

/// Reads a text in quotes and gives what is after it.
fn quoted(text: &str) -> Result<(Vec<u8>, &str), String> {
    let Some(inner) = text.strip_prefix('"') else {
        return Err(format!(
            "`{text}` is not data: text is written in quotes, \"{text}\""
        ));
    };
    let mut escaped = false;
    let end = inner.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    });
    let end = end.ok_or("the text has no closing quote")?;
    let bytes = unescape(&inner[..end]).map_err(|bad| {
        format!(
            "{}; the escapes are \\n \\r \\t \\0 \\xNN \\\" \\\\",
            bad.message
        )
    })?;
    Ok((bytes, &inner[end + 1..]))
}

/// Reads `de ad be ef`, with or without blanks.
fn hex(text: &str) -> Result<Vec<u8>, String> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()
        .ok_or_else(|| format!("`{text}` is not hexadecimal"))?;
    if digits.len() % 2 == 1 {
        return Err("a byte has two hexadecimal digits, one is missing".to_owned());
    }
    Ok(digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect())
}

/// Reads an address that is written out: `127.0.0.1:80`, `*:0`, `[::1]:80`, `unix:/x`, `abstract:x`, `/x`.
///
/// # Errors
///
/// A clause that says what is wrong.
pub fn parse_address(text: &str) -> Result<Address, String> {
    if let Some(name) = text.strip_prefix("unix:") {
        if name.is_empty() {
            return Ok(Address::Unix(UnixName::Unnamed));
        }
        return Ok(Address::Unix(UnixName::Path(plain_or_quoted(name)?)));
    }
    if let Some(name) = text.strip_prefix("abstract:") {
        return Ok(Address::Unix(UnixName::Abstract(plain_or_quoted(name)?)));
    }
    if let Some(numbers) = text.strip_prefix("family:") {
        return family(numbers);
    }
    if text.starts_with('[') {
        return inet6(text);
    }
    // A quoted text can only be a path; so can anything with a slash.
    if text.starts_with('"') || text.contains('/') {
        return Ok(Address::Unix(UnixName::Path(plain_or_quoted(text)?)));
    }
    inet(text)
}

/// `family:47`, or `family:47:00:ff` with the bytes after the family.
fn family(text: &str) -> Result<Address, String> {
    let mut parts = text.split(':');
    let family = parts.next().unwrap_or_default();
    let family = family
        .parse()
        .map_err(|_| format!("`{family}` is not a family number"))?;
    let data = parts
        .map(|byte| {
            u8::from_str_radix(byte, 16)
                .map_err(|_| format!("`{byte}` is not a byte in hexadecimal"))
        })
        .collect::<Result<Vec<u8>, String>>()?;
    if data.len() > crate::socket::sockaddr::STORAGE - 2 {
        return Err("an address has at most 128 bytes".to_owned());
    }
    Ok(Address::Other { family, data })
}

fn plain_or_quoted(text: &str) -> Result<Vec<u8>, String> {
    if !text.starts_with('"') {
        return Ok(text.as_bytes().to_vec());
    }
    match quoted(text)? {
        (bytes, "") => Ok(bytes),
        (_, rest) => Err(format!("`{rest}` does not belong after the name")),
    }
}

/// The port of an address.
pub(crate) fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| {
        format!("`{text}` is not a port: a number from 0 (the kernel chooses) to 65535")
    })
}

/// The host part of an IPv4 address; `*` is INADDR_ANY.
pub(crate) fn inet_host(text: &str) -> Result<Ipv4Addr, String> {
    if text == "*" {
        return Ok(Ipv4Addr::UNSPECIFIED);
    }
    text.parse().map_err(|_| {
        format!("`{text}` is not an IPv4 address: four numbers from 0 to 255, or * for all of this host's")
    })
}

fn inet(text: &str) -> Result<Address, String> {
    let Some((host, port_text)) = text.rsplit_once(':') else {
        return Err(match inet_host(text) {
            Ok(_) => {
                format!("the port is missing: {text}:8080, or {text}:0 to let the kernel choose")
            }
            Err(_) => format!(
                "`{text}` is not an address: 127.0.0.1:8080, localhost:8080, [::1]:8080, unix:/tmp/x.sock, abstract:name or addr(x)"
            ),
        });
    };
    if host.contains(':') {
        return Err(format!(
            "an IPv6 address is written in brackets: [{host}]:{port_text}"
        ));
    }
    Ok(Address::Inet(SocketAddrV4::new(
        inet_host(host)?,
        port(port_text)?,
    )))
}

/// `[ip]:port`, cut into its two parts.
pub(crate) fn bracketed(text: &str) -> Result<(&str, &str), String> {
    text.strip_prefix('[')
        .and_then(|rest| rest.split_once("]:"))
        .ok_or_else(|| format!("`{text}` is not an IPv6 address with a port: [::1]:8080"))
}

/// The host part of an IPv6 address.
pub(crate) fn inet6_host(text: &str) -> Result<Ipv6Addr, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not an IPv6 address"))
}

fn inet6(text: &str) -> Result<Address, String> {
    let (host, port_text) = bracketed(text)?;
    let (host, scope) = match host.split_once('%') {
        Some((host, scope)) => (
            host,
            scope
                .parse()
                .map_err(|_| format!("`{scope}` is not a scope number"))?,
        ),
        None => (host, 0),
    };
    Ok(Address::Inet6(SocketAddrV6::new(
        inet6_host(host)?,
        port(port_text)?,
        0,
        scope,
    )))
}
