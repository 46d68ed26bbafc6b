//! This process, the network interfaces of this machine and their addresses.

use std::net::IpAddr;

use nix::sys::socket::SockaddrStorage;

use crate::strace::Host;

/// Whether an address belongs to an interface of this network namespace. `None`: the interfaces cannot be read.
///
/// Opens a netlink socket, so it is asked on a thread with a descriptor table of its own.
pub fn has_address(ip: IpAddr) -> Option<bool> {
    let ip = ip.to_canonical();
    if ip.is_loopback() {
        return Some(true);
    }
    let read = move || {
        let all = nix::ifaddrs::getifaddrs().ok()?;
        let mut addresses = all.filter_map(|interface| interface.address.as_ref().and_then(host));
        Some(addresses.any(|own| own == ip))
    };
    crate::kernel::unshared::call("addresses", read).flatten()
}

fn host(address: &SockaddrStorage) -> Option<IpAddr> {
    let ipv4 = address.as_sockaddr_in().map(|address| address.ip().into());
    ipv4.or_else(|| address.as_sockaddr_in6().map(|address| address.ip().into()))
}

/// Asks once. Where the kernel does not say, there are no interfaces.
pub fn read() -> Host {
    let interfaces = nix::net::if_::if_nameindex();
    let named = interfaces.iter().flatten().map(|interface| {
        let name = interface.name().to_string_lossy().into_owned();
        (interface.index(), name)
    });
    Host {
        pid: std::process::id().cast_signed(),
        uid: nix::unistd::getuid().as_raw(),
        interfaces: named.collect(),
    }
}
