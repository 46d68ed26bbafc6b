/* Options whose values are structs: a filter, a TCP-MD5 key, multicast groups. */
#include "common.h"
#include <linux/filter.h>
#include <linux/tcp.h>
#ifndef TCP_MD5SIG_MAXKEYLEN
#error "no TCP-MD5"
#endif

int main(void) {
    /* ldh [0]; ret 9 */
    struct sock_filter code[] = {{0x28, 0, 0, 0}, {0x6, 0, 0, 9}};
    struct sock_fprog program = {2, code};
    int u = CHECK(socket(AF_INET, SOCK_DGRAM, 0));
    CHECK(setsockopt(u, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program));
    CHECK(setsockopt(u, SOL_SOCKET, SO_DETACH_FILTER, &program, sizeof program));
    struct ip_mreqn group = {.imr_ifindex = 1};
    group.imr_multiaddr.s_addr = htonl(0xef010101);
    setsockopt(u, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group);
    close(u);
    int t = CHECK(socket(AF_INET, SOCK_STREAM, 0));
    struct tcp_md5sig key = {.tcpm_keylen = 6, .tcpm_key = "secret"};
    struct sockaddr_in *peer = (struct sockaddr_in *)&key.tcpm_addr;
    peer->sin_family = AF_INET;
    peer->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    /* Not every kernel has it. */
    setsockopt(t, IPPROTO_TCP, TCP_MD5SIG, &key, sizeof key);
    key.tcpm_flags = TCP_MD5SIG_FLAG_PREFIX;
    key.tcpm_prefixlen = 8;
    setsockopt(t, IPPROTO_TCP, TCP_MD5SIG_EXT, &key, sizeof key);
    close(t);
    return 0;
}
