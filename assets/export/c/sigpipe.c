/* SIGPIPE ends a program that does not handle it. */
static volatile sig_atomic_t sigpipe_came;

static void note_sigpipe(int number)
{
    (void)number;
    sigpipe_came = 1;
}

static void catch_sigpipe(void)
{
    struct sigaction action = {0};
    action.sa_handler = note_sigpipe;
    action.sa_flags = SA_RESTART;
    if (sigaction(SIGPIPE, &action, NULL) == -1)
        fatal("sigaction");
}

static void expect_sigpipe(void)
{
    if (!sigpipe_came) {
        fputs("SIGPIPE was to come with this error\n", stderr);
        exit(EXIT_FAILURE);
    }
    sigpipe_came = 0;
}
