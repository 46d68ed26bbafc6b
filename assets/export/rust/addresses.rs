/// An address of the internet.
fn internet(text: &str) -> SockAddr {
    text.parse::<SocketAddr>().unwrap().into()
}

/// This host, with the port of another address.
fn with_port(host: &str, other: &SockAddr) -> SockAddr {
    SocketAddr::new(host.parse().unwrap(), port_of(other)).into()
}

/// The port of an address.
fn port_of(address: &SockAddr) -> u16 {
    address.as_socket().map_or(0, |address| address.port())
}

/// A path, or an abstract name, which begins with a NUL byte.
fn local(path: &[u8]) -> SockAddr {
    SockAddr::unix(OsStr::from_bytes(path)).unwrap()
}

/// The path of an AF_UNIX address.
fn path_of(address: &SockAddr) -> CString {
    let path = address.as_pathname().unwrap();
    CString::new(path.as_os_str().as_bytes()).unwrap()
}

/// An address with a port that is an argument of the program.
fn address_of_port(host: &str, place: usize, otherwise: Option<&str>, usage: &str) -> SockAddr {
    let given = std::env::args().nth(place);
    let Some(port) = given.or(otherwise.map(str::to_owned)) else {
        let program = std::env::args().next().unwrap_or_default();
        eprintln!("usage: {program}{usage}");
        std::process::exit(2);
    };
    match port.parse() {
        Ok(number) => SocketAddr::new(host.parse().unwrap(), number).into(),
        Err(error) => {
            eprintln!("port {port}: {error}");
            std::process::exit(1);
        }
    }
}

fn await_end_of_input() {
    println!("all calls are made; the end of the input closes the sockets (Ctrl-D)");
    let _ = io::copy(&mut io::stdin(), &mut io::sink());
}
