/// The socket of a descriptor, which stays open.
fn sock(fd: RawFd) -> ManuallyDrop<Socket> {
    ManuallyDrop::new(unsafe { Socket::from_raw_fd(fd) })
}

/// The file of a descriptor, which stays open: a Socket has no read(2) and write(2), but recv(2) and send(2).
fn file(fd: RawFd) -> ManuallyDrop<File> {
    ManuallyDrop::new(unsafe { File::from_raw_fd(fd) })
}

/// A buffer as socket2 takes it: nothing need be in it yet.
fn as_uninit(buffer: &mut [u8]) -> &mut [MaybeUninit<u8>] {
    unsafe { &mut *(std::ptr::from_mut(buffer) as *mut [MaybeUninit<u8>]) }
}

/// So many bytes of a text, again and again.
fn repeat(text: &[u8], length: usize) -> Vec<u8> {
    text.iter().copied().cycle().take(length).collect()
}

/// A control message: its length, level, type and data, filled up to a multiple of eight bytes. See cmsg(3).
fn control_message(level: libc::c_int, kind: libc::c_int, data: &[u8]) -> Vec<u8> {
    let length = unsafe { libc::CMSG_LEN(data.len() as _) } as usize;
    let space = unsafe { libc::CMSG_SPACE(data.len() as _) } as usize;
    let mut bytes = length.to_ne_bytes().to_vec();
    bytes.extend(level.to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(data);
    bytes.resize(space, 0);
    bytes
}

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
