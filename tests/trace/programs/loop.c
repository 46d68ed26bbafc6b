/* An event loop that waits for more than sockets: a pipe that wakes it, a counter, and a timer. */
#include "common.h"
#include <fcntl.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

static int epoll;

static void watch(int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
}

/* The descriptor that is ready. */
static int next(void) {
    struct epoll_event event;
    CHECK(epoll_wait(epoll, &event, 1, -1));
    return event.data.fd;
}

int main(void) {
    int ends[2], pair[2];
    uint64_t number = 2;
    char byte;
    struct itimerspec soon = {{0, 0}, {0, 5000000}}, never = {{0, 0}, {0, 0}}, before;
    epoll = CHECK(epoll_create1(EPOLL_CLOEXEC));
    CHECK(pipe2(ends, O_NONBLOCK | O_CLOEXEC));
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    int counter = CHECK(eventfd(3, EFD_NONBLOCK));
    int timer = CHECK(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
    int other = CHECK(timerfd_create(CLOCK_REALTIME, 0));
    watch(ends[0]);
    watch(pair[0]);
    watch(timer);
    CHECK(write(ends[1], "!", 1));
    CHECK(read(next(), &byte, 1));
    CHECK(write(pair[1], "x", 1));
    CHECK(read(next(), &byte, 1));
    CHECK(timerfd_settime(timer, 0, &soon, NULL));
    CHECK(read(next(), &number, sizeof number));
    CHECK(timerfd_settime(other, TFD_TIMER_ABSTIME, &never, &before));
    CHECK(write(counter, &number, sizeof number));
    CHECK(read(counter, &number, sizeof number));
    if (read(counter, &number, sizeof number) != -1 || errno != EAGAIN)
        return 1;
    /* Calls that fail. */
    if (pipe2(NULL, O_CLOEXEC) != -1 || pipe2(ends, 1 << 30) != -1 || syscall(SYS_pipe2, -8L, 0) != -1)
        return 1;
    if (timerfd_settime(timer, 0, NULL, NULL) != -1 || timerfd_settime(timer, 77, &soon, &before) != -1)
        return 1;
    if (timerfd_settime(ends[0], 0, &soon, NULL) != -1 || eventfd(0, 99) != -1 || timerfd_create(99, 0) != -1)
        return 1;
#ifdef SYS_pipe
    int old[2];
    CHECK(syscall(SYS_pipe, old));
    CHECK(close(old[1]));
    CHECK(read(old[0], &byte, 1));
    CHECK(close(old[0]));
#endif
    /* The output of another process through a pipe. */
    CHECK(pipe(ends));
    pid_t child = CHECK(fork());
    if (child == 0) {
        CHECK(dup2(ends[1], 1));
        CHECK(close(ends[0]));
        CHECK(close(ends[1]));
        CHECK(execlp("echo", "echo", "hello", NULL));
    }
    CHECK(close(ends[1]));
    char text[16];
    while (CHECK(read(ends[0], text, sizeof text)) > 0)
        ;
    CHECK(waitpid(child, NULL, 0));
    return 0;
}
