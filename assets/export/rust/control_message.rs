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
