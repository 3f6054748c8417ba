import { constants, openSync } from "node:fs";
import { Socket, sys } from "pollux";

/** A pipe that is one descriptor, or has one for each of its ends, or a TCP connection of two. */
export type Kind = "pipe" | "two-ended pipe" | "socket";

export interface Watched {
  readonly watched: readonly number[];
  /** What is written to, so that the watched one of the same index gets readable. */
  readonly others: readonly number[];
  readonly highest: number;
  readonly close: () => void;
}

// Between the watched ones and the others, for what a process has open besides.
const GAP = 64;

/** How many descriptors {@link openWatched} needs. */
export function descriptorsFor(kind: Kind, count: number): number {
  return kind === "pipe" ? count + 2 : 2 * count + GAP;
}

/** Those that are watched have the lowest numbers, in a row; `active` of them have something to read. */
export function openWatched(kind: Kind, count: number, active: number): Watched {
  const watched: number[] = [];
  const others: number[] = [];
  const listener = kind === "socket" ? listen() : null;
  for (let index = 0; index < count; index++) {
    const [own, other] = listener ? tcpPair(listener) : sys.pipe2(sys.O_CLOEXEC);
    const both = kind === "pipe";
    watched.push(both ? joined(own, other) : own);
    others.push(both ? watched[index]! : raised(other, count + GAP));
    // Spread evenly, and the last one among them.
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

// The same pipe, opened for both: twice as many are watched before descriptors run out.
function joined(readEnd: number, writeEnd: number): number {
  const both = openSync(`/proc/self/fd/${readEnd}`, constants.O_RDWR | constants.O_NONBLOCK);
  sys.close(readEnd);
  sys.close(writeEnd);
  return both;
}

function raised(fd: number, least: number): number {
  const higher = sys.fcntl(fd, sys.F_DUPFD_CLOEXEC, least);
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
