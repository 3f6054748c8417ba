import { inspect } from "node:util";
import { invalidArgType, isBytes } from "../arguments.ts";
import * as sys from "../sys/index.ts";
import { decode, encode } from "./fields.ts";
import type { AddressFields, AddressLike } from "./inputs.ts";
import { format, parse } from "./text.ts";

export type { AddressLike };

/** The bytes of an address without a copy, for code that only reads them, such as a system call. */
export let kernelBytes: (address: Address) => Uint8Array;

/** A socket address: the kernel's bytes, decoded on demand. Immutable. No method blocks. */
export class Address {
  /**
   * The `struct sockaddr…`, at the length that the kernel reported. It is a copy: writing to it does not
   * change the address. It is a property so that deep-equality checks compare addresses by their bytes.
   */
  readonly bytes: Uint8Array;
  readonly #bytes: Uint8Array;
  #fields: AddressFields | null = null;

  static {
    kernelBytes = (address) => address.#bytes;
  }

  /**
   * @param bytes - a `struct sockaddr…` of any family. It is copied; bytes after an internet address are
   * dropped. For text use {@link parse}, for fields {@link from}
   * @throws TypeError: not a Uint8Array
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
   * Makes an address from its fields; returns an {@link Address} unchanged.
   *
   * @throws TypeError or RangeError that names the wrong part. SystemError ENODEV: no interface has
   * this name
   */
  static from(input: AddressLike): Address {
    if (input instanceof Address) return input;
    return new Address(bytesOfOther(input) ?? encode(input));
  }

  /**
   * Parses text in the format of {@link toString}: `127.0.0.1:80`, `[fe80::1%eth0]:80`, `/a/path`,
   * `unix:a/path`, `@abstract`, `unnamed`, `netlink:PORT:GROUPS`, `vsock:CID:PORT` (an empty CID is any),
   * `packet:INTERFACE:PROTOCOL`, `can:INTERFACE`, `family:NUMBER:HEX`.
   *
   * @throws TypeError, RangeError: not an address. SystemError ENODEV: no such interface
   */
  static parse(text: string): Address {
    return new Address(encode(parse(text)));
  }

  /**
   * Makes an address from the buffer that a system call filled.
   *
   * @param length - the length that the call reported, in bytes
   */
  static fromKernel(bytes: Uint8Array, length: number): Address {
    return new Address(bytes.subarray(0, acceptedLength(bytes, length)));
  }

  /** AF_INET, AF_INET6, AF_UNIX, … */
  get family(): number {
    return sys.sockaddrFamily(this.#bytes);
  }

  /** A copy of all fields; {@link Address.from} accepts it. */
  get fields(): AddressFields {
    return decode(this.#bytes);
  }

  /** The numeric address, if it is an internet address. */
  get address(): string | undefined {
    const fields = this.#read();
    return "address" in fields ? fields.address : undefined;
  }

  /** The port, if it is an internet or vsock address. */
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

  /** The name of a unix address as text: a path, "\0" and an abstract name, or "" if it is unnamed. */
  get path(): string | undefined {
    const name = this.pathBytes;
    // A byte order mark is part of the name.
    return name && new TextDecoder("utf-8", { ignoreBOM: true }).decode(name);
  }

  /** As {@link path}, but as bytes: a name need not be UTF-8. */
  get pathBytes(): Uint8Array | undefined {
    return sys.sockaddrUnixName(this.#bytes)?.slice();
  }

  /** Whether both addresses have the same bytes. */
  equals(other: Address): boolean {
    const bytes = other instanceof Address ? other.#bytes : bytesOfOther(other);
    return bytes !== null && Buffer.compare(this.#bytes, bytes) === 0;
  }

  /** The address as text, without the IPv6 flow information. {@link parse} reads it. */
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

/** The bytes of an address that another copy of this package made; `null` for other values. */
function bytesOfOther(value: unknown): Uint8Array | null {
  if (typeof value !== "object" || value === null || !("bytes" in value)) return null;
  return isBytes(value.bytes) ? value.bytes : null;
}

// For a path that fills sun_path, the kernel reports one byte more than it accepts in a call.
function acceptedLength(bytes: Uint8Array, length: number): number {
  const isUnix = sys.sockaddrFamily(bytes) === sys.AF_UNIX;
  return isUnix ? Math.min(length, sys.SOCKADDR_UN_SIZE) : length;
}
