"""Many TCP clients at once: crowd.py PORT.

Reads one command a line: ["join", n] connects n more, and only when all are connected has each of
all send data of its own and compare what comes back; ["leave", n] closes n. Answers how many were
served, turned away (end of stream or reset without an answer), or got wrong data. Who leaves waits
for the server's end of stream, so that the server has closed the connection (or is about to).
"""

import hashlib
import json
import resource
import select
import socket
import sys

hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
address = ("127.0.0.1", int(sys.argv[1]))


class Member:
    made = 0

    def __init__(self):
        Member.made += 1
        self.number = Member.made
        self.socket = socket.create_connection(address)
        self.socket.setblocking(False)

    def leave(self):
        self.socket.setblocking(True)
        while self.socket.recv(65536):
            pass
        self.socket.close()

    def start(self):
        block = hashlib.sha256(b"%d" % self.number).digest()
        self.data = (block * 160)[: 1 + self.number * 37 % 5000]
        self.answer = b""
        self.gone = False
        try:
            self.socket.sendall(self.data)
        except (BrokenPipeError, ConnectionResetError):
            self.gone = True

    def read(self):
        """Whether there is more to come."""
        try:
            received = self.socket.recv(65536)
        except ConnectionResetError:
            received = b""
        self.gone = not received
        self.answer += received
        return not self.gone and len(self.answer) < len(self.data)


def talk(members):
    for member in members:
        member.start()
    poller = select.epoll()
    waiting = {m.socket.fileno(): m for m in members if not m.gone}
    for fd in waiting:
        poller.register(fd, select.EPOLLIN)
    while waiting:
        for fd, _ in poller.poll():
            if not waiting[fd].read():
                poller.unregister(fd)
                del waiting[fd]
    poller.close()


members = []
for line in sys.stdin:
    command, count = json.loads(line)
    reply = {"served": 0, "turnedAway": 0, "wrong": 0}
    if command == "leave":
        for member in members[:count]:
            member.socket.shutdown(socket.SHUT_WR)
        for member in members[:count]:
            member.leave()
        members = members[count:]
    else:
        members += [Member() for _ in range(count)]
        talk(members)
        away = [m for m in members if m.gone and not m.answer]
        for member in away:
            member.socket.close()
        members = [m for m in members if m not in set(away)]
        right = [m for m in members if m.answer == m.data]
        reply["turnedAway"] = len(away)
        reply["wrong"] = len(members) - len(right)
    reply["served"] = len(members) - reply["wrong"]
    print(json.dumps(reply), flush=True)
