//! The address argument in all its forms, those that name a socket included.

use std::net::IpAddr;

use crate::call::argument::{AddressExpr, Name, NamedAddress, NamedHost, NamedPort};
use crate::notation::parse::lexer::Lexeme;
use crate::notation::parse::literal::{bracketed, inet_host, inet6_host, parse_address, port};

/// Reads an address argument.
pub(crate) fn place(lexeme: Lexeme<'_>) -> Result<AddressExpr, String> {
    let text = lexeme.text;
    if text == "NULL" {
        return Ok(AddressExpr::Null);
    }
    if text.eq_ignore_ascii_case("AF_UNSPEC") || text.eq_ignore_ascii_case("unspec") {
        return Ok(AddressExpr::Unspecified);
    }
    if let Some(inner) = text
        .strip_prefix("addr(")
        .and_then(|rest| rest.strip_suffix(')'))
    {
        return Ok(AddressExpr::LocalOf(name(inner)?));
    }
    if is_port(text) {
        return port(text).map(AddressExpr::Loopback);
    }
    if let Some(named) = named(text) {
        return named.map(|named| AddressExpr::Named(Box::new(named)));
    }
    if let Some((host, of)) = text
        .rsplit_once(":port(")
        .and_then(|(host, rest)| Some((host, rest.strip_suffix(')')?)))
    {
        return Ok(AddressExpr::PortOf {
            host: any_host(host)?,
            of: name(of)?,
        });
    }
    if let Some(zoned) = zoned(text) {
        return zoned;
    }
    if let Some(host) = host(text) {
        return Ok(AddressExpr::Host(host));
    }
    parse_address(text).map(AddressExpr::Literal)
}

/// An address without a port: `127.0.0.1`, `[::1]`.
fn host(text: &str) -> Option<IpAddr> {
    match text.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?.parse().ok().map(IpAddr::V6),
        None => text.parse().ok().map(IpAddr::V4),
    }
}

/// Whether a text can only be an address, never a flag or a number.
pub(crate) fn looks_like_address(text: &str) -> bool {
    text == "NULL"
        || text.contains([':', '/', '"'])
        || host(text).is_some()
        || text.starts_with("addr(")
        || text.eq_ignore_ascii_case("localhost")
        || text.eq_ignore_ascii_case("AF_UNSPEC")
        || text.eq_ignore_ascii_case("unspec")
}

/// `localhost:80`, `localhost:port(x)`, `127.0.0.1:http`. `None`: it is another address, or it is wrong.
fn named(text: &str) -> Option<Result<NamedAddress, String>> {
    if is_host_name(text) {
        return Some(Err(format!(
            "the port is missing: {text}:8080, or {text}:0 to let the kernel choose"
        )));
    }
    let (host_text, port_text) = text.rsplit_once(':')?;
    let of = port_text
        .strip_prefix("port(")
        .and_then(|rest| rest.strip_suffix(')'));
    let service = is_service_name(port_text);
    let host = match host_text {
        "*" if service => NamedHost::Any,
        text if is_host_name(text) => NamedHost::Name(text.to_ascii_lowercase()),
        text if service => NamedHost::Number(host(text)?),
        _ => return None,
    };
    let port = match of {
        Some(of) => name(of).map(NamedPort::Of),
        None if service => Ok(NamedPort::Service(port_text.to_owned())),
        None => port(port_text).map(NamedPort::Number),
    };
    Some(port.map(|port| NamedAddress { host, port }))
}

/// Whether a text can be the name of a host: of letters, digits, dots and hyphens, and begins with a letter. The words
/// that begin other forms of addresses are none.
fn is_host_name(text: &str) -> bool {
    /// The longest name of the domain name system.
    const LONGEST: usize = 253;
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    text.len() <= LONGEST
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(is_part)
        && !["unix", "abstract", "family"].contains(&text)
}

/// Whether a text can be the name of a service: `http`.
fn is_service_name(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._+".contains(&byte);
    text.len() <= 32
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(is_part)
}

/// Whether a text can be a port alone: a decimal number.
pub(crate) fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn name(text: &str) -> Result<Name, String> {
    let text = text.trim();
    let name = Name::new(text).or_else(|| Name::of_child(text));
    name.ok_or_else(|| format!("`{text}` is not the name of a socket"))
}

fn any_host(text: &str) -> Result<IpAddr, String> {
    match text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(host) => inet6_host(host).map(IpAddr::V6),
        None => inet_host(text).map(IpAddr::V4),
    }
}

/// `[fe80::1%lo]:1`, with the name of an interface; with its number it is a literal.
fn zoned(text: &str) -> Option<Result<AddressExpr, String>> {
    let (host, port_text) = bracketed(text).ok()?;
    let (host, zone) = host.split_once('%')?;
    if zone.is_empty() || zone.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(inet6_host(host).and_then(|ip| {
        Ok(AddressExpr::Zoned {
            ip,
            zone: zone.to_owned(),
            port: port(port_text)?,
        })
    }))
}
