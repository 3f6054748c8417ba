"""For each port that it reads, connects again and again until nobody listens any more."""

import socket
import sys

for line in sys.stdin:
    connected = 0
    try:
        while True:
            with socket.create_connection(("127.0.0.1", int(line))) as peer:
                peer.send(b"x")
                connected += 1
    except OSError:
        print(connected, flush=True)
