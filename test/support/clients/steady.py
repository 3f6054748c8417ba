"""Clients that connect all the time: steady.py THREADS TARGET, where TARGET is a port or a unix path.

Each connects, sends some bytes, often ends its direction, reads the echo to the end, rests a moment, so that
the programs that are tested get the processor too, and connects again. A line
on its input: "count" answers how many exchanges are done; the end of the input stops it, and it answers what came of
all: {"done", "refused", "reset", "lost", "other"}. Everything but "done" should be 0.
"""

import collections
import json
import os
import random
import socket
import sys
import threading

TARGET = sys.argv[2]
SIZES = [1, 100, 3000, 20_000]
REST_S = 0.005
counts = collections.Counter(done=0, refused=0, reset=0, lost=0, other=0)
errors = []
stopping = threading.Event()
changed = threading.Lock()


def connect():
    if TARGET.isdigit():
        return socket.create_connection(("127.0.0.1", int(TARGET)), timeout=60)
    peer = socket.socket(socket.AF_UNIX)
    peer.settimeout(60)
    peer.connect(TARGET.replace("@", "\0"))
    return peer


def exchange(dice):
    data = os.urandom(dice.choice(SIZES))
    with connect() as peer:
        peer.sendall(data)
        ends = dice.random() < 0.7
        if ends:
            peer.shutdown(socket.SHUT_WR)
        answer = b""
        while len(answer) < len(data) or ends:
            part = peer.recv(65536)
            if not part:
                break
            answer += part
    return "done" if answer == data else "lost"


def run(seed):
    dice = random.Random(seed)
    while not stopping.wait(REST_S):
        try:
            how = exchange(dice)
        except ConnectionRefusedError:
            how = "refused"
        except (ConnectionResetError, BrokenPipeError):
            how = "reset"
        except OSError as error:
            how = "other"
            errors.append(repr(error))
        with changed:
            counts[how] += 1


threads = [threading.Thread(target=run, args=(seed,)) for seed in range(int(sys.argv[1]))]
for thread in threads:
    thread.start()
for _ in sys.stdin:
    print(counts["done"], flush=True)
stopping.set()
for thread in threads:
    thread.join()
print(json.dumps(counts), flush=True)
if errors:
    print(errors[:5], file=sys.stderr)
