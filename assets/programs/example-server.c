/* An echo server for one client at a time, with two bugs that are often made. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_in own = {.sin_family = AF_INET}, from;
    socklen_t length = sizeof own;
    char buffer[100];

    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK); /* and port 0: any */
    int l = socket(AF_INET, SOCK_STREAM, 0);
    bind(l, (struct sockaddr *)&own, sizeof own);
    listen(l, 5);
    getsockname(l, (struct sockaddr *)&own, &length);
    printf("listening on 127.0.0.1:%d\n", ntohs(own.sin_port));
    fflush(stdout);

    for (;;) {
        length = sizeof from;
        int s = accept(l, (struct sockaddr *)&from, &length);
        if (s == -1) {
            perror("accept");
            return 1;
        }
        for (;;) {
            ssize_t count = recv(s, buffer, sizeof buffer, 0);
            if (count == -1 && errno == EINTR)
                continue;
            if (count <= 0)
                break;
            send(s, buffer, count, 0);
        }
        close(s);
    }
}
