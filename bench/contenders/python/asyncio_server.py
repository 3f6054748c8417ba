"""An echo server on asyncio. bench/contenders/contender.ts says what it prints and answers."""

import asyncio
import resource
import socket
import sys


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)

    # By default, transports ask for a pause when more than 64 KiB wait to be sent.
    def pause_writing(self):
        self.transport.pause_reading()

    def resume_writing(self):
        self.transport.resume_reading()


class Commands(asyncio.Protocol):
    def __init__(self):
        self.ended = asyncio.get_running_loop().create_future()

    def data_received(self, data):
        usage = resource.getrusage(resource.RUSAGE_SELF)
        print(round(usage.ru_utime * 1e6), round(usage.ru_stime * 1e6), flush=True)

    def connection_lost(self, error):
        self.ended.set_result(None)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Echo, "127.0.0.1", 0, backlog=socket.SOMAXCONN)
    _, commands = await loop.connect_read_pipe(Commands, sys.stdin)
    print(server.sockets[0].getsockname()[1], flush=True)
    await commands.ended


asyncio.run(main())
