/* sendmmsg(2) and recvmmsg(2): several messages, with addresses, control messages, errors and timeouts. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	int u = socket(AF_INET, SOCK_DGRAM, 0), r = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof to;
	struct mmsghdr out[3], in[4];
	struct iovec text[3] = { { "a", 1 }, { "bb", 2 }, { "ccc", 3 } }, room[4];
	struct sockaddr_in from[4];
	char buffers[4][100];
	struct timespec limit = { 0, 50000000 };

	bind(r, (void *)&to, sizeof to);
	getsockname(r, (void *)&to, &length);
	memset(out, 0, sizeof out);
	memset(in, 0, sizeof in);
	for (int i = 0; i < 3; i++) {
		out[i].msg_hdr.msg_iov = text + i;
		out[i].msg_hdr.msg_iovlen = 1;
	}
	sendmmsg(u, out, 3, 0);
	for (int i = 0; i < 3; i++) {
		out[i].msg_hdr.msg_name = &to;
		out[i].msg_hdr.msg_namelen = sizeof to;
	}
	sendmmsg(u, out, 3, 0);
	sendmmsg(u, out, 0, 0);
	for (int i = 0; i < 4; i++) {
		room[i].iov_base = buffers[i];
		room[i].iov_len = sizeof buffers[i];
		in[i].msg_hdr.msg_iov = room + i;
		in[i].msg_hdr.msg_iovlen = 1;
		in[i].msg_hdr.msg_name = from + i;
		in[i].msg_hdr.msg_namelen = sizeof from[i];
	}
	recvmmsg(r, in, 2, 0, &limit);
	recvmmsg(r, in, 4, MSG_WAITFORONE, NULL);
	recvmmsg(r, in, 4, MSG_DONTWAIT, NULL);
	/* Buffers of different sizes, and timeouts that are none. */
	sendmmsg(u, out, 3, 0);
	room[0].iov_len = 2;
	room[1].iov_len = 1;
	recvmmsg(r, in, 3, 0, NULL);
	recvmmsg(r, in, 3, MSG_DONTWAIT, NULL);
	limit.tv_sec = -1;
	limit.tv_nsec = 5;
	recvmmsg(r, in, 3, 0, &limit);
	room[1].iov_len = 2;
	recvmmsg(r, in, 2, 0, &limit);
	close(u);
	close(r);
	return 0;
}
