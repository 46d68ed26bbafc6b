/* A server that forks a process for each connection, with its three clients, one after the other, in a child. */
#include "common.h"

int main(void) {
    struct sockaddr_in address;
    char buffer[64];
    int listener = listening(&address);
    if (CHECK(fork()) == 0) {
        for (int turn = 0; turn < 3; turn++) {
            int client = connected(&address);
            CHECK(write(client, "abc", 3));
            CHECK(read(client, buffer, sizeof buffer));
            CHECK(read(client, buffer, sizeof buffer));
            CHECK(close(client));
        }
        return 0;
    }
    for (int turn = 0; turn < 3; turn++) {
        int connection = CHECK(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
        int child = CHECK(fork());
        if (child == 0) {
            CHECK(close(listener));
            ssize_t count = CHECK(read(connection, buffer, sizeof buffer));
            CHECK(write(connection, buffer, count));
            return turn;
        }
        CHECK(close(connection));
        CHECK(waitpid(child, NULL, 0));
    }
    CHECK(wait(NULL));
    return 0;
}
