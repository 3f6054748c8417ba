import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isSystemError } from "../../lib/errors.ts";
import * as sys from "../../lib/sys/index.ts";
import { BARE, PYTHON } from "../support/tools.ts";
import { Program } from "../support/program.ts";
import { elapsed } from "../sys/support.ts";
import { connect, drain, FAMILIES, type Family, fill, listen, open, until } from "./tcp.ts";

// <net/tcp_states.h>, as proc(5) prints it.
const TIME_WAIT = "06";

/** The state of a client's connection that was closed, as long as the kernel still has it. */
function lingering(of: Family, [port = 0, peer = 0]: readonly (number | undefined)[]): string {
  const [here, there] = [port, peer].map((number) => `:${hexadecimal(number)}`);
  const table = readFileSync(
    of.family === sys.AF_INET ? "/proc/net/tcp" : "/proc/net/tcp6",
    "latin1",
  );
  return table
    .split("\n")
    .map((line) => line.trim().split(/ +/))
    .filter(([, local, remote]) => local?.endsWith(here!) && remote?.endsWith(there!))
    .map(([, , , state]) => state)
    .join();
}

function hexadecimal(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, "0");
}

/** A peer that accepts one connection and says how many bytes came, once it is told to read. */
const RELUCTANT_READER = `
import socket, sys
family, address = int(sys.argv[1]), sys.argv[2]
with socket.socket(family, socket.SOCK_STREAM) as listener:
    listener.bind((address, 0))
    listener.listen()
    print(listener.getsockname()[1], flush=True)
    connection, _ = listener.accept()
    sys.stdin.readline()
    total = 0
    while data := connection.recv(65536): total += len(data)
    print(total, flush=True)
`;

describe.each(FAMILIES)("close(2) and SO_LINGER, $name", (of) => {
  it("returns at once when it is off; what was sent still arrives, then the end", async () => {
    const [client, server] = await connect(of);
    expect(client.getOption("SO_LINGER")).toEqual({ onoff: false, linger: 0 });
    const sent = fill(client);

    expect(elapsed(() => client.close())).toBeLessThan(10_000);

    expect(await drain(server)).toBe(sent);
  });

  it("leaves TIME-WAIT behind when it is off", async () => {
    const [client, server] = await connect(of);
    const ports = [client.localAddress.port, client.remoteAddress.port];

    client.close();
    expect(await drain(server)).toBe(0);
    server.close();

    await until(() => lingering(of, ports) === TIME_WAIT);
  });

  it("resets the connection when it is on with 0: unsent data is lost, no TIME-WAIT", async () => {
    const [client, server] = await connect(of);
    const ports = [client.localAddress.port, client.remoteAddress.port];
    fill(client);

    client.setOption("SO_LINGER", { onoff: true, linger: 0 });
    expect(elapsed(() => client.close())).toBeLessThan(10_000);

    expect(await outcome(() => drain(server))).toBe("ECONNRESET");
    expect(lingering(of, ports)).toBe("");
  });

  it("waits when it is on with n, and gives up after n seconds without acknowledgement", async () => {
    const [client, server] = await connect(of);
    fill(client);
    client.blocking = true;
    client.setOption("SO_LINGER", { onoff: true, linger: 1 });

    const waited = elapsed(() => client.close());

    expect(waited).toBeGreaterThanOrEqual(990);
    expect(waited).toBeLessThan(20_000);
    expect(await drain(server)).toBeGreaterThan(0);
  });

  it("waits when it is on with n, until all is acknowledged and no longer", async () => {
    const args = ["-c", RELUCTANT_READER, String(of.family), of.address];
    await using peer = new Program(PYTHON, [...BARE, ...args]);
    const port = Number(await peer.nextLine());
    const client = open(of, { blocking: true });
    client.connect({ address: of.address, port });
    client.blocking = false;
    const sent = fill(client);
    client.blocking = true;
    client.setOption("SO_LINGER", { onoff: true, linger: 30 });

    peer.say("read");
    expect(elapsed(() => client.close())).toBeLessThan(15_000);

    expect(Number(await peer.nextLine())).toBe(sent);
  });

  // The notes, and POSIX, have it return at once. Linux looks at SO_LINGER only.
  it("waits for a non-blocking socket as well", async () => {
    const [client] = await connect(of);
    fill(client);
    expect(client.blocking).toBe(false);
    client.setOption("SO_LINGER", { onoff: true, linger: 1 });

    expect(elapsed(() => client.close())).toBeGreaterThanOrEqual(990);
  });

  it("is inherited by what a listener accepts", async () => {
    const listener = listen(of, (socket) =>
      socket.setOption("SO_LINGER", { onoff: true, linger: 9 }),
    );

    const [, server] = await connect(of, listener);

    expect(server.getOption("SO_LINGER")).toEqual({ onoff: true, linger: 9 });
  });
});

/** The code of the error that something ends with. */
async function outcome(call: () => Promise<unknown>): Promise<string> {
  try {
    return `no error: ${String(await call())}`;
  } catch (error) {
    if (isSystemError(error)) return error.code;
    throw error;
  }
}
