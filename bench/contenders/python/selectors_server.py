"""An echo server on selectors.EpollSelector. bench/contenders/contender.ts says what it prints and answers."""

import os
import resource
import selectors
import socket
import sys

BUFFER_SIZE = 64 * 1024

selector = selectors.EpollSelector()
buffer = memoryview(bytearray(BUFFER_SIZE))


def accept(listener):
    while True:
        try:
            connection, _ = listener.accept()
        except BlockingIOError:
            return
        connection.setblocking(False)
        selector.register(connection, selectors.EVENT_READ, receive)


def receive(connection):
    try:
        received = connection.recv_into(buffer)
    except BlockingIOError:
        return
    except OSError:
        received = 0
    if received == 0:
        drop(connection)
        return
    send(connection, buffer[:received])


def send(connection, data):
    try:
        sent = connection.send(data)
    except BlockingIOError:
        sent = 0
    except OSError:
        drop(connection)
        return
    if sent < len(data):
        rest = bytes(data[sent:])
        selector.modify(connection, selectors.EVENT_WRITE, lambda _: resume(connection, rest))


def resume(connection, rest):
    selector.modify(connection, selectors.EVENT_READ, receive)
    send(connection, rest)


def drop(connection):
    selector.unregister(connection)
    connection.close()


def answer(stdin):
    if not os.read(stdin, 64):
        sys.exit()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(round(usage.ru_utime * 1e6), round(usage.ru_stime * 1e6), flush=True)


with socket.create_server(("127.0.0.1", 0), backlog=socket.SOMAXCONN) as server:
    server.setblocking(False)
    # Accepted sockets inherit it.
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    selector.register(server, selectors.EVENT_READ, accept)
    selector.register(sys.stdin.fileno(), selectors.EVENT_READ, answer)
    print(server.getsockname()[1], flush=True)
    while True:
        for key, _ in selector.select():
            key.data(key.fileobj)
