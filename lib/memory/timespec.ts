import { bytesOf, checkInteger, invalidArgType } from "../arguments.ts";
import { native, requireLinux } from "../native/native.ts";
import { readNumber, writeField } from "./fields.ts";

const { sizeof, fields } = native.structs.timespec;

/**
 * A `struct timespec` in the kernel's own layout: a time limit that a wait gets exactly as it is, also one that the
 * kernel refuses. ppoll(2), pselect(2) and recvmmsg(2) write to it how much time was left.
 *
 * @see https://man7.org/linux/man-pages/man3/timespec.3type.html
 */
export class Timespec {
  /** The structure itself. */
  readonly bytes: Uint8Array = new Uint8Array(sizeof);

  /**
   * @param sec - whole seconds
   * @param nsec - nanoseconds; the kernel takes 0 to 999,999,999, and answers EINVAL to others
   * @throws TypeError, RangeError: not whole numbers
   */
  constructor(sec = 0, nsec = 0) {
    requireLinux();
    this.sec = sec;
    this.nsec = nsec;
  }

  /** Whole seconds. */
  get sec(): number {
    return readNumber(this.bytes, fields.sec);
  }

  set sec(sec: number) {
    this.#write("sec", sec);
  }

  /** Nanoseconds. */
  get nsec(): number {
    return readNumber(this.bytes, fields.nsec);
  }

  set nsec(nsec: number) {
    this.#write("nsec", nsec);
  }

  /** The whole time in milliseconds. */
  get ms(): number {
    return this.sec * 1e3 + this.nsec / 1e6;
  }

  #write(name: "sec" | "nsec", value: number): void {
    checkInteger(value, name, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    writeField(this.bytes, fields[name], fields[name].size === 8 ? BigInt(value) : value, name);
  }
}

/** What the addon takes as a time limit: milliseconds, or the bytes of a {@link Timespec}. */
export function limitOf(timeout: number | Timespec): number | Uint8Array {
  if (typeof timeout === "number") return timeout;
  const bytes = bytesOf(timeout, "timeoutMs", "a number or a Timespec");
  if (bytes === undefined) throw invalidArgType("timeoutMs", "a number or a Timespec", timeout);
  return bytes;
}
