/*
 * The children take turns with the parent, through memory that they share: the calls of all are made in the order of the
 * session.
 */
struct shared {
    struct {
        atomic_int given;
        atomic_int begun;
        atomic_int over;
        pid_t pid;
    } child[CHILDREN];
    ADDRESSES
};

static struct shared *shared;

static void share_with_children(void)
{
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        fatal("mmap");
}

/* In a child: waits until it is its turn. */
static void await_turn(int index)
{
    while (shared->child[index].given == shared->child[index].begun)
        sleep_for(1000);
    shared->child[index].begun++;
}

static void end_turn(int index)
{
    fflush(NULL);
    shared->child[index].over++;
}

static int has_ended(int index)
{
    siginfo_t info = {0};
    int flags = WEXITED | WNOHANG | WNOWAIT;
    return waitid(P_PID, (id_t)shared->child[index].pid, &info, flags) == -1 || info.si_pid != 0;
}

/* In the parent: lets the child make its next call. */
static void give_turn(int index)
{
    fflush(NULL);
    shared->child[index].given++;
}

static void await_turn_over(int index)
{
    while (shared->child[index].over != shared->child[index].given && !has_ended(index))
        sleep_for(1000);
}

static void take_turn(int index)
{
    give_turn(index);
    await_turn_over(index);
}

/* Waits until the child sleeps in its call, or the call has returned: at most two seconds. */
static void await_child_asleep(int index)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)shared->child[index].pid);
    for (int i = 0; i < 2000 && shared->child[index].over != shared->child[index].given; i++) {
        char text[512] = "";
        FILE *file = fopen(path, "r");
        if (file == NULL)
            return;
        char *state = fgets(text, sizeof text, file) == NULL ? NULL : strrchr(text, ')');
        fclose(file);
        if (state != NULL && state[1] == ' ' && state[2] == 'S' && shared->child[index].begun == shared->child[index].given)
            return;
        sleep_for(1000);
    }
}

static void interrupt_child(int index)
{
    while (shared->child[index].over != shared->child[index].given && !has_ended(index)) {
        kill(shared->child[index].pid, SIGRTMAX);
        sleep_for(1000);
    }
}
