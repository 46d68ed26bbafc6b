/// The text before the first NUL.
fn until_nul(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

fn lookup_error(error: libc::c_int) -> String {
    let text = unsafe { std::ffi::CStr::from_ptr(libc::gai_strerror(error)) };
    text.to_string_lossy().into_owned()
}

fn no_lookup_error(call: &str, returned: libc::c_int) {
    if returned != 0 {
        eprintln!("{call}: {}", lookup_error(returned));
        std::process::exit(1);
    }
}

/// A look-up that is to fail with this error, as it did in the session.
fn expect_lookup_error(call: &str, returned: libc::c_int, expected: libc::c_int) {
    println!("{call}: {}", if returned == 0 { "no error".to_owned() } else { lookup_error(returned) });
    if returned != expected {
        eprintln!("{call}: this error was expected: {}", lookup_error(expected));
        std::process::exit(1);
    }
}
