import { writeSync } from "node:fs";
import { usageLine } from "./usage_line.ts";

interface BunSocket {
  write(data: Uint8Array): number;
}

// The part of Bun's API that is used here. This file runs in Bun only.
declare const Bun: {
  listen(options: {
    readonly hostname: string;
    readonly port: number;
    readonly socket: Record<string, (socket: BunSocket, data: Uint8Array) => void>;
  }): { readonly port: number };
};

const waiting = new WeakMap<BunSocket, Uint8Array[]>();

const server = Bun.listen({
  hostname: "127.0.0.1",
  port: 0,
  socket: {
    data(socket, data) {
      const queue = waiting.get(socket);
      if (queue) {
        queue.push(data.slice());
        return;
      }
      const sent = socket.write(data);
      if (sent < data.length) waiting.set(socket, [data.slice(Math.max(sent, 0))]);
    },
    drain(socket) {
      const queue = waiting.get(socket);
      for (let data = queue?.shift(); queue && data; data = queue.shift()) {
        const sent = socket.write(data);
        if (sent === data.length) continue;
        queue.unshift(data.subarray(Math.max(sent, 0)));
        return;
      }
      waiting.delete(socket);
    },
  },
});
writeSync(1, `${server.port}\n`);
process.stdin.on("data", () => writeSync(1, usageLine())).on("end", () => process.exit());
