//! Reads the arguments of getaddrinfo(3), getnameinfo(3), inet_pton(3) and their like.

use crate::call::lookup::{Hints, HostText, NameRoom, OrderedNumber, ServiceText, Text, TextSize};
use crate::notation::parse::SyntaxError;
use crate::notation::parse::args::{Args, constant, mask};
use crate::notation::parse::calls::Read;
use crate::notation::parse::lexer::Lexeme;
use crate::socket::constant::{DOMAINS, LOOKUP_FLAGS, NAME_FLAGS, PROTOCOLS, TYPES};
use crate::socket::{Domain, LookupFlags, NameFlags, Protocol, SocketType};

/// Text in quotes, bare, or NULL. In brackets it is an IPv6 address as addresses have it; the library takes it without.
fn text(args: &mut Args<'_>, what: &str) -> Result<Text, SyntaxError> {
    let lexeme = args.required(what)?;
    let wrong = |message: String| SyntaxError::new(lexeme.span(), message);
    if lexeme.text == "NULL" {
        return Ok(Text(None));
    }
    let bytes = if lexeme.text.starts_with('"') {
        let data = crate::notation::parse::literal::parse_data(lexeme.text).map_err(wrong)?;
        if data.len() > Text::MAX {
            return Err(wrong(format!(
                "the text has {} bytes, and at most {} are passed on",
                data.len(),
                Text::MAX
            )));
        }
        let bytes = data.bytes().map_err(|error| wrong(error.to_string()))?;
        bytes.unwrap_or_default()
    } else {
        bare(lexeme)?
    };
    if bytes.contains(&0) {
        return Err(wrong("a NUL would end the text".to_owned()));
    }
    Ok(Text(Some(bytes)))
}

/// A text without quotes: what a name, a number or an address consists of.
fn bare(lexeme: Lexeme<'_>) -> Result<Vec<u8>, SyntaxError> {
    let is_plain = |c: char| c.is_alphanumeric() || ".:-_%+".contains(c);
    if lexeme.text.len() <= Text::MAX && lexeme.text.chars().all(is_plain) {
        return Ok(lexeme.text.as_bytes().to_vec());
    }
    let message = format!("`{}` is not a text", lexeme.text);
    Err(SyntaxError::new(lexeme.span(), message).help("in quotes it is: \"localhost\""))
}

impl Read for HostText {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        text(args, "a host: a name or an address in quotes, or NULL").map(Self)
    }
}

impl Read for ServiceText {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        if args.left() == 0 {
            return Ok(Self(Text(None)));
        }
        text(args, "a service: a name or a port in quotes, or NULL").map(Self)
    }
}

/// AI_ flags, a domain, a type and a protocol. Those that are names may be left out and stand alone: they cannot be
/// confused. Nothing at all is a null pointer, which is not the same as zeros.
impl Read for Option<Hints> {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        if args.left() == 0 {
            return Ok(None);
        }
        let mut hints = Hints::default();
        let is_family = |text: &str| DOMAINS.find(text).is_some();
        let is_type = |text: &str| TYPES.find(text).is_some();
        let names_later = |text: &str| is_family(text) || is_type(text);
        if let Some(lexeme) = args.next_if(args.peek().is_some_and(|text| !names_later(text))) {
            hints.flags = LookupFlags(mask(lexeme, &LOOKUP_FLAGS)?);
        }
        if let Some(lexeme) = args.next_if(args.peek().is_some_and(|text| !is_type(text))) {
            hints.family = Domain(constant(lexeme, &DOMAINS)?);
        }
        if let Some(lexeme) = args.next() {
            hints.socket_type = SocketType(constant(lexeme, &TYPES)?);
        }
        if let Some(lexeme) = args.next() {
            hints.protocol = Protocol(constant(lexeme, &PROTOCOLS)?);
        }
        Ok(Some(hints))
    }
}

/// The size of a buffer that may follow.
fn size(args: &mut Args<'_>) -> Result<Option<u16>, SyntaxError> {
    let Some(lexeme) = args.next() else {
        return Ok(None);
    };
    let size = crate::notation::parse::literal::number(lexeme.text).ok();
    let size = size.and_then(|size| u16::try_from(size).ok());
    size.map(Some).ok_or_else(|| {
        let message = format!("`{}` is not the size of a buffer", lexeme.text);
        SyntaxError::new(lexeme.span(), message).help("it has 0 to 65535 bytes")
    })
}

impl Read for NameRoom {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let flags = args.next().map(|lexeme| mask(lexeme, &NAME_FLAGS));
        Ok(Self {
            flags: NameFlags(flags.unwrap_or(Ok(0))?),
            host: size(args)?,
            service: size(args)?,
        })
    }
}

impl Read for TextSize {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        size(args).map(Self)
    }
}

impl Read for OrderedNumber {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("a number")?;
        let number = crate::notation::parse::literal::number(lexeme.text);
        let number = number.ok().and_then(|number| u32::try_from(number).ok());
        number.map(Self).ok_or_else(|| {
            let message = format!(
                "`{}` is not a number of 32 bits without a sign",
                lexeme.text
            );
            SyntaxError::new(lexeme.span(), message)
        })
    }
}
