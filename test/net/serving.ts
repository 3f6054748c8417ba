import { once } from "node:events";
import type { AddressInfo, Server as NodeServer } from "node:net";
import { onTestFinished } from "vitest";
import { type Server, attach, createServer } from "../../lib/net/index.ts";
import type { MultiplexerName } from "../../lib/multiplexer/create.ts";

export const NAMES: readonly MultiplexerName[] = ["select", "poll", "epoll"];

/** Attaches a server of Node.js to one of this package, and waits until it listens. The test's end closes it. */
export async function served(
  server: NodeServer & { closeAllConnections?: () => void },
  multiplexer: MultiplexerName = "epoll",
): Promise<number> {
  attach(server, createServer({ multiplexer }));
  return await listening(server);
}

/** Waits until a server listens. The test's end closes it. */
export async function listening(
  server: Server | (NodeServer & { closeAllConnections?: () => void }),
): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    if ("closeAllConnections" in server) server.closeAllConnections?.();
    await closed;
  });
  return portOf(server);
}

export function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port;
}

/** A size that the environment may set: small by default, so that the tests are quick. */
export function sizeOf(name: string, byDefault: number): number {
  return Number(process.env[name] ?? byDefault);
}
