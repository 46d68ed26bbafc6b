/* A call of which the session left open what it returns. */
static void print_result(const char *call, long long returned)
{
    if (returned == -1)
        printf("%s: %s\n", call, strerror(errno));
    else
        printf("%s: %lld\n", call, returned);
}
