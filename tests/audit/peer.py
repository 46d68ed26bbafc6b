"""A second process with one socket: it does what the lines on standard input say, and answers each with a line."""

import socket
import sys


def act(own, words):
    if words[0] == "connect":
        own = socket.socket(socket.AF_INET6 if ":" in words[1] else socket.AF_INET, socket.SOCK_STREAM)
        own.settimeout(1)
        own.connect((words[1], int(words[2])))
    elif words[0] == "open":
        own = socket.socket(socket.AF_UNIX, getattr(socket, words[1]))
        own.settimeout(1)
        own.connect(words[2].replace("@", "\0", 1) if words[2].startswith("@") else words[2])
    elif words[0] == "send":
        own.send(b"x" * int(words[1]), socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
    elif words[0] == "recv":
        own.recv(int(words[1]), socket.MSG_DONTWAIT)
    elif words[0] == "shutdown":
        own.shutdown(socket.SHUT_WR)
    elif words[0] == "close":
        own.close()
    return own


def main():
    own = None
    for line in sys.stdin:
        try:
            own = act(own, line.split())
            print("ok", flush=True)
        except (OSError, AttributeError) as error:
            print("failed:", error, flush=True)


main()
