import { once } from "node:events";
import { openSync, closeSync } from "node:fs";
import net from "node:net";
import { expect, it } from "vitest";
import { createServer } from "../../lib/net/index.ts";
import { portOf } from "./serving.ts";

it("drops connections whose descriptors select cannot watch, and closes all the same", async () => {
  const server = createServer({ multiplexer: "select" }, (socket) => socket.end("served"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const full = Array.from({ length: 1024 }, () => openSync("/dev/null", "r"));
  const drop = once(server, "drop");
  const client = net
    .connect(portOf(server), "127.0.0.1")
    .on("error", () => null)
    .resume();

  await drop;

  if (!client.closed) await once(client, "close");
  for (const fd of full) closeSync(fd);
  const next = net.connect(portOf(server), "127.0.0.1");
  expect(String((await once(next, "data"))[0])).toBe("served");
  next.destroy();
  server.close();
  await once(server, "close");
});
