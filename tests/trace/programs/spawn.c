/* Programs that are executed with a socket: by posix_spawn, by vfork, by system(), as a script, and in its own place. */
#include "common.h"
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>

extern char **environ;

int main(int argc, char **argv) {
    int pair[2], child;
    char *words[] = {"true", "a \"word\"", NULL}, *variables[] = {"ONE=1", "TWO=2", NULL};
    if (argc > 1 && strcmp(argv[1], "again") == 0) {
        CHECK(write(atoi(argv[2]), "again", 5));
        return 7;
    }
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    CHECK(fcntl(pair[1], F_DUPFD_CLOEXEC, 20));
    if (posix_spawnp(&child, "true", NULL, NULL, words, environ) != 0)
        return 1;
    CHECK(waitpid(child, NULL, 0));
    child = CHECK(vfork());
    if (child == 0) {
        execve("/no/such/program", words, environ);
        execve("/bin/true", words, variables);
        _exit(1);
    }
    CHECK(waitpid(child, NULL, 0));
    if (system("exit 3") == 0)
        return 1;
    const char *script = argc > 1 ? argv[1] : "./spawned.sh";
    unlink(script);
    int file = CHECK(open(script, O_WRONLY | O_CREAT | O_CLOEXEC, 0755));
    CHECK(write(file, "#!/bin/sh -e\nexit 4\n", 20));
    CHECK(fchmod(file, 0755));
    CHECK(close(file));
    child = CHECK(fork());
    if (child == 0) {
        execl(script, script, "argument", NULL);
        _exit(1);
    }
    CHECK(waitpid(child, NULL, 0));
    char number[16];
    snprintf(number, sizeof number, "%d", pair[0]);
    execl("/proc/self/exe", argv[0], "again", number, NULL);
    return 1;
}
