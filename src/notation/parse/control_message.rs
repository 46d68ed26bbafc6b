//! Control messages as arguments: `IP_TTL(5)`, `IP_PKTINFO({127.0.0.2, lo})`, `cmsg(SOL_SOCKET, 99, hex(00))`.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::call::control_message::{ControlMessage, length};
use crate::notation::diagnostic::nearest;
use crate::notation::parse::SyntaxError;
use crate::notation::parse::lexer::{Lexeme, arguments};
use crate::notation::parse::literal::{int, number, parse_data};
use crate::socket::control::layout::Layout;
use crate::socket::control::{CONTROL_MESSAGES, ControlRow, find};

/// The word for one that has no name.
const ANY: &str = "cmsg";

/// The word before the parenthesis and the texts behind it, where an argument is written as a control message.
pub(crate) fn word(text: &str) -> Option<&str> {
    let (word, _) = text.split_once('(')?;
    let is_other = ["addr", "hex", "bytes", "port", "getpid"].contains(&word);
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (!word.is_empty() && !is_other && word.chars().all(is_word)).then_some(word)
}

/// Reads a control message.
pub(crate) fn control_message(lexeme: Lexeme<'_>) -> Result<ControlMessage, SyntaxError> {
    let Some((word, inner, Some(after))) = lexeme.open_paren() else {
        let message = format!("`{}` does not end with )", lexeme.text);
        return Err(SyntaxError::new(lexeme.span(), message));
    };
    if !after.text.is_empty() {
        let message = format!("`{}` does not belong to a control message", after.text);
        return Err(SyntaxError::new(after.span(), message));
    }
    if word.text == ANY {
        return any(lexeme, inner);
    }
    let row = find(word.text).ok_or_else(|| unknown(word))?;
    named(row, inner)
}

fn unknown(word: Lexeme<'_>) -> SyntaxError {
    let message = format!("`{}` is not a control message", word.text);
    let names = CONTROL_MESSAGES.iter().map(|row| row.name);
    let error = SyntaxError::new(word.span(), message);
    match nearest(&word.text.to_ascii_uppercase(), names) {
        Some(likely) => error.help(format!("did you mean {likely}?")),
        None => error.help(format!(
            "any other is {ANY}(level, type, data): {ANY}(SOL_SOCKET, 99, hex(00))"
        )),
    }
}

/// `cmsg(SOL_SOCKET, 99, hex(00))`; one that has a name may be written so too.
fn any(lexeme: Lexeme<'_>, inner: Lexeme<'_>) -> Result<ControlMessage, SyntaxError> {
    let parts = arguments(inner)?;
    if let [name, value] = parts.as_slice()
        && let Some(row) = find(name.text).filter(|row| row.layout != Layout::Descriptors)
    {
        return named(row, *value);
    }
    let form = || {
        SyntaxError::new(lexeme.span(), "a level, a type and data are needed")
            .help(format!("for example {ANY}(SOL_SOCKET, 99, hex(00))"))
    };
    let [level, kind, data] = parts.as_slice() else {
        return Err(form());
    };
    let level = crate::socket::option::find_level(level.text).or_else(|| int(level.text).ok());
    let kind = find(kind.text).map_or_else(|| int(kind.text).ok(), |row| Some(row.kind));
    match (level, kind) {
        // The number of a descriptor that belongs to the program is refused, and bytes would hide it.
        (Some(libc::SOL_SOCKET), Some(libc::SCM_RIGHTS)) => Err(SyntaxError::new(
            lexeme.span(),
            "descriptors are passed by their names",
        )
        .help("for example fds(x, y)")),
        (Some(level), Some(kind)) => Ok(ControlMessage::of(level, kind, bytes(*data)?)),
        _ => Err(form()),
    }
}

fn bytes(lexeme: Lexeme<'_>) -> Result<Vec<u8>, SyntaxError> {
    let wrong = |message: String| SyntaxError::new(lexeme.span(), message);
    let data = parse_data(lexeme.text).map_err(wrong)?;
    let bytes = data.bytes().map_err(|error| wrong(error.to_string()))?;
    bytes.ok_or_else(|| {
        wrong("a control message has its data in it, so it cannot be NULL".to_owned())
    })
}

fn named(row: &'static ControlRow, value: Lexeme<'_>) -> Result<ControlMessage, SyntaxError> {
    let text = value.text;
    let of = |data| Ok(ControlMessage::of(row.level, row.kind, data));
    if text.starts_with("hex(") || text.starts_with('"') || text.starts_with("bytes(") {
        return of(bytes(value)?);
    }
    let wrong = || {
        let message = format!("`{text}` is not the data of {}", row.name);
        let example = match row.example {
            "" => "hex(00)",
            example => example,
        };
        SyntaxError::new(value.span(), message).help(format!(
            "for example {}({example}); its bytes can be given as hex(…)",
            row.name
        ))
    };
    match row.layout {
        Layout::Int => match int(text) {
            Ok(number) => of(number.to_ne_bytes().to_vec()),
            Err(_) => Err(wrong()),
        },
        Layout::Unsigned(_) | Layout::Time { .. } => {
            let size = length(row.layout).ok_or_else(wrong)?;
            of(unsigned(text, size).ok_or_else(wrong)?)
        }
        Layout::PacketInfo => {
            let (ip, interface, to) = packet_info(value).ok_or_else(wrong)?;
            let addresses = [ip.octets(), to.octets()].concat();
            let (index, name) = interface_of(interface).ok_or_else(wrong)?;
            let data = [index.to_ne_bytes().as_slice(), &addresses].concat();
            Ok(ControlMessage {
                interface: name,
                ..ControlMessage::of(row.level, row.kind, data)
            })
        }
        Layout::PacketInfo6 => {
            let (ip, interface) = packet_info6(value).ok_or_else(wrong)?;
            let (index, name) = interface_of(interface).ok_or_else(wrong)?;
            let data = [ip.octets().as_slice(), &index.to_ne_bytes()].concat();
            Ok(ControlMessage {
                interface: name,
                ..ControlMessage::of(row.level, row.kind, data)
            })
        }
        Layout::Descriptors | Layout::Credentials | Layout::Error | Layout::Address => Err(wrong()),
    }
}

/// A number that fits into so many bytes.
fn unsigned(text: &str, size: usize) -> Option<Vec<u8>> {
    let number = match number(text) {
        Ok(number) => u64::try_from(number).ok()?,
        Err(_) => text.parse().ok()?,
    };
    match size {
        2 => Some(u16::try_from(number).ok()?.to_ne_bytes().to_vec()),
        4 => Some(u32::try_from(number).ok()?.to_ne_bytes().to_vec()),
        8 => Some(number.to_ne_bytes().to_vec()),
        _ => None,
    }
}

/// The parts of `{a, b}`, or the only one without braces.
fn parts(value: Lexeme<'_>) -> Vec<&str> {
    let inner = value.text.strip_prefix('{');
    let inner = inner.and_then(|rest| rest.strip_suffix('}'));
    inner
        .unwrap_or(value.text)
        .split(',')
        .map(str::trim)
        .collect()
}

/// `{127.0.0.2, lo, to 127.0.0.3}`
fn packet_info(value: Lexeme<'_>) -> Option<(Ipv4Addr, &str, Ipv4Addr)> {
    let any = Ipv4Addr::UNSPECIFIED;
    let ip = |text: &str| match text {
        "*" => Some(any),
        text => text.parse().ok(),
    };
    let to = |text: &str| ip(text.strip_prefix("to ").unwrap_or(text));
    match parts(value).as_slice() {
        [own] => Some((ip(own)?, "0", any)),
        [own, interface] => Some((ip(own)?, interface, any)),
        [own, interface, header] => Some((ip(own)?, interface, to(header)?)),
        _ => None,
    }
}

/// `{::1, lo}`
fn packet_info6(value: Lexeme<'_>) -> Option<(Ipv6Addr, &str)> {
    let ip = |text: &str| {
        let inner = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        match inner.unwrap_or(text) {
            "*" => Some(Ipv6Addr::UNSPECIFIED),
            text => text.parse().ok(),
        }
    };
    match parts(value).as_slice() {
        [own] => Some((ip(own)?, "0")),
        [own, interface] => Some((ip(own)?, interface)),
        _ => None,
    }
}

/// An interface by its number, or by its name, which becomes a number when the call is made.
fn interface_of(text: &str) -> Option<(u32, Option<String>)> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(|index| (index, None));
    }
    let is_name = |c: char| c.is_ascii_graphic() && !"{}()[]\",#".contains(c);
    let is_good = text.len() < libc::IF_NAMESIZE && text.chars().all(is_name);
    is_good.then(|| (0, Some(text.to_owned())))
}

#[cfg(test)]
mod tests {
    use crate::notation::parse_line;

    #[track_caller]
    fn same(written: &str, printed: &str) {
        let text = |argument: &str| {
            let line = format!("sendmsg(x, [\"a\"], {argument})");
            parse_line(&line).expect(&line).to_string()
        };
        assert_eq!(text(written), format!("sendmsg(x, [\"a\"], {printed})"));
        assert_eq!(text(printed), format!("sendmsg(x, [\"a\"], {printed})"));
    }

    #[test]
    fn control_messages_are_written_by_name() {
        same("IP_PKTINFO({127.0.0.2, lo})", "IP_PKTINFO({127.0.0.2, lo})");
        same("ip_pktinfo(127.0.0.2)", "IP_PKTINFO({127.0.0.2})");
        same("IP_PKTINFO({*, 1})", "IP_PKTINFO({0.0.0.0, 1})");
        let whole = "IP_PKTINFO({127.0.0.2, 0, to 127.0.0.3})";
        same(whole, whole);
        same("IPV6_PKTINFO({[::1], lo})", "IPV6_PKTINFO({::1, lo})");
        same(
            "UDP_SEGMENT(1200), IP_TOS(0x10)",
            "UDP_SEGMENT(1200), IP_TOS(16)",
        );
        same("IPV6_HOPLIMIT(-1)", "IPV6_HOPLIMIT(-1)");
        same(
            "SCM_TXTIME(18446744073709551615)",
            "SCM_TXTIME(18446744073709551615)",
        );
        same("SCM_TIMESTAMPING(8)", "SO_TIMESTAMPING(8)");
        same("cmsg(UDP_SEGMENT, 1200)", "UDP_SEGMENT(1200)");
        same("UDP_SEGMENT(hex(00))", "UDP_SEGMENT(hex(00))");
        same("cmsg(0, 1, hex(10))", "IP_TOS(hex(10))");
        same("cmsg(SOL_SOCKET, 99, hex())", "cmsg(SOL_SOCKET, 99, hex())");
        same("cmsg(77, -1, \"ab\")", "cmsg(77, -1, hex(61 62))");
        same("SCM_RIGHTS(x, y), IP_TTL(5)", "fds(x, y), IP_TTL(5)");
        same(
            "IP_TTL(5), SCM_CREDENTIALS(1, 2, 3)",
            "creds(1, 2, 3), IP_TTL(5)",
        );
    }

    #[test]
    fn what_is_wrong_is_said_at_its_place() {
        let error = |argument: &str| {
            let line = format!("sendmsg(x, [\"a\"], {argument})");
            let error = parse_line(&line).expect_err(&line);
            (
                line[error.span.start..error.span.end].to_owned(),
                error.help.unwrap_or_default(),
            )
        };
        let (place, help) = error("UDP_SEGMENT(70000)");
        assert_eq!(place, "70000");
        assert!(help.contains("UDP_SEGMENT(1200)"), "{help}");
        let (place, help) = error("IP_TTTL(5)");
        assert_eq!(
            (place.as_str(), help.as_str()),
            ("IP_TTTL", "did you mean IP_TTL?")
        );
        assert_eq!(error("IP_PKTINFO({127.0.0.2, l o})").0, "{127.0.0.2, l o}");
        assert_eq!(error("IP_RECVERR(1)").0, "1");
        assert_eq!(error("cmsg(1, 2)").0, "cmsg(1, 2)");
        assert_eq!(error("IP_TTL(NULL*4)").0, "NULL*4");
        for wrong in [
            "cmsg(1, 1, hex(00 00 00 00))",
            "SCM_RIGHTS(hex(00))",
            "cmsg(SCM_RIGHTS, hex(00))",
            "IP_TTL()",
            "IP_TTL(",
            "IP_TTL(5)5",
            "cmsg()",
            "cmsg(1, 2, )",
            "(5)",
        ] {
            let line = format!("sendmsg(x, [\"a\"], {wrong})");
            assert!(parse_line(&line).is_err(), "{line}");
        }
    }
}
