import { type Address, READABLE, Socket, sys } from "pollux";
import type { Metric, Scenario, Trial } from "pollux/bench";
import { TITLES, contenderOf } from "../contenders/index.ts";
import type { ContenderName } from "../contract.ts";
import { CoProcess } from "./co_process.ts";
import { buildPrograms, whyNoPrograms } from "./programs.ts";
import { tooManyDescriptors } from "./usage.ts";

export type Kind = "pipe" | "socket";

export const WAITERS = [
  ...(["c-select", "c-select-mt", "select", "c-poll", "c-poll-mt", "poll"] as const),
  ...(["c-epoll", "c-epoll-mt", "epoll"] as const),
] as const;

export type Waiter = (typeof WAITERS)[number];

/** Each is held against the same system call in C, in a process of several threads as well. */
export const OWN_C = { select: "c-select-mt", poll: "c-poll-mt", epoll: "c-epoll-mt" } as const;

export const WAIT_METRICS: readonly Metric[] = [
  { name: "cpu", unit: "ns", better: "lower", title: "processor time per wait" },
];

export const METHOD =
  "Waits with a timeout of 0, one after the other. The ready descriptors stay ready: nobody reads " +
  "them. They are spread evenly over the descriptor numbers, and the highest one is among them. " +
  "C with 2 threads has an idle one: the kernel then counts references to each descriptor, as it " +
  "does for Node.js, which always has several.";

/** At least 1 / 1.1 as good as C from 100 descriptors up. */
export function waitGoals(values: readonly number[]) {
  return values
    .filter((value) => value >= 100)
    .flatMap((value) =>
      (["select", "poll"] as const).map((contender) => ({
        contender,
        versus: OWN_C[contender],
        value,
        metric: "cpu",
        atLeast: 0.91,
      })),
    );
}

export function skipWait(name: Waiter, count: number): string | undefined {
  // Two ends each, and the numbers between them.
  const reason = tooManyDescriptors(2 * count + 64);
  return contenderOf(name).waitCost && reason === undefined ? whyNoPrograms() : reason;
}

/** Waits for `count` descriptors of which `active` are ready. */
export async function waitTrial(
  name: Waiter,
  kind: Kind,
  count: number,
  active: number,
): Promise<Trial> {
  const { waitCost } = contenderOf(name);
  return waitCost ? cTrial(waitCost, kind, [count, active]) : ownTrial(name, kind, count, active);
}

/** bench/c/wait_cost.c; `events` are those of one run. */
export async function cTrial(
  mode: readonly string[],
  kind: Kind,
  numbers: readonly number[],
  events = 1,
): Promise<Trial> {
  const waiter = new CoProcess([...mode, kind, ...numbers.map(String)]);
  await waiter.line();
  return {
    async run(times) {
      const { elapsed, cpu } = await waiter.run(times, false);
      return { cpu: cpu / times / events, elapsed, busy: cpu / elapsed };
    },
    teardown: () => waiter.end(),
  };
}

function ownTrial(name: ContenderName, kind: Kind, count: number, active: number): Trial {
  const fds = openPairs(kind, count, active);
  const multiplexer = contenderOf(name).multiplexer!(Math.max(...fds.watched) + 1);
  for (const fd of fds.watched) multiplexer.add(fd, READABLE);
  let waits = 0;
  let found = 0;
  const onReady = (): void => {
    found++;
  };
  // epoll's list of events grows with what it finds: the first waits see fewer.
  for (let warmUp = 0; warmUp < 8; warmUp++) multiplexer.waitSync(0, onReady);
  found = 0;
  return {
    run(times) {
      for (let wait = 0; wait < times; wait++) multiplexer.waitSync(0, onReady);
      waits += times;
    },
    teardown() {
      multiplexer.close();
      for (const fd of [...fds.watched, ...fds.others]) sys.close(fd);
      if (found !== waits * active || waits === 0) {
        throw new Error(`${found} were ready in ${waits} waits instead of ${active} in each`);
      }
    },
  };
}

export interface Pairs {
  readonly watched: readonly number[];
  readonly others: readonly number[];
}

/** The watched ends have the lowest numbers, in a row; `active` of them have something to read. */
export function openPairs(kind: Kind, count: number, active: number): Pairs {
  const watched: number[] = [];
  const others: number[] = [];
  const listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM, 0, { blocking: true });
  listener.bind({ address: "127.0.0.1", port: 0 }).listen();
  const raised = (fd: number): number => {
    const other = sys.fcntl(fd, sys.F_DUPFD_CLOEXEC, count + 64);
    sys.close(fd);
    return other;
  };
  for (let index = 0; index < count; index++) {
    const [own, other] =
      kind === "pipe" ? sys.pipe2(sys.O_CLOEXEC) : tcpPair(listener, listener.localAddress);
    const end = raised(other);
    watched.push(own);
    others.push(end);
    const before = Math.floor((index * active) / count);
    if (Math.floor(((index + 1) * active) / count) > before) sys.write(end, new Uint8Array(1));
  }
  listener.close();
  return { watched, others };
}

function tcpPair(listener: Socket, address: Address): [number, number] {
  const client = Socket.open(address.family, sys.SOCK_STREAM, 0, { blocking: true });
  client.connect(address);
  const other = client.detach();
  const accepted = listener.accept({ blocking: true });
  return [accepted!.detach(), other];
}

/** A scenario that asks what one wait costs; `active` says how many of `count` are ready. */
export function waitScenario(
  about: Pick<Scenario<Waiter, number>, "name" | "question" | "sweep" | "goals">,
  kind: Kind,
  active: (count: number) => number,
): Scenario<Waiter, number> {
  return {
    ...about,
    contenders: WAITERS,
    titles: TITLES,
    metrics: WAIT_METRICS,
    baseline: OWN_C,
    method: METHOD,
    setup: buildPrograms,
    skip: skipWait,
    prepare: (contender, count) => waitTrial(contender, kind, count, active(count)),
  };
}
