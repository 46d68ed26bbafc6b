/* Receives datagrams and sends each back to its sender. */
static long long echo_messages(int socket)
{
    char *buffer = malloc(256 << 10);
    long long sent = 0;
    if (buffer == NULL)
        fatal("malloc");
    while (!is_cancelled()) {
        struct sockaddr_storage peer = {0};
        socklen_t length = sizeof peer;
        ssize_t count = recvfrom(socket, buffer, 256 << 10, 0, (struct sockaddr *)&peer, &length);
        if (count == -1 && errno == EINTR)
            continue;
        if (count != -1 && length > sizeof(sa_family_t))
            count = sendto(socket, buffer, (size_t)count, 0, (struct sockaddr *)&peer, length);
        else if (count != -1)
            count = send(socket, buffer, (size_t)count, 0);
        if (count == -1 && errno != EINTR) {
            free(buffer);
            return -1;
        }
        if (count > 0)
            sent += count;
    }
    free(buffer);
    return sent;
}
