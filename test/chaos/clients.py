"""Clients of an echo server that behave in every way a client can: clients.py PORT SEED CROWD.

Keeps CROWD of them busy until a line comes in, lets those under way finish, and answers with what
happened, as JSON. Each compares what comes back with what it has sent, byte by byte.
"""

import errno
import json
import os
import random
import select
import socket
import struct
import sys
import time

PORT, SEED, CROWD = (int(argument) for argument in sys.argv[1:4])
BLOCK = 4096
REFUSED_PAUSE_S = 0.01
PLANS = ["stream"] * 4 + ["messages"] * 4 + ["slow"] * 2 + ["reset", "vanish", "silent"]

epoll = select.epoll()
clients = {}
seen = {name: 0 for name in (
    "connected", "whole", "early", "turnedAway", "left", "brokenOff", "wrong", "refused",
    "sent", "received")}
problems = []
broken = []
finishing = False


class Client:
    made = 0

    def __init__(self):
        Client.made += 1
        self.number = Client.made
        dice = self.dice = random.Random(SEED * 1_000_003 + self.number)
        self.plan = dice.choice(PLANS)
        self.block = dice.randbytes(BLOCK) * 2
        self.size = dice.choice([0, 1, 64, 1024, 1025, 20_000, 200_000, 1_000_000])
        if self.plan == "messages":
            self.size = min(self.size, 4096)  # in round trips of up to 64 bytes
        if self.plan == "slow":
            self.size = min(self.size, 200_000)  # the kernel sends so little room 4 KiB in 13 ms
        self.leave_at = dice.randrange(self.size + 1)
        self.sent = self.received = 0
        self.open = self.ended = False
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        if self.plan == "slow":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect_ex(("127.0.0.1", PORT))
        self.watched = select.EPOLLOUT
        epoll.register(self.socket, self.watched)
        clients[self.socket.fileno()] = self

    def on_event(self, events):
        try:
            if not self.open:
                self.on_connect()
            if events & select.EPOLLOUT and not self.ended:
                self.write()
            if events & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                self.read()
        except OSError as error:
            if error.errno not in (errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN):
                raise
            if self.received:
                broken.append([self.number, self.plan, self.sent, self.received, error.strerror])
            self.close("brokenOff" if self.received else "turnedAway")
        if self.socket.fileno() != -1:
            self.watch()

    def on_connect(self):
        code = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code == errno.ECONNREFUSED:
            return self.close("refused")
        if code != 0:
            raise OSError(code, os.strerror(code))
        if self.socket.getsockname() == self.socket.getpeername():
            return self.close("refused")  # connected to itself, while nobody listened
        self.open = True
        seen["connected"] += 1

    def wants_to_write(self):
        if self.ended or self.plan == "silent" and not finishing:
            return False
        if self.plan == "messages":
            return self.sent == self.received
        return True

    def write(self):
        if not self.open or not self.wants_to_write():
            return
        if self.sent < self.size:
            most = 64 if self.plan == "messages" and self.sent >= 64 else 65536
            length = min(self.dice.randrange(1, most + 1), self.size - self.sent)
            start = self.sent % BLOCK
            data = (self.block * (length // BLOCK + 1))[start:start + length]
            try:
                self.sent += self.socket.send(data)
            except BlockingIOError:
                return
        if self.plan in ("reset", "vanish") and self.sent >= self.leave_at:
            if self.plan == "reset":
                self.socket.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return self.close("left")
        if self.sent == self.size:
            self.ended = True
            self.socket.shutdown(socket.SHUT_WR)

    def read(self):
        if self.socket.fileno() == -1:
            return
        most = self.dice.randrange(1, 512) if self.plan == "slow" and self.sent < 20_000 else 65536
        try:
            data = self.socket.recv(most)
        except BlockingIOError:
            return
        if not data:
            return self.on_end()
        start = self.received % BLOCK
        if data != (self.block * (len(data) // BLOCK + 1))[start:start + len(data)]:
            problems.append(f"client {self.number} got wrong bytes behind {self.received}")
            return self.close("wrong")
        self.received += len(data)

    def on_end(self):
        if self.received > self.sent:
            problems.append(f"client {self.number} got more than it has sent")
            self.close("wrong")
        elif self.ended and self.received == self.size:
            self.close("whole")
        else:
            # Nothing at all may be a connection that was closed for want of descriptors.
            self.close("early" if self.received else "turnedAway")

    def watch(self):
        wanted = select.EPOLLIN | (select.EPOLLOUT if self.wants_to_write() else 0)
        if not self.open:
            wanted = select.EPOLLOUT
        if wanted != self.watched:
            self.watched = wanted
            epoll.modify(self.socket, wanted)

    def close(self, how):
        seen[how] += 1
        seen["sent"] += self.sent
        seen["received"] += self.received
        del clients[self.socket.fileno()]
        epoll.unregister(self.socket)
        self.socket.close()


def main():
    global finishing
    epoll.register(sys.stdin, select.EPOLLIN)
    refused = 0
    pause_end = 0
    while clients or not finishing:
        if seen["refused"] > refused:  # the server is being restarted
            refused = seen["refused"]
            pause_end = time.monotonic() + REFUSED_PAUSE_S
        pause = pause_end - time.monotonic()
        while pause <= 0 and not finishing and len(clients) < CROWD:
            Client()
        for fd, events in epoll.poll(pause if pause > 0 else None):
            if fd == sys.stdin.fileno():
                finishing = True
                epoll.unregister(fd)
                for client in clients.values():
                    client.watch()
            elif fd in clients:
                clients[fd].on_event(events)
    print(json.dumps({**seen, "broken": broken[:10], "problems": problems[:10]}), flush=True)


main()
