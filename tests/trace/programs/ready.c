/* A server that waits for its listener and its connections at once, in the way that its argument names. Its client
   connects twice, and never does two things at once: so each wait finds one event. */
#include "common.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>

static const char *mode;
static int listener, epoll, highest;
static struct pollfd entries[8];
static int count;
static sigset_t usual;

static int is(const char *name) { return strcmp(mode, name) == 0; }

static void add(int fd) {
    entries[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
    highest = fd > highest ? fd : highest;
    if (epoll) {
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        if (is("epoll-et"))
            event.events |= EPOLLET | EPOLLRDHUP;
        CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
    }
}

static void take(int fd) {
    for (int index = 0; index < count; index++)
        if (entries[index].fd == fd)
            entries[index] = entries[--count];
    if (epoll)
        CHECK(epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL));
    CHECK(close(fd));
}

/* The descriptor that is ready. */
static int wait_for_one(void) {
    struct timespec minute = {60, 0};
    if (is("poll") || is("ppoll")) {
        if (is("poll"))
            CHECK(poll(entries, count, 60000));
        else
            CHECK(ppoll(entries, count, count % 2 ? &minute : NULL, count % 2 ? NULL : &usual));
        for (int index = 0; index < count; index++)
            if (entries[index].revents)
                return entries[index].fd;
    } else if (is("select") || is("pselect")) {
        struct timeval hour = {3600, 0};
        fd_set set, none;
        FD_ZERO(&set);
        FD_ZERO(&none);
        for (int index = 0; index < count; index++)
            FD_SET(entries[index].fd, &set);
        if (is("select"))
            CHECK(syscall(SYS_select, highest + 1, &set, count % 2 ? &none : NULL, NULL, count % 2 ? &hour : NULL));
        else
            CHECK(pselect(highest + 1, &set, NULL, &none, NULL, count % 2 ? NULL : &usual));
        for (int index = 0; index < count; index++)
            if (FD_ISSET(entries[index].fd, &set))
                return entries[index].fd;
    } else {
        struct epoll_event events[8];
        if (is("epoll-pwait"))
            CHECK(epoll_pwait(epoll, events, 8, 60000, &usual));
        else if (is("epoll-pwait2"))
            CHECK(epoll_pwait2(epoll, events, 8, count % 2 ? &minute : NULL, count % 2 ? &usual : NULL));
        else
            CHECK(epoll_wait(epoll, events, 8, -1));
        return events[0].data.fd;
    }
    return -1;
}

static void client(const struct sockaddr_in *address) {
    char buffer[64];
    for (int turn = 0; turn < 2; turn++) {
        int socket = connected(address);
        CHECK(recv(socket, buffer, sizeof buffer, 0));
        CHECK(send(socket, "ping", 4, 0));
        CHECK(recv(socket, buffer, sizeof buffer, 0));
        CHECK(shutdown(socket, SHUT_WR));
        CHECK(recv(socket, buffer, sizeof buffer, 0));
        CHECK(close(socket));
    }
}

int main(int argc, char **argv) {
    struct sockaddr_in address;
    mode = argc > 1 ? argv[1] : "poll";
    listener = listening(&address);
    CHECK(sigemptyset(&usual));
    CHECK(sigaddset(&usual, SIGUSR1));
    CHECK(sigaddset(&usual, SIGTERM));
    if (CHECK(fork()) == 0) {
        client(&address);
        return 0;
    }
    if (strncmp(mode, "epoll", 5) == 0)
        epoll = CHECK(epoll_create1(EPOLL_CLOEXEC));
    if (is("epoll-et"))
        CHECK(fcntl(listener, F_SETFL, CHECK(fcntl(listener, F_GETFL)) | O_NONBLOCK));
    add(listener);
    for (int ended = 0; ended < 2;) {
        char buffer[64];
        int fd = wait_for_one();
        if (fd == listener) {
            int connection = CHECK(accept4(listener, NULL, NULL, SOCK_NONBLOCK));
            if (is("epoll-et") && accept4(listener, NULL, NULL, SOCK_NONBLOCK) == -1 && errno != EAGAIN)
                return 1;
            add(connection);
            CHECK(send(connection, "hi", 2, 0));
            continue;
        }
        ssize_t received = CHECK(recv(fd, buffer, sizeof buffer, 0));
        if (received > 0) {
            if (is("epoll-et") && recv(fd, buffer, sizeof buffer, 0) == -1 && errno != EAGAIN)
                return 1;
            CHECK(send(fd, buffer, received, 0));
        } else {
            take(fd);
            ended++;
        }
    }
    CHECK(wait(NULL));
    return 0;
}
