/* A pool of four threads that wait in accept() on one listener; each serves one connection. The clients are in a child. */
#include "common.h"
#include <pthread.h>

#define THREADS 4
static int listener;
static pthread_barrier_t accepted, served;

static void *work(void *unused) {
    char buffer[64];
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    int connection = CHECK(accept(listener, (struct sockaddr *)&from, &length));
    pthread_barrier_wait(&accepted);
    ssize_t count = CHECK(recv(connection, buffer, sizeof buffer, 0));
    CHECK(send(connection, buffer, count, MSG_NOSIGNAL));
    pthread_barrier_wait(&served);
    CHECK(close(connection));
    return unused;
}

int main(void) {
    struct sockaddr_in address;
    pthread_t threads[THREADS];
    listener = listening(&address);
    if (CHECK(fork()) == 0) {
        char buffer[64];
        int clients[THREADS];
        for (int index = 0; index < THREADS; index++)
            clients[index] = connected(&address);
        for (int index = 0; index < THREADS; index++)
            CHECK(send(clients[index], "pool", 4, 0));
        for (int index = 0; index < THREADS; index++)
            CHECK(recv(clients[index], buffer, sizeof buffer, 0));
        return 0;
    }
    pthread_barrier_init(&accepted, NULL, THREADS);
    pthread_barrier_init(&served, NULL, THREADS);
    for (int index = 0; index < THREADS; index++)
        pthread_create(&threads[index], NULL, work, NULL);
    for (int index = 0; index < THREADS; index++)
        pthread_join(threads[index], NULL);
    CHECK(wait(NULL));
    return 0;
}
