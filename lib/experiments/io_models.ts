import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";
import type { Experiment, Recorder, Row } from "./experiment.ts";
import { Calls, middle, wakeUps } from "./io_calls.ts";
import { ageUs, ANSWER_SIZE, Peer } from "./io_peer.ts";
import { type Model, MODELS } from "./io_reads.ts";
import { overflow } from "./sigio_overflow.ts";

/** Of each model, after one that is not measured. */
const READS = 30;

/** What a model took for each read. */
interface Cost extends Row {
  readonly model: string;
  readonly calls: string;
  readonly "system calls": number | null;
  readonly "wake-ups": number | null;
  readonly "processor us": number | null;
  readonly "latency us": number | null;
}

/** The same small read in five models of I/O, and what each costs. */
export const ioModels: Experiment = {
  name: "io-models",
  summary: "what a small read costs: blocking, polling, multiplexed, by signal, by completion",
  async run(out) {
    await using peer = new Peer();
    // Starting takes the other process a while, which is nobody's.
    peer.ask();
    sys.recv(peer.fd, Buffer.alloc(ANSWER_SIZE));
    const costs = MODELS.map((model) => measureOrRefused(model, peer, out));
    for (const cost of costs) out.figure(cost);
    out.remark("signal-driven, with a full queue");
    return conclusion(costs, overflow(out));
  },
};

function measureOrRefused(model: Model, peer: Peer, out: Recorder): Cost {
  out.remark(model.name);
  try {
    return measure(model, peer, out);
  } catch (error) {
    const mayBeRefused = isSystemError(error) && error.syscall === "io_uring_setup";
    if (!mayBeRefused) throw error;
    out.remark(`this kernel refuses io_uring to this process: ${error.code}`);
    const nothing = { "system calls": null, "wake-ups": null, "processor us": null };
    return { model: model.name, calls: `refused: ${error.code}`, ...nothing, "latency us": null };
  }
}

function measure(model: Model, peer: Peer, out: Recorder): Cost {
  const calls = new Calls(out);
  const buffer = Buffer.alloc(ANSWER_SIZE);
  const reading = model.open(peer.fd, buffer, calls);
  const read = (): number => {
    peer.ask();
    const received = reading.read();
    if (received !== ANSWER_SIZE) throw new Error(`${model.name} read ${String(received)} bytes`);
    return ageUs(buffer);
  };
  try {
    read();
    calls.count();
    const [wakeUpsBefore, before] = [wakeUps(), process.cpuUsage()];
    const ages = Array.from({ length: READS }, read);
    const { user, system } = process.cpuUsage(before);
    return {
      model: model.name,
      calls: model.calls,
      "system calls": calls.made / READS,
      "wake-ups": (wakeUps() - wakeUpsBefore) / READS,
      "processor us": (user + system) / READS,
      "latency us": middle(ages),
    };
  } finally {
    reading.close?.();
  }
}

function conclusion(costs: readonly Cost[], overflowing: string | null): string {
  const most = costs.reduce((one, other) => (callsOf(other) > callsOf(one) ? other : one));
  const others = costs.filter((cost) => cost !== most && cost["system calls"] !== null);
  const counts = others.map(callsOf);
  const slowestUs = Math.max(...others.map((cost) => cost["processor us"] ?? 0));
  const refused = costs.filter((cost) => cost["system calls"] === null);
  const notes = [
    ...(overflowing === null ? [] : [`by signal, ${overflowing}`]),
    ...refused.map(({ calls }) => `io_uring is ${calls}`),
  ].map((note) => `; ${note}`);
  const [calls, us] = [callsOf(most), most["processor us"] ?? 0].map((cost) => cost.toFixed(0));
  const [least, highest] = [Math.min(...counts), Math.max(...counts)].map(rounded);
  return (
    `For each read, the model "${most.model}" made ${calls!} system calls, and took ${us!} us of processor ` +
    `time; the others made ${least!} to ${highest!}, and took ${slowestUs.toFixed(0)} us at most${notes.join("")}.`
  );
}

function callsOf(cost: Cost): number {
  return cost["system calls"] ?? 0;
}

function rounded(value: number): string {
  return String(Number(value.toFixed(1)));
}
