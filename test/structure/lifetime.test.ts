import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as pollux from "../../lib/index.ts";
import { run } from "../support/program.ts";

const PROGRAM = fileURLToPath(new URL("programs/lifetime.mjs", import.meta.url));

/** Exported classes that own nothing outside JavaScript, or are not forgotten while they do. */
const WITHOUT: Readonly<Record<string, string>> = {
  Address: "is bytes",
  ManagerStream: "belongs to its connection",
  Handover: "is inherited once, from the program before: see test/workers/",
  NetworkBuffer: "is memory",
  ProcessPerConnection: "serves until it is stopped, as a Supervisor",
  Relay: "opens what it needs when it runs, and closes it then",
  SctpEchoServer: "needs a kernel with SCTP: guest.test.ts has its case",
  Supervisor: "serves until it is stopped, and is not forgotten: its reactor runs",
  ResolveError: "is an error",
  SystemError: "is an error",
  StructLayout: "owns nothing",
  Timer: "belongs to its reactor",
  WorkerSlot: "is opened once in a worker, which ends with it: see test/workers/",
};

interface Line {
  readonly name: string;
  readonly opened: number;
  readonly collected: boolean;
  readonly before: object;
  readonly after: object;
  readonly said: readonly string[];
}

/** What the warning names, where that is not the class itself. */
const NAMES: Readonly<Record<string, string | null>> = {
  Broadcaster: "A Socket",
  Connection: "A Socket",
  DatagramBatch: "A Descriptor",
  EchoThread: null,
  EventManager: "An EpollMultiplexer",
  PipeReader: "A Pipe",
  PipeWriter: "A Pipe",
  PollMultiplexer: null,
  Reactor: "An EpollMultiplexer",
  ReceivedMessage: "A Descriptor",
  SelectMultiplexer: null,
};

function isClass(value: unknown): boolean {
  return typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
}

const { stdout, stderr } = await run(process.execPath, "--expose-gc", "--no-warnings", PROGRAM);
const lines = stdout
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Line);

describe("an exported class that owns something outside JavaScript", () => {
  it("has a case here, or a reason not to", () => {
    const classes = Object.entries(pollux).filter(([, value]) => isClass(value));
    const cases = [...lines.map(({ name }) => name), ...Object.keys(WITHOUT)];

    expect(stderr).toBe("");
    expect(classes.map(([name]) => name).sort()).toEqual(cases.sort());
  });

  it.each(lines)(
    "$name is collected when forgotten, gives back what it has, and warns once",
    (line) => {
      const { name, opened, collected, before, after, said } = line;
      const article = /^[AEIO]/.test(name) ? "An" : "A";
      const expected = name in NAMES ? NAMES[name] : `${article} ${name}`;

      expect({ collected, after }).toEqual({ collected: true, after: before });
      expect(opened > 0 || expected === null).toBe(true);
      expect(said).toEqual(
        expected === null
          ? []
          : [expect.stringMatching(`^${expected ?? "?"} was forgotten with descriptor`)],
      );
    },
  );
});
