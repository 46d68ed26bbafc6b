/* Binds to a port that another program has, and connects to one that nobody has. The first argument is the port. */
#include "common.h"

int main(int count, char **arguments) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    int taken = CHECK(socket(AF_INET, SOCK_STREAM, 0));
    int unused = CHECK(socket(AF_INET, SOCK_STREAM, 0));
    socklen_t length = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(count > 1 ? atoi(arguments[1]) : 0);
    bind(taken, (struct sockaddr *)&address, sizeof address);
    /* A port that was free just now. */
    address.sin_port = 0;
    CHECK(bind(unused, (struct sockaddr *)&address, sizeof address));
    CHECK(getsockname(unused, (struct sockaddr *)&address, &length));
    close(unused);
    connect(taken, (struct sockaddr *)&address, sizeof address);
    return 0;
}
