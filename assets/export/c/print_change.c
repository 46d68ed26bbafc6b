static void print_change(const char *call, pid_t changed, int status)
{
    if (changed == 0)
        printf("%s: 0\n", call);
    else if (WIFEXITED(status))
        printf("%s: exited %d\n", call, WEXITSTATUS(status));
    else if (WIFSIGNALED(status))
        printf("%s: killed by signal %d\n", call, WTERMSIG(status));
    else if (WIFSTOPPED(status))
        printf("%s: stopped by signal %d\n", call, WSTOPSIG(status));
    else
        printf("%s: continued\n", call);
}
