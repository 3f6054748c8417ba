import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import type * as ContendersModule from "../../bench/contenders/index.ts";
import { CONTENDERS, FAMILIES, SERVERS, TITLES } from "../../bench/contenders/index.ts";
import type * as BuildingModule from "../../bench/support/building.ts";
import type * as ProgramsModule from "../../bench/support/programs.ts";
import { Socket } from "../../lib/index.ts";
import * as sys from "../../lib/sys/index.ts";
import { filesOf, ROOT } from "../structure/source.ts";
import { Program } from "../support/program.ts";

// As the suite runs: compiled.
const SUITE = new URL("../../dist/bench/", import.meta.url).href;

const { contenderOf } = (await import(`${SUITE}contenders/index.js`)) as typeof ContendersModule;
const { buildServers, checkServer } = (await import(
  `${SUITE}support/building.js`
)) as typeof BuildingModule;
const { whyNoPrograms } = (await import(`${SUITE}support/programs.js`)) as typeof ProgramsModule;

const LIMIT_MS = 30_000;
// The kernel takes up to 4 MiB from a server (net.ipv4.tcp_wmem), and then a part of what it sends.
const MORE_THAN_FITS = 8 * 1024 * 1024;
// So many turns of the server, one after the other, in which it took nothing more: it waits for its client.
const TURNS = 3;

describe("the contenders", () => {
  it("have a file each in the folder of their family, whose name is theirs", () => {
    const files = filesOf(ROOT, "bench/contenders", ".ts")
      .filter((file) => /contenders\/\w+\//.test(file) && !file.endsWith("_server.ts"))
      .map((file) => file.replace(/^.*\/|\.ts$/g, "").replaceAll("_", "-"));

    expect(CONTENDERS.map(({ name }) => name).sort()).toEqual(files.sort());
  });

  it.each(CONTENDERS.map((contender) => [contender.name, contender] as const))(
    "say what they are and how to get them: %s",
    (name, { title, family, install }) => {
      expect([TITLES[name], FAMILIES[name]]).toEqual([title, family]);
      expect(install).toMatch(/^(apt-get install|npm install) [\w. -]+$|^nothing: it is part of /);
    },
  );
});

describe("the echo servers", () => {
  it.for(SERVERS)(
    "echo to a client that reads slowly or ends early, and end with their input: %s",
    async (name, { skip }) => {
      const contender = contenderOf(name);
      buildServers([name]);
      const reason = whyNoPrograms() ?? contender.missing?.();
      skip(reason !== undefined, reason);
      checkServer(name);
      const [command = "", ...args] = contender.server();
      await using server = new Program(command, args);
      const port = Number(await server.nextLine());

      using client = connect(port);
      using other = connect(port);
      for (const length of [1, 64 * 1024, 1024 * 1024, MORE_THAN_FITS]) {
        const bytes = randomBytes(length);
        expect(echoed(client, bytes, other).equals(bytes)).toBe(true);
      }
      using last = connect(port);
      const bytes = randomBytes(1024 * 1024);
      expect(echoed(last, bytes, other, { ends: true }).equals(bytes)).toBe(true);
      waitFor(last, sys.POLLIN);
      expect(last.recv(new Uint8Array(1))).toBe(0);
      expect(await usageOf(server)).toBeGreaterThan(0);
      server.end();
      const { code, signal, stderr } = await server.ended;
      expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: "" });
      expect(contender.version()).toMatch(/\w \d+\.\d+/);
    },
  );
});

/** A client whose buffer holds little, so that the server's has to hold the rest. */
function connect(port: number): Socket {
  const socket = Socket.open(sys.AF_INET, sys.SOCK_STREAM, 0, { blocking: true });
  socket.setOption("SO_RCVBUF", 128 * 1024);
  socket.connect({ address: "127.0.0.1", port });
  sys.fcntl(socket.fd, sys.F_SETFL, sys.O_NONBLOCK);
  return socket;
}

/**
 * What comes back of `bytes`. The client reads nothing before it can send no more.
 *
 * @param ends - whether the client ends its direction when it has sent all, before all has come back
 */
function echoed(
  client: Socket,
  bytes: Uint8Array,
  other: Socket,
  { ends = false }: { readonly ends?: boolean } = {},
): Buffer {
  let sent = 0;
  for (let turn = 0; turn < TURNS && sent < bytes.length;) {
    const accepted = client.send(bytes.subarray(sent)) ?? 0;
    sent += accepted;
    if (accepted === 0) turn++;
    else turn = 0;
    // The server has had its turn when it has served another client.
    takeTurn(other);
  }
  const back = Buffer.alloc(bytes.length);
  let isOpen = ends;
  for (let received = 0; received < back.length;) {
    if (isOpen && sent === bytes.length) {
      client.shutdown(sys.SHUT_WR);
      isOpen = false;
    }
    waitFor(client, sys.POLLIN | (sent < bytes.length ? sys.POLLOUT : 0));
    if (sent < bytes.length) sent += client.send(bytes.subarray(sent)) ?? 0;
    const got = client.recv(back.subarray(received));
    if (got === 0) throw new Error(`ended after ${received} of ${back.length} bytes`);
    received += got ?? 0;
  }
  return back;
}

function takeTurn(other: Socket): void {
  const byte = randomBytes(1);
  other.send(byte);
  waitFor(other, sys.POLLIN);
  const back = new Uint8Array(1);
  expect(other.recv(back)).toBe(1);
  expect(back[0]).toBe(byte[0]);
}

function waitFor(socket: Socket, events: number): void {
  const fds = new sys.PollFds(1);
  fds.set(0, socket.fd, events);
  if (sys.poll(fds, 1, LIMIT_MS) === 0) throw new Error("the server does not answer");
}

/** The processor time that the server tells, in microseconds. */
async function usageOf(server: Program): Promise<number> {
  server.say("usage");
  const [, user, system] = /^(\d+) (\d+)$/.exec(await server.nextLine()) ?? [];
  return Number(user) + Number(system);
}
