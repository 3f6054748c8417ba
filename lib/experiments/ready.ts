import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { Experiment, Recorder } from "./experiment.ts";
import { CONDITIONS, type Condition } from "./ready_conditions.ts";
import { eventsOf } from "./streams.ts";
import { tcpSocket } from "./tcp_pair.ts";
import { askAll, directionsOf } from "./three_waits.ts";
import { until } from "./until.ts";

/** When a socket is ready, on select, poll and epoll (B12 of the notes). */
export const ready: Experiment = {
  name: "ready",
  summary: "when a socket is readable, writable or exceptional, on select, poll and epoll",
  async run(out) {
    const found: Found[] = [];
    for (const condition of CONDITIONS) found.push(await look(out, condition));
    return conclude(found, lowWaterMark(out));
  },
};

interface Found {
  readonly name: string;
  readonly agree: boolean;
  readonly asNoted: boolean;
}

async function look(out: Recorder, condition: Condition): Promise<Found> {
  const { name, asked, isReady } = condition;
  out.remark(name);
  const socket = await condition.make(out);
  if (isReady) await settle(socket, asked);
  const reports = askAll(out, socket, asked);
  condition.then?.(out, socket);
  const noted = isReady ? asked.join(", ") : `not ${asked.join(", ")}`;
  out.figure({ condition: name, "the notes": noted, ...reports });
  const directions = Object.values(reports).map((report: string) =>
    directionsOf(report, asked).join(),
  );
  return {
    name,
    agree: new Set(directions).size === 1,
    asNoted: directions.every((one) => one === (isReady ? asked.join() : "")),
  };
}

/** Waits for what the condition brings; what does not come is a finding. */
async function settle(socket: Socket, asked: Condition["asked"]): Promise<void> {
  const events = asked.reduce((bits, one) => bits | POLL_BITS[one], 0);
  await until(() => eventsOf(socket, events) !== 0);
}

const POLL_BITS = { readable: sys.POLLIN, writable: sys.POLLOUT, exceptional: sys.POLLPRI };

/** The notes let SO_SNDLOWAT decide how much room makes a socket writable. */
function lowWaterMark(out: Recorder): string {
  out.remark("how much room makes a socket writable: SO_SNDLOWAT, in the notes");
  const socket = tcpSocket(out);
  const set = out.attempt("setsockopt", ["socket", "SOL_SOCKET", "SO_SNDLOWAT", 4096], () =>
    socket.setOption(sys.SOL_SOCKET, sys.SO_SNDLOWAT, 4096),
  );
  const value = out.call("getsockopt", ["socket", "SOL_SOCKET", "SO_SNDLOWAT"], () =>
    socket.getOption("SO_SNDLOWAT"),
  );
  return set === "0"
    ? `SO_SNDLOWAT can be set, and is ${value}`
    : `SO_SNDLOWAT cannot be set here (${set}), and is always ${value}`;
}

function conclude(found: readonly Found[], lowWaterMark: string): string {
  const apart = found.filter(({ agree }) => !agree).map(({ name }) => `"${name}"`);
  const wrong = found.filter(({ asNoted }) => !asNoted).map(({ name }) => `"${name}"`);
  const agreement =
    apart.length === 0
      ? `select, poll and epoll agree in all ${found.length} conditions`
      : `select, poll and epoll disagree in ${apart.join(", ")}`;
  const truth =
    wrong.length === 0 ? "all are as in the notes" : `unlike the notes are ${wrong.join(", ")}`;
  return `${agreement}, and ${truth}; ${lowWaterMark}.`.replace(/^s/, "S");
}
