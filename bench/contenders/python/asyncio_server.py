"""An echo server on asyncio. bench/contenders/contender.ts says what it prints and answers."""

import asyncio
import resource
import socket
import sys

# One for all connections: what is received is copied before the next one gets it.
buffer = memoryview(bytearray(64 * 1024))


# A plain Protocol gets each message in an object of its own, for which asyncio allocates 256 KiB before it receives.
class Echo(asyncio.BufferedProtocol):
    def connection_made(self, transport):
        self.transport = transport
        # Nothing more is received while anything waits to be sent.
        transport.set_write_buffer_limits(high=0)

    def get_buffer(self, sizehint):
        return buffer

    def buffer_updated(self, received):
        self.transport.write(bytes(buffer[:received]))

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
