/* What the programs share: a listener and a connection on the loopback, and the end of a program where a call fails. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static inline int check(int result, const char *call) {
    if (result == -1) {
        perror(call);
        exit(1);
    }
    return result;
}
#define CHECK(call) check((call), #call)

/* A listener at a port that the kernel chooses, and its address. */
static inline int listening(struct sockaddr_in *address) {
    socklen_t length = sizeof *address;
    int listener = CHECK(socket(AF_INET, SOCK_STREAM, 0));
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(listener, (struct sockaddr *)address, sizeof *address));
    CHECK(listen(listener, 128));
    CHECK(getsockname(listener, (struct sockaddr *)address, &length));
    return listener;
}

static inline int connected(const struct sockaddr_in *address) {
    int client = CHECK(socket(AF_INET, SOCK_STREAM, 0));
    CHECK(connect(client, (const struct sockaddr *)address, sizeof *address));
    return client;
}
