import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { run } from "../sys/support.ts";
import { connect, drain, FAMILIES, listen, open, state, until } from "./tcp.ts";

/**
 * The states of the sockets between two ports, as ss(8) has them from sock_diag(7). Both, since other
 * connections may have had the one of them before.
 */
function statesBetween(port: number | undefined, peer: number | undefined): string[] {
  const filter = `sport = :${String(port)} and dport = :${String(peer)}`;
  const lines = run("ss", ["-Htan", filter]).trim().split("\n").filter(Boolean);
  return lines.map((line) => line.split(" ")[0] ?? "");
}

describe.each(FAMILIES)("the states of TCP, $name", (of) => {
  it("are CLOSE, LISTEN and ESTABLISHED before the end", async () => {
    const listener = listen(of);
    expect(state(open(of))).toBe(sys.TCP_CLOSE);
    expect(state(listener)).toBe(sys.TCP_LISTEN);

    const [client, server] = await connect(of, listener);

    expect([state(client), state(server)]).toEqual([sys.TCP_ESTABLISHED, sys.TCP_ESTABLISHED]);
  });

  it("are FIN_WAIT2 for who closes first, CLOSE_WAIT for the other", async () => {
    const [client, server] = await connect(of);

    client.shutdown(sys.SHUT_WR);
    await until(() => state(client) === sys.TCP_FIN_WAIT2);

    expect(state(server)).toBe(sys.TCP_CLOSE_WAIT);
    const [here, there] = [client.localAddress.port, server.localAddress.port];
    expect(statesBetween(here, there)).toEqual(["FIN-WAIT-2"]);
    expect(statesBetween(there, here)).toEqual(["CLOSE-WAIT"]);
  });

  it("are TIME_WAIT for who closed first, nothing for the other, when both have", async () => {
    const listener = listen(of);
    const [client, server] = await connect(of, listener);
    const here = client.localAddress.port;
    const there = server.localAddress.port;

    client.shutdown(sys.SHUT_WR);
    expect(await drain(server)).toBe(0);
    server.shutdown(sys.SHUT_WR);
    expect(await drain(client)).toBe(0);

    await until(() => statesBetween(here, there).join() === "TIME-WAIT");
    await until(() => statesBetween(there, here).length === 0);
    // Its socket is no part of that any more.
    expect([state(client), state(server)]).toEqual([sys.TCP_CLOSE, sys.TCP_CLOSE]);
  });

  it("are FIN_WAIT1 and LAST_ACK as long as the other side does not acknowledge", async () => {
    const [client, server] = await connect(of);
    const full = new Uint8Array(65_536);
    while (client.send(full) !== null);

    client.shutdown(sys.SHUT_WR);
    expect(state(client)).toBe(sys.TCP_FIN_WAIT1);

    await drain(server);
    await until(() => state(client) === sys.TCP_FIN_WAIT2);
  });
});
