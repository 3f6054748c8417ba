import { once } from "node:events";
import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { ManagerStream } from "../../lib/manager/manager_stream.ts";
import { KINDS } from "../support/reactors.ts";
import { managerOf, portOf } from "./support.ts";

describe("WebSocket over a ManagerStream", () => {
  it.each(KINDS)(
    "echoes to a client, and closes in order: $multiplexer, edge: $edge",
    async (kind) => {
      using manager = managerOf(kind);
      const sockets = new WebSocketServer({ noServer: true });
      const server = createServer();
      server.on("upgrade", (request, socket, head) => {
        sockets.handleUpgrade(request, socket, head, (peer) => {
          peer.on("message", (data: Buffer, isBinary: boolean) => {
            peer.send(isBinary ? data : String(data));
          });
        });
      });
      const listener = manager.listen("tcp://127.0.0.1:0", (connection, { type }) => {
        if (type === "accept") server.emit("connection", new ManagerStream(connection));
      });
      const running = manager.run();

      const client = new WebSocket(`ws://127.0.0.1:${String(portOf(listener))}`);
      await once(client, "open");
      const answers: string[] = [];
      for (const message of ["hello", new Uint8Array(1_000_000)]) {
        client.send(message);
        const [data] = (await once(client, "message")) as [Buffer];
        answers.push(message === "hello" ? data.toString() : String(data.length));
      }
      client.close();
      const [code] = (await once(client, "close")) as [number];

      expect(answers).toEqual(["hello", "1000000"]);
      expect(code).toBe(1005); // closed by a close frame without a code
      manager.close();
      await running;
    },
  );
});
