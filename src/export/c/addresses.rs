//! Addresses in C: struct sockaddr_in, sockaddr_in6 and sockaddr_un written out.

use std::net::{IpAddr, Ipv4Addr, SocketAddrV6};

use crate::call::argument::AddressArg;
use crate::export::c::C;
use crate::export::plan::{Place, Step};
use crate::export::text::{c_string, elements};
use crate::socket::sockaddr::{SUN_PATH, encode};
use crate::socket::{Address, UnixName};

impl C<'_> {
    /// An address that is passed: a pointer and its length.
    pub(crate) fn to(&mut self, step: &Step<'_>, arg: &AddressArg, name: &str) -> String {
        let (pointer, length) = self.place(&step.place(&arg.place), name);
        let length = arg.length.map_or(length, |length| length.to_string());
        format!("{pointer}, {length}")
    }

    /// The expression of an address that the program asks for.
    pub(crate) fn known(&mut self, key: &str) -> String {
        let name = crate::export::c::address(key);
        match self.draft.plan.has_child_calls() {
            true => format!("shared->{name}"),
            false => name,
        }
    }

    /// Declares an address; gives the pointer to it and its length.
    pub(crate) fn place(&mut self, place: &Place, name: &str) -> (String, String) {
        match place {
            Place::Literal(address) => self.literal(address, name),
            Place::Zoned(address, zone) => {
                let declared = self.literal(address, name);
                let zone = c_string(zone.as_bytes());
                self.line(format!("{name}.sin6_scope_id = if_nametoindex({zone});"));
                declared
            }
            Place::Of(key) => {
                let known = self.known(key);
                (
                    format!("(struct sockaddr *)&{known}.address"),
                    format!("{known}.length"),
                )
            }
            Place::PortOf(ip, key) => {
                let port = format!("port_of(&{})", self.known(key));
                match ip {
                    IpAddr::V4(ip) => self.inet(*ip, &port, name),
                    IpAddr::V6(ip) => self.inet6(&SocketAddrV6::new(*ip, 0, 0, 0), &port, name),
                }
                whole(name)
            }
            Place::Unspecified => {
                self.line(format!("struct sockaddr {name} = {{0}};"));
                self.line(format!("{name}.sa_family = AF_UNSPEC;"));
                (format!("&{name}"), format!("sizeof {name}"))
            }
            Place::Null => ("NULL".to_owned(), "0".to_owned()),
        }
    }

    pub(crate) fn literal(&mut self, address: &Address, name: &str) -> (String, String) {
        match address {
            Address::Inet(at) => {
                self.inet(*at.ip(), &htons(at.port()), name);
                whole(name)
            }
            Address::Inet6(at) => {
                self.inet6(at, &htons(at.port()), name);
                whole(name)
            }
            Address::Unix(unix) => match self.unix(unix, name) {
                Some(length) => (whole(name).0, length),
                None => self.raw(address, name),
            },
            Address::Other { .. } => self.raw(address, name),
        }
    }

    /// An IPv4 address with the expression of its port.
    fn inet(&mut self, ip: Ipv4Addr, port: &str, name: &str) {
        self.line(format!("struct sockaddr_in {name} = {{0}};"));
        self.line(format!("{name}.sin_family = AF_INET;"));
        self.line(format!("{name}.sin_port = {port};"));
        if ip.is_unspecified() {
            self.line(format!("{name}.sin_addr.s_addr = htonl(INADDR_ANY);"));
        } else {
            self.line(format!("inet_pton(AF_INET, \"{ip}\", &{name}.sin_addr);"));
        }
    }

    /// The same for IPv6.
    pub(crate) fn inet6(&mut self, at: &SocketAddrV6, port: &str, name: &str) {
        self.line(format!("struct sockaddr_in6 {name} = {{0}};"));
        self.line(format!("{name}.sin6_family = AF_INET6;"));
        self.line(format!("{name}.sin6_port = {port};"));
        if at.ip().is_unspecified() {
            self.line(format!("{name}.sin6_addr = in6addr_any;"));
        } else {
            let ip = at.ip();
            self.line(format!("inet_pton(AF_INET6, \"{ip}\", &{name}.sin6_addr);"));
        }
        if at.flowinfo() != 0 {
            self.line(format!("{name}.sin6_flowinfo = htonl({});", at.flowinfo()));
        }
        if at.scope_id() != 0 {
            self.line(format!("{name}.sin6_scope_id = {};", at.scope_id()));
        }
    }

    /// An AF_UNIX address and its length; `None`: it does not fit the struct.
    pub(crate) fn unix(&mut self, unix: &UnixName, name: &str) -> Option<String> {
        let (bytes, at, more) = match unix {
            UnixName::Unnamed => (&[][..], "sun_path", 0),
            UnixName::Path(path) if path.len() < SUN_PATH => (&path[..], "sun_path", 1),
            UnixName::Abstract(path) if path.len() < SUN_PATH => (&path[..], "sun_path + 1", 1),
            UnixName::Path(_) | UnixName::Abstract(_) => return None,
        };
        self.line(format!("struct sockaddr_un {name} = {{0}};"));
        self.line(format!("{name}.sun_family = AF_UNIX;"));
        let length = bytes.len() + more;
        if !bytes.is_empty() {
            let (text, count) = (c_string(bytes), bytes.len());
            self.line(format!("memcpy({name}.{at}, {text}, {count});"));
        }
        Some(match length {
            0 => "sizeof(sa_family_t)".to_owned(),
            length => format!("offsetof(struct sockaddr_un, sun_path) + {length}"),
        })
    }

    /// An address by its bytes.
    pub(crate) fn raw(&mut self, address: &Address, name: &str) -> (String, String) {
        let bytes = elements(&encode(address));
        self.line(format!("unsigned char {name}[] = {{{bytes}}};"));
        (
            format!("(struct sockaddr *){name}"),
            format!("sizeof {name}"),
        )
    }

    pub(crate) fn from(&mut self, length: Option<i32>) -> String {
        self.line("struct sockaddr_storage peer = {0};");
        let length = length.map_or_else(|| "sizeof peer".to_owned(), |length| length.to_string());
        self.line(format!("socklen_t peer_length = {length};"));
        "(struct sockaddr *)&peer, &peer_length".to_owned()
    }

    pub(crate) fn path_of(&mut self, step: &Step<'_>, arg: &AddressArg) -> String {
        match step.place(&arg.place) {
            Place::Of(key) => {
                let known = self.known(&key);
                format!("((struct sockaddr_un *)&{known}.address)->sun_path")
            }
            Place::Literal(address) => c_string(address.path().unwrap_or_default()),
            Place::Zoned(..) | Place::PortOf(..) | Place::Unspecified | Place::Null => {
                "\"\"".to_owned()
            }
        }
    }
}

/// The expression of a port that is known.
pub(crate) fn htons(port: u16) -> String {
    format!("htons({port})")
}

/// The pointer to an address and its length.
fn whole(name: &str) -> (String, String) {
    (
        format!("(struct sockaddr *)&{name}"),
        format!("sizeof {name}"),
    )
}
