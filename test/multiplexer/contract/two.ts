import { READABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Socket } from "../../../lib/socket/socket.ts";
import { type Fixture, PATIENCE_MS } from "./fixture.ts";

export interface Two {
  readonly calls: [number, number, string][];
  /** Waits once; in the first call, `act` gets the other socket, whose event is still to come. */
  readonly wait: (act: (other: Socket, own: Socket) => void) => number;
}

/** Two sockets with something to read in one batch. Which one comes first is the kernel's choice. */
export function two(fixture: Fixture, interest = READABLE): Two {
  const [first] = fixture.readyPair();
  const [second] = fixture.readyPair();
  fixture.mux.add(first, interest, "first");
  fixture.mux.add(second, interest, "second");
  const calls: Two["calls"] = [];
  return {
    calls,
    wait: (act) =>
      fixture.mux.waitSync(PATIENCE_MS, (fd, events, data) => {
        calls.push([fd, events, data]);
        if (calls.length === 1) act(...swap(data === "first", first, second));
      }),
  };
}

function swap(first: boolean, one: Socket, other: Socket): [Socket, Socket] {
  return first ? [other, one] : [one, other];
}
