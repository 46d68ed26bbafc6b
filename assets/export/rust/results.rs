/// What a function of the C library returned, or the error of errno where that is -1.
fn check<T: PartialEq + From<i8>>(returned: T) -> io::Result<T> {
    if returned == T::from(-1) {
        return Err(io::Error::last_os_error());
    }
    Ok(returned)
}

/// The same for a function that returns a pointer.
fn not_null<T>(returned: *const T) -> io::Result<()> {
    if returned.is_null() {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// A call that is to fail with this error, as it did in the session. Anything else ends the program.
fn expect_error<T>(call: &str, result: io::Result<T>, expected: i32) {
    let wanted = io::Error::from_raw_os_error(expected);
    match result {
        Ok(_) => panic!("{call}: it was to fail: {}", text_of(&wanted)),
        Err(error) => {
            println!("{call}: {}", text_of(&error));
            if error.raw_os_error() != Some(expected) {
                panic!("{call}: this error was expected: {}", text_of(&wanted));
            }
        }
    }
}

/// A call that is to fail with one of these errors; the session left open with which.
fn expect_one_of<T>(call: &str, result: io::Result<T>, expected: &[i32]) {
    match result {
        Ok(_) => panic!("{call}: it was to fail"),
        Err(error) => {
            println!("{call}: {}", text_of(&error));
            let number = error.raw_os_error().unwrap_or_default();
            if !expected.contains(&number) {
                panic!("{call}: another error was expected");
            }
        }
    }
}

/// A call of which the session left open what it returns.
fn print_result(call: &str, result: io::Result<impl Display>) {
    match result {
        Ok(returned) => println!("{call}: {returned}"),
        Err(error) => println!("{call}: {}", text_of(&error)),
    }
}

/// A call of which the session left open whether it fails.
fn may_fail(call: &str, make: impl FnOnce() -> io::Result<()>) {
    if let Err(error) = make() {
        println!("{call}: {}", text_of(&error));
    }
}

/// The text of an error, without its number.
fn text_of(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Prints the first bytes of a buffer. A call with MSG_TRUNC may return a count that exceeds its size.
fn print_bytes(buffer: &[u8], count: usize) {
    let bytes = &buffer[..count.min(buffer.len())];
    if bytes.is_empty() {
        return;
    }
    print!("  \"");
    for byte in bytes.iter().take(64) {
        match byte {
            b'"' | b'\\' => print!("\\x{byte:02x}"),
            b' '..=b'~' => print!("{}", char::from(*byte)),
            byte => print!("\\x{byte:02x}"),
        }
    }
    println!("{}", if bytes.len() > 64 { "\"..." } else { "\"" });
}

fn print_address(call: &str, address: &SockAddr) {
    match address.as_socket() {
        Some(address) => println!("{call}: {}:{}", host_of(&address), address.port()),
        None => println!("{call}: an address of {} bytes", address.len()),
    }
}

/// The IP address, in brackets where it has colons.
fn host_of(address: &SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

fn print_change(call: &str, changed: libc::pid_t, status: libc::c_int) {
    if changed == 0 {
        println!("{call}: 0");
    } else if libc::WIFEXITED(status) {
        println!("{call}: exited {}", libc::WEXITSTATUS(status));
    } else if libc::WIFSIGNALED(status) {
        println!("{call}: killed by signal {}", libc::WTERMSIG(status));
    } else if libc::WIFSTOPPED(status) {
        println!("{call}: stopped by signal {}", libc::WSTOPSIG(status));
    } else {
        println!("{call}: continued");
    }
}

/// The text before the first NUL.
fn until_nul(bytes: &[u8]) -> String {
    let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(text).into_owned()
}

fn lookup_error(error: libc::c_int) -> String {
    let text = unsafe { CStr::from_ptr(libc::gai_strerror(error)) };
    text.to_string_lossy().into_owned()
}

fn no_lookup_error(call: &str, returned: libc::c_int) {
    if returned != 0 {
        panic!("{call}: {}", lookup_error(returned));
    }
}

fn looked_up(returned: libc::c_int) -> io::Result<()> {
    match returned {
        0 => Ok(()),
        error => Err(io::Error::other(lookup_error(error))),
    }
}

/// A look-up that is to fail with one of these errors, as it did in the session.
fn expect_lookup_error(call: &str, returned: libc::c_int, expected: &[libc::c_int]) {
    if returned == 0 {
        panic!("{call}: it was to fail");
    }
    println!("{call}: {}", lookup_error(returned));
    if !expected.contains(&returned) {
        panic!("{call}: another error was expected");
    }
}

unsafe extern "C" {
    fn inet_pton(af: libc::c_int, src: *const libc::c_char, dst: *mut libc::c_void) -> libc::c_int;
}

unsafe extern "C" {
    fn inet_ntop(
        af: libc::c_int,
        src: *const libc::c_void,
        dst: *mut libc::c_char,
        size: libc::socklen_t,
    ) -> *const libc::c_char;
}

unsafe extern "C" {
    fn sockatmark(fd: libc::c_int) -> libc::c_int;
}

/// An address that getaddrinfo() found.
unsafe fn found_address(info: &libc::addrinfo) -> SockAddr {
    let mut storage = SockAddrStorage::zeroed();
    let length = info.ai_addrlen as usize;
    let (from, to) = (info.ai_addr.cast::<u8>(), (&raw mut storage).cast());
    unsafe {
        std::ptr::copy_nonoverlapping(from, to, length);
        SockAddr::new(storage, info.ai_addrlen)
    }
}
