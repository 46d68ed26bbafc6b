"""An echo server for one connection, and its client in a thread."""

import socket
import threading


def talk(connection):
    with connection:
        connection.sendall(b"hello")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(64):
            pass


with socket.create_server(("127.0.0.1", 0)) as listener:
    client = socket.create_connection(listener.getsockname())
    thread = threading.Thread(target=talk, args=(client,))
    thread.start()
    connection, address = listener.accept()
    with connection:
        while data := connection.recv(64):
            connection.sendall(data)
    thread.join()
