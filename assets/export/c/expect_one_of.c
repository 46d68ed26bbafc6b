/* A call that is to fail with one of these errors; the session left open with which. The last of them is 0. */
static void expect_one_of(const char *call, long long returned, const int *errors)
{
    int error = errno;
    if (returned != -1) {
        fprintf(stderr, "%s: it was to fail\n", call);
        exit(EXIT_FAILURE);
    }
    printf("%s: %s\n", call, strerror(error));
    while (*errors != 0)
        if (*errors++ == error)
            return;
    fprintf(stderr, "%s: another error was expected\n", call);
    exit(EXIT_FAILURE);
}
