"""Thousands of TCP clients, of which few are active: many.py PORT.

Reads one command a line, and answers with a line of JSON:
["open", n]: connects n more, which are silent.
["rounds", rounds, active]: in each round so many, another choice each time, send data of their own and compare what
comes back. Answers how many were right, wrong, or lost their connection.
["trickle", rounds, size]: in each round each of all reads up to `size` bytes of the pattern of chargen, and compares
them. Answers how many were right, wrong, or lost their connection, and how many bytes they have read.
["close"]
"""

import json
import random
import resource
import socket
import sys

hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
address = ("127.0.0.1", int(sys.argv[1]))
choice = random.Random(7)
PATTERN = b"".join(
    bytes(32 + (line + column) % 95 for column in range(72)) + b"\r\n" for line in range(95)
)


class Client:
    def __init__(self, receive_buffer):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(address)
        self.socket.settimeout(60)
        self.read = 0


def echo(active):
    """Sends all before it reads any."""
    result = []
    for client in active:
        client.data = choice.randbytes(choice.randint(1, 3000))
        try:
            client.socket.sendall(client.data)
        except OSError:
            client.data = None
    for client in active:
        answer = b""
        try:
            while client.data and len(answer) < len(client.data):
                received = client.socket.recv(65536)
                if not received:
                    break
                answer += received
        except OSError:
            pass
        lost = not client.data or len(answer) < len(client.data)
        result.append("lost" if lost else "right" if answer == client.data else "wrong")
    return result


def trickle(client, size):
    try:
        received = client.socket.recv(size)
    except OSError:
        return "lost"
    if not received:
        return "lost"
    start = client.read % len(PATTERN)
    client.read += len(received)
    return "right" if (PATTERN * 2)[start : start + len(received)] == received else "wrong"


clients = []
for line in sys.stdin:
    command, *arguments = json.loads(line)
    reply = {"right": 0, "wrong": 0, "lost": 0}
    if command == "open":
        count, *receive_buffer = arguments
        clients += [Client(receive_buffer[0] if receive_buffer else 0) for _ in range(count)]
    elif command == "rounds":
        rounds, active = arguments
        for _ in range(rounds):
            for how in echo(choice.sample(clients, active)):
                reply[how] += 1
    elif command == "trickle":
        rounds, size = arguments
        for _ in range(rounds):
            for client in clients:
                reply[trickle(client, size)] += 1
        reply["bytes"] = sum(client.read for client in clients)
    else:
        for client in clients:
            client.socket.close()
        clients = []
    reply["open"] = len(clients)
    print(json.dumps(reply), flush=True)
