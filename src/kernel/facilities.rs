//! What sockplay asks the kernel for beside the calls of a person, probed once. A container or another sandbox may deny
//! it; then less is known, and the calls are the same.

use std::fs;

use crate::kernel::sock_diag;
use crate::kernel::unshared;

/// One sentence for each thing that this process does not get: what it is, why, and what follows for the session.
///
/// Call it before there are sockets: where descriptor tables cannot be unshared, it uses a number of theirs for an instant.
pub fn missing() -> Vec<String> {
    [own_table(), table_of_sockets(), proc()]
        .into_iter()
        .flatten()
        .collect()
}

fn own_table() -> Option<String> {
    let denied = "unshare(2) is denied here: sockplay's own descriptors may briefly take numbers that your calls would get, and which other program has an address is not looked up";
    (!unshared::prepare()).then(|| denied.to_owned())
}

fn table_of_sockets() -> Option<String> {
    // That nobody has the inode is an answer too.
    let reason = sock_diag::unix_state(u32::MAX).err()?;
    Some(format!(
        "sock_diag(7) is denied here ({reason}): the other end of a connection and what close() leaves of it are unknown, \
         and peer() is refused"
    ))
}

fn proc() -> Option<String> {
    let missing = "/proc cannot be read here: whether a call sleeps is inferred from its processor time, and other \
                   programs are not found";
    let readable = fs::read_to_string("/proc/self/stat").is_ok();
    (!readable).then(|| missing.to_owned())
}
