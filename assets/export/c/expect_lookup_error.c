/* The same for a function that returns its error: getaddrinfo() and getnameinfo(). */
static void expect_lookup_error(const char *call, int returned, int expected)
{
    printf("%s: %s\n", call, returned == 0 ? "no error" : gai_strerror(returned));
    if (returned != expected) {
        fprintf(stderr, "%s: this error was expected: %s\n", call, gai_strerror(expected));
        exit(EXIT_FAILURE);
    }
}
