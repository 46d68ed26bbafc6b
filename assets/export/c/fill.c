/* Sends until the buffers are full, and stay full for 50 ms. */
static long long fill(int socket)
{
    static char piece[4096];
    long long sent = 0;
    int settled = 0;
    memset(piece, 'f', sizeof piece);
    while (sent < (256 << 20) && !is_cancelled()) {
        ssize_t count = send(socket, piece, sizeof piece, MSG_DONTWAIT);
        if (count >= 0) {
            sent += count;
            settled = 0;
        } else if (errno == EAGAIN && settled) {
            break;
        } else if (errno == EAGAIN) {
            struct pollfd entry = {.fd = socket, .events = POLLOUT};
            settled = poll(&entry, 1, 50) == 0 || (entry.revents & POLLOUT) == 0;
        } else if (errno != EINTR) {
            return -1;
        }
    }
    return sent;
}
