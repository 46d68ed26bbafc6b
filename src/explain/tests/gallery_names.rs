//! Stories of names and addresses: calls of the C library.

use crate::explain::tests::gallery::Tale;

pub(crate) const STORIES: &[Tale] = &[
    (
        "hosts that are found",
        "",
        "
        getaddrinfo(\"localhost\", \"80\", 0, AF_INET, SOCK_STREAM) -> [127.0.0.1:80]
        ? localhost has this address. getaddrinfo() is a function of the C library
        getaddrinfo(\"localhost\", \"80\", 0, AF_UNSPEC, SOCK_STREAM) -> [127.0.0.1:80, 127.0.0.2:80]
        ? localhost has 2 addresses. A client tries them in this order
        getaddrinfo(\"localhost\", \"80\") -> [127.0.0.1:80] twice
        ? The list has 2 entries: each address once for each type of socket
        getaddrinfo(\"127.1\", \"80\", 0, AF_INET, SOCK_STREAM) -> [127.0.0.1:80]
        ? 127.1 is an address in numbers, so no host was looked up
        getaddrinfo(NULL, \"80\", AI_PASSIVE) -> [0.0.0.0:80]
        ? Without a host AI_PASSIVE gives the wildcard address
        getaddrinfo(NULL, \"80\") -> [127.0.0.1:80]
        ? Without a host, and without AI_PASSIVE, it is the loopback address
        getaddrinfo(\"localhost\", \"80\", AI_CANONNAME) -> [127.0.0.1:80] of /etc/hosts
        ? asks no name server: /etc/hosts was read
        getaddrinfo(\"example.org\", \"80\") -> blocks
        ? getaddrinfo() has not returned. Probably it waits for a name server
        @ signal
        ? getaddrinfo() is a function of the C library, and no signal ends it
    ",
    ),
    (
        "hosts that are not found",
        "",
        "
        getaddrinfo(NULL, NULL) -> EAI_NONAME
        ? Neither a host nor a service is given
        getaddrinfo(\"example.org\", \"80\", AI_NUMERICHOST) -> EAI_NONAME
        ? With AI_NUMERICHOST nothing is looked up, and example.org is not an address in numbers
        getaddrinfo(\"127.0.0.1\", \"http\", AI_NUMERICSERV) -> EAI_NONAME
        ? With AI_NUMERICSERV nothing is looked up, and http is not a port number
        getaddrinfo(\"nobody.invalid\", \"80\") -> EAI_NONAME
        ? Nobody who was asked knows nobody.invalid
        getaddrinfo(\"nobody.invalid\", \"80\") -> EAI_NODATA
        ? nobody.invalid is known, but has no address
        getaddrinfo(\"::1\", \"80\", 0, AF_INET) -> EAI_ADDRFAMILY
        ? ::1 has no address of the family AF_INET
        getaddrinfo(\"example.org\", \"80\") -> EAI_AGAIN
        ? No name server answered in time
        getaddrinfo(\"example.org\", \"80\") -> EAI_FAIL
        ? A name server refused to answer
        getaddrinfo(\"127.0.0.1\", \"80\", 0, AF_UNIX) -> EAI_FAMILY
        ? looks up no addresses of the family AF_UNIX
        getaddrinfo(\"127.0.0.1\", \"80\", 0, AF_INET, SOCK_STREAM, IPPROTO_UDP) -> EAI_SOCKTYPE
        ? The type and the protocol in the hints do not go together
        getaddrinfo(\"127.0.0.1\", \"http\", 0, AF_INET, SOCK_RAW) -> EAI_SERVICE
        ? for SOCK_RAW none can be looked up
        getaddrinfo(\"127.0.0.1\", \"nonsense\") -> EAI_SERVICE
        ? nonsense is not a port number
        getaddrinfo(NULL, \"80\", AI_CANONNAME) -> EAI_BADFLAGS
        ? AI_CANONNAME asks for the canonical name of the host, and no host is given
        getaddrinfo(NULL, \"80\", 0x8000) -> EAI_BADFLAGS
        ? The flags have a bit that the C library does not know
        getaddrinfo(\"localhost\", \"80\") -> EAI_SYSTEM errno EMFILE
        ? A system call that getaddrinfo() made failed with EMFILE
    ",
    ),
    (
        "names of addresses",
        "",
        "
        getnameinfo(127.0.0.1:80) -> localhost
        ? These are the names that /etc/nsswitch.conf leads to
        getnameinfo(127.0.0.1:80, NI_NUMERICHOST|NI_NUMERICSERV) -> 127.0.0.1
        ? ask for numbers, so nothing was looked up
        getnameinfo(127.0.0.1:80) -> localhost of /etc/hosts
        ? the names are those of /etc/hosts
        getnameinfo(127.0.0.1:80, 3) -> EAI_FAMILY
        ? or the length is too short
        getnameinfo(127.0.0.1:80, 0x0, 4) -> EAI_OVERFLOW
        ? does not fit into its buffer
        getnameinfo(127.9.9.9:80, NI_NAMEREQD|NI_NUMERICHOST) -> EAI_NONAME
        ? With NI_NUMERICHOST no name is looked up
        getnameinfo(127.9.9.9:80, NI_NAMEREQD) -> EAI_NONAME
        ? NI_NAMEREQD makes that an error
        getnameinfo(127.9.9.9:80, 0x0, 0, 0) -> EAI_NONAME
        ? No name was asked for
    ",
    ),
    (
        "addresses as bytes and as text",
        "",
        "
        inet_pton(AF_INET, \"1.2.3.4\") -> 1
        ? 1: it is an address of AF_INET
        inet_pton(AF_INET, \"1.2.3\") -> 0
        ? 0: 1.2.3 is not an address of AF_INET for inet_pton(), which takes only its full form
        inet_pton(AF_INET, \"localhost\") -> 0
        ? 0: localhost is not an address of AF_INET. It is no error
        inet_pton(AF_UNIX, \"x\") -> EAFNOSUPPORT
        ? inet_pton() converts addresses of AF_INET and of AF_INET6. AF_UNIX is another family
        inet_ntop(AF_INET, hex(7f 00 00 01)) -> 127.0.0.1
        ? The text of these bytes
        inet_ntop(AF_INET, hex(7f 00 00 01), 4) -> ENOSPC
        ? does not fit into the buffer
        htons(8080) -> 36895
        ? In memory the highest byte is first now
        htons(70000) -> 28689
        ? so C passes 4464 and not 70000
        ntohs(36895) -> 8080
        ? The bytes are in the order of this host now, and the number is 8080
    ",
    ),
];
