/* A thousand children that write to a socket, or a hundred threads that connect to a listener. */
#include "common.h"
#include <pthread.h>

static struct sockaddr_in address;

static void *connects(void *unused) {
    char byte;
    int client = connected(&address);
    CHECK(send(client, "x", 1, 0));
    CHECK(recv(client, &byte, 1, 0));
    CHECK(close(client));
    return unused;
}

static void forks(void) {
    int pair[2];
    char byte;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    for (int turn = 0; turn < 1000; turn++) {
        if (CHECK(fork()) == 0) {
            CHECK(write(pair[0], "x", 1));
            _exit(3);
        }
        CHECK(read(pair[1], &byte, 1));
        CHECK(wait(NULL));
    }
}

static void threads(void) {
    pthread_t threads[100];
    char byte;
    int listener = listening(&address);
    for (int index = 0; index < 100; index++)
        pthread_create(&threads[index], NULL, connects, NULL);
    for (int index = 0; index < 100; index++) {
        int connection = CHECK(accept(listener, NULL, NULL));
        CHECK(recv(connection, &byte, 1, 0));
        CHECK(send(connection, &byte, 1, 0));
        CHECK(close(connection));
    }
    for (int index = 0; index < 100; index++)
        pthread_join(threads[index], NULL);
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "forks") == 0)
        forks();
    else
        threads();
    return 0;
}
