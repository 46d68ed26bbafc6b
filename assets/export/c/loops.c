/* Whether the call of this thread was cancelled. */
static int is_cancelled(void)
{
    return own_call != -1 && started[own_call].cancelled;
}

static long long check_loop(const char *name, long long moved)
{
    if (moved == -1)
        fatal(name);
    return moved;
}
