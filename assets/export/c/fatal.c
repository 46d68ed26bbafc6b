/* Says why a call failed, and ends the program. */
static void fatal(const char *call)
{
    perror(call);
    exit(EXIT_FAILURE);
}
