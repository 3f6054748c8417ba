import { once } from "node:events";
import { openSync, closeSync } from "node:fs";
import net from "node:net";
import { expect, it } from "vitest";
import { createServer } from "../../lib/net/index.ts";
import { portOf } from "./serving.ts";

it("serves connections with descriptors above 1,024 also with select", async () => {
  const server = createServer({ multiplexer: "select" }, (socket) => socket.end("served"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const full = Array.from({ length: 1024 }, () => openSync("/dev/null", "r"));

  const client = net.connect(portOf(server), "127.0.0.1");
  const [data] = (await once(client, "data")) as [Buffer];

  expect(data.toString()).toBe("served");
  for (const fd of full) closeSync(fd);
  if (!client.closed) await once(client, "close");
  server.close();
  await once(server, "close");
});
