/* The calls during which others are made: each has a thread of its own. */
static struct {
    atomic_int begun;
    atomic_int cancelled;
    atomic_int over;
    pid_t tid;
    pthread_t thread;
} started[STARTED];

/* Which of them this thread makes; -1 in main(). */
static _Thread_local int own_call = -1;
