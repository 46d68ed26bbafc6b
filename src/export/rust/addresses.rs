//! Addresses in Rust: as socket2 has them, or as their bytes where it has none such.

use crate::call::argument::AddressArg;
use crate::export::plan::{Place, Step};
use crate::export::rust::Rust;
use crate::export::rust::names::address;
use crate::export::text::{byte_string, rust_c_string};
use crate::socket::sockaddr::{SUN_PATH, encode, unspecified};
use crate::socket::{Address, UnixName};

impl Rust<'_> {
    /// An address that is passed to a function of the C library: a pointer and its length.
    pub(crate) fn to(&mut self, step: &Step<'_>, arg: &AddressArg, name: &str) -> [String; 2] {
        let place = step.place(&arg.place);
        let length = arg.length.map(|length| match length {
            0.. => length.to_string(),
            _ => format!("{length}i32 as libc::socklen_t"),
        });
        if place == Place::Null {
            let length = length.unwrap_or_else(|| "0".to_owned());
            return ["std::ptr::null_mut()".to_owned(), length];
        }
        let (value, own) = match self.socket_address(&place) {
            Some(value) => (value, format!("{name}.len()")),
            None => (bytes(&place, arg.length), format!("{name}.len() as _")),
        };
        self.line(format!("let {name} = {value};"));
        let pointer = format!("{name}.as_ptr().cast_mut().cast()");
        [pointer, length.unwrap_or(own)]
    }

    /// An address that the program asked for.
    pub(crate) fn known(&self, key: &str) -> String {
        let key = address(key);
        match self.draft.plan.has_child_calls() {
            true => format!("recall(&shared().{key})"),
            false => key,
        }
    }

    /// Keeps an address that the program asked for, under its name.
    pub(crate) fn keep(&mut self, key: &str, value: &str) {
        let key = address(key);
        match self.draft.plan.has_child_calls() {
            true => self.line(format!("remember(&shared().{key}, &{value});")),
            false => self.line(format!("let {key} = {value};")),
        }
    }

    /// A reference to the address of an argument. `None`: socket2 has none such.
    pub(crate) fn address_reference(&self, step: &Step<'_>, arg: &AddressArg) -> Option<String> {
        if arg.length.is_some() {
            return None;
        }
        let place = step.place(&arg.place);
        match place {
            Place::Of(key) => Some(format!("&{}", self.known(&key))),
            place => Some(format!("&{}", self.socket_address(&place)?)),
        }
    }

    /// An address as socket2 has it, as an expression for a value. `None`: it has none such.
    fn socket_address(&self, place: &Place) -> Option<String> {
        Some(match place {
            Place::Literal(Address::Inet(at)) => format!("internet(\"{at}\")"),
            Place::Literal(Address::Inet6(v6)) if v6.scope_id() != 0 || v6.flowinfo() != 0 => {
                let scope = v6.scope_id().to_string();
                format!("SockAddr::from({})", with_scope(v6, &scope))
            }
            Place::Literal(Address::Inet6(at)) => format!("internet(\"{at}\")"),
            Place::Zoned(Address::Inet6(v6), zone) => {
                let zone = rust_c_string(zone.as_bytes());
                let scope = format!("unsafe {{ libc::if_nametoindex({zone}) }}");
                format!("SockAddr::from({})", with_scope(v6, &scope))
            }
            Place::Of(key) if self.draft.plan.has_child_calls() => self.known(key),
            Place::Of(key) => format!("{}.clone()", self.known(key)),
            Place::PortOf(ip, key) => format!("with_port(\"{ip}\", &{})", self.known(key)),
            Place::Literal(Address::Unix(unix)) => {
                let path = match unix {
                    UnixName::Path(path) => path.clone(),
                    UnixName::Abstract(name) => [b"\0", &name[..]].concat(),
                    UnixName::Unnamed => return None,
                };
                if path.len() >= SUN_PATH || path.is_empty() {
                    return None;
                }
                format!("local({})", byte_string(&path))
            }
            Place::Literal(_) | Place::Zoned(..) | Place::Unspecified | Place::Null => return None,
        })
    }
}

fn with_scope(at: &std::net::SocketAddrV6, scope: &str) -> String {
    let (ip, port, flow) = (at.ip(), at.port(), at.flowinfo());
    format!("SocketAddrV6::new(\"{ip}\".parse().unwrap(), {port}, {flow}, {scope})")
}

/// The bytes of an address, and zeros behind them where the length says that there are more.
fn bytes(place: &Place, length: Option<i32>) -> String {
    let mut bytes = match place {
        Place::Literal(address) | Place::Zoned(address, _) => encode(address),
        Place::Of(_) | Place::PortOf(..) | Place::Unspecified | Place::Null => unspecified(),
    };
    // The kernel reads no more than a struct sockaddr_storage.
    let length = usize::try_from(length.unwrap_or(0)).unwrap_or(0);
    bytes.resize(length.clamp(bytes.len(), 128.max(bytes.len())), 0);
    format!("*{}", byte_string(&bytes))
}
