/* The signal that interrupts a call. Its handler does nothing; the call returns EINTR. */
static void do_nothing(int number)
{
    (void)number;
}

static void catch_interrupt(void)
{
    struct sigaction action = {0};
    action.sa_handler = do_nothing;
    if (sigaction(SIGRTMAX, &action, NULL) == -1)
        fatal("sigaction");
}
