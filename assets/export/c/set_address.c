/* Makes an address of a host and of a port, which is an argument of the program. */
static void set_address(struct known *known, const char *host, const char *port)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *found;
    int error = getaddrinfo(host, port, &hints, &found);
    if (error != 0) {
        fprintf(stderr, "port %s: %s\n", port, gai_strerror(error));
        exit(EXIT_FAILURE);
    }
    memcpy(&known->address, found->ai_addr, found->ai_addrlen);
    known->length = found->ai_addrlen;
    freeaddrinfo(found);
}
