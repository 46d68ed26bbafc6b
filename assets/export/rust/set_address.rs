/// An address with a port that is an argument of the program.
fn address_of_port(host: &str, place: usize, otherwise: Option<&str>, usage: &str) -> Vec<u8> {
    let given = std::env::args().nth(place).or(otherwise.map(str::to_owned));
    let Some(port) = given else {
        let program = std::env::args().next().unwrap_or_default();
        eprintln!("usage: {program}{usage}");
        std::process::exit(2);
    };
    let host: std::net::IpAddr = host.parse().unwrap();
    match port.parse() {
        Ok(number) => bytes_of(&SocketAddr::new(host, number).into()),
        Err(error) => {
            eprintln!("port {port}: {error}");
            std::process::exit(1);
        }
    }
}
