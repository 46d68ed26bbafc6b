/* Receives and sends back until the end of the stream. */
static long long echo(int socket)
{
    char *buffer = malloc(256 << 10);
    long long sent = 0;
    ssize_t count = 1;
    if (buffer == NULL)
        fatal("malloc");
    while (count != 0 && !is_cancelled()) {
        count = recv(socket, buffer, 256 << 10, 0);
        if (count == -1 && errno != EINTR)
            goto failed;
        for (ssize_t done = 0; done < count && !is_cancelled();) {
            ssize_t part = send(socket, buffer + done, (size_t)(count - done), 0);
            if (part == -1 && errno != EINTR)
                goto failed;
            if (part > 0) {
                done += part;
                sent += part;
            }
        }
    }
    free(buffer);
    return sent;
failed:
    free(buffer);
    return -1;
}
