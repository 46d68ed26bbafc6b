/* Where serve() puts a connection that has a name in the session, and whether a line of the session closes it. */
struct named {
    int *descriptor;
    int is_closed_by_line;
};

struct connection {
    int socket;
    int is_closed_by_line;
};

static void end_connection(struct connection *connection)
{
    if (!connection->is_closed_by_line)
        close(connection->socket);
    free(connection);
}

/* Serves one connection to its end. */
static void *serve_echo(void *connection)
{
    echo(((struct connection *)connection)->socket);
    end_connection(connection);
    return NULL;
}

static void *serve_sink(void *connection)
{
    sink(((struct connection *)connection)->socket, 0);
    end_connection(connection);
    return NULL;
}

/* Accepts connections until it is cancelled, and serves each in a thread. The first ones get the names. */
static long long serve(int socket, void *(*service)(void *), const struct named *names)
{
    long long count = 0;
    while (!is_cancelled()) {
        pthread_t thread;
        struct connection *connection = calloc(1, sizeof *connection);
        if (connection == NULL)
            fatal("calloc");
        connection->socket = accept(socket, NULL, NULL);
        if (connection->socket == -1) {
            free(connection);
            if (errno == EINTR || errno == ECONNABORTED)
                continue;
            return -1;
        }
        if (names->descriptor != NULL) {
            connection->is_closed_by_line = names->is_closed_by_line;
            *names++->descriptor = connection->socket;
        }
        count++;
        int error = pthread_create(&thread, NULL, service, connection);
        if (error != 0) {
            errno = error;
            fatal("pthread_create");
        }
        pthread_detach(thread);
    }
    return count;
}
