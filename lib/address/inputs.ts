import type { IsotpChannel, J1939Address } from "../sys/index.ts";
import type { Address } from "./address.ts";

/**
 * An internet address and port, in the shape of `net.AddressInfo` and `dgram.RemoteInfo`. The text of
 * `address` decides between IPv4 and IPv6.
 */
export interface InternetAddressInput {
  /**
   * A numeric address; `resolve()` has those of a name. An IPv6 address may end with its zone:
   * `fe80::1%eth0`.
   */
  readonly address: string;
  /** The port, 0 … 65535; 0 lets bind(2) choose. */
  readonly port: number;
  /** IPv6 flow information. */
  readonly flowInfo?: number;
  /** IPv6 flow information, under the name that `net.SocketAddress` uses. */
  readonly flowlabel?: number;
  /** IPv6: the interface of a link-local address, by index or name. */
  readonly scopeId?: number | string;
  /** "IPv4" or "IPv6", or 4 or 6 as in `dns.lookup`. Optional; must match `address`. */
  readonly family?: string | number;
  readonly path?: never;
}

/** A unix address: a path, an abstract name, or unnamed. */
export interface UnixAddressInput {
  /** A path. With a null byte at its start it is an abstract name; if empty, the address is unnamed. */
  readonly path: string | Uint8Array;
  readonly family?: "unix";
  readonly address?: never;
  readonly port?: never;
}

/** A netlink(7) address. */
export interface NetlinkAddressInput {
  readonly family: "netlink";
  /** The port, often a process id. Default: 0, the kernel; in bind(2), 0 lets the kernel choose. */
  readonly pid?: number;
  /** Multicast groups, one bit each, such as RTMGRP_LINK. Default: none. */
  readonly groups?: number;
}

/** A packet(7) address. */
export interface PacketAddressInput {
  readonly family: "packet";
  /** The interface, by index or name. Default: 0, any. */
  readonly interface?: number | string;
  /** ETH_P_…, in host byte order. Default: 0, the socket's own. */
  readonly protocol?: number;
  /** The hardware address. Default: empty. */
  readonly hardwareAddress?: Uint8Array;
  /** ARPHRD_…, set in received packets. */
  readonly hardwareType?: number;
  /** PACKET_…, set in received packets. */
  readonly packetType?: number;
}

/** A vsock(7) address. */
export interface VsockAddressInput {
  readonly family: "vsock";
  /** The context id of the machine: VMADDR_CID_ANY, _LOCAL, _HOST, or that of a guest. */
  readonly cid: number;
  /** The port; VMADDR_PORT_ANY lets bind(2) choose. */
  readonly port: number;
  /** VMADDR_FLAG_…, since Linux 5.11. */
  readonly flags?: number;
}

/** A CAN address, with `isotp` or `j1939` for sockets of those protocols. */
export interface CanAddressInput {
  readonly family: "can";
  /** The interface, by index or name. Default: 0, all interfaces. */
  readonly interface?: number | string;
  /** The identifiers of an ISO-TP channel. */
  readonly isotp?: IsotpChannel;
  /** The name, address and parameter group of J1939. */
  readonly j1939?: J1939Address;
}

/** An address of any other family, as raw bytes. */
export interface RawAddressInput {
  /** AF_… */
  readonly family: number;
  /** The bytes after `sa_family`. */
  readonly data: Uint8Array;
}

/** The fields that an {@link Address} can be made from. */
export type AddressInput =
  | InternetAddressInput
  | UnixAddressInput
  | NetlinkAddressInput
  | PacketAddressInput
  | VsockAddressInput
  | CanAddressInput
  | RawAddressInput;

/** An {@link Address}, or the fields of one. */
export type AddressLike = Address | AddressInput;

/**
 * The fields of an {@link Address}, distinguished by `family`. It is a name, or a number if pollux cannot
 * decode the address.
 */
export type AddressFields =
  | {
      readonly family: "IPv4" | "IPv6";
      readonly address: string;
      readonly port: number;
      readonly flowInfo?: number;
      readonly scopeId?: number;
    }
  /** `path` is bytes if the name is not UTF-8. */
  | { readonly family: "unix"; readonly path: string | Uint8Array }
  | Required<NetlinkAddressInput>
  | (Required<PacketAddressInput> & { readonly interface: number })
  | Required<VsockAddressInput>
  | (CanAddressInput & { readonly interface: number })
  | RawAddressInput;
