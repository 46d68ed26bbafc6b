//! getaddrinfo(3), getnameinfo(3), inet_pton(3), inet_ntop(3), and the functions of byteorder(3). They are functions of
//! the C library and no system calls; the first two may open files, ask name servers, and take seconds.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;

use crate::socket::Errno;

unsafe extern "C" {
    // The libc crate has no inet_pton and inet_ntop, and its htons is not that of the C library.
    fn inet_pton(af: c_int, src: *const c_char, dst: *mut c_void) -> c_int;
    fn inet_ntop(
        af: c_int,
        src: *const c_void,
        dst: *mut c_char,
        size: libc::socklen_t,
    ) -> *const c_char;
    safe fn htons(number: u16) -> u16;
    safe fn htonl(number: u32) -> u32;
    safe fn ntohs(number: u16) -> u16;
    safe fn ntohl(number: u32) -> u32;
}

/// What getaddrinfo(3) or getnameinfo(3) returned when it failed: EAI_NONAME and the others. With EAI_SYSTEM errno says
/// more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookupError {
    /// The EAI_ number, which is negative.
    pub error: Errno,
    /// errno, with EAI_SYSTEM alone.
    pub errno: Option<Errno>,
}

impl LookupError {
    /// `None` where it did not fail.
    fn of(returned: c_int) -> Option<Self> {
        (returned != 0).then(|| Self {
            error: Errno(returned),
            errno: (returned == libc::EAI_SYSTEM).then(crate::sys::errno),
        })
    }
}

/// One entry of the list that getaddrinfo(3) gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// ai_socktype
    pub socket_type: i32,
    /// ai_protocol
    pub protocol: i32,
    /// ai_addr
    pub address: Vec<u8>,
    /// ai_canonname
    pub canonical_name: Option<Vec<u8>>,
}

/// The hints of getaddrinfo(3): ai_flags, ai_family, ai_socktype and ai_protocol.
pub type RawHints = [i32; 4];

/// getaddrinfo(3)
///
/// # Errors
///
/// What it returned.
pub fn getaddrinfo(
    node: Option<&CStr>,
    service: Option<&CStr>,
    hints: Option<RawHints>,
) -> Result<Vec<Entry>, LookupError> {
    let hints = hints.map(
        |[ai_flags, ai_family, ai_socktype, ai_protocol]| libc::addrinfo {
            ai_flags,
            ai_family,
            ai_socktype,
            ai_protocol,
            ai_addrlen: 0,
            ai_addr: ptr::null_mut(),
            ai_canonname: ptr::null_mut(),
            ai_next: ptr::null_mut(),
        },
    );
    let mut list: *mut libc::addrinfo = ptr::null_mut();
    // SAFETY: the texts end with NUL and they and the hints live until the call returns; each may be null.
    let returned = unsafe {
        libc::getaddrinfo(
            node.map_or(ptr::null(), CStr::as_ptr),
            service.map_or(ptr::null(), CStr::as_ptr),
            hints.as_ref().map_or(ptr::null(), ptr::from_ref),
            &raw mut list,
        )
    };
    if let Some(error) = LookupError::of(returned) {
        return Err(error);
    }
    let mut entries = Vec::new();
    let mut next = list;
    // SAFETY: the list is that of a call that succeeded, and is freed below.
    while let Some(info) = unsafe { next.as_ref() } {
        let length = if info.ai_addr.is_null() {
            0
        } else {
            info.ai_addrlen as usize
        };
        let mut address = vec![0; length];
        // SAFETY: the library says that so many bytes are at ai_addr; nothing is copied from a null pointer.
        unsafe {
            ptr::copy_nonoverlapping(info.ai_addr.cast::<u8>(), address.as_mut_ptr(), length);
        }
        let canonical_name = (!info.ai_canonname.is_null()).then(|| {
            // SAFETY: it is a string of the library, which lives as long as the list.
            unsafe { CStr::from_ptr(info.ai_canonname) }
                .to_bytes()
                .to_vec()
        });
        entries.push(Entry {
            socket_type: info.ai_socktype,
            protocol: info.ai_protocol,
            address,
            canonical_name,
        });
        next = info.ai_next;
    }
    if !list.is_null() {
        // SAFETY: it is the list of the call, freed once; nothing of it is used any more.
        unsafe { libc::freeaddrinfo(list) };
    }
    Ok(entries)
}

/// getnameinfo(3) of a socket address, with this room for the two names. Gives the host and the service.
///
/// # Errors
///
/// What it returned.
pub fn getnameinfo(
    address: &[u8],
    (host, service): (u16, u16),
    flags: i32,
) -> Result<(Vec<u8>, Vec<u8>), LookupError> {
    // The library reads the family and, by the length, an address of that family: never beyond a sockaddr_storage.
    let mut storage = [0u8; crate::socket::sockaddr::STORAGE];
    let copied = address.len().min(storage.len());
    storage[..copied].copy_from_slice(&address[..copied]);
    let mut names = [vec![0u8; host.into()], vec![0u8; service.into()]];
    let [host_name, service_name] = &mut names;
    // SAFETY: the buffers have the sizes that are passed and live until the call returns; of the address so many bytes
    // are there.
    let returned = unsafe {
        libc::getnameinfo(
            storage.as_ptr().cast(),
            copied as libc::socklen_t,
            host_name.as_mut_ptr().cast(),
            libc::socklen_t::from(host),
            service_name.as_mut_ptr().cast(),
            libc::socklen_t::from(service),
            flags,
        )
    };
    match LookupError::of(returned) {
        Some(error) => Err(error),
        None => {
            let [host, service] = names.map(until_nul);
            Ok((host, service))
        }
    }
}

/// The bytes before the first NUL.
fn until_nul(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.iter().position(|byte| *byte == 0);
    bytes.truncate(end.unwrap_or(bytes.len()));
    bytes
}

/// How many bytes an address of a family has: those that inet_pton(3) writes and inet_ntop(3) reads. `None`: neither
/// knows the family.
pub fn address_size(family: i32) -> Option<usize> {
    match family {
        libc::AF_INET => Some(4),
        libc::AF_INET6 => Some(16),
        _ => None,
    }
}

/// inet_pton(3): what it returned, 1 or 0, and the bytes that it wrote with 1.
///
/// # Errors
///
/// The errno of the call.
pub fn text_to_address(family: i32, text: &CStr) -> crate::sys::Result<(i32, Vec<u8>)> {
    let mut written = [0u8; 16];
    // SAFETY: the text ends with NUL, and the largest address has 16 bytes.
    let returned = unsafe { inet_pton(family, text.as_ptr(), written.as_mut_ptr().cast()) };
    let returned = crate::sys::check(returned)?;
    let size = address_size(family).filter(|_| returned == 1).unwrap_or(0);
    Ok((returned, written[..size].to_vec()))
}

/// inet_ntop(3), into a buffer of `size` bytes.
///
/// # Errors
///
/// The errno of the call.
pub fn address_to_text(family: i32, address: &[u8], size: u16) -> crate::sys::Result<Vec<u8>> {
    let mut read = [0u8; 16];
    let copied = address.len().min(read.len());
    read[..copied].copy_from_slice(&address[..copied]);
    let mut text = vec![0u8; size.into()];
    // SAFETY: the largest address has 16 bytes, and the buffer has as many bytes as are passed.
    let returned = unsafe {
        inet_ntop(
            family,
            read.as_ptr().cast(),
            text.as_mut_ptr().cast(),
            libc::socklen_t::from(size),
        )
    };
    if returned.is_null() {
        return Err(crate::sys::errno());
    }
    Ok(until_nul(text))
}

/// htons(3)
pub fn host_to_network_short(number: u16) -> u16 {
    htons(number)
}

/// htonl(3)
pub fn host_to_network_long(number: u32) -> u32 {
    htonl(number)
}

/// ntohs(3)
pub fn network_to_host_short(number: u16) -> u16 {
    ntohs(number)
}

/// ntohl(3)
pub fn network_to_host_long(number: u32) -> u32 {
    ntohl(number)
}

#[cfg(test)]
mod tests {
    use crate::sys::lookup::*;

    #[test]
    fn what_the_library_gives_is_passed_on() {
        let hints = Some([libc::AI_NUMERICHOST, libc::AF_INET, libc::SOCK_STREAM, 0]);
        let list = getaddrinfo(Some(c"127.0.0.1"), Some(c"80"), hints).expect("a number");
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].address[..8], [2, 0, 0, 80, 127, 0, 0, 1]);
        assert_eq!(
            (list[0].socket_type, list[0].protocol),
            (libc::SOCK_STREAM, libc::IPPROTO_TCP)
        );
        let error = getaddrinfo(Some(c"name"), None, hints).expect_err("it is no number");
        assert_eq!(error.error, Errno(libc::EAI_NONAME));
        assert_eq!(error.errno, None);
        let numeric = libc::NI_NUMERICHOST | libc::NI_NUMERICSERV;
        let named = getnameinfo(&list[0].address, (99, 99), numeric);
        assert_eq!(named, Ok((b"127.0.0.1".to_vec(), b"80".to_vec())));
        let none = getnameinfo(&list[0].address[..3], (99, 99), numeric).expect_err("3 bytes");
        assert_eq!(none.error, Errno(libc::EAI_FAMILY));
    }

    #[test]
    fn addresses_are_converted_by_the_library() {
        assert_eq!(
            text_to_address(libc::AF_INET, c"1.2.3.4"),
            Ok((1, vec![1, 2, 3, 4]))
        );
        assert_eq!(
            text_to_address(libc::AF_INET, c"1.2.3"),
            Ok((0, Vec::new()))
        );
        let wrong = Err(Errno(libc::EAFNOSUPPORT));
        assert_eq!(text_to_address(libc::AF_UNIX, c"x"), wrong);
        let one = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        assert_eq!(
            address_to_text(libc::AF_INET6, &one, 46),
            Ok(b"::1".to_vec())
        );
        let small = address_to_text(libc::AF_INET6, &one, 3);
        assert_eq!(small, Err(Errno(libc::ENOSPC)));
        assert_eq!(host_to_network_short(8080).to_ne_bytes(), [0x1f, 0x90]);
        assert_eq!(network_to_host_long(host_to_network_long(7)), 7);
        assert_eq!(network_to_host_short(host_to_network_short(7)), 7);
    }
}
