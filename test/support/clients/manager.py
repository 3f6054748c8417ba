"""A service manager that plays systemd: manager.py STORE WATCHDOG_USEC HOW PROGRAM ARGUMENT…

Starts PROGRAM with NOTIFY_SOCKET and, by HOW, one listening TCP socket: "passed", or "nothing". Prints one JSON
object for each message of the service: its lines, the sender, and how many descriptors came with it, which it keeps
as FDSTORE=1 asks. Commands on its input: ["signal", name] to the main process, which MAINPID changes; ["start"] starts
the program again with the stored sockets after it has ended.
"""

import array
import json
import os
import signal
import socket
import sys
import threading
import time

store_size, watchdog, how, *command = sys.argv[1:]
address = "pollux-manager-%d" % os.getpid()
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind("\0" + address)
notify.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
main = 0
stored = []
listeners = []
if how == "passed":
    listeners = [socket.create_server(("127.0.0.1", 0))]


def say(**event):
    print(json.dumps(event), flush=True)


def start():
    global main
    passed = [each.fileno() for each in listeners] + stored
    copies = [os.dup(fd) for fd in passed]
    pid = os.fork()
    if pid > 0:
        for fd in copies:
            os.close(fd)
        main = pid
        return
    high = [os.dup2(fd, 500 + index) for index, fd in enumerate(copies)]
    for index, fd in enumerate(high):
        os.dup2(fd, 3 + index, inheritable=True)
    environment = dict(os.environ, NOTIFY_SOCKET="@" + address, WATCHDOG_PID=str(os.getpid()))
    if store_size != "0":
        environment["FDSTORE"] = store_size
    if watchdog != "0":
        environment["WATCHDOG_USEC"] = watchdog
    if passed:
        names = ["web.socket"] * len(listeners) + ["pollux"] * len(stored)
        environment.update(
            LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(passed)), LISTEN_FDNAMES=":".join(names)
        )
    os.execvpe(command[0], command, environment)


def hear():
    global main
    while True:
        data, control, _, _ = notify.recvmsg(4096, socket.CMSG_SPACE(4 * 253) + 64)
        fds = array.array("i")
        sender = 0
        for _, kind, value in control:
            if kind == socket.SCM_RIGHTS:
                fds.frombytes(value)
            elif kind == socket.SCM_CREDENTIALS:
                sender = int.from_bytes(value[:4], sys.byteorder)
        lines = dict(line.split("=", 1) for line in data.decode().split("\n"))
        # NotifyAccess=main: what others say does not count.
        accepted = sender == main
        if accepted and "FDSTORE" in lines:
            known = {os.fstat(fd).st_ino for fd in stored}
            stored.extend(fd for fd in fds if os.fstat(fd).st_ino not in known)
        if accepted and "MAINPID" in lines:
            main = int(lines["MAINPID"])
        if "MONOTONIC_USEC" in lines:
            lines["MONOTONIC_USEC"] = abs(int(lines["MONOTONIC_USEC"]) - time.monotonic_ns() // 1000) < 60_000_000
        say(event="notify", lines=lines, pid=sender, accepted=accepted, stored=len(stored), descriptors=len(fds))


threading.Thread(target=hear, daemon=True).start()
if listeners:
    say(event="port", port=listeners[0].getsockname()[1])
start()
for line in sys.stdin:
    action, *arguments = json.loads(line)
    if action == "signal":
        os.kill(main, getattr(signal, arguments[0]))
    elif action == "start":
        try:
            os.waitpid(main, 0)
        except ChildProcessError:
            pass
        start()
try:
    os.kill(main, signal.SIGKILL)
except ProcessLookupError:
    pass
