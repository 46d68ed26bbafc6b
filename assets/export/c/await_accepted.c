/* Waits until serve() has accepted this connection. */
static void await_accepted(volatile int *connection)
{
    while (*connection == -1)
        sleep_for(1000);
}
