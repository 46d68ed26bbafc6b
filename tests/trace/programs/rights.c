/* Sockets of AF_UNIX: a path, an abstract name, and descriptors and credentials that are passed to a child. */
#include "common.h"
#include <sys/un.h>

static void pass(int channel, const int *fds, int count) {
    union {
        char bytes[CMSG_SPACE(4 * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec vector = {"fds", 3};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.bytes};
    memset(&control, 0, sizeof control);
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(header), fds, count * sizeof(int));
    CHECK(sendmsg(channel, &message, 0));
}

int main(int argc, char **argv) {
    int channel[2], pair[2], one = 1;
    char buffer[64], control[256];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct iovec vector = {buffer, sizeof buffer};
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, channel));
    if (CHECK(fork()) == 0) {
        CHECK(close(channel[0]));
        CHECK(setsockopt(channel[1], SOL_SOCKET, SO_PASSCRED, &one, sizeof one));
        struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
        CHECK(send(channel[1], "ready", 5, 0));
        CHECK(recvmsg(channel[1], &message, MSG_CMSG_CLOEXEC));
        int fds[2];
        for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header))
            if (header->cmsg_type == SCM_RIGHTS)
                memcpy(fds, CMSG_DATA(header), sizeof fds);
        CHECK(write(fds[0], "through", 7));
        CHECK(close(fds[0]));
        CHECK(close(fds[1]));
        message.msg_controllen = sizeof control;
        CHECK(recvmsg(channel[1], &message, 0));
        return 0;
    }
    CHECK(close(channel[1]));
    CHECK(recv(channel[0], buffer, sizeof buffer, 0));
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
    int standard[2] = {pair[1], 1};
    pass(channel[0], standard, 2);
    CHECK(close(pair[1]));
    CHECK(recv(pair[0], buffer, sizeof buffer, 0));
    CHECK(recv(pair[0], buffer, sizeof buffer, 0));
    CHECK(close(pair[0]));
    pair[0] = CHECK(socket(AF_INET, SOCK_DGRAM, 0));
    pass(channel[0], pair, 1);
    CHECK(wait(NULL));
    int listener = CHECK(socket(AF_UNIX, SOCK_STREAM, 0)), client = CHECK(socket(AF_UNIX, SOCK_STREAM, 0));
    snprintf(address.sun_path, sizeof address.sun_path, "%s", argc > 1 ? argv[1] : "rights.sock");
    unlink(address.sun_path);
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address));
    CHECK(listen(listener, 1));
    CHECK(connect(client, (struct sockaddr *)&address, sizeof address));
    struct sockaddr_un from;
    socklen_t length = sizeof from;
    int connection = CHECK(accept(listener, (struct sockaddr *)&from, &length));
    length = sizeof from;
    CHECK(getpeername(client, (struct sockaddr *)&from, &length));
    CHECK(unlink(address.sun_path));
    CHECK(close(connection));
    if (send(client, "x", 1, MSG_NOSIGNAL) != -1 || errno != EPIPE)
        return 1;
    struct sockaddr_un abstract = {.sun_family = AF_UNIX};
    int named = CHECK(socket(AF_UNIX, SOCK_DGRAM, 0));
    CHECK(bind(named, (struct sockaddr *)&abstract, sizeof(sa_family_t)));
    return 0;
}
