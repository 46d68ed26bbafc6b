//! The address argument in all its forms, those that name a socket included.

use std::net::IpAddr;

use crate::call::argument::{AddressExpr, LoopbackPort, Name};
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
    if let Some(port) = loopback(text) {
        return port.map(AddressExpr::Loopback);
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

/// `localhost:80`, `localhost:port(x)`, or a port alone. `None`: it is another address.
fn loopback(text: &str) -> Option<Result<LoopbackPort, String>> {
    if is_port(text) {
        return Some(port(text).map(LoopbackPort::Number));
    }
    let (host, port_text) = text.split_once(':').unwrap_or((text, ""));
    if !host.eq_ignore_ascii_case("localhost") {
        return None;
    }
    if port_text.is_empty() {
        let why = "the port is missing: localhost:8080, or localhost:0 to let the kernel choose";
        return Some(Err(why.to_owned()));
    }
    let of = port_text
        .strip_prefix("port(")
        .and_then(|rest| rest.strip_suffix(')'));
    Some(match of {
        Some(of) => name(of).map(LoopbackPort::Of),
        None => port(port_text).map(LoopbackPort::Number),
    })
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
