import { inspect } from "node:util";
import { invalidArgType, isBytes } from "../arguments.ts";
import * as sys from "../sys/index.ts";
import { decode, encode } from "./fields.ts";
import type { AddressFields, AddressLike } from "./inputs.ts";
import { format, parse } from "./text.ts";

export type { AddressLike };

/** The bytes of an address themselves, for what only reads them: a system call. */
export let kernelBytes: (address: Address) => Uint8Array;

/** A socket address: the kernel's bytes, read when asked. Immutable. */
export class Address {
  /**
   * The `struct sockaddr…`, as long as the kernel said it is: a copy, so that what is written to it
   * changes no address. Addresses are compared by it, also where only properties are.
   */
  readonly bytes: Uint8Array;
  readonly #bytes: Uint8Array;
  #fields: AddressFields | null = null;

  static {
    kernelBytes = (address) => address.#bytes;
  }

  /**
   * @param bytes - a `struct sockaddr…` of any family; copied, without what follows an internet address.
   * {@link parse} takes text, {@link from} fields
   */
  constructor(bytes: Uint8Array) {
    if (!isBytes(bytes)) {
      const expected = "a Uint8Array (text: Address.parse(), fields: Address.from())";
      throw invalidArgType("bytes", expected, bytes);
    }
    this.#bytes = new Uint8Array(bytes.subarray(0, sys.sockaddrLength(bytes)));
    this.bytes = new Uint8Array(this.#bytes);
  }

  /**
   * @throws TypeError or RangeError that says which part is wrong. SystemError ENODEV: an interface was
   * named that does not exist
   */
  static from(input: AddressLike): Address {
    if (input instanceof Address) return input;
    return new Address(bytesOfOther(input) ?? encode(input));
  }

  /**
   * Reads text as {@link toString} writes it: `127.0.0.1:80`, `[fe80::1%eth0]:80`, `/a/path`,
   * `unix:a/path`, `@abstract`, `unnamed`, `netlink:PORT:GROUPS`, `vsock:CID:PORT` (no CID is any),
   * `packet:INTERFACE:PROTOCOL`, `can:INTERFACE`, `family:NUMBER:HEX`.
   *
   * @throws TypeError, RangeError: not an address. SystemError ENODEV: no such interface
   */
  static parse(text: string): Address {
    return new Address(encode(parse(text)));
  }

  /** What a system call left in a buffer, given the length that it reported. */
  static fromKernel(bytes: Uint8Array, length: number): Address {
    return new Address(bytes.subarray(0, keptLength(bytes, length)));
  }

  /** AF_INET, AF_INET6, AF_UNIX, … */
  get family(): number {
    return sys.sockaddrFamily(this.#bytes);
  }

  /** All that it says, a copy; {@link Address.from} takes it back. */
  get fields(): AddressFields {
    return decode(this.#bytes);
  }

  /** The address in numbers, of an internet address. */
  get address(): string | undefined {
    const fields = this.#read();
    return "address" in fields ? fields.address : undefined;
  }

  /** The port, of an internet or vsock address. */
  get port(): number | undefined {
    const fields = this.#read();
    return "port" in fields ? fields.port : undefined;
  }

  /** The IPv6 flow information. */
  get flowInfo(): number | undefined {
    const fields = this.#read();
    return "flowInfo" in fields ? fields.flowInfo : undefined;
  }

  /** The IPv6 interface index. */
  get scopeId(): number | undefined {
    const fields = this.#read();
    return "scopeId" in fields ? fields.scopeId : undefined;
  }

  /** The name of a unix address as text: a path, "\0" and an abstract name, or "" when unnamed. */
  get path(): string | undefined {
    const name = this.pathBytes;
    // A byte order mark is part of the name.
    return name && new TextDecoder("utf-8", { ignoreBOM: true }).decode(name);
  }

  /** As {@link path}, as bytes: names need not be UTF-8. */
  get pathBytes(): Uint8Array | undefined {
    return sys.sockaddrUnixName(this.#bytes)?.slice();
  }

  /** Whether both have the same bytes. */
  equals(other: Address): boolean {
    const bytes = other instanceof Address ? other.#bytes : bytesOfOther(other);
    return bytes !== null && Buffer.compare(this.#bytes, bytes) === 0;
  }

  /** As text, which {@link parse} reads; all but the IPv6 flow information is in it. */
  toString(): string {
    return format(this.#read());
  }

  /** What console.log shows. */
  [inspect.custom](): string {
    return `Address <${this.toString()}>`;
  }

  #read(): AddressFields {
    return (this.#fields ??= decode(this.#bytes));
  }
}

/** The bytes of an address that another copy of this package has made. */
function bytesOfOther(value: unknown): Uint8Array | null {
  if (typeof value !== "object" || value === null || !("bytes" in value)) return null;
  return isBytes(value.bytes) ? value.bytes : null;
}

// Of a path that fills sun_path, the kernel reports one byte more than it takes back.
function keptLength(bytes: Uint8Array, length: number): number {
  const isUnix = sys.sockaddrFamily(bytes) === sys.AF_UNIX;
  return isUnix ? Math.min(length, sys.SOCKADDR_UN_SIZE) : length;
}
