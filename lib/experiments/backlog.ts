import { readFileSync } from "node:fs";
import type { Socket } from "../socket/socket.ts";
import type { Experiment, Recorder } from "./experiment.ts";
import { boundSocket, tcpSocket } from "./tcp_pair.ts";
import { recordState, stateOf } from "./tcp_states.ts";
import { until } from "./until.ts";

const BACKLOGS = [0, 1, 4];
const MORE = 2; // clients than fit
const HUGE = 1_000_000;
const RETRY_MS = 4000; // a SYN is sent again after one second, and again after two more

/** How many connections a listener completes before it accepts any (B5 of the notes). */
export const backlog: Experiment = {
  name: "backlog",
  summary: "how many connections complete before accept, and what the other clients see",
  async run(out) {
    const queues: Queue[] = [];
    for (const wanted of BACKLOGS) queues.push(await crowd(out, wanted));
    const limit = askForMore(out);
    const last = queues.at(-1);
    const after = last ? await acceptOne(out, last) : "nothing";
    const answers = [...new Set(queues.flatMap((one) => [...one.answers]))].join(", ");
    const counts = queues.map((one) => `${one.connected.length} with ${one.wanted}`).join(", ");
    const states = [...new Set(queues.flatMap((one) => one.states))].join(", ");
    return (
      `By backlog, the connections that completed were ${counts}; connect answered ${answers} to all, and ` +
      `the other clients were left in ${states}; after one accept, one of them was in ${after}; a ` +
      `backlog of ${number(HUGE)} became ${limit}.`
    );
  },
};

interface Queue {
  readonly wanted: number;
  readonly listener: Socket;
  readonly connected: readonly Socket[];
  readonly others: readonly Socket[];
  /** Of the others. */
  readonly states: readonly string[];
  /** Of connect, each once. */
  readonly answers: ReadonlySet<string>;
}

/** Lets more clients connect than fit, one after the other. */
async function crowd(out: Recorder, wanted: number): Promise<Queue> {
  const listener = boundSocket(out);
  out.call("listen", ["listener", wanted], () => listener.listen(wanted));
  const connected: Socket[] = [];
  const others: Socket[] = [];
  const answers = new Set<string>();
  for (let left = MORE; left > 0;) {
    const client = tcpSocket(out);
    const { localAddress } = listener;
    answers.add(out.attempt("connect", ["client", "listener"], () => client.connect(localAddress)));
    // The kernel answers the SYN at once, or drops it.
    await until(() => stateOf(client) === "ESTABLISHED", 50);
    const full = stateOf(client) !== "ESTABLISHED";
    (full ? others : connected).push(client);
    left -= Number(full);
    if (connected.length > wanted + MORE) break;
  }
  const states: string[] = [];
  for (const client of others) states.push(await recordState(out, "client", client));
  const { unacked: queued, sacked: room } = listener.getOption("TCP_INFO");
  const count = { completed: connected.length, others: others.length, states: states.join(", ") };
  out.figure({ backlog: wanted, "in TCP_INFO": room, queued, ...count });
  return { wanted, listener, connected, others, states, answers };
}

/** What the kernel makes of a backlog that is longer than net.core.somaxconn. */
function askForMore(out: Recorder): string {
  const listener = boundSocket(out);
  out.call("listen", ["listener", HUGE], () => listener.listen(HUGE));
  const shown = ["listener", "IPPROTO_TCP", "TCP_INFO"];
  const room = out.call(
    "getsockopt",
    shown,
    () => listener.getOption("TCP_INFO").sacked,
    (sacked) => `tcpi_sacked ${sacked}`,
  );
  return room === somaxconn() ? `${number(room)}, as net.core.somaxconn is` : number(room);
}

async function acceptOne(out: Recorder, { listener, others }: Queue): Promise<string> {
  out.remark("one is accepted: there is room when a client sends its SYN again, after a second");
  const shown = (socket: Socket | null): string => String(socket?.fd ?? "-1 EAGAIN");
  const accepted = out.call("accept", ["listener"], () => listener.accept(), shown);
  if (accepted) out.own(accepted);
  await until(() => others.some((client) => stateOf(client) === "ESTABLISHED"), RETRY_MS);
  const client = others.find((one) => stateOf(one) === "ESTABLISHED") ?? others[0];
  return client ? await recordState(out, "client", client) : "nothing";
}

/** `null`: /proc is not mounted. */
function somaxconn(): number | null {
  try {
    return Number(readFileSync("/proc/sys/net/core/somaxconn", "latin1"));
  } catch {
    return null;
  }
}

function number(value: number): string {
  return value.toLocaleString("en");
}
