static void print_address(const char *call, const struct sockaddr *address, socklen_t length)
{
    char text[INET6_ADDRSTRLEN];
    if (length >= sizeof(struct sockaddr_in) && address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)address;
        inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
        printf("%s: %s:%u\n", call, text, (unsigned int)ntohs(in->sin_port));
    } else if (length >= sizeof(struct sockaddr_in6) && address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;
        inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof text);
        printf("%s: [%s]:%u\n", call, text, (unsigned int)ntohs(in6->sin6_port));
    } else {
        printf("%s: an address of %u bytes\n", call, (unsigned int)length);
    }
}
