/* A server that is led through states of TCP by its client: it says its port and blocks again and again. */
#include "common.h"

static void ask(int connection) {
    struct sockaddr_in peer;
    socklen_t length = sizeof peer;
    getpeername(connection, (struct sockaddr *)&peer, &length);
}

int main(void) {
    struct sockaddr_in address;
    char buffer[8];
    int listener = listening(&address);
    /* Blocked in accept(), with a passive socket. */
    int first = CHECK(accept(listener, NULL, NULL));
    ask(first);
    /* Blocked in recv(), connected. */
    CHECK(recv(first, buffer, 1, 0));
    /* Blocked in accept(), with a connection that the client has shut down. */
    CHECK(recv(first, buffer, 1, 0));
    int second = CHECK(accept(listener, NULL, NULL));
    CHECK(shutdown(second, SHUT_WR));
    /* Blocked in recv(), until the client has seen that the end of the stream was acknowledged. */
    CHECK(recv(second, buffer, 1, 0));
    /* Blocked in recv(), with both. */
    CHECK(recv(second, buffer, 1, 0));
    return 0;
}
