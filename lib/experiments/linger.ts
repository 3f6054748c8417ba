import { now } from "../runtime/timing.ts";
import type { Socket } from "../socket/socket.ts";
import type { Experiment, Recorder } from "./experiment.ts";
import { answered, drain, fill, inBytes } from "./streams.ts";
import { tcpPair } from "./tcp_pair.ts";
import { portsOf, recordTable } from "./tcp_states.ts";

const SECONDS = 1;

/** What close(2) does with unsent data, by SO_LINGER (C21 of the notes). */
export const linger: Experiment = {
  name: "linger",
  summary: "what close does with data that the peer has not read, by SO_LINGER",
  async run(out) {
    const off = await closing(out, { title: "off" });
    const reset = await closing(out, { title: "on, 0 s", seconds: 0 });
    const taken = await closing(out, {
      title: `on, ${seconds()}, acknowledged`,
      ...WAITS,
      few: true,
    });
    const blocking = await closing(out, { title: `on, ${seconds()}`, ...WAITS, blocking: true });
    const nonBlocking = await closing(out, { title: `on, ${seconds()}, O_NONBLOCK`, ...WAITS });
    return (
      `Off, close ${howLong(off)}, and the peer ${outcome(off)}; on with 0, it ${howLong(reset)}, and the ` +
      `peer ${outcome(reset)}; on with ${seconds()}, it ${howLong(taken)} where the peer's kernel ` +
      `acknowledged all, and ${howLong(blocking)} where it did not; on a non-blocking socket it ` +
      `${howLong(nonBlocking)}${nonBlocking.waited ? ", though the notes have it return" : ""}.`
    );
  },
};

const WAITS = { seconds: SECONDS };

interface Case {
  readonly title: string;
  /** l_linger; absent: l_onoff is 0. */
  readonly seconds?: number;
  readonly blocking?: boolean;
  /** As little as the peer's kernel acknowledges at once, though nobody reads it. */
  readonly few?: boolean;
}

interface Closed {
  readonly sent: number;
  /** How long close(2) took, in milliseconds. */
  readonly ms: number;
  /** Whether that was all the time that l_linger gives. */
  readonly waited: boolean;
  readonly received: number;
  /** The peer's last answer. */
  readonly end: string;
}

async function closing(out: Recorder, one: Case): Promise<Closed> {
  const { title, few = false, blocking = false } = one;
  out.remark(`SO_LINGER ${title}`);
  const [client, server] = tcpPair(out);
  const ports = portsOf(client);
  const sent = few ? await sendFew(out, client, server) : await fill(out, "client", client);
  client.blocking = blocking;
  const { seconds: l_linger } = one;
  const value = `{${l_linger === undefined ? 0 : 1}, ${l_linger ?? 0}}`;
  out.call("setsockopt", ["client", "SOL_SOCKET", "SO_LINGER", value], () =>
    client.setOption("SO_LINGER", { onoff: l_linger !== undefined, linger: l_linger ?? 0 }),
  );
  const start = now();
  out.call("close", ["client"], () => client.close());
  const ms = now() - start;
  const { bytes: received, end } = await drain(out, "server", server);
  out.call("close", ["server"], () => server.close());
  const state = await recordTable(out, "client", ports, end === "0" ? "TIME_WAIT" : "none");
  out.figure({ SO_LINGER: title, sent, "close, ms": ms, received, end, afterwards: state });
  return { sent, ms, waited: ms >= SECONDS * 1000 - 10, received, end };
}

async function sendFew(out: Recorder, client: Socket, server: Socket): Promise<number> {
  const sent = out.call("send", ["client", '"x"', 1, "MSG_NOSIGNAL"], () =>
    client.send(Buffer.from("x")),
  );
  await answered(server);
  return sent ?? 0;
}

function seconds(): string {
  return `${String(SECONDS)} s`;
}

function howLong({ ms, waited }: Closed): string {
  if (waited) return `waited for ${seconds()}`;
  return ms < 1 ? "returned at once" : `returned after ${ms.toFixed(0)} ms`;
}

function outcome({ sent, received, end }: Closed): string {
  const read =
    received === sent ? `all ${inBytes(sent)}` : `${inBytes(received)} of ${inBytes(sent)}`;
  return `read ${read}, then ${end === "0" ? "the end" : end}`;
}
