//! Confined calls: looks up what the decision of [`crate::script::confinement`] needs.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::call::Call;
use crate::engine::shared::Shared;
use crate::event::{Reach, Refusal, Request};
use crate::kernel::name_files::NameFiles;
use crate::kernel::observe::ProbeTarget;
use crate::script::confinement::{Facts, Holder, SocketFacts, Table};
use crate::socket::{Address, sockaddr};

/// The index of the loopback interface, which is the first of every network namespace.
const LO: u32 = 1;

/// Why a call is not made that the line of a lesson or the like asks for.
pub(crate) fn refusal(shared: &Shared, request: &Request) -> Option<Refusal> {
    let Reach::Confined(source) = request.reach else {
        return None;
    };
    let facts = LookedUp { shared };
    let judge = |call: &Call| {
        let address = address_of(call);
        crate::script::confinement::refusal(call, address.as_ref(), source, &facts)
    };
    // Of several messages each goes where it goes by itself.
    let several = request.call.one_by_one();
    let refused = judge(&request.call).or_else(|| several.iter().find_map(judge));
    refused.map(Refusal::Confined)
}

/// The address as the kernel will read it: a length given beside it may cut it off.
fn address_of(call: &Call) -> Option<Address> {
    /// `SIN6_LEN_RFC2133`: the kernel takes an address without a scope too.
    const WITHOUT_SCOPE: usize = 24;
    let arg = call.address()?;
    // Where there is no such interface the call fails with that errno.
    let raw = crate::engine::execute::raw(arg).ok()?;
    let mut bytes = raw.bytes()?.to_vec();
    let family = bytes.first_chunk().copied().map(u16::from_ne_bytes);
    if family == Some(libc::AF_INET6 as u16) && bytes.len() >= WITHOUT_SCOPE {
        bytes.resize(bytes.len().max(sockaddr::INET6_LEN), 0);
    }
    sockaddr::decode(&bytes)
}

/// The facts, of this moment.
struct LookedUp<'a> {
    shared: &'a Shared,
}

impl Facts for LookedUp<'_> {
    fn is_inside(&self, path: &[u8], follow: bool) -> bool {
        let folder = self.shared.folder();
        folder.is_some_and(|folder| is_below(Path::new(OsStr::from_bytes(path)), &folder, follow))
    }

    fn socket(&self, fd: i32) -> Option<SocketFacts> {
        let target = ProbeTarget::received(fd);
        target.kind.is_socket().then_some(SocketFacts {
            domain: target.domain.0,
            socket_type: target.socket_type.0,
            protocol: target.protocol.0,
        })
    }

    fn is_accepted(&self, fd: i32) -> bool {
        let inode = crate::sys::asked::inode(fd);
        inode.is_some_and(|inode| self.shared.is_accepted(inode))
    }

    fn holder(&self, address: &Address, table: Table) -> Holder {
        let (address, own) = (address.clone(), self.shared.own_sockets());
        // It opens files: not in the descriptor table of the playground.
        let find = move || crate::kernel::holder::holder(&address, table, &own);
        crate::kernel::unshared::call("holder", find)
            .unwrap_or_else(|| Holder::Other("an owner that could not be determined".to_owned()))
    }

    fn peer(&self, fd: i32) -> Option<Address> {
        crate::kernel::observe::peer(fd)
    }

    fn unix_peer(&self, fd: i32) -> Option<Holder> {
        let inode = u32::try_from(crate::sys::asked::inode(fd)?).ok()?;
        let peer = crate::kernel::sock_diag::unix_peer(inode).ok()??;
        let own = self.shared.own_sockets();
        let find = move || crate::kernel::holder::of_inodes(&HashSet::from([peer]), &own);
        crate::kernel::unshared::call("holder", find)
    }

    fn knows_host(&self, host: &[u8]) -> bool {
        let host = String::from_utf8_lossy(host).into_owned();
        crate::call::lookup::is_numeric(&host)
            || in_files(move |files| !files.addresses(&host).is_empty())
    }

    fn knows_service(&self, service: &[u8]) -> bool {
        let service = String::from_utf8_lossy(service).into_owned();
        service.parse::<u16>().is_ok()
            || in_files(move |files| !files.services(&service).is_empty())
    }

    fn has_name(&self, address: &Address) -> bool {
        let ip = address.internet().map(|address| address.ip());
        ip.is_some_and(|ip| in_files(move |files| files.host(ip).is_some()))
    }

    fn multicasts_to_loopback(&self, fd: i32, group: &Address) -> bool {
        let ask = |level, option| {
            let value = crate::sys::socket::getsockopt(fd, level, option, 4).ok()?;
            <[u8; 4]>::try_from(value.bytes).ok()
        };
        match group {
            Address::Inet(_) => {
                let by = ask(libc::IPPROTO_IP, libc::IP_MULTICAST_IF);
                by.is_some_and(|address| address[0] == 127)
            }
            Address::Inet6(to) if to.ip().to_ipv4_mapped().is_none() => {
                let by = ask(libc::IPPROTO_IPV6, libc::IPV6_MULTICAST_IF);
                let by = by.map_or(0, u32::from_ne_bytes);
                to.scope_id() == LO || (to.scope_id() == 0 && by == LO)
            }
            Address::Inet6(_) | Address::Unix(_) | Address::Other { .. } => false,
        }
    }
}

/// Asks the files of names. It opens them: not in the descriptor table of the playground.
fn in_files(ask: impl FnOnce(&NameFiles) -> bool + Send + 'static) -> bool {
    crate::kernel::unshared::call("names", || ask(&NameFiles::read())).unwrap_or(false)
}

/// Whether a path leads below a folder, as the kernel resolves it: path_resolution(7).
///
/// What does not exist yet is resolved as far as it does; the rest must be plain names.
fn is_below(path: &Path, folder: &Path, follow: bool) -> bool {
    let Ok(folder) = folder.canonicalize() else {
        return false;
    };
    let resolved = match (follow, path.canonicalize()) {
        (true, Ok(whole)) => Some(whole),
        // A link at the end that leads nowhere: nobody knows where it will.
        (true, Err(_)) if path.symlink_metadata().is_ok_and(|file| file.is_symlink()) => None,
        _ => by_directory(path),
    };
    resolved.is_some_and(|path| path.starts_with(&folder) && path != folder)
}

/// The path with its directory resolved, and the last part as it is.
fn by_directory(path: &Path) -> Option<PathBuf> {
    // `file_name` gives none for `..`; a blank directory is the current one.
    let name = path.file_name()?;
    let directory = match path.parent() {
        Some(directory) if directory.as_os_str().is_empty() => Path::new("."),
        Some(directory) => directory,
        None => return None,
    };
    match directory.canonicalize() {
        Ok(resolved) => Some(resolved.join(name)),
        // Where a link is broken or a directory may not be searched, canonicalize() fails as well.
        Err(_) if directory.symlink_metadata().is_ok() => None,
        Err(_) => by_directory(directory).map(|resolved| resolved.join(name)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use crate::engine::confine::*;

    #[test]
    fn a_path_is_below_the_folder_where_the_kernel_would_find_it_there() {
        let place = tempfile::tempdir().expect("a folder");
        let (folder, outside) = (place.path().join("own"), place.path().join("outside"));
        for made in [&folder, &outside] {
            std::fs::create_dir(made).expect("it is made");
        }
        std::fs::create_dir(folder.join("sub")).expect("it is made");
        std::fs::write(outside.join("file"), "x").expect("it is written");
        symlink(&outside, folder.join("away")).expect("a link");
        symlink(outside.join("file"), folder.join("link")).expect("a link");
        symlink(outside.join("none"), folder.join("broken")).expect("a link");
        symlink(&folder, place.path().join("alias")).expect("a link");
        let is = |path: &str, follow| is_below(&place.path().join(path), &folder, follow);
        for inside in [
            "own/a.sock",
            "own/sub/../a.sock",
            "own/none/a.sock",
            "alias/a.sock",
        ] {
            assert!(is(inside, true) && is(inside, false), "{inside}");
        }
        for out in [
            "own",
            "own/.",
            "own/..",
            "own/../outside/file",
            "own/away/file",
            "own/sub/../../outside/file",
            "outside/file",
            "own/none/../../outside/file",
            "own/away/../outside/file",
            "ownother",
        ] {
            assert!(!is(out, true) && !is(out, false), "{out}");
        }
        for link in ["own/link", "own/broken"] {
            assert!(!is(link, true), "{link} is followed");
            assert!(is(link, false), "{link} itself is in the folder");
        }
        assert!(
            !is_below(Path::new("a.sock"), &folder, false),
            "the current directory"
        );
    }

    #[test]
    fn an_address_is_judged_as_it_will_be_read() {
        let cut = |line: &str| {
            let line = crate::notation::parse_line(line).expect(line);
            address_of(&line.command.expect("a command").call)
        };
        let path = cut("bind(x, unix:/tmp/own/a.sock, 6)").expect("an address");
        assert_eq!(path.to_string(), "unix:/tmp");
        let short = cut("connect(x, [2001:db8::1]:80, 24)").expect("an address");
        assert_eq!(short.to_string(), "[2001:db8::1]:80");
        assert_eq!(cut("connect(x, NULL)"), None);
    }
}
