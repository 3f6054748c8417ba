import { Descriptor } from "../descriptors/descriptor.ts";
import { whereFree } from "../descriptors/forgotten.ts";
import * as sys from "../sys/index.ts";

const NS_PER_MS = 1e6;
// 285 years: a little less than the kernel's 64 bits of nanoseconds can hold.
const MAX_MS = 9e12;

/** A time limit as a descriptor, exact to the nanosecond: Node's own timers have whole milliseconds. */
export class WaitTimer extends Descriptor {
  #running = false;

  constructor() {
    const flags = sys.TFD_CLOEXEC | sys.TFD_NONBLOCK;
    super(whereFree(() => sys.timerfdCreate(sys.CLOCK_MONOTONIC, flags)));
  }

  /** Becomes readable after `delayMs`; `Infinity`: never. Replaces the time that was set before. */
  set(delayMs: number): void {
    const limited = delayMs < MAX_MS;
    if (!limited && !this.#running) return;
    const valueNs = limited ? BigInt(Math.ceil(delayMs * NS_PER_MS)) : 0n;
    sys.timerfdSettime(this.fd, 0, { valueNs, intervalNs: 0n });
    this.#running = limited;
  }
}
