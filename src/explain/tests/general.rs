//! Where only the general meaning of an errno is said: of the errnos that manual pages list, and of which call.

use std::collections::BTreeSet;

use crate::explain::tests::story::Story;

/// Calls, and the errnos in the ERRORS of their manual pages that a socket of TCP, UDP or AF_UNIX can meet.
const DOCUMENTED: &[(&str, &[&str])] = &[
    (
        "connect(x, 127.0.0.1:9)",
        &[
            "EACCES",
            "EPERM",
            "EADDRINUSE",
            "EADDRNOTAVAIL",
            "EAFNOSUPPORT",
            "EAGAIN",
            "EALREADY",
            "EBADF",
            "ECONNREFUSED",
            "EFAULT",
            "EINPROGRESS",
            "EINTR",
            "EISCONN",
            "ENETUNREACH",
            "ENOTSOCK",
            "EPROTOTYPE",
            "ETIMEDOUT",
            "EHOSTUNREACH",
            "EINVAL",
            "ECONNABORTED",
        ],
    ),
    (
        "bind(x, 127.0.0.1:9)",
        &[
            "EACCES",
            "EADDRINUSE",
            "EBADF",
            "EINVAL",
            "ENOTSOCK",
            "EADDRNOTAVAIL",
            "EFAULT",
            "ENOMEM",
        ],
    ),
    (
        "listen(x, 5)",
        &["EADDRINUSE", "EBADF", "ENOTSOCK", "EOPNOTSUPP", "EINVAL"],
    ),
    (
        "accept(x)",
        &[
            "EAGAIN",
            "EBADF",
            "ECONNABORTED",
            "EFAULT",
            "EINTR",
            "EINVAL",
            "EMFILE",
            "ENFILE",
            "ENOBUFS",
            "ENOMEM",
            "ENOTSOCK",
            "EOPNOTSUPP",
            "EPERM",
            "EPROTO",
        ],
    ),
    (
        "send(x, \"x\")",
        &[
            "EACCES",
            "EAGAIN",
            "EBADF",
            "ECONNRESET",
            "EDESTADDRREQ",
            "EFAULT",
            "EINTR",
            "EINVAL",
            "EISCONN",
            "EMSGSIZE",
            "ENOBUFS",
            "ENOMEM",
            "ENOTCONN",
            "ENOTSOCK",
            "EOPNOTSUPP",
            "EPIPE",
        ],
    ),
    (
        "recv(x, 9)",
        &[
            "EAGAIN",
            "EBADF",
            "ECONNREFUSED",
            "EFAULT",
            "EINTR",
            "EINVAL",
            "ENOMEM",
            "ENOTCONN",
            "ENOTSOCK",
        ],
    ),
    (
        "setsockopt(x, SO_RCVBUF, 9)",
        &[
            "EBADF",
            "EFAULT",
            "EINVAL",
            "ENOPROTOOPT",
            "ENOTSOCK",
            "EPERM",
            "EDOM",
            "ENOMEM",
            "ENODEV",
            "EOPNOTSUPP",
        ],
    ),
    (
        "poll([x: POLLIN], 0)",
        &["EFAULT", "EINTR", "EINVAL", "ENOMEM"],
    ),
    (
        "epoll_ctl(e, EPOLL_CTL_ADD, x, EPOLLIN)",
        &[
            "EBADF", "EEXIST", "EINVAL", "ELOOP", "ENOENT", "ENOMEM", "ENOSPC", "EPERM",
        ],
    ),
];

const SOCKETS: [&str; 3] = [
    "socket(AF_INET, SOCK_STREAM)",
    "socket(AF_INET, SOCK_DGRAM)",
    "socket(AF_UNIX, SOCK_STREAM)",
];

/// What remains, and why nothing more can be said.
const GENERAL: &[(&str, &str)] = &[
    (
        "bind EADDRNOTAVAIL",
        "AF_UNIX does not give it: its addresses are not those of a host",
    ),
    (
        "connect ECONNREFUSED",
        "connect() of UDP sends nothing that could be refused",
    ),
    (
        "connect EINPROGRESS",
        "neither UDP nor AF_UNIX has a handshake that could be under way",
    ),
    (
        "connect EINVAL",
        "neither the address nor the state of the socket shows a cause",
    ),
    (
        "connect EPROTOTYPE",
        "AF_INET and AF_INET6 do not compare the types of both ends",
    ),
    (
        "epoll_ctl EINVAL",
        "neither the operation, the events nor the descriptors show a cause",
    ),
    ("recv EINVAL", "no flag is given that could be wrong"),
    ("send EINVAL", "no flag is given that could be wrong"),
    ("send EISCONN", "send() passes no address"),
];

#[test]
fn only_these_errnos_get_no_more_than_their_general_meaning() {
    let mut general = BTreeSet::new();
    for making in SOCKETS {
        let mut story = Story::new();
        story.tell(&format!("x = {making}\ne = epoll_create1()"));
        for (line, errnos) in DOCUMENTED {
            for errno in *errnos {
                let mut story = story.clone();
                story.tell(&format!("{line} -> {errno}"));
                if story.why().text.starts_with("In general ") {
                    let call = line.split('(').next().unwrap_or_default();
                    general.insert(format!("{call} {errno}"));
                }
            }
        }
    }
    let known: BTreeSet<String> = GENERAL.iter().map(|(pair, _)| (*pair).to_owned()).collect();
    assert_eq!(general, known);
}
