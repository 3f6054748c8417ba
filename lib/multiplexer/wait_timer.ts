import { Descriptor } from "../descriptors/descriptor.ts";
import * as sys from "../sys/index.ts";

const NS_PER_MS = 1e6;
// 285 years, the longest that the kernel's 64 bits of nanoseconds hold with something to spare.
const MAX_MS = 9e12;

/** A time limit as a descriptor, exact to the nanosecond: Node's own timers know whole milliseconds. */
export class WaitTimer extends Descriptor {
  #running = false;

  constructor() {
    super(sys.timerfdCreate(sys.CLOCK_MONOTONIC, sys.TFD_CLOEXEC | sys.TFD_NONBLOCK));
  }

  /** Becomes readable after `delayMs`; `Infinity`: never. What was set before is void. */
  set(delayMs: number): void {
    const limited = delayMs < MAX_MS;
    if (!limited && !this.#running) return;
    const valueNs = limited ? BigInt(Math.ceil(delayMs * NS_PER_MS)) : 0n;
    sys.timerfdSettime(this.fd, 0, { valueNs, intervalNs: 0n });
    this.#running = limited;
  }
}
