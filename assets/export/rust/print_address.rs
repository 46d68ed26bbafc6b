fn print_address(call: &str, bytes: &[u8]) {
    let family = bytes.get(..2).map_or(0, |family| i32::from(u16::from_ne_bytes([family[0], family[1]])));
    let port = bytes.get(2..4).map_or(0, |port| u16::from_be_bytes([port[0], port[1]]));
    match (family, bytes.len()) {
        (libc::AF_INET, 16..) => {
            let ip: [u8; 4] = bytes[4..8].try_into().unwrap();
            println!("{call}: {}:{port}", std::net::Ipv4Addr::from(ip));
        }
        (libc::AF_INET6, 28..) => {
            let ip: [u8; 16] = bytes[8..24].try_into().unwrap();
            println!("{call}: [{}]:{port}", std::net::Ipv6Addr::from(ip));
        }
        (_, length) => println!("{call}: an address of {length} bytes"),
    }
}
