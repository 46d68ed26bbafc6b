//! An address argument as the system call is given it.

use crate::call::argument::{AddressArg, AddressExpr};
use crate::engine::execute::refused;
use crate::socket::Address;
use crate::sys::socket::RawAddress;
use crate::sys::{Checked, Failure};

/// The address as the call is given it.
pub(crate) fn raw(arg: &AddressArg) -> Checked<RawAddress> {
    let bytes = match &arg.place {
        AddressExpr::Literal(address) => crate::socket::sockaddr::encode(address),
        AddressExpr::Zoned { ip, zone, port } => {
            let scope = interface(zone)?;
            crate::socket::sockaddr::encode(&Address::Inet6(std::net::SocketAddrV6::new(
                *ip, *port, 0, scope,
            )))
        }
        AddressExpr::Unspecified => crate::socket::sockaddr::unspecified(),
        AddressExpr::Null => return Ok(RawAddress::null(arg.length)),
        AddressExpr::Host(_)
        | AddressExpr::LocalOf(_)
        | AddressExpr::PortOf { .. }
        | AddressExpr::Named(_)
        | AddressExpr::Loopback(_) => {
            return Err(refused("the address that it names is not known"));
        }
    };
    Ok(RawAddress::new(&bytes, arg.length))
}

/// The number of an interface, which the C library asks for before the call is made.
///
/// # Errors
///
/// That there is none: the kernel said it of the interface and not of the call.
pub(crate) fn interface(zone: &str) -> Checked<u32> {
    crate::sys::socket::interface_index(zone).map_err(|failure| match failure {
        Failure::Errno(errno) => Failure::Refused(format!(
            "there is no interface {zone} (if_nametoindex() says {errno}), so there is no address to make the call with. `ip link` lists the interfaces"
        )),
        refused @ Failure::Refused(_) => refused,
    })
}

/// The path of an AF_UNIX address.
pub(crate) fn file(arg: &AddressArg) -> Checked<&[u8]> {
    match &arg.place {
        AddressExpr::Literal(address) => address.path(),
        AddressExpr::Zoned { .. }
        | AddressExpr::Host(_)
        | AddressExpr::LocalOf(_)
        | AddressExpr::PortOf { .. }
        | AddressExpr::Named(_)
        | AddressExpr::Loopback(_)
        | AddressExpr::Unspecified
        | AddressExpr::Null => None,
    }
    .ok_or_else(|| refused("the call takes a path, and this address is none: write unix:PATH"))
}
