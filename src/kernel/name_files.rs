//! The files in which names stand: /etc/hosts and /etc/services. Confined lines use these two alone, so that no name
//! server is asked and no packet leaves.

use std::fs::File;
use std::io::Read;
use std::net::IpAddr;

/// The longest file that is read: one that is longer is a list of blocked hosts, and is read so far.
const LIMIT: u64 = 4 << 20;

/// What both files say.
#[derive(Debug, Clone, Default)]
pub struct NameFiles {
    hosts: String,
    services: String,
}

/// A service of /etc/services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service<'a> {
    /// Its name; not that of an alias.
    pub name: &'a str,
    /// Its port.
    pub port: u16,
    /// Its protocol: `tcp` or another.
    pub protocol: &'a str,
}

impl NameFiles {
    /// Reads both. A file that cannot be read has no names.
    pub fn read() -> Self {
        Self {
            hosts: text_of("/etc/hosts"),
            services: text_of("/etc/services"),
        }
    }

    /// The addresses of a host, in the order of the file, and its first name there. None: it is not there.
    pub fn addresses(&self, host: &str) -> Vec<(IpAddr, &str)> {
        let lines = entries(&self.hosts).filter_map(|entry| {
            let (address, names) = host_of(entry)?;
            let is_meant = names.iter().any(|name| name.eq_ignore_ascii_case(host));
            is_meant.then(|| (address, names[0]))
        });
        lines.collect()
    }

    /// The first name of an address.
    pub fn host(&self, address: IpAddr) -> Option<&str> {
        let mut lines = entries(&self.hosts).filter_map(host_of);
        lines
            .find(|(own, _)| *own == address)
            .map(|(_, names)| names[0])
    }

    /// The services of a name, or of an alias.
    pub fn services(&self, name: &str) -> Vec<Service<'_>> {
        let all = entries(&self.services).filter_map(service_of);
        let is_meant = |(service, aliases): &(Service<'_>, Vec<&str>)| {
            service.name == name || aliases.contains(&name)
        };
        all.filter(is_meant).map(|(service, _)| service).collect()
    }

    /// The name of a port.
    pub fn service(&self, port: u16, protocol: &str) -> Option<&str> {
        let mut all = entries(&self.services).filter_map(service_of);
        all.find(|(service, _)| service.port == port && service.protocol == protocol)
            .map(|(service, _)| service.name)
    }
}

fn text_of(path: &str) -> String {
    let mut bytes = Vec::new();
    let file = File::open(path);
    // What was read before an error counts too.
    let _ = file.and_then(|file| file.take(LIMIT).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The words of each line that has some.
fn entries(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let code = |line: &'_ str| line.split('#').next().unwrap_or_default().len();
    let lines = text.lines().map(move |line| &line[..code(line)]);
    lines
        .map(|line| line.split_whitespace().collect::<Vec<&str>>())
        .filter(|words| words.len() > 1)
}

fn host_of(words: Vec<&str>) -> Option<(IpAddr, Vec<&str>)> {
    let address = words[0].parse().ok()?;
    Some((address, words[1..].to_vec()))
}

fn service_of(words: Vec<&str>) -> Option<(Service<'_>, Vec<&str>)> {
    let (port, protocol) = words[1].split_once('/')?;
    let service = Service {
        name: words[0],
        port: port.parse().ok()?,
        protocol,
    };
    Some((service, words[2..].to_vec()))
}

#[cfg(test)]
mod tests {
    use crate::kernel::name_files::*;

    fn files() -> NameFiles {
        NameFiles {
            hosts: "\
# a comment
127.0.0.1 localhost loopback # the usual one
::1   Localhost ip6-localhost
not-an-address x
127.0.0.2
"
            .to_owned(),
            services: "\
http 80/tcp www # the web
domain 53/tcp
domain 53/udp
bad line
worse 99999/tcp
"
            .to_owned(),
        }
    }

    #[test]
    fn hosts_are_found_by_name_and_by_address() {
        let files = files();
        let found = files.addresses("LOCALHOST");
        let text: Vec<String> = found
            .iter()
            .map(|(address, name)| format!("{address} {name}"))
            .collect();
        assert_eq!(text, ["127.0.0.1 localhost", "::1 Localhost"]);
        assert_eq!(files.addresses("loopback").len(), 1);
        assert!(files.addresses("x").is_empty() && files.addresses("").is_empty());
        let host = |text: &str| files.host(text.parse().expect("an address"));
        assert_eq!(host("::1"), Some("Localhost"));
        assert_eq!(host("127.0.0.2"), None);
    }

    #[test]
    fn services_are_found_by_name_alias_and_port() {
        let files = files();
        let ports = |name| {
            let services = files.services(name).into_iter();
            let texts = services.map(|one| format!("{} {}/{}", one.name, one.port, one.protocol));
            texts.collect::<Vec<String>>()
        };
        assert_eq!(ports("www"), ["http 80/tcp"]);
        assert_eq!(ports("domain"), ["domain 53/tcp", "domain 53/udp"]);
        assert!(ports("worse").is_empty() && ports("line").is_empty());
        assert_eq!(files.service(80, "tcp"), Some("http"));
        assert_eq!(files.service(80, "udp"), None);
    }
}
