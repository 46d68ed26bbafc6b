//! Seccomp filters, as container engines set them.

use std::collections::BTreeMap;
use std::thread;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

/// What is denied: a system call, arguments that it must have, the errno.
pub(super) type Denial = (i64, &'static [(u8, u64)], i32);

const AF_VSOCK: u64 = 40;
const NETLINK_SOCK_DIAG: u64 = 4;
const SO_COOKIE: u64 = 57;

/// The default profile of Docker, for a container without further capabilities: only what concerns sockplay.
pub(super) const DOCKER: &[Denial] = &[
    (libc::SYS_unshare, &[], libc::EPERM),
    (libc::SYS_setns, &[], libc::EPERM),
    (libc::SYS_clone3, &[], libc::ENOSYS),
    (libc::SYS_kcmp, &[], libc::EPERM),
    (libc::SYS_pidfd_getfd, &[], libc::EPERM),
    (libc::SYS_io_uring_setup, &[], libc::EPERM),
    (libc::SYS_bpf, &[], libc::EPERM),
    (libc::SYS_perf_event_open, &[], libc::EPERM),
    (libc::SYS_socket, &[(0, AF_VSOCK)], libc::EPERM),
    (
        libc::SYS_socket,
        &[(0, libc::AF_PACKET as u64)],
        libc::EPERM,
    ),
];

/// What gVisor does not have.
pub(super) const GVISOR: &[Denial] = &[
    (
        libc::SYS_socket,
        &[(0, libc::AF_NETLINK as u64), (2, NETLINK_SOCK_DIAG)],
        libc::EPROTONOSUPPORT,
    ),
    (
        libc::SYS_socket,
        &[(0, libc::AF_PACKET as u64)],
        libc::EPERM,
    ),
    (libc::SYS_socket, &[(0, AF_VSOCK)], libc::EAFNOSUPPORT),
    (
        libc::SYS_getsockopt,
        &[(1, libc::SOL_SOCKET as u64), (2, SO_COOKIE)],
        libc::ENOPROTOOPT,
    ),
    (libc::SYS_kcmp, &[], libc::ENOSYS),
    (libc::SYS_io_uring_setup, &[], libc::ENOSYS),
    (libc::SYS_close_range, &[], libc::ENOSYS),
    (libc::SYS_pidfd_getfd, &[], libc::ENOSYS),
];

/// No netlink at all, as in a sandbox that admits AF_INET and AF_UNIX only.
pub(super) const NO_NETLINK: &[Denial] = &[
    (
        libc::SYS_socket,
        &[(0, libc::AF_NETLINK as u64)],
        libc::EAFNOSUPPORT,
    ),
    (
        libc::SYS_socket,
        &[(0, libc::AF_PACKET as u64)],
        libc::EAFNOSUPPORT,
    ),
    (libc::SYS_unshare, &[], libc::EPERM),
];

/// No copies of descriptors of other processes.
pub(super) const NO_COPIES: &[Denial] = &[(libc::SYS_pidfd_getfd, &[], libc::EPERM)];

/// No tracing.
pub(super) const NO_PTRACE: &[Denial] = &[(libc::SYS_ptrace, &[], libc::EPERM)];

/// Does something on a thread under a filter, which holds for the programs that it starts too. `Err`: this host does not
/// allow filters.
pub(super) fn within<T: Send + 'static>(
    denied: &'static [Denial],
    body: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    let filters = filters(denied)?;
    let confined = thread::spawn(move || {
        for filter in &filters {
            seccompiler::apply_filter(filter).map_err(|error| error.to_string())?;
        }
        Ok(body())
    });
    confined.join().expect("no panic")
}

/// One filter for each errno.
fn filters(denied: &[Denial]) -> Result<Vec<BpfProgram>, String> {
    let mut by_errno: BTreeMap<i32, BTreeMap<i64, Vec<SeccompRule>>> = BTreeMap::new();
    for (call, arguments, errno) in denied {
        let rules = by_errno
            .entry(*errno)
            .or_default()
            .entry(*call)
            .or_default();
        if !arguments.is_empty() {
            let conditions = arguments.iter().map(|(index, value)| {
                SeccompCondition::new(*index, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, *value)
            });
            let conditions: Result<Vec<_>, _> = conditions.collect();
            let conditions = conditions.map_err(|error| error.to_string())?;
            rules.push(SeccompRule::new(conditions).map_err(|error| error.to_string())?);
        }
    }
    let arch = std::env::consts::ARCH.try_into();
    let arch = arch.map_err(|error: seccompiler::BackendError| error.to_string())?;
    let one = |(errno, rules): (i32, BTreeMap<i64, Vec<SeccompRule>>)| {
        let action = SeccompAction::Errno(errno.unsigned_abs());
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, action, arch);
        filter
            .and_then(BpfProgram::try_from)
            .map_err(|error| error.to_string())
    };
    by_errno.into_iter().map(one).collect()
}
