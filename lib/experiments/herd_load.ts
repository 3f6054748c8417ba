// The clients of `pollux experiment herd`, in a process of their own: each connects, sends 64 bytes, waits until they
// have come back, and closes. Answers each order of its parent with what it has seen.
import type { Histogram } from "hdr-histogram-js";
// Not from its index, which needs compression and WebAssembly: they would be bundled as well.
import { constructorFromBucketSize } from "hdr-histogram-js/dist/JsHistogramFactory.js";
import { Address } from "../address/address.ts";
import { isSystemError } from "../errors.ts";
import { EpollMultiplexer } from "../multiplexer/epoll.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import { now } from "../runtime/timing.ts";
import * as sys from "../sys/index.ts";

/** What the clients are to do. */
export interface Order {
  /** Of the server, on 127.0.0.1. */
  readonly port: number;
  readonly connections: number;
  /** How many of them are under way at a time. */
  readonly concurrency: number;
}

/** What the clients have seen. */
export interface Served {
  /** Connections whose 64 bytes came back. */
  readonly echoed: number;
  /** Connections that ended otherwise. */
  readonly broken: number;
  readonly elapsedMs: number;
  /** From connect to echo, of the middle connection and of 99 in 100, in microseconds. */
  readonly p50Us: number;
  readonly p99Us: number;
}

const SIZE = 64; // bytes
const MAX_NS = 60e9;
const DIGITS = 3;
const Counts = constructorFromBucketSize(32);
const LIMIT_MS = 10_000;
// A closed connection occupies its port for a minute: several addresses have more ports.
const SOURCES = Array.from(
  { length: 64 },
  (_, index) => Address.from({ address: `127.0.0.${String(2 + index)}`, port: 0 }).bytes,
);

const message = new Uint8Array(SIZE).fill(120);
const buffer = new Uint8Array(SIZE);

class Clients {
  readonly #order: Order;
  readonly #server: Uint8Array;
  readonly #latencies: Histogram = new Counts(1, MAX_NS, DIGITS);
  readonly #multiplexer = new EpollMultiplexer<number>();
  #begun = 0;
  #broken = 0;

  constructor(order: Order) {
    this.#order = order;
    this.#server = Address.from({ address: "127.0.0.1", port: order.port }).bytes;
  }

  run(): Served {
    const { connections, concurrency } = this.#order;
    const startMs = now();
    using multiplexer = this.#multiplexer;
    while (this.#begun < Math.min(connections, concurrency)) this.#begin();
    while (multiplexer.size > 0) {
      const reported = multiplexer.waitSync(LIMIT_MS, (fd, _, begunMs) => {
        this.#end(fd, begunMs);
      });
      if (reported === 0) throw new Error("the server does not answer");
    }
    const at = (percentile: number): number =>
      this.#latencies.getValueAtPercentile(percentile) / 1000;
    return {
      echoed: this.#latencies.totalCount,
      broken: this.#broken,
      elapsedMs: now() - startMs,
      p50Us: at(50),
      p99Us: at(99),
    };
  }

  #begin(): void {
    const begunMs = now();
    const fd = sys.socket(sys.AF_INET, sys.SOCK_STREAM | sys.SOCK_CLOEXEC);
    sys.setsockopt(fd, sys.IPPROTO_IP, sys.IP_BIND_ADDRESS_NO_PORT, 1);
    sys.bind(fd, SOURCES[this.#begun++ % SOURCES.length]!);
    sys.connect(fd, this.#server); // it blocks; on the loopback interface not for long
    sys.send(fd, message, 0, SIZE, sys.MSG_NOSIGNAL);
    this.#multiplexer.add(fd, READABLE, begunMs);
  }

  #end(fd: number, begunMs: number): void {
    if (isEchoed(fd)) this.#latencies.recordValue(Math.min(MAX_NS, (now() - begunMs) * 1e6));
    else this.#broken++;
    this.#multiplexer.remove(fd);
    sys.close(fd);
    if (this.#begun < this.#order.connections) this.#begin();
  }
}

function isEchoed(fd: number): boolean {
  try {
    return sys.recv(fd, buffer, 0, SIZE, sys.MSG_WAITALL) === SIZE;
  } catch (error) {
    if (isSystemError(error, "ECONNRESET")) return false;
    throw error;
  }
}

process.on("message", (order: Order) => {
  process.send?.(new Clients(order).run());
});
process.once("disconnect", () => process.exit());
