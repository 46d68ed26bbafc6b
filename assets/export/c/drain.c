/* Receives until nothing comes for 50 ms, or until the end. */
static long long drain(int socket)
{
    static char buffer[256 << 10];
    long long received = 0;
    while (received < (256 << 20) && !is_cancelled()) {
        ssize_t count = recv(socket, buffer, sizeof buffer, MSG_DONTWAIT);
        if (count == 0)
            break;
        if (count > 0) {
            received += count;
        } else if (errno == EAGAIN) {
            struct pollfd entry = {.fd = socket, .events = POLLIN};
            if (poll(&entry, 1, 50) == 0 || (entry.revents & POLLIN) == 0)
                break;
        } else if (errno != EINTR) {
            return -1;
        }
    }
    return received;
}
