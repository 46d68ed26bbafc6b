/* A call that is to fail with this error, as it did in the session. Anything else ends the program. */
static void expect_error(const char *call, long long returned, int expected)
{
    int error = errno;
    if (returned != -1) {
        fprintf(stderr, "%s: it was to fail: %s\n", call, strerror(expected));
        exit(EXIT_FAILURE);
    }
    printf("%s: %s\n", call, strerror(error));
    if (error != expected) {
        fprintf(stderr, "%s: this error was expected: %s\n", call, strerror(expected));
        exit(EXIT_FAILURE);
    }
}
