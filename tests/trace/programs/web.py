"""`python3 -m http.server` at a port that the kernel chooses, and one request from a child."""

import http.server
import os
import socket
import sys

os.chdir("/proc/self/fdinfo")
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
child = os.fork()
if child == 0:
    server.socket.close()
    with socket.create_connection(server.server_address) as connection:
        connection.sendall(b"GET /no-such-file HTTP/1.0\r\n\r\n")
        while connection.recv(65536):
            pass
    os._exit(0)
sys.stderr = open(os.devnull, "w")
server.handle_request()
os.waitpid(child, 0)
