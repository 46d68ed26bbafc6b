def sleeps(path):
    """Whether a thread or a process sleeps in the kernel, as /proc says."""
    try:
        with open(path) as file:
            return file.read().rpartition(")")[2].startswith(" S")
    except OSError:
        return False


class Call(threading.Thread):
    """A call in a thread of its own, as others are made during it.

    An error ends the program.
    """

    def __init__(self, function):
        super().__init__(daemon=True)
        self.function = function
        self.is_cancelled = False
        self.is_over = False
        self.lock = threading.Lock()
        self.start()

    def run(self):
        try:
            self.result = self.function()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        with self.lock:
            self.is_over = True

    def await_asleep(self):
        """Waits until the call sleeps or has returned, or two seconds."""
        for _ in range(2000):
            # A thread that waits for the interpreter lock sleeps, too. This sleep releases the lock.
            time.sleep(0.001)
            path = f"/proc/self/task/{self.native_id}/stat"
            if not self.is_alive() or sleeps(path):
                return

    def interrupt(self):
        """Interrupts the call until it has returned."""
        self.is_cancelled = True
        while not self.is_over:
            # A thread of Python may be detached: once it has ended its ident
            # means nothing. It cannot end while the lock is held.
            with self.lock:
                if not self.is_over:
                    signal.pthread_kill(self.ident, signal.SIGRTMAX)
            time.sleep(0.001)

    def wait(self):
        self.join()
        return self.result


def catch_interrupt():
    """The handler does nothing: the call returns EINTR."""
    signal.signal(signal.SIGRTMAX, lambda *_: None)
