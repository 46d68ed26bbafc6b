/* Calls that a signal interrupts. A child sends each signal when it sees its parent asleep. */
#include "common.h"
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/select.h>
#include <time.h>

static void handle(int signal) { (void)signal; }

/* Waits until a process sleeps in a call. */
static void until_asleep(int pid) {
    char path[64], text[512], *state = NULL;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    do {
        sched_yield();
        int file = CHECK(open(path, O_RDONLY));
        ssize_t count = CHECK(read(file, text, sizeof text - 1));
        CHECK(close(file));
        text[count] = 0;
        state = strrchr(text, ')');
    } while (state == NULL || state[2] != 'S');
}

static void sends(int signal, int then) {
    int parent = getppid();
    until_asleep(parent);
    CHECK(kill(parent, signal));
    if (then) {
        char path[64], text[512], *state;
        snprintf(path, sizeof path, "/proc/%d/stat", parent);
        do {
            sched_yield();
            int file = CHECK(open(path, O_RDONLY));
            ssize_t count = CHECK(read(file, text, sizeof text - 1));
            CHECK(close(file));
            text[count] = 0;
            state = strrchr(text, ')');
        } while (state == NULL || (state[2] != 'T' && state[2] != 't'));
        CHECK(kill(parent, then));
    }
}

int main(void) {
    int pair[2];
    char buffer[8];
    struct sigaction action = {.sa_handler = handle};
    fd_set set;
    CHECK(sigaction(SIGUSR1, &action, NULL));
    action.sa_flags = SA_RESTART;
    CHECK(sigaction(SIGUSR2, &action, NULL));
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    for (int turn = 0; turn < 5; turn++) {
        int child = CHECK(fork());
        if (child == 0) {
            sends(turn == 1 ? SIGUSR2 : turn == 4 ? SIGSTOP : SIGUSR1, turn == 4 ? SIGCONT : 0);
            if (turn == 1 || turn == 4) {
                until_asleep(getppid());
                CHECK(write(pair[1], "go", 2));
            }
            return 0;
        }
        if (turn == 0)
            recv(pair[0], buffer, sizeof buffer, 0);
        if (turn == 1)
            CHECK(recv(pair[0], buffer, sizeof buffer, 0));
        if (turn == 2)
            poll(&(struct pollfd){pair[0], POLLIN, 0}, 1, 50000);
        if (turn == 3) {
            FD_ZERO(&set);
            FD_SET(pair[0], &set);
            select(pair[0] + 1, &set, NULL, NULL, NULL);
        }
        if (turn == 4)
            CHECK(poll(&(struct pollfd){pair[0], POLLIN, 0}, 1, 50000));
        CHECK(waitpid(child, NULL, 0));
    }
    CHECK(kill(getpid(), SIGUSR1));
    CHECK(close(pair[1]));
    CHECK(write(pair[0], "ends it by SIGPIPE", 18));
    return 0;
}
