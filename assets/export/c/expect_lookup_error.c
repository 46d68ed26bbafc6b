/* The same for a function that returns its error: getaddrinfo() and getnameinfo(). */
static void expect_lookup_error(const char *call, int returned, const int *errors)
{
    if (returned == 0) {
        fprintf(stderr, "%s: it was to fail\n", call);
        exit(EXIT_FAILURE);
    }
    printf("%s: %s\n", call, gai_strerror(returned));
    while (*errors != 0)
        if (*errors++ == returned)
            return;
    fprintf(stderr, "%s: another error was expected\n", call);
    exit(EXIT_FAILURE);
}
