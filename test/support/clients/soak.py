"""Clients of every service, for a while: soak.py SECONDS SEED PLACES, with the places of soak.mjs in JSON.

Prints how often each service was right, and what was wrong.
"""

import hashlib
import json
import random
import re
import socket
import sys
import threading
import time

seconds, seed = float(sys.argv[1]), int(sys.argv[2])
places = json.loads(sys.argv[3])
end = time.monotonic() + seconds
PATTERN = b"".join(
    bytes(32 + (line + column) % 95 for column in range(72)) + b"\r\n" for line in range(95)
)
DAYTIME = re.compile(rb"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\r\n")
right = {}
wrong = []


def connect(name, kind=socket.SOCK_STREAM):
    place = places[name]
    family = socket.AF_INET if isinstance(place, int) else socket.AF_UNIX
    there = socket.socket(family, kind)
    there.settimeout(60)
    there.connect(("127.0.0.1", place) if family == socket.AF_INET else place)
    return there


def drain(there):
    parts = []
    while part := there.recv(65536):
        parts.append(part)
    return b"".join(parts)


def stream_echo(name, choice):
    there = connect(name)
    data = choice.randbytes(choice.choice([1, 100, 1023, 1024, 1025, 20_000, 400_000]))
    answers = []
    reader = threading.Thread(target=lambda: answers.append(drain(there)))
    reader.start()
    for start in range(0, len(data), size := choice.choice([10, 1024, 50_000]) + len(data) // 50):
        there.sendall(data[start : start + size])
    there.shutdown(socket.SHUT_WR)
    reader.join()
    there.close()
    return hashlib.sha256(answers[0]).digest() == hashlib.sha256(data).digest()


def packet_echo(choice):
    there = connect("packets", socket.SOCK_SEQPACKET)
    same = True
    for _ in range(50):
        data = choice.randbytes(choice.choice([0, 1, 1024, 1025, 70_000]))
        there.send(data)
        same = same and there.recv(2**20) == data
    there.close()
    return same


def datagram_echo(choice):
    there = connect("both", socket.SOCK_DGRAM)
    same = True
    for _ in range(50):
        data = choice.randbytes(choice.choice([0, 1, 500, 1400, 9000]))
        there.send(data)
        same = same and there.recv(2**16) == data
    there.close()
    return same


def discard(choice):
    there = connect("discard")
    there.sendall(choice.randbytes(choice.choice([0, 1, 1024, 300_000])))
    there.shutdown(socket.SHUT_WR)
    answer = there.recv(1)
    there.close()
    return answer == b""


def chargen(choice):
    there = connect("chargen")
    size = choice.choice([1, 74, 10_000, 500_000])
    got = b""
    while len(got) < size:
        got += there.recv(size - len(got))
    careful = choice.random() < 0.5
    if careful:
        there.shutdown(socket.SHUT_WR)
        got += drain(there)
    there.close()
    whole = PATTERN * (len(got) // len(PATTERN) + 1)
    return whole.startswith(got) and (not careful or len(got) % 74 == 0)


def daytime(choice):
    there = connect("daytime")
    answer = drain(there)
    there.close()
    return DAYTIME.fullmatch(answer) is not None


SERVICES = {
    "echo": lambda choice: stream_echo("echo", choice),
    "path": lambda choice: stream_echo("path", choice),
    "both": lambda choice: stream_echo("both", choice),
    "packets": packet_echo,
    "datagrams": datagram_echo,
    "discard": discard,
    "chargen": chargen,
    "daytime": daytime,
}


def clients(number):
    choice = random.Random(seed * 100 + number)
    names = list(SERVICES)
    while time.monotonic() < end and len(wrong) < 10:
        name = choice.choice(names)
        try:
            if SERVICES[name](choice):
                right[name] = right.get(name, 0) + 1
            else:
                wrong.append(name)
        except Exception as error:
            wrong.append(f"{name}: {error!r}")


threads = [threading.Thread(target=clients, args=(number,)) for number in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps({"right": right, "wrong": wrong}), flush=True)
