/* Calls in their rarer forms: null pointers, wrong pointers, descriptors of other things, variants. */
#include "common.h"
#include <fcntl.h>
#include <linux/close_range.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>

/* Nothing is mapped there. */
#define WRONG ((void *)0x10000000)

static void descriptors(int fd) {
    int copy = CHECK(dup(fd));
    CHECK(dup2(fd, 20));
    CHECK(dup2(fd, fd));
    CHECK(dup3(fd, 21, O_CLOEXEC));
    CHECK(dup3(fd, 22, 0));
    dup3(fd, fd, 0);
    dup2(copy, -1);
    CHECK(fcntl(fd, F_DUPFD, 30));
    CHECK(fcntl(fd, F_DUPFD_CLOEXEC, 30));
    CHECK(fcntl(fd, F_GETFD));
    CHECK(fcntl(fd, F_SETFD, FD_CLOEXEC));
    CHECK(fcntl(fd, F_GETFD));
    CHECK(fcntl(fd, F_SETFL, O_NONBLOCK));
    CHECK(fcntl(fd, F_GETFL));
    CHECK(fcntl(fd, F_SETFL, 0));
    CHECK(fcntl(fd, F_SETOWN, 1));
    CHECK(fcntl(fd, F_SETOWN, 0));
    CHECK(fcntl(fd, F_GETOWN));
    fcntl(fd, F_SETPIPE_SZ, 4096);
    fcntl(fd, 999, 1);
    CHECK(close_range(30, 40, CLOSE_RANGE_CLOEXEC));
    CHECK(close_range(20, 25, CLOSE_RANGE_UNSHARE));
    CHECK(close_range(20, ~0U, 0));
    close_range(5, 4, 0);
    CHECK(close(copy));
    close(copy);
    close(-1);
}

static void options(int fd) {
    int value = 0, one = 1;
    socklen_t length = sizeof value;
    struct timeval second = {1, 500000};
    struct linger linger = {1, 5};
    char name[16];
    CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second));
    CHECK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
    CHECK(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one));
    CHECK(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one));
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, NULL, 4);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, 1);
    setsockopt(fd, SOL_SOCKET, 9999, &one, sizeof one);
    setsockopt(fd, 77, 5, "abc", 3);
    CHECK(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &length));
    CHECK(getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &length));
    length = 16;
    CHECK(getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &length));
    length = 2;
    CHECK(getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, &length));
    length = sizeof value;
    getsockopt(fd, SOL_SOCKET, SO_TYPE, NULL, &length);
    getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, NULL);
    getsockopt(fd, SOL_SOCKET, 9999, &value, &length);
    getsockopt(1000, SOL_SOCKET, SO_TYPE, &value, &length);
}

static void addresses(int fd) {
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr *four = (struct sockaddr *)&address;
    socklen_t length = 0;
    bind(fd, NULL, 0);
    bind(fd, NULL, 16);
    bind(fd, WRONG, 16);
    bind(fd, four, 3);
    bind(fd, (struct sockaddr *)&six, sizeof six);
    bind(fd, four, 1000);
    connect(fd, four, 0);
    connect(-1, four, sizeof address);
    connect(0, four, sizeof address);
    getsockname(fd, four, &length);
    getsockname(fd, NULL, NULL);
    getpeername(fd, four, &length);
    length = sizeof address;
    getpeername(fd, four, &length);
    accept(fd, NULL, NULL);
    accept(fd, four, &length);
    accept4(fd, NULL, NULL, 0);
    accept4(fd, four, &length, 0);
    accept4(fd, four, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    accept4(fd, NULL, NULL, 7);
    accept4(fd, four, NULL, 0);
    listen(-1, 5);
    listen(0, 5);
    shutdown(fd, 7);
    shutdown(fd, SHUT_RDWR);
    socket(AF_INET, SOCK_STREAM, IPPROTO_UDP);
    socket(99, SOCK_STREAM, 0);
    socket(AF_INET, 77, 0);
    socketpair(AF_INET, SOCK_STREAM, 0, (int[2]){0});
}

static void transfers(void) {
    int pair[2], pipes[2], waiting;
    char buffer[64];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    CHECK(pipe(pipes));
    struct iovec vectors[3] = {{"one", 3}, {"", 0}, {"three\n\t\"\001", 9}};
    struct iovec room[2] = {{buffer, 4}, {buffer + 4, 40}};
    CHECK(writev(pair[0], vectors, 3));
    CHECK(ioctl(pair[1], FIONREAD, &waiting));
    CHECK(readv(pair[1], room, 2));
    CHECK(write(pair[0], "a text that is longer than the 32 bytes that are shown", 54));
    CHECK(read(pair[1], buffer, sizeof buffer));
    CHECK(write(pair[0], "\0\1\2\3\3778", 6));
    CHECK(read(pair[1], buffer, 6));
    write(pair[0], NULL, 0);
    write(pair[0], NULL, 5);
    write(pair[0], WRONG, 5);
    read(pair[1], buffer, 0);
    recv(pair[1], NULL, 5, MSG_DONTWAIT);
    send(pair[0], WRONG, 5, 0);
    writev(pair[0], NULL, 0);
    writev(pair[0], WRONG, 2);
    sendmsg(pair[0], NULL, 0);
    recvmsg(pair[0], NULL, MSG_DONTWAIT);
    recvmsg(pair[0], &(struct msghdr){.msg_iov = room, .msg_iovlen = 1}, MSG_DONTWAIT);
    recvmsg(pair[0], &(struct msghdr){.msg_name = buffer, .msg_namelen = 16, .msg_iov = room, .msg_iovlen = 1}, MSG_DONTWAIT);
    send(pair[0], "oob", 3, MSG_OOB | MSG_MORE);
    int yes = 1;
    CHECK(ioctl(pair[1], FIONBIO, &yes));
    while (read(pair[1], buffer, sizeof buffer) > 0)
        ;
    ioctl(pair[1], 0x5401, buffer);
    CHECK(write(pipes[1], "piped", 5));
    CHECK(splice(pipes[0], NULL, pair[0], NULL, 5, SPLICE_F_MOVE));
    CHECK(recv(pair[1], buffer, 2, MSG_PEEK));
    CHECK(recv(pair[1], buffer, sizeof buffer, MSG_WAITALL));
    int file = CHECK(open("/proc/self/exe", O_RDONLY));
    CHECK(sendfile(pair[0], file, NULL, 4));
    off_t offset = 1;
    CHECK(sendfile(pair[0], file, &offset, 3));
    CHECK(recv(pair[1], buffer, sizeof buffer, 0));
    CHECK(close(pair[1]));
    CHECK(signal(SIGPIPE, SIG_IGN) == SIG_ERR ? -1 : 0);
    if (write(pair[0], "x", 1) != -1)
        exit(1);
}

static void waits(void) {
    int pair[2];
    struct timeval none = {0, 0}, short_time = {0, 1000};
    struct timespec nothing = {0, 0};
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data.u64 = 0x1234567890}, found[4];
    fd_set in, out;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_SET(pair[0], &in);
    FD_SET(pair[0], &out);
    CHECK(select(pair[0] + 1, &in, NULL, NULL, &none));
    FD_SET(pair[0], &in);
    CHECK(select(pair[0] + 1, &in, &out, NULL, NULL));
    FD_SET(pair[0], &in);
    CHECK(syscall(SYS_select, pair[0] + 1, &in, NULL, NULL, &short_time));
    select(-1, &in, NULL, NULL, &none);
    CHECK(poll((struct pollfd[]){{pair[0], POLLIN, 0}, {-1, POLLIN, 0}, {900, POLLOUT, 0}}, 3, 0));
    CHECK(poll((struct pollfd[]){{pair[0], POLLIN | POLLPRI | POLLRDHUP, 0}}, 1, 1));
    CHECK(ppoll((struct pollfd[]){{pair[0], POLLOUT, 0}}, 1, &nothing, NULL));
    poll(WRONG, 1, 0);
    int epoll = CHECK(epoll_create(1));
    epoll_create(0);
    epoll_create1(7);
    CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, pair[0], &event));
    epoll_ctl(epoll, EPOLL_CTL_ADD, pair[0], &event);
    epoll_ctl(epoll, EPOLL_CTL_ADD, epoll, &event);
    epoll_ctl(epoll, EPOLL_CTL_ADD, 1000, &event);
    epoll_ctl(epoll, EPOLL_CTL_MOD, pair[1], &event);
    epoll_ctl(epoll, EPOLL_CTL_DEL, pair[1], &event);
    epoll_ctl(epoll, 9, pair[1], &event);
    epoll_ctl(epoll, EPOLL_CTL_ADD, pair[1], NULL);
    epoll_ctl(pair[0], EPOLL_CTL_ADD, pair[1], &event);
    CHECK(epoll_wait(epoll, found, 4, 0));
    CHECK(write(pair[1], "x", 1));
    CHECK(epoll_wait(epoll, found, 4, -1));
    CHECK(epoll_wait(epoll, found, 4, 1));
    epoll_wait(epoll, found, 0, 0);
    epoll_wait(epoll, NULL, 1, 0);
    epoll_wait(pair[0], &event, 1, 0);
    epoll_wait(1000, found, 1, 0);
    CHECK(close(pair[0]));
    CHECK(close(epoll));
}

int main(void) {
    int fd = CHECK(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
    descriptors(fd);
    options(fd);
    addresses(fd);
    transfers();
    waits();
    return 0;
}
