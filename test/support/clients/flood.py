"""Sends and reads as fast as it can, over several connections: flood.py PORT CONNECTIONS.

Answers each line with how many bytes came back so far.
"""

import json
import selectors
import socket
import sys

selector = selectors.DefaultSelector()
data = bytes(256 * 1024)
received = 0


def turn(peer, events):
    global received
    try:
        if events & selectors.EVENT_READ:
            received += len(peer.recv(len(data)))
        if events & selectors.EVENT_WRITE:
            peer.send(data)
    except BlockingIOError:
        pass


for _ in range(int(sys.argv[2])):
    peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    peer.setblocking(False)
    selector.register(peer, selectors.EVENT_READ | selectors.EVENT_WRITE)
selector.register(sys.stdin, selectors.EVENT_READ)
while True:
    for key, events in selector.select():
        if key.fileobj is not sys.stdin:
            turn(key.fileobj, events)
        elif not sys.stdin.readline():
            sys.exit()
        else:
            print(json.dumps({"bytes": received}), flush=True)
