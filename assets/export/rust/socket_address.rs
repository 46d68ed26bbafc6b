/// An address of the internet.
fn internet(text: &str) -> SockAddr {
    text.parse::<SocketAddr>().unwrap().into()
}

/// The same with the port of another address.
fn with_port(text: &str, other: &SockAddr) -> SockAddr {
    let mut address: SocketAddr = text.parse().unwrap();
    address.set_port(other.as_socket().map_or(0, |other| other.port()));
    address.into()
}

/// A path, or an abstract name, which begins with a NUL byte.
fn local(path: &[u8]) -> SockAddr {
    SockAddr::unix(std::ffi::OsStr::from_bytes(path)).unwrap()
}

/// The bytes of an address.
fn bytes_of(address: &SockAddr) -> Vec<u8> {
    let length = address.len() as usize;
    let bytes: *const u8 = address.as_ptr().cast();
    unsafe { std::slice::from_raw_parts(bytes, length.min(size_of::<libc::sockaddr_storage>())) }.to_vec()
}

/// So many bytes, with zeros behind them.
fn room_behind(bytes: &[u8], length: usize) -> Vec<u8> {
    let mut all = bytes.to_vec();
    all.resize(length, 0);
    all
}
