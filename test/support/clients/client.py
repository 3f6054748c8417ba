"""A TCP client that does what it is told: client.py HOST PORT [upper].

Reads one command a line, a JSON array, and answers each with one JSON object. All that it sends is
one endless stream of random bytes, of which any part can be had again, so that what comes back is
compared with it without being kept.
"""

import fcntl
import json
import os
import select
import socket
import struct
import sys
import termios

PERIOD = 65521
CHUNK = 256 * 1024
stream = os.urandom(PERIOD) * (CHUNK // PERIOD + 2)


def part(start, length, of=stream):
    start %= PERIOD
    return of[start : start + length]


class Client:
    def __init__(self, host, port, upper):
        self.address = (host, port)
        self.expected = stream.upper() if upper else stream
        self.sent = 0
        self.received = 0
        self.matches = True
        self.socket = socket.create_connection(self.address)

    def send(self, length):
        """Sends so many bytes, however long it takes."""
        goal = self.sent + length
        while self.sent < goal:
            self.sent += self.socket.send(part(self.sent, min(CHUNK, goal - self.sent)))
        return {"bytes": length}

    def push(self, length):
        """Sends up to so many bytes, as many as the kernel takes at once."""
        start = self.sent
        try:
            while self.sent < start + length:
                data = part(self.sent, min(CHUNK, start + length - self.sent))
                self.sent += self.socket.send(data, socket.MSG_DONTWAIT)
        except BlockingIOError:
            pass
        return {"bytes": self.sent - start}

    def read(self, length):
        """Reads so many bytes, or up to the end."""
        goal = self.received + length
        while self.received < goal:
            try:
                data = self.socket.recv(min(CHUNK, goal - self.received))
            except ConnectionResetError:
                return self.progress("reset")
            if not data:
                return self.progress("eof")
            self.matches &= data == part(self.received, len(data), self.expected)
            self.received += len(data)
        return self.progress(None)

    def readAll(self):
        """Reads to the end."""
        return self.read(1 << 60)

    def progress(self, end):
        reply = {"bytes": self.received, "matches": self.matches}
        return {**reply, "end": end} if end else reply

    def roundTrips(self, count, length):
        """Sends so many bytes and reads them back, so many times."""
        for _ in range(count):
            self.send(length)
            reply = self.read(length)
        return reply

    def fetch(self, length):
        """Sends and reads so many bytes in all, both at once."""
        goal = self.sent + length
        while self.sent < goal:
            self.push(min(CHUNK, goal - self.sent))
            self.read(self.queued())
            select.select([self.socket], [self.socket], [])
        return self.read(goal - self.received)

    def queued(self):
        return struct.unpack("i", fcntl.ioctl(self.socket, termios.FIONREAD, b"\0" * 4))[0]

    def queues(self):
        """What the peer has not acknowledged, and what waits here to be read."""
        unsent = struct.unpack("i", fcntl.ioctl(self.socket, termios.TIOCOUTQ, b"\0" * 4))[0]
        return {"unsent": unsent, "unread": self.queued(), "state": self.state()}

    def state(self):
        return self.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]

    def delivered(self):
        """Waits until the peer's kernel has everything."""
        while self.queues()["unsent"] > 0:
            pass
        return self.queues()

    def answered(self):
        """Waits until something can be read, and leaves it unread."""
        self.socket.recv(1, socket.MSG_PEEK)
        return self.queues()

    def receiveBuffer(self, size):
        """Connects again, with a receive buffer of so many bytes."""
        self.socket.close()
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
        self.socket.connect(self.address)
        return {}

    def shutdown(self):
        self.socket.shutdown(socket.SHUT_WR)
        return {}

    def reset(self):
        """Closes with RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()
        return {}

    def close(self):
        self.socket.close()
        return {}

    def refused(self):
        """Waits until nobody listens any more."""
        while True:
            try:
                socket.create_connection(self.address).close()
            except ConnectionRefusedError:
                return {}
            except ConnectionResetError:
                pass


client = Client(sys.argv[1], int(sys.argv[2]), sys.argv[3:] == ["upper"])
print(json.dumps({}), flush=True)
for line in sys.stdin:
    command, *args = json.loads(line)
    try:
        reply = getattr(client, command)(*args)
    except OSError as error:
        reply = {"error": error.__class__.__name__}
    print(json.dumps(reply), flush=True)
