/* Datagrams between two sockets of one process, by each of the calls. */
#include "common.h"
#include <sys/uio.h>

int main(void) {
    struct sockaddr_in address[2], from;
    struct sockaddr *to = (struct sockaddr *)&address[0], *source = (struct sockaddr *)&from;
    socklen_t length;
    char buffer[64], head[4];
    int sockets[2];
    for (int index = 0; index < 2; index++) {
        memset(&address[index], 0, sizeof address[index]);
        address[index].sin_family = AF_INET;
        address[index].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        sockets[index] = CHECK(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP));
        CHECK(bind(sockets[index], (struct sockaddr *)&address[index], sizeof address[index]));
        length = sizeof address[index];
        CHECK(getsockname(sockets[index], (struct sockaddr *)&address[index], &length));
    }
    CHECK(sendto(sockets[1], "datagram", 8, 0, to, sizeof address[0]));
    length = sizeof from;
    CHECK(recvfrom(sockets[0], buffer, sizeof buffer, MSG_PEEK, source, &length));
    length = 0;
    CHECK(recvfrom(sockets[0], buffer, 3, MSG_TRUNC, source, &length));
    CHECK(connect(sockets[1], to, sizeof address[0]));
    CHECK(send(sockets[1], "", 0, 0));
    CHECK(recvfrom(sockets[0], buffer, sizeof buffer, 0, NULL, NULL));
    struct iovec vectors[2] = {{"head", 4}, {"tail", 4}}, room[2] = {{head, 4}, {buffer, sizeof buffer}};
    struct msghdr message = {.msg_iov = vectors, .msg_iovlen = 2};
    CHECK(sendmsg(sockets[1], &message, MSG_DONTWAIT));
    message = (struct msghdr){.msg_iov = room, .msg_iovlen = 2, .msg_name = &from, .msg_namelen = sizeof from};
    CHECK(recvmsg(sockets[0], &message, 0));
    CHECK(writev(sockets[1], vectors, 2));
    message = (struct msghdr){.msg_iov = room, .msg_iovlen = 1};
    CHECK(recvmsg(sockets[0], &message, 0));
    if (recv(sockets[0], buffer, sizeof buffer, MSG_DONTWAIT) != -1 || errno != EAGAIN)
        return 1;
    memset(&address[1], 0, sizeof address[1]);
    CHECK(connect(sockets[1], (struct sockaddr *)&address[1], sizeof address[1]));
    if (send(sockets[1], "x", 1, 0) != -1 || errno != EDESTADDRREQ)
        return 1;
    return 0;
}
