"""Listens on a free port, prints it, and becomes a proxy that serves there: proxy.py CONFIG COMMAND ARGUMENT…

In the file CONFIG, %PORT% and %FD% stand for the port and for the listening socket.
"""

import os
import socket
import sys

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(512)
port, fd = listener.getsockname()[1], listener.fileno()
config = sys.argv[1]
with open(config, encoding="utf8") as template:
    text = template.read()
with open(config, "w", encoding="utf8") as filled:
    filled.write(text.replace("%PORT%", str(port)).replace("%FD%", str(fd)))
os.set_inheritable(fd, True)
os.environ["NGINX"] = f"{fd};"  # what an nginx of another version passes on to its successor
print(port, flush=True)
os.execvp(sys.argv[2], sys.argv[2:])
