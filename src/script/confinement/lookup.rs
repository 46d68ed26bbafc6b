//! Which names a confined line may look up: those for which nobody is asked.

use crate::call::Call;
use crate::call::lookup::Text;
use crate::script::confinement::{Denied, Facts, NAMES};
use crate::socket::Address;
use crate::socket::text::escaped;

/// What of a look-up would ask a name server.
pub(super) fn denied(call: &Call, address: Option<&Address>, facts: &dyn Facts) -> Option<Denied> {
    if let Call::Getaddrinfo {
        host,
        service,
        hints,
    } = call
    {
        let flags = hints.map_or(0, |hints| hints.flags.0);
        let is_left = |text: &Text, flag: i32| text.0.clone().filter(|_| flags & flag == 0);
        let host = is_left(&host.0, libc::AI_NUMERICHOST);
        let service = is_left(&service.0, libc::AI_NUMERICSERV);
        return unknown(host, |host| facts.knows_host(host))
            .or_else(|| unknown(service, |service| facts.knows_service(service)));
    }
    let Call::Getnameinfo { room, .. } = call else {
        return Some(("it is not known whom it would ask".to_owned(), NAMES));
    };
    let is_numeric = room.flags.0 & libc::NI_NUMERICHOST != 0;
    let address = address.filter(|address| !is_numeric && address.internet().is_some())?;
    (!facts.has_name(address)).then(|| (format!("it would look up the name of {address}"), NAMES))
}

fn unknown(name: Option<Vec<u8>>, is_known: impl Fn(&[u8]) -> bool) -> Option<Denied> {
    let name = name.filter(|name| !is_known(name))?;
    let name = String::from_utf8_lossy(&name).into_owned();
    Some((format!("it would look up {}", escaped(&name)), NAMES))
}
