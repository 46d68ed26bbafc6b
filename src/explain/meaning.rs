//! When a call gives an error, as the manual pages define it: for an error that was expected and did not come. Why an
//! error did come is for the rules.

use crate::call::table::CallKind;
use crate::explain::rule::{
    ACCEPT, ANY, BIND, CONNECT, CallSet, EPOLL_CTL, GETPEERNAME, LISTEN, MAKING, OPTIONS,
    RECEIVING, SENDING, SHUTDOWN,
};
use crate::socket::Errno;

/// One definition: the calls, the error, and what completes "The call gives it when".
type Definition = (CallSet, i32, &'static str);

macro_rules! definitions {
    ($($calls:ident $errno:ident $when:literal;)+) => {
        /// The special before the general: the first one that fits holds.
        static DEFINITIONS: &[Definition] = &[$(($calls, libc::$errno, $when)),+];
    };
}

definitions! {
    MAKING EAFNOSUPPORT "the kernel does not have the domain";
    MAKING ESOCKTNOSUPPORT "the domain does not have the type";
    MAKING EPROTONOSUPPORT "the domain and the type do not have the protocol";
    MAKING EPERM "a raw or packet socket is asked for without the capability CAP_NET_RAW";
    MAKING EINVAL "a flag is unknown, or the domain, type or protocol is out of range";
    BIND EADDRINUSE "the address is in use, or a file has the path";
    BIND EADDRNOTAVAIL "the address is not one of this host";
    BIND EACCES "the port is privileged, or a permission for the path is missing";
    BIND EINVAL "the socket is bound already, or the length of the address is wrong";
    BIND ENOENT "a directory of the path does not exist";
    LISTEN EADDRINUSE "another socket listens on the port";
    LISTEN EOPNOTSUPP "the socket is of a type that cannot listen";
    LISTEN EINVAL "the socket is connected, or is of AF_UNIX and has no name";
    ACCEPT EAGAIN "no connection waits in the queue and the call must not wait";
    ACCEPT EINVAL "the socket does not listen";
    ACCEPT EOPNOTSUPP "the socket is of a type without connections";
    ACCEPT ECONNABORTED "the connection was aborted before it was accepted";
    CONNECT ECONNREFUSED "nobody listens at the address, or a firewall rejects the connection";
    CONNECT EINPROGRESS "the socket is non-blocking and the connection is not established yet";
    CONNECT EALREADY "the socket is non-blocking and an earlier connect() has not ended";
    CONNECT EISCONN "the socket is connected already";
    CONNECT EADDRNOTAVAIL "no local port is free for the destination";
    CONNECT ETIMEDOUT "no answer came until the kernel gave up";
    CONNECT ENETUNREACH "no route leads to the address";
    CONNECT EHOSTUNREACH "the host cannot be reached";
    CONNECT EPROTOTYPE "the socket at an AF_UNIX address is of another type";
    CONNECT ENOENT "no file has the path";
    CONNECT EAGAIN "the queue of an AF_UNIX listener is full and the call must not wait";
    SENDING EAGAIN "there is no room for the data and the call must not wait";
    SENDING EPIPE "the sending direction has ended, or the connection is over";
    SENDING ECONNRESET "the connection was reset";
    SENDING ENOTCONN "the socket is not connected";
    SENDING EDESTADDRREQ "the socket has no peer and no address was given";
    SENDING EISCONN "an address was given and the socket is connected";
    SENDING EMSGSIZE "the message is too long to be sent as one";
    SENDING ECONNREFUSED "nobody received an earlier datagram, or the AF_UNIX receiver is closed";
    RECEIVING EAGAIN "there is nothing to receive and the call must not wait";
    RECEIVING ECONNRESET "the connection was reset";
    RECEIVING ENOTCONN "the socket is not connected";
    RECEIVING ECONNREFUSED "nobody received an earlier datagram, or the connection was refused";
    SHUTDOWN ENOTCONN "the socket is not connected";
    GETPEERNAME ENOTCONN "the socket is not connected";
    OPTIONS ENOPROTOOPT "the level does not have the option for this socket";
    OPTIONS EOPNOTSUPP "the socket does not support the option";
    OPTIONS EINVAL "the value or its length is invalid";
    EPOLL_CTL EEXIST "the descriptor is registered already";
    EPOLL_CTL ENOENT "the descriptor is not registered";
    EPOLL_CTL EPERM "the file cannot be watched by epoll";
    EPOLL_CTL ELOOP "epoll instances would watch each other in a cycle, or nest too deeply";
    ANY EINTR "a signal arrives before it has done anything";
    ANY EBADF "the number is not that of an open descriptor";
    ANY ENOTSOCK "the descriptor does not refer to a socket";
    ANY EFAULT "a pointer is invalid";
    ANY EMFILE "the process has reached its limit of descriptors";
    ANY ENFILE "the system has reached its limit of open files";
    ANY ENOMEM "there is not enough memory";
    ANY ENOBUFS "there is not enough memory, or a limit is reached";
    ANY EAFNOSUPPORT "the address is of another family than the socket";
    ANY EOPNOTSUPP "the socket does not support the operation or a flag";
    ANY EACCES "a permission is missing, or a broadcast address needs SO_BROADCAST";
    ANY EPERM "a capability is missing, or a firewall forbids it";
}

/// When a call gives an error; `None` where the table does not say it.
pub(crate) fn meaning(call_kind: CallKind, errno: Errno) -> Option<&'static str> {
    let fits = |(calls, number, _): &&Definition| *number == errno.0 && calls.contains(call_kind);
    DEFINITIONS.iter().find(fits).map(|(.., when)| *when)
}

#[cfg(test)]
mod tests {
    use crate::explain::meaning::*;

    #[test]
    fn the_special_meaning_comes_before_the_general_one() {
        let of = |call_kind, errno| meaning(call_kind, Errno(errno));
        assert_ne!(
            of(CallKind::Bind, libc::EACCES),
            of(CallKind::Connect, libc::EACCES)
        );
        assert_eq!(of(CallKind::Poll, libc::EISCONN), None);
        for (index, (calls, number, _)) in DEFINITIONS.iter().enumerate() {
            let hidden = |kind: CallKind| {
                let before = &DEFINITIONS[..index];
                before
                    .iter()
                    .any(|(others, other, _)| other == number && others.contains(kind))
            };
            assert!(!calls.iter().all(hidden), "row {index} is never reached");
        }
    }
}
