/* Serves one connection to its end. */
static void *serve_echo(void *connection)
{
    int socket = *(int *)connection;
    free(connection);
    echo(socket);
    close(socket);
    return NULL;
}

static void *serve_sink(void *connection)
{
    int socket = *(int *)connection;
    free(connection);
    sink(socket, 0);
    close(socket);
    return NULL;
}

/* Accepts connections, each with a thread, until it is cancelled. The first go to the variables in `names`. */
static long long serve(int socket, void *(*service)(void *), int **names)
{
    long long count = 0;
    while (!is_cancelled()) {
        pthread_t thread;
        int *connection = malloc(sizeof *connection);
        if (connection == NULL)
            fatal("malloc");
        *connection = accept(socket, NULL, NULL);
        if (*connection == -1) {
            free(connection);
            if (errno == EINTR || errno == ECONNABORTED)
                continue;
            return -1;
        }
        if (*names != NULL)
            **names++ = *connection;
        count++;
        if (pthread_create(&thread, NULL, service, connection) != 0)
            fatal("pthread_create");
        pthread_detach(thread);
    }
    return count;
}
