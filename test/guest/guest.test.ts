import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { run } from "../support/program.ts";

const GUEST = fileURLToPath(new URL("run", import.meta.url));
const PATH = `PATH=${process.execPath.replace(/\/[^/]*$/, "")}:$PATH`;
// As many as loading takes, and few beyond: one program shows what happens without any.
const PROGRAMS = ["sctp", "others", "sctp_faults"];
const DESCRIPTORS = 250;
const withoutGuest =
  spawnSync("sh", ["-c", "command -v linux.uml && command -v bash"]).status === 0
    ? undefined
    : "needs a kernel to run: Debian's user-mode-linux";

/** What vitest says of its tests. */
interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
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
}

let facts: Record<string, Record<string, unknown>> = {};

// The kernel starts once: each program prints one line of what it found.
beforeAll(async () => {
  if (withoutGuest !== undefined) return;
  const script = PROGRAMS.map((name) => `node --no-warnings test/guest/programs/${name}.mjs`).join(
    " && ",
  );
  const ended = await run(
    GUEST,
    "sh",
    "-c",
    `ulimit -n ${String(DESCRIPTORS)}; ${PATH}; ${script}`,
  );
  if (ended.code !== 0) throw new Error(JSON.stringify(ended));
  // The guest has one console: its kernel, and warnings of Node.js, print there as well.
  for (const line of ended.stdout.split("\n").filter((text) => text.startsWith("{"))) {
    facts = { ...facts, ...(JSON.parse(line) as typeof facts) };
  }
}, 300_000);

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

  it("serves Python's sockets", () => {
    expect(facts["sctp"]?.["python"]).toBe("from python\nagain\n");
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

  it("serves those that waited while no descriptor was free", () => {
    expect(facts["sctpFaults"]).toMatchObject({ descriptors: ["first", "second"] });
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
  it("are set and read again, as on other sockets in their own kernel", async () => {
    const vitest = "node_modules/vitest/vitest.mjs run test/options/round_trip.test.ts";
    const script = `${PATH}; node ${vitest} --reporter=json -t "SCTP_"`;
    const { code, stdout } = await run(GUEST, "sh", "-c", script);
    expect(code).toBe(0);
    const report = JSON.parse(stdout.slice(stdout.indexOf("{"))) as Report;
    const [{ assertionResults } = { assertionResults: [] }] = report.testResults;

    const chosen = assertionResults.filter(({ title }) => title.includes("SCTP_"));

    expect(chosen.length).toBeGreaterThan(16);
    expect(chosen.filter(({ status }) => status !== "passed")).toEqual([]);
  }, 300_000);
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

describe("VSOCK", () => {
  it("connects over its loopback, carries bytes both ways, and ends", () => {
    expect(facts["vsock"]).toEqual({
      ...{ there: "ping", back: "pong", end: 0 },
      ...{ sameAddress: true, cid: true },
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
