import { constants, openSync } from "node:fs";
import { Socket, sys } from "pollux";

/** What is watched: a pipe with one descriptor for both ends or with one for each end, or a TCP connection. */
export type Kind = "pipe" | "two-ended pipe" | "socket";

/** Descriptors to watch, and what makes them ready. */
export interface Watched {
  /** The descriptors to watch; the lowest numbers, without gaps. */
  readonly watched: readonly number[];
  /** Writing to one of these makes the watched descriptor of the same index readable. */
  readonly others: readonly number[];
  /** The highest watched descriptor. */
  readonly highest: number;
  /** Closes all of them. */
  readonly close: () => void;
}

// Between the watched descriptors and the others, room for those that a process has open anyway.
const GAP = 64;

/** How many descriptors {@link openWatched} needs. */
export function descriptorsFor(kind: Kind, count: number): number {
  return kind === "pipe" ? count + 2 : 2 * count + GAP;
}

/** Opens `count` of a kind. `active` of them are readable, evenly spread, the last one among them. */
export function openWatched(kind: Kind, count: number, active: number): Watched {
  const watched: number[] = [];
  const others: number[] = [];
  const listener = kind === "socket" ? listen() : null;
  for (let index = 0; index < count; index++) {
    const [own, other] = listener ? tcpPair(listener) : sys.pipe2(sys.O_CLOEXEC);
    const both = kind === "pipe";
    watched.push(both ? joined(own, other) : own);
    others.push(both ? watched[index]! : raised(other, count + GAP));
    const before = Math.floor((index * active) / count);
    const after = Math.floor(((index + 1) * active) / count);
    if (after > before) sys.write(others[index]!, new Uint8Array(1));
  }
  listener?.close();
  return {
    ...{ watched, others, highest: watched.reduce((a, b) => Math.max(a, b), 0) },
    close: () => {
      for (const fd of new Set([...watched, ...others])) sys.close(fd);
    },
  };
}

// One descriptor for both ends of the pipe: twice as many pipes fit below the limit of descriptors.
function joined(readEnd: number, writeEnd: number): number {
  const both = openSync(`/proc/self/fd/${readEnd}`, constants.O_RDWR | constants.O_NONBLOCK);
  sys.close(readEnd);
  sys.close(writeEnd);
  return both;
}

function raised(fd: number, min: number): number {
  const higher = sys.fcntl(fd, sys.F_DUPFD_CLOEXEC, min);
  sys.close(fd);
  return higher;
}

function listen(): Socket {
  const listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM, 0, { blocking: true });
  return listener.bind({ address: "127.0.0.1", port: 0 }).listen();
}

function tcpPair(listener: Socket): [number, number] {
  const address = listener.localAddress;
  const client = Socket.open(address.family, sys.SOCK_STREAM, 0, { blocking: true });
  client.connect(address);
  const other = client.detach();
  const accepted = listener.accept({ blocking: true });
  return [accepted!.detach(), other];
}
