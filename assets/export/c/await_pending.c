/* Waits until so many connections are in the queue of a listener: at most ten seconds. */
static void await_pending(int socket, unsigned int count)
{
    struct tcp_info info = {0};
    for (int i = 0; i < 10000; i++) {
        socklen_t length = sizeof info;
        if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length) == -1)
            fatal("getsockopt");
        if (info.tcpi_unacked == count)
            return;
        sleep_for(1000);
    }
    fprintf(stderr, "%u connections wait, and %u were expected\n", info.tcpi_unacked, count);
    exit(EXIT_FAILURE);
}
