/* Waits until the connection is in this state: at most ten seconds. */
static void await_state(int socket, int state)
{
    struct tcp_info info = {0};
    for (int i = 0; i < 10000; i++) {
        socklen_t length = sizeof info;
        if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length) == -1)
            fatal("getsockopt");
        if (info.tcpi_state == state)
            return;
        sleep_for(1000);
    }
    fprintf(stderr, "the connection is in the state %d, and %d was expected\n", info.tcpi_state, state);
    exit(EXIT_FAILURE);
}
