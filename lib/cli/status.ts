import type { MultiplexerName } from "../multiplexer/create.ts";
import { clearInterval, now, setInterval } from "../runtime/timing.ts";
import type { EchoThread } from "../servers/echo_thread.ts";
import type { ThreadTotals } from "../servers/server_kinds.ts";

const PERIOD_MS = 1000;
const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** The servers that are shown. */
export interface Shown {
  readonly multiplexer: MultiplexerName;
  readonly thread: Pick<EchoThread, "totals">;
}

/** Where the status goes: on a terminal, one line that is written again and again. */
export interface StatusOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

interface Sample {
  readonly open: number;
  readonly connections: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Shows what servers do, once a second, until it is disposed. */
export class Status implements Disposable {
  readonly #servers: readonly Shown[];
  readonly #json: boolean;
  readonly #output: StatusOutput;
  readonly #timer: NodeJS.Timeout;
  #last: Sample = { open: 0, connections: 0, bytesIn: 0, bytesOut: 0 };
  #lastMs = now();
  #isShown = false;
  #isAsking = false;
  #isOver = false;

  constructor(servers: readonly Shown[], json: boolean, output: StatusOutput = process.stdout) {
    this.#servers = servers;
    this.#json = json;
    this.#output = output;
    this.#timer = setInterval(() => void this.update(), PERIOD_MS);
  }

  /** Asks the servers, and shows what they did since the last time. */
  async update(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      const totals = await Promise.all(this.#servers.map(({ thread }) => thread.totals()));
      if (!this.#isOver) this.#show(sumOf(totals));
    } catch {
      // A server has failed or stopped, which others say.
    } finally {
      this.#isAsking = false;
    }
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#clear();
  }

  #show(sample: Sample): void {
    const nowMs = now();
    const seconds = (nowMs - this.#lastMs) / 1000;
    const rate = (key: keyof Sample): number => (sample[key] - this.#last[key]) / seconds;
    const rates = { accepted: rate("connections"), in: rate("bytesIn"), out: rate("bytesOut") };
    this.#last = sample;
    this.#lastMs = nowMs;
    if (this.#json) {
      const { open, connections } = sample;
      const [accepted, bytesIn, bytesOut] = [rates.accepted, rates.in, rates.out].map(Math.round);
      const event = { event: "status", open, connections, accepted, in: bytesIn, out: bytesOut };
      this.#output.write(`${JSON.stringify(event)}\n`);
      return;
    }
    const line =
      `${String(sample.open)} open, ${String(sample.connections)} connections ` +
      `(${rates.accepted.toFixed(0)}/s), ${bytes(rates.in)}/s in, ${bytes(rates.out)}/s out`;
    if (this.#output.isTTY !== true) this.#output.write(`pollux: ${line}\n`);
    else {
      this.#clear();
      this.#output.write(`pollux: ${line}`.slice(0, (this.#output.columns ?? 80) - 1));
      this.#isShown = true;
    }
  }

  /** Takes the line of the status away, so that another can stand there. */
  #clear(): void {
    if (this.#isShown) this.#output.write("\r\x1b[K");
    this.#isShown = false;
  }
}

/** What servers of all multiplexers have done together, datagrams included. */
function sumOf(totals: readonly ThreadTotals[]): Sample {
  const sum = { open: 0, connections: 0, bytesIn: 0, bytesOut: 0 };
  for (const { open, connections, bytesIn, bytesOut, udp } of totals) {
    sum.open += open;
    sum.connections += connections;
    sum.bytesIn += bytesIn + (udp?.bytes ?? 0);
    sum.bytesOut += bytesOut + (udp?.bytesOut ?? 0);
  }
  return sum;
}

function bytes(perSecond: number): string {
  let [value, unit] = [perSecond, 0];
  for (; value >= 1000 && unit < UNITS.length - 1; unit++) value /= 1000;
  return `${value.toFixed(unit === 0 ? 0 : 1)} ${UNITS[unit] ?? ""}`;
}
