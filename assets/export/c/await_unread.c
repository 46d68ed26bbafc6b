/* Waits until so many bytes are in the receive queue: at most ten seconds. */
static void await_unread(int socket, int count)
{
    int unread = 0;
    for (int i = 0; i < 10000; i++) {
        if (ioctl(socket, FIONREAD, &unread) == -1)
            fatal("ioctl");
        if (unread == count)
            return;
        sleep_for(1000);
    }
    fprintf(stderr, "%d bytes wait, and %d were expected\n", unread, count);
    exit(EXIT_FAILURE);
}
