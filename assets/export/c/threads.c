
static void begin_call(int index)
{
    own_call = index;
    started[index].tid = gettid();
    started[index].begun = 1;
}

static void end_call(int index)
{
    started[index].over = 1;
}

static void start_call(int index, void *(*function)(void *))
{
    int error = pthread_create(&started[index].thread, NULL, function, NULL);
    if (error != 0) {
        errno = error;
        fatal("pthread_create");
    }
    while (!started[index].begun)
        sleep_for(1000);
}

/* Waits until the thread sleeps in its call, or the call has returned: at most two seconds. */
static void await_asleep(int index)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)started[index].tid);
    for (int i = 0; i < 2000 && !started[index].over; i++) {
        char text[512] = "";
        FILE *file = fopen(path, "r");
        if (file == NULL)
            return;
        char *state = fgets(text, sizeof text, file) == NULL ? NULL : strrchr(text, ')');
        fclose(file);
        if (state != NULL && state[1] == ' ' && state[2] == 'S')
            return;
        sleep_for(1000);
    }
}

static void await_call(int index)
{
    pthread_join(started[index].thread, NULL);
}

/* Interrupts the call until it has returned. */
static void interrupt_call(int index)
{
    started[index].cancelled = 1;
    while (!started[index].over) {
        pthread_kill(started[index].thread, SIGRTMAX);
        sleep_for(1000);
    }
}
