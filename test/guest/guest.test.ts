import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "rolldown";
import ts from "typescript";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { ROOT } from "../structure/source.ts";
import { run } from "../support/program.ts";
import { PYTHON } from "../support/tools.ts";

const GUEST = fileURLToPath(new URL("run", import.meta.url));
const PATH = `PATH=${process.execPath.replace(/\/[^/]*$/, "")}:$PATH`;
// As many as loading takes, and few beyond: one program shows what happens without any.
const PROGRAMS = ["sctp", "others", "data", "sctp_faults"].map(
  (name) => `test/guest/programs/${name}.mjs`,
);
// Two folders below the checkout, as what is built into dist/.
const BUILT = "build-guest/programs/options.mjs";
const LIFETIME = "--expose-gc test/structure/programs/lifetime.mjs SctpEchoServer";
const DESCRIPTORS = 250;
/** How `run` ends when the kernel did not get as far as the command. */
const NO_GUEST = 125;
let withoutGuest =
  spawnSync("sh", ["-c", "command -v linux.uml && command -v bash"]).status === 0
    ? undefined
    : "needs a kernel to run: Debian's user-mode-linux";

const EXAMPLE = "build-guest/programs/kernel_crypto.mjs";

/** What the guest says of an option: values as JSON has them. */
interface RoundTrip {
  readonly name: string;
  readonly error: string | null;
  readonly read: unknown;
  readonly before: unknown;
  readonly after: unknown;
  readonly ours: string;
  readonly byPython: string;
  readonly inC: string | null;
}

interface Echo {
  readonly text: string;
  readonly sid: number;
  readonly ppid: number;
  readonly unordered: boolean;
}

interface SctpFacts {
  readonly echoes: readonly Echo[];
  readonly notifications: readonly string[];
  readonly streams: readonly unknown[];
  readonly stopped: readonly number[];
}

let facts: Record<string, Record<string, unknown>> = {};

/** One file of JavaScript, for a Node.js that reads no TypeScript. */
async function buildOptions(): Promise<void> {
  const addon: Plugin = {
    name: "addon",
    resolveId: (id) =>
      id.endsWith("/addon.cjs")
        ? { id: `${ROOT}lib/native/addon.cjs`, external: "absolute" }
        : null,
  };
  await build({
    input: `${ROOT}test/guest/programs/options.ts`,
    output: { file: ROOT + BUILT, format: "esm" },
    platform: "node",
    plugins: [addon],
    transform: { target: "es2022" },
    logLevel: "silent",
  });
}

function buildExample(): void {
  const source = readFileSync(`${ROOT}examples/kernel_crypto.ts`, "utf8");
  const compilerOptions = { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 };
  writeFileSync(ROOT + EXAMPLE, ts.transpileModule(source, { compilerOptions }).outputText);
}

// The kernel starts once: each program prints one line of what it found.
beforeAll(async () => {
  if (withoutGuest !== undefined) return;
  await buildOptions();
  buildExample();
  const programs = [...PROGRAMS, LIFETIME, BUILT];
  const script = programs.map((args) => `node --no-warnings ${args}`).join(" && ");
  const ended = await run(
    GUEST,
    "sh",
    "-c",
    `ulimit -n ${String(DESCRIPTORS)}; ${PATH}; export POLLUX_PYTHON=${PYTHON}; ${script}`,
  );
  // User-Mode Linux keeps less room for a processor's registers than AMX needs, and ends before its first program.
  if (ended.code === NO_GUEST && ended.stderr.includes("put_fp_registers")) {
    withoutGuest = "the guest kernel cannot restore the registers of this processor";
    return;
  }
  if (ended.code !== 0) throw new Error(JSON.stringify(ended));
  // The guest has one console: its kernel, and warnings of Node.js, print there as well.
  for (const line of ended.stdout.split("\n").filter((text) => text.startsWith("{"))) {
    const found = JSON.parse(line) as typeof facts;
    facts = { ...facts, ...("collected" in found ? { lifetime: found } : found) };
  }
}, 300_000);

afterAll(() => {
  rmSync(`${ROOT}build-guest`, { recursive: true, force: true });
});

beforeEach(({ skip }) => {
  skip(withoutGuest !== undefined, withoutGuest);
});

describe("SctpEchoServer", () => {
  const STYLES = ["one-to-one", "one-to-many"].flatMap((style) =>
    ["select", "poll", "epoll"].map((multiplexer) => `${multiplexer} ${style}`),
  );
  const factsOf = (style: string): SctpFacts => facts["sctp"]?.[style] as SctpFacts;

  it.each(STYLES)("echoes in the stream that a message came in (%s)", (style) => {
    const echoes = [0, 1].flatMap((client) => [
      { text: `hello ${String(client)}`, sid: 3 + client, ppid: 0xcafe, unordered: false },
      { text: "unordered", sid: 5, ppid: 0, unordered: true },
      { text: "20000", sid: 0, ppid: 0, unordered: false },
    ]);

    expect(factsOf(style).echoes).toEqual(echoes);
  });

  it.each(STYLES)("tells how each association began and ended (%s)", (style) => {
    const { notifications, streams } = factsOf(style);

    expect([...notifications].sort()).toEqual(
      ["SCTP_COMM_UP", "SCTP_SHUTDOWN_COMP", "SCTP_SHUTDOWN_EVENT"].flatMap((name) => [name, name]),
    );
    expect(streams).toEqual([true, true, 0]);
  });

  it.each(STYLES)("calls back each who has asked it to stop, also after it has (%s)", (style) => {
    expect(factsOf(style).stopped).toEqual([1, 2, 3]);
  });

  it("serves Python's sockets", () => {
    expect(facts["sctp"]?.["python"]).toBe("from python\nagain\n");
  });

  it("keeps the stream of a client that sends and receives SCTP_SNDRCV, as bytes", () => {
    expect(facts["sctp"]?.["sndrcv"]).toEqual({ text: "old", numbers: [6, 0xbeef] });
  });

  it("agrees on as many streams as SCTP_INITMSG asks for, which the client is notified of", () => {
    expect(facts["sctp"]?.["client"]).toEqual({
      isNotification: true,
      change: "SCTP_COMM_UP",
      streams: [7, 5],
    });
  });
});

describe("connect() of SCTP", () => {
  it.each([0, 1])(
    "connects, is refused, and leaves nothing behind when given up (style %i)",
    (style) => {
      const styles = facts["sctpFaults"]?.["connect"] as readonly unknown[];

      expect(styles[style]).toEqual({
        ...{ done: "connected", refused: "ECONNREFUSED" },
        ...{ late: "ETIMEDOUT", triesOn: false, aborted: "TimeoutError", triesOnStill: false },
      });
    },
  );

  it("has a primary address that equals the one it connected to", () => {
    expect(facts["sctpFaults"]).toMatchObject({ primary: true });
  });
});

describe("SctpEchoServer, attacked", () => {
  it("accepts all that wait, edge-triggered too", () => {
    expect(facts["sctpFaults"]).toMatchObject({ edge: 20 });
  });

  it("ends the association that never reads, and answers the others", () => {
    expect(facts["sctpFaults"]).toMatchObject({ stuck: { answers: ["one", "two"], ended: true } });
  });

  it("outlives callbacks that throw or reject, and tells onError", () => {
    expect(facts["sctpFaults"]).toMatchObject({ callbacks: ["thrown", "ab", "rejected"] });
  });

  it("calls recvmsg(2) and sendmsg(2) again after pauses, and loses no message", () => {
    const served = (told: readonly string[]): object => ({ answer: "late", told, enough: true });

    expect(facts["sctpFaults"]?.["failing"]).toEqual({
      "one-to-one recvmsg EINTR": served([]),
      "one-to-one recvmsg ENOMEM": served(["ENOMEM", "ENOMEM", "ENOMEM", "ENOMEM"]),
      "one-to-many recvmsg ENOMEM": served(["ENOMEM", "ENOMEM", "ENOMEM", "ENOMEM"]),
      // Without a pause at first: it may be the error of one association.
      "one-to-many recvmsg EIO": served(["EIO", "EIO", "EIO", "EIO", "EIO"]),
      "one-to-one sendmsg EINTR": served([]),
      "one-to-one sendmsg ENOBUFS": served([]),
      "one-to-many sendmsg ENOBUFS": served([]),
    });
  });

  it("serves those that waited while no descriptor was free", () => {
    expect(facts["sctpFaults"]).toMatchObject({ descriptors: ["first", "second"] });
  });
});

describe("a forgotten SctpEchoServer", () => {
  it("is collected, gives back what it has, and warns once", () => {
    const { before, ...line } = facts["lifetime"] ?? {};

    expect(line).toEqual({
      ...{ name: "SctpEchoServer", opened: 1, collected: true, after: before },
      said: ["A SctpEchoServer was forgotten with descriptor N open; closing it."],
    });
  });
});

describe("SctpEchoServer.stop", () => {
  it.each(["one-to-one", "one-to-many"])(
    "answers associations that wait and what they have sent, and ends them in order (%s)",
    (style) => {
      const stopped = facts["sctpFaults"]?.["stopped"] as Record<string, readonly string[][]>;

      expect(stopped[style]).toEqual([["first"], ["second"], ["end"]]);
    },
  );
});

describe("associations of SCTP", () => {
  it("have several addresses: BINDX, CONNECTX, and who has connected", () => {
    expect(facts["sctpFaults"]).toMatchObject({
      connectx: "EINPROGRESS",
      addresses: {
        local: ["127.0.0.1", "127.0.0.2"],
        peers: ["127.0.0.1", "127.0.0.2"],
        from: true,
      },
    });
  });

  it("get a socket of their own, and messages that say how they begin: PEELOFF, INIT, PRINFO", () => {
    expect(facts["sctpFaults"]).toMatchObject({
      peeled: {
        ...{ sent: 5, soon: 4, sid: 2, streams: 3, back: 4 },
        ...{ closeOnExec: true, blocking: false },
      },
      more: 4,
    });
  });
});

describe("options of SCTP", () => {
  it("are set and read again, as on other sockets in their own kernel", () => {
    const options = facts["options"] as unknown as readonly RoundTrip[];

    expect(options.length).toBeGreaterThan(16);
    for (const { name, error, read, before, after, ours, byPython, inC } of options) {
      expect({ name, error, after, byPython }).toEqual({
        name,
        error: null,
        after: read,
        byPython: ours,
      });
      expect({ name, before }).not.toEqual({ name, before: read });
      if (inC !== null)
        expect({ name, bytes: byPython.slice(0, inC.length) }).toEqual({ name, bytes: inC });
    }
  });
});

describe("CAN", () => {
  it("carries frames to all who are bound to the interface, but for the sender", () => {
    expect(facts["can"]).toMatchObject({
      name: "can:vcan0",
      all: [0x100, 0x123, 0x200].map((id) => [id, `id ${String(id)}`, "can:vcan0"]),
      sender: [],
    });
  });

  it("leaves out what a filter does not let through, also in a wait", () => {
    expect(facts["can"]).toMatchObject({ ready: 1, some: [[0x123, "id 291", "can:vcan0"]] });
  });
});

describe("CAN_BCM", () => {
  it("sends frames at intervals, in turn, and tells when that has ended", () => {
    const id = 0x123;

    expect(facts["bcm"]).toMatchObject({
      cyclic: [
        [id, [1, 2], 16],
        [id, [3], 16],
      ],
      expired: { opcode: sys.CAN_BCM_TX_EXPIRED, count: 0, interval1Us: 1000, interval2Us: 0, id },
      read: {
        opcode: sys.CAN_BCM_TX_STATUS,
        interval1Us: 1000,
        frames: [
          [id, [1, 2]],
          [id, [3]],
        ],
      },
    });
  });

  it("sends frames of CAN FD", () => {
    expect(facts["bcm"]).toMatchObject({
      sent: [0x200, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 72],
    });
  });

  it("tells of contents that have changed, and of frames that are missed", () => {
    expect(facts["bcm"]).toMatchObject({
      changes: [
        [sys.CAN_BCM_RX_CHANGED, [[0x300, [1, 1]]]],
        [sys.CAN_BCM_RX_CHANGED, [[0x300, [2, 3]]]],
      ],
      late: [sys.CAN_BCM_RX_TIMEOUT, 0x300, []],
    });
  });
});

describe("AF_ALG", () => {
  it("encrypts, decrypts and seals as node:crypto and Python do", () => {
    expect(facts["alg"]).toMatchObject({
      ...{ decrypted: true, asNode: true, asPython: true, aead: true },
      address: { type: "hash", name: "sha256", feat: 0, mask: 3 },
    });
  });

  it("computes in examples/kernel_crypto.ts what node:crypto computes", () => {
    expect(facts["alg"]).toMatchObject({
      example: "sha256: the same\nhmac(sha1): the same\ncbc(aes): the same\n",
    });
  });
});

describe("kernel TLS", () => {
  it("sends and receives records of each type", () => {
    expect(facts["tls"]).toEqual([
      [23, "data"],
      [21, "alert"],
    ]);
  });
});

describe("VSOCK", () => {
  it("connects over its loopback, carries bytes both ways, and ends", () => {
    expect(facts["vsock"]).toEqual({
      ...{ there: "ping", back: "pong", end: 0 },
      ...{ sameAddress: true, cid: true },
    });
  });
});

describe("sdNotify() of a virtual machine", () => {
  it("tells the host over VSOCK, from a privileged port", () => {
    const told = (text: string): object => ({ sent: true, text, privileged: true });

    expect(facts["notify"]).toMatchObject({
      any: told("READY=1\nSTATUS=open"),
      seqpacket: told("STOPPING=1"),
      stream: told("WATCHDOG=1"),
    });
  });

  it("throws where nobody listens, or the kind of socket does not exist", () => {
    expect(facts["notify"]).toMatchObject({
      dgram: { code: "ENODEV", syscall: "socket" },
      nobody: { code: "ECONNRESET", syscall: "connect" },
      descriptors: { code: "ERR_INVALID_ARG_VALUE" },
    });
  });
});

describe("TimerFd", () => {
  it("is READABLE and throws ECANCELED when the clock is set, where that was asked for", () => {
    expect(facts["clock"]).toEqual({
      ...{ before: null, ready: 1 },
      ...{ code: "ECANCELED", syscall: "read" },
    });
  });
});
