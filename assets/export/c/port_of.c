/* The port of an address, in the byte order of the network. */
static in_port_t port_of(const struct known *known)
{
    if (known->address.ss_family == AF_INET6)
        return ((const struct sockaddr_in6 *)&known->address)->sin6_port;
    return ((const struct sockaddr_in *)&known->address)->sin_port;
}
