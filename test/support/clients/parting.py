"""Clients of an echo server that stops: parting.py PORT SEED.

Reads one command a line: ["connect", n, served] connects n more and takes each to a random point of its
exchange, where `served` says that the server is running and answers; ["part"] notes what the server's
kernel has of each, answers "ready", and then reads until the server ends. Answers how many got back every
byte that was owed to them, fewer or other bytes, or a reset.
"""

import array
import fcntl
import json
import random
import resource
import select
import socket
import sys
import termios

hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
address = ("127.0.0.1", int(sys.argv[1]))
dice = random.Random(int(sys.argv[2]))
BLOCK = dice.randbytes(4096)
SIZES = [1, 64, 1024, 5_000, 20_000, 200_000]
POINTS = ["connected", "half sent", "sent", "partly read", "half-closed"]


class Client:
    def __init__(self, served):
        self.point = dice.choice(POINTS)
        self.size = dice.choice(SIZES)
        start = dice.randrange(len(BLOCK))
        self.data = (BLOCK * (self.size // len(BLOCK) + 2))[start : start + self.size]
        self.sent = self.owed = 0
        self.answer = b""
        self.socket = socket.create_connection(address)
        self.socket.setblocking(False)
        if self.point != "connected":
            self.send(self.size // 2 if self.point == "half sent" else self.size)
        if self.point == "partly read" and served and self.sent > 0:
            select.select([self.socket], [], [])
            self.answer += self.socket.recv(dice.randrange(1, self.size + 1))
        if self.point == "half-closed":
            self.socket.shutdown(socket.SHUT_WR)

    def send(self, up_to):
        """As much as the kernels take."""
        while self.sent < up_to:
            try:
                self.sent += self.socket.send(self.data[self.sent : up_to])
            except BlockingIOError:
                return

    def note(self):
        """The server's kernel has what it has acknowledged."""
        unacknowledged = array.array("i", [0])
        fcntl.ioctl(self.socket, termios.TIOCOUTQ, unacknowledged)
        self.owed = self.sent - unacknowledged[0]

    def read(self):
        """How it ended, or None while it goes on."""
        try:
            received = self.socket.recv(65536)
        except BlockingIOError:
            return None
        except ConnectionResetError:
            return "reset"
        self.answer += received
        if received:
            return None
        right = self.data.startswith(self.answer) and len(self.answer) <= self.sent
        return "answered" if right and len(self.answer) >= self.owed else "lost"


def part(clients):
    ended = {"answered": 0, "lost": 0, "reset": 0}
    poller = select.epoll()
    waiting = {client.socket.fileno(): client for client in clients}
    for fd in waiting:
        poller.register(fd, select.EPOLLIN)
    while waiting:
        for fd, _ in poller.poll():
            how = waiting[fd].read()
            if how:
                ended[how] += 1
                waiting.pop(fd).socket.close()
    return ended


clients = []
for line in sys.stdin:
    command, *arguments = json.loads(line)
    if command == "connect":
        count, served = arguments
        clients += [Client(served) for _ in range(count)]
        print(json.dumps({"connected": len(clients)}), flush=True)
    else:
        for client in clients:
            client.note()
        print(json.dumps("ready"), flush=True)
        for client in clients:
            if client.point == "half sent":
                client.send(client.size)  # some of it after the server has begun to stop
        print(json.dumps({**part(clients), "owed": sum(c.owed for c in clients)}), flush=True)
