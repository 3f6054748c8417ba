import { invalidArgType } from "./errors.ts";
import * as sys from "./sys/index.ts";

/** An internet address and port, as `net.AddressInfo` has them; IPv4 or IPv6 by its text. */
export interface InternetAddressInput {
  /** An address in numbers; names are the resolver's business (`node:dns`). */
  readonly address: string;
  /** 0 … 65535; 0 lets bind(2) choose. */
  readonly port: number;
  /** IPv6 flow information. */
  readonly flowInfo?: number;
  /** IPv6 interface index, for link-local addresses. */
  readonly scopeId?: number;
}

/** A unix address: a path; an abstract name, which begins with a NUL; or unnamed, which is empty. */
export interface UnixAddressInput {
  readonly path: string | Uint8Array;
}

/** Whatever {@link Address.from} takes. */
export type AddressLike = Address | InternetAddressInput | UnixAddressInput;

/** A socket address: the kernel's bytes, read when asked. Immutable. */
export class Address {
  /** The `struct sockaddr…`, as long as the kernel said it is. */
  readonly bytes: Uint8Array;

  /** @param bytes - a `struct sockaddr…`; copied */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes.slice();
  }

  /** @throws TypeError or RangeError that says which part is wrong */
  static from(input: AddressLike): Address {
    if (input instanceof Address) return input;
    if (typeof input !== "object" || input === null) {
      throw invalidArgType("address", "an Address, { address, port } or { path }", input);
    }
    if ("path" in input) return new Address(sys.sockaddrUn(input.path));
    const { address, port, flowInfo, scopeId } = input;
    if (typeof address !== "string") throw invalidArgType("address", "a string", address);
    return new Address(
      address.includes(":")
        ? sys.sockaddrIn6(address, port, flowInfo, scopeId)
        : sys.sockaddrIn(address, port),
    );
  }

  /** What a system call left in a buffer, given the length that it reported. */
  static fromKernel(bytes: Uint8Array, length: number): Address {
    return new Address(bytes.subarray(0, length));
  }

  /** AF_INET, AF_INET6, AF_UNIX, … */
  get family(): number {
    return sys.sockaddrFamily(this.bytes);
  }

  /** The address in numbers, of an internet address. */
  get address(): string | undefined {
    return sys.sockaddrInternet(this.bytes)?.address;
  }

  /** The port, of an internet address. */
  get port(): number | undefined {
    return sys.sockaddrInternet(this.bytes)?.port;
  }

  /** The IPv6 flow information. */
  get flowInfo(): number | undefined {
    return sys.sockaddrInternet(this.bytes)?.flowInfo;
  }

  /** The IPv6 interface index. */
  get scopeId(): number | undefined {
    return sys.sockaddrInternet(this.bytes)?.scopeId;
  }

  /** The name of a unix address as text: a path, "\0" and an abstract name, or "" when unnamed. */
  get path(): string | undefined {
    const name = this.pathBytes;
    // A byte order mark is part of the name.
    return name && new TextDecoder("utf-8", { ignoreBOM: true }).decode(name);
  }

  /** As {@link path}, as bytes: names need not be UTF-8. */
  get pathBytes(): Uint8Array | undefined {
    return sys.sockaddrUnixName(this.bytes) ?? undefined;
  }

  equals(other: Address): boolean {
    return Buffer.compare(this.bytes, other.bytes) === 0;
  }

  /** `127.0.0.1:80`, `[::1]:80`, `/a/path`, `@abstract`, `unnamed`. */
  toString(): string {
    const internet = sys.sockaddrInternet(this.bytes);
    if (internet) {
      const { address, port } = internet;
      return `${this.family === sys.AF_INET6 ? `[${address}]` : address}:${String(port)}`;
    }
    const path = this.path;
    if (path === undefined) return `family ${String(this.family)}`;
    return path === "" ? "unnamed" : path.replace(/^\0/, "@");
  }
}
