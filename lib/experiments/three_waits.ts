import { Descriptor } from "../descriptors/descriptor.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { Recorder } from "./experiment.ts";

/** What a socket can be ready for. */
export const DIRECTIONS = ["readable", "writable", "exceptional"] as const;

/** One of {@link DIRECTIONS}. */
export type Direction = (typeof DIRECTIONS)[number];

/** What select, poll and epoll report of one socket, as the kernel has it: "POLLIN | POLLHUP". */
export interface Reports {
  readonly select: string;
  readonly poll: string;
  readonly epoll: string;
}

const NOTHING = "nothing";
const SETS = { readable: "read", writable: "write", exceptional: "except" } as const;
const SUFFIXES = { readable: "IN", writable: "OUT", exceptional: "PRI" } as const;
// POLLRDHUP and EPOLLRDHUP come only if they are asked for.
const SEEN = ["IN", "PRI", "OUT", "ERR", "HUP"] as const;

/** Asks the three whether a socket is ready, without waiting. */
export function askAll(out: Recorder, socket: Socket, asked: readonly Direction[]): Reports {
  return {
    select: askSelect(out, socket, asked),
    poll: askPoll(out, socket, asked),
    epoll: askEpoll(out, socket, asked),
  };
}

/** The directions of a report: for poll and epoll an error or a hang-up wakes both, as in docs/multiplexers.md. */
export function directionsOf(report: string, asked: readonly Direction[]): Direction[] {
  const found = report.split(" | ").map((name) => name.replace(/^E?POLL/, ""));
  const broken = found.includes("ERR") || found.includes("HUP");
  return asked.filter(
    (one) =>
      found.includes(SETS[one]) ||
      found.includes(SUFFIXES[one]) ||
      (broken && one !== "exceptional"),
  );
}

function askSelect(out: Recorder, { fd }: Socket, asked: readonly Direction[]): string {
  const sets = new Map(asked.map((one) => [one, new sys.FdSet(fd + 1)]));
  for (const set of sets.values()) set.set(fd);
  const [read, write, except] = DIRECTIONS.map((one) => sets.get(one) ?? null);
  const shown = DIRECTIONS.map((one) => (sets.has(one) ? "{socket}" : "NULL"));
  return out.call(
    "select",
    ["nfds", ...shown, "{0, 0}"],
    () => {
      sys.select(fd + 1, read ?? null, write ?? null, except ?? null, 0);
      return list(asked.filter((one) => sets.get(one)?.isSet(fd)).map((one) => SETS[one]));
    },
    (answer) => answer,
  );
}

function askPoll(out: Recorder, { fd }: Socket, asked: readonly Direction[]): string {
  const names = asked.map((one) => `POLL${SUFFIXES[one]}` as const);
  const fds = new sys.PollFds(1);
  fds.set(0, fd, bitsOf(names));
  return out.call(
    "poll",
    [`{socket, ${names.join(" | ")}}`, 1, 0],
    () => {
      sys.poll(fds, 1, 0);
      return namesOf(
        fds.revents(0),
        SEEN.map((suffix) => `POLL${suffix}` as const),
      );
    },
    (answer) => answer,
  );
}

function askEpoll(out: Recorder, { fd }: Socket, asked: readonly Direction[]): string {
  const names = asked.map((one) => `EPOLL${SUFFIXES[one]}` as const);
  using epoll = new Descriptor(sys.epollCreate1(sys.EPOLL_CLOEXEC));
  sys.epollCtl(epoll.fd, sys.EPOLL_CTL_ADD, fd, bitsOf(names));
  const events = new sys.EpollEvents(1);
  return out.call(
    "epoll_wait",
    [`{socket, ${names.join(" | ")}}`, "events", 1, 0],
    () => {
      if (sys.epollWait(epoll.fd, events, 0) === 0) return NOTHING;
      return namesOf(
        events.events(0),
        SEEN.map((suffix) => `EPOLL${suffix}` as const),
      );
    },
    (answer) => answer,
  );
}

type Bit = `POLL${(typeof SEEN)[number]}` | `EPOLL${(typeof SEEN)[number]}`;

function bitsOf(names: readonly Bit[]): number {
  return names.reduce((bits, name) => bits | sys[name], 0);
}

function namesOf(bits: number, names: readonly Bit[]): string {
  return list(names.filter((name) => (bits & sys[name]) !== 0));
}

function list(names: readonly string[]): string {
  return names.length === 0 ? NOTHING : names.join(" | ");
}
