/// The descriptors that came with a message, SCM_RIGHTS.
fn passed(mut control: &[u8]) -> Vec<RawFd> {
    let mut fds = Vec::new();
    while control.len() >= 16 {
        let length = usize::from_ne_bytes(control[..8].try_into().unwrap());
        if length < 16 || length > control.len() {
            break;
        }
        let level = i32::from_ne_bytes(control[8..12].try_into().unwrap());
        let kind = i32::from_ne_bytes(control[12..16].try_into().unwrap());
        if (level, kind) == (libc::SOL_SOCKET, libc::SCM_RIGHTS) {
            let numbers = control[16..length].chunks_exact(4);
            fds.extend(numbers.map(|number| i32::from_ne_bytes(number.try_into().unwrap())));
        }
        control = &control[length.next_multiple_of(8).min(control.len())..];
    }
    fds
}
