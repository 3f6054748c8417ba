# short.py HOST PORT CONCURRENCY [PER_SECOND]: connects, sends 64 bytes, waits for their echo, closes; again and again, CONCURRENCY at a time, at most PER_SECOND, until
# its input ends. A line in the input is answered when 100 more are served. At the end says in JSON how many were served, and what became of the others:
# refused; reset; ended without the whole echo; answered wrongly; or late, without an answer for a minute.
import errno, itertools, json, os, select, socket, sys, time

host, port, concurrency = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
PER_SECOND = float(sys.argv[4]) if len(sys.argv) > 4 else float("inf")
LATE_S = 60
outcome = dict(served=0, refused=0, reset=0, ended=0, wrong=0, late=0)
poll = select.epoll()
clients = {}
numbers = itertools.count()

def begin():
    number = next(numbers)
    client = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    client.setblocking(False)
    if host.startswith("127."):
        # A closed connection occupies its port for a minute: several addresses have more ports.
        client.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
        client.bind((f"127.0.{1 + number // 100 % 100}.{1 + number % 100}", 0))
    client.connect_ex((host, port))
    token = f"{os.getpid()} {number} ".encode().ljust(64, b".")
    clients[client.fileno()] = [client, token, b"", time.monotonic()]
    poll.register(client, select.EPOLLOUT)

def finish(fd, how):
    outcome[how] += 1
    poll.unregister(fd)
    clients.pop(fd)[0].close()

def go_on(fd, events):
    client, token, got, _ = clients[fd]
    try:
        if events & select.EPOLLOUT and not events & (select.EPOLLERR | select.EPOLLHUP):
            client.send(token)
            poll.modify(fd, select.EPOLLIN)
            return
        data = client.recv(4096)
    except BlockingIOError:
        return
    except OSError as error:
        finish(fd, "refused" if error.errno == errno.ECONNREFUSED else "reset")
        return
    got = clients[fd][2] = got + data
    if not token.startswith(got): finish(fd, "wrong")
    elif got == token: finish(fd, "served")
    elif not data: finish(fd, "ended")

poll.register(0, select.EPOLLIN)
ends, asked_at, next_s = False, None, time.monotonic()
print("ready", flush=True)
while clients or not ends:
    while not ends and len(clients) < concurrency and next_s <= time.monotonic():
        begin()
        next_s += 1 / PER_SECOND
    full = ends or len(clients) >= concurrency
    for fd, events in poll.poll(1 if full else max(0, min(1, next_s - time.monotonic()))):
        if fd != 0: go_on(fd, events)
        elif os.read(0, 4096):
            asked_at = outcome["served"]
        else:
            ends = True
            poll.unregister(0)
    if asked_at is not None and outcome["served"] >= asked_at + 100:
        asked_at = None
        print("100", flush=True)
    if ends or outcome["served"] % 1000 == 0:
        for fd in [fd for fd, client in clients.items() if time.monotonic() - client[3] > LATE_S]: finish(fd, "late")
print(json.dumps(outcome), flush=True)
