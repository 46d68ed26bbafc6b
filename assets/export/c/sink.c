/* Receives until the end of the stream; 0 bytes of a datagram are no end. */
static long long sink(int socket, int messages)
{
    char *buffer = malloc(256 << 10);
    long long received = 0;
    if (buffer == NULL)
        fatal("malloc");
    while (!is_cancelled()) {
        ssize_t count = recv(socket, buffer, 256 << 10, 0);
        if (count == -1 && errno != EINTR) {
            free(buffer);
            return -1;
        }
        if (count == 0 && !messages)
            break;
        if (count > 0)
            received += count;
    }
    free(buffer);
    return received;
}
