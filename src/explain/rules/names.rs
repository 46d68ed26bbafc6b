//! Calls of the C library about names and addresses: getaddrinfo(), getnameinfo(), inet_pton(), inet_ntop(), htons().

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    LOOKUPS Blocked [Interrupted] {UnderWay} "{call_kind}() is a function of the C library, and no signal ends it. Its result is no longer waited for." "getaddrinfo(3)";
    LOOKUPS Blocked [] {Possibilities} "{call_kind}() has not returned. Probably it waits for a name server: /etc/resolv.conf says which, and for how long. It is a function of the C library; the kernel sees only the calls that it makes." "resolv.conf(5)";
    // getaddrinfo()
    GETADDRINFO Fails(EAI_NONAME) [NoHost, NoService] {ByArguments} "Neither a host nor a service is given, and one of them must be." OF_THE_CALL;
    GETADDRINFO Fails(EAI_NONAME) [HostNumberWanted] {ByArguments} "With AI_NUMERICHOST nothing is looked up, and {host_text} is not an address in numbers. Without the flag it is a name." OF_THE_CALL;
    GETADDRINFO Fails(EAI_NONAME) [ServiceNumberWanted] {ByArguments} "With AI_NUMERICSERV nothing is looked up, and {service_text} is not a port number." OF_THE_CALL;
    GETADDRINFO Fails(EAI_NONAME) [] {Possibilities} "Nobody who was asked knows {host_text}, or it has no address that suits the hints. /etc/nsswitch.conf says who is asked, usually /etc/hosts and then name servers. `getent ahosts` asks the same." "nsswitch.conf(5)";
    GETADDRINFO Fails(EAI_NODATA) [] {Possibilities} "{host_text} is known, but has no address, or none of the family in the hints." OF_THE_CALL;
    GETADDRINFO Fails(EAI_ADDRFAMILY) [] {ByErrno} "{host_text} has no address of the family {asked_family}. AF_UNSPEC takes any; AF_INET6 with AI_V4MAPPED takes IPv4 addresses too." OF_THE_CALL;
    LOOKUPS Fails(EAI_AGAIN) [] {Possibilities} "No name server answered in time, or one could not answer now. That says nothing about the name: the same call may succeed later. /etc/resolv.conf names the servers." "resolv.conf(5)";
    LOOKUPS Fails(EAI_FAIL) [] {Possibilities} "A name server refused to answer, or gave an answer that cannot be used. The same call will probably fail again." OF_THE_CALL;
    GETADDRINFO Fails(EAI_FAMILY) [] {ByErrno} "The C library looks up no addresses of the family {asked_family}, but those of AF_INET and AF_INET6, and with AF_UNSPEC both." OF_THE_CALL;
    GETADDRINFO Fails(EAI_SOCKTYPE) [] {ByErrno} "The type and the protocol in the hints do not go together, or the library knows no such type. 0 for the protocol takes the one that belongs to the type." OF_THE_CALL;
    GETADDRINFO Fails(EAI_SERVICE) [RawWanted] {ByArguments} "Ports belong to TCP and UDP, so the services of /etc/services do too: for SOCK_RAW none can be looked up." OF_THE_CALL;
    GETADDRINFO Fails(EAI_SERVICE) [] {Possibilities} "{service_text} is not a port number, and /etc/services does not have the name for a type of socket in the hints. `getent services` asks the same." "services(5)";
    GETADDRINFO Fails(EAI_BADFLAGS) [NoHost, WantsCanonicalName] {ByArguments} "AI_CANONNAME asks for the canonical name of the host, and no host is given." OF_THE_CALL;
    LOOKUPS Fails(EAI_BADFLAGS) [] {ByErrno} "The flags have a bit that the C library does not know. getaddrinfo() has those that begin with AI_, getnameinfo() those with NI_." OF_THE_CALL;
    LOOKUPS Fails(EAI_SYSTEM) [] {ByErrno} "A system call that {call_kind}() made failed with {system_errno}. With EAI_SYSTEM, and only then, errno says more." OF_THE_CALL;
    GETADDRINFO Success [NamesFromFile] {ByResult} "A line of a lesson or the like asks no name server: {names_from} was read, and getaddrinfo() got the numbers that stand there. The order is that of the file." "hosts(5)";
    GETADDRINFO Success [NoHost, Passive] {ByResult} "Without a host AI_PASSIVE gives the wildcard address: a server that binds to it is reached at each address of its host." OF_THE_CALL;
    GETADDRINFO Success [NoHost] {ByResult} "Without a host, and without AI_PASSIVE, it is the loopback address: where a client reaches a server on its own host." OF_THE_CALL;
    GETADDRINFO Success [SeveralTypes] {ByResult} "The list has {entries} entries: each address once for each type of socket that goes with it. SOCK_STREAM in the hints leaves those of TCP. connect() is given one of them." OF_THE_CALL;
    GETADDRINFO Success [HostIsNumeric] {ByArguments} "{host_text} is an address in numbers, so no host was looked up: getaddrinfo() put it into the form that connect() and bind() take." OF_THE_CALL;
    GETADDRINFO Success [SeveralListed] {ByResult} "{host_text} has {listed} addresses. A client tries them in this order until one answers; RFC 6724 says which comes first." "gai.conf(5)";
    GETADDRINFO Success [] {ByResult} "{host_text} has this address. getaddrinfo() is a function of the C library: strace shows the system calls that it makes, and not the function." OF_THE_CALL;
    // getnameinfo()
    GETNAMEINFO Fails(EAI_FAMILY) [] {Possibilities} "The library has no names for this family of addresses, or the length is too short for an address of it." OF_THE_CALL;
    GETNAMEINFO Fails(EAI_OVERFLOW) [] {ByErrno} "A name with the NUL at its end does not fit into its buffer. NI_MAXHOST (1025) and NI_MAXSERV (32) bytes hold any name." OF_THE_CALL;
    GETNAMEINFO Fails(EAI_NONAME) [NameAndNumber] {ByArguments} "With NI_NUMERICHOST no name is looked up, and NI_NAMEREQD makes it an error that there is none: together they always fail." OF_THE_CALL;
    GETNAMEINFO Fails(EAI_NONAME) [NameRequired] {Possibilities} "Nobody who was asked has a name for the address, and NI_NAMEREQD makes that an error. Without it the result is the address in numbers." OF_THE_CALL;
    GETNAMEINFO Fails(EAI_NONAME) [] {Possibilities} "No name was asked for: both buffers are empty. Or nobody who was asked has one." OF_THE_CALL;
    GETNAMEINFO Success [NamesFromFile] {ByResult} "A line of a lesson or the like asks no name server: the names are those of {names_from}, and numbers where these have none." "hosts(5)";
    GETNAMEINFO Success [BothNumbers] {ByArguments} "NI_NUMERICHOST and NI_NUMERICSERV ask for numbers, so nothing was looked up." OF_THE_CALL;
    GETNAMEINFO Success [] {ByResult} "These are the names that /etc/nsswitch.conf leads to; a number stands where there is none. Whoever runs the name server of an address chooses its name, so it proves nothing." OF_THE_CALL;
    // inet_pton() and inet_ntop()
    CONVERTING Fails(EAFNOSUPPORT) [] {ByArguments} "{call_kind}() converts addresses of AF_INET and of AF_INET6. {asked_family} is another family." OF_THE_CALL;
    INET_NTOP Fails(ENOSPC) [] {ByArguments} "The text of the address with the NUL at its end does not fit into the buffer. INET_ADDRSTRLEN (16) and INET6_ADDRSTRLEN (46) bytes hold any." OF_THE_CALL;
    INET_PTON Success [NotConverted, HostIsNumeric] {ByResult} "0: {host_text} is not an address of {asked_family} for inet_pton(), which takes only its full form. It is no error, so errno is unchanged. getaddrinfo() takes shorter forms too." OF_THE_CALL;
    INET_PTON Success [NotConverted] {ByResult} "0: {host_text} is not an address of {asked_family}. It is no error, so errno is unchanged. getaddrinfo() looks names up." OF_THE_CALL;
    INET_PTON Success [] {ByResult} "1: it is an address of {asked_family}, and these are its bytes in the order of the network, as the socket address has them." OF_THE_CALL;
    INET_NTOP Success [] {ByResult} "The text of these bytes. inet_pton() turns it into the same bytes again." OF_THE_CALL;
    // htons() and the others
    ORDERING Success [NumberCut] {ByArguments} "The argument has 16 bits, so C passes {cut_number} and not {ordered_number}: the upper bits are lost without an error. Compilers warn of it." OF_THE_CALL;
    TO_NETWORK Success [] {ByResult} "In memory the highest byte is first now, the order of the network. Read as a number of this host these bytes are {bytes_value}: that is what sin_port or sin_addr holds." "byteorder(3)";
    ORDERING Success [] {ByResult} "The bytes are in the order of this host now, and the number is {bytes_value}. On a host that has the highest byte first nothing changes." "byteorder(3)";
};
