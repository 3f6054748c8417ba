import { announce } from "../../support/answering.ts";

interface BunSocket {
  /** What the kernel has not accepted yet. */
  data?: Uint8Array | undefined;
  write(data: Uint8Array): number;
  pause(): void;
  resume(): void;
  terminate(): void;
}

// The part of Bun's API that is used here. This file runs in Bun only.
declare const Bun: {
  listen(options: {
    readonly hostname: string;
    readonly port: number;
    readonly socket: {
      data(socket: BunSocket, data: Uint8Array): void;
      drain(socket: BunSocket): void;
      error(socket: BunSocket): void;
    };
  }): { readonly port: number };
};

const server = Bun.listen({
  hostname: "127.0.0.1",
  port: 0,
  socket: {
    data(socket, data) {
      const sent = Math.max(socket.write(data), 0);
      if (sent === data.length) return;
      // What came in is Bun's own buffer.
      socket.data = data.slice(sent);
      socket.pause();
    },
    drain(socket) {
      if (!socket.data) return;
      const sent = Math.max(socket.write(socket.data), 0);
      if (sent < socket.data.length) {
        socket.data = socket.data.subarray(sent);
        return;
      }
      socket.data = undefined;
      socket.resume();
    },
    // A load generator that ends resets its connections.
    error(socket) {
      socket.terminate();
    },
  },
});
announce(server.port);
