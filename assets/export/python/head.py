Before each call is its line in the session with its result. A variable is the number of a descriptor, and sock() gives
the socket object of it.

What Python adds to the calls of the session: socket() and accept() set SOCK_CLOEXEC, since descriptors of Python are not
inherited; socket.socket(fileno=...) asks getsockname(), SO_TYPE and SO_PROTOCOL; a call that a signal interrupts is made
again, so that a call which is to be interrupted is made by ctypes; SIGPIPE is ignored.
"""

