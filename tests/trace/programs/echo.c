/* An echo server for one connection, and its client in a child. */
#include "common.h"

static void client(const struct sockaddr_in *address) {
    char buffer[64];
    int socket = connected(address);
    CHECK(send(socket, "hello", 5, 0));
    CHECK(recv(socket, buffer, sizeof buffer, 0));
    CHECK(shutdown(socket, SHUT_WR));
    CHECK(recv(socket, buffer, sizeof buffer, 0));
    CHECK(close(socket));
}

int main(void) {
    struct sockaddr_in address;
    int one = 1, listener = listening(&address);
    char buffer[64];
    ssize_t count;
    CHECK(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one));
    if (CHECK(fork()) == 0) {
        CHECK(close(listener));
        client(&address);
        return 0;
    }
    socklen_t length = sizeof address;
    int connection = CHECK(accept(listener, (struct sockaddr *)&address, &length));
    while ((count = CHECK(read(connection, buffer, sizeof buffer))) > 0)
        CHECK(write(connection, buffer, count));
    CHECK(close(connection));
    CHECK(close(listener));
    CHECK(wait(NULL));
    return 0;
}
