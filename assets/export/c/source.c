/* Sends so many bytes, in pieces of at most `chunk`. */
static long long source(int socket, unsigned long long bytes, size_t chunk)
{
    char *piece = malloc(chunk);
    unsigned long long sent = 0;
    if (piece == NULL)
        fatal("malloc");
    repeat(piece, chunk, "abcdefghijklmnopqrstuvwxyz", 26);
    while (sent < bytes && !is_cancelled()) {
        size_t left = bytes - sent < chunk ? (size_t)(bytes - sent) : chunk;
        ssize_t count = send(socket, piece, left, 0);
        if (count == -1 && errno != EINTR) {
            free(piece);
            return -1;
        }
        if (count > 0)
            sent += (unsigned long long)count;
    }
    free(piece);
    return (long long)sent;
}
