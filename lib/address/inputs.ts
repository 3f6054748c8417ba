import type { IsotpChannel, J1939Address } from "../sys/index.ts";
import type { Address } from "./address.ts";

/**
 * An internet address and port, as `net.AddressInfo` and `dgram.RemoteInfo` have them; IPv4 or IPv6
 * by its text.
 */
export interface InternetAddressInput {
  /**
   * An address in numbers; names are the resolver's business (`node:dns`). One of IPv6 may end with
   * its zone, `fe80::1%eth0`.
   */
  readonly address: string;
  /** 0 … 65535; 0 lets bind(2) choose. */
  readonly port: number;
  /** IPv6 flow information. */
  readonly flowInfo?: number;
  /** The same, as `net.SocketAddress` calls it. */
  readonly flowlabel?: number;
  /** IPv6 interface, by index or name, for link-local addresses. */
  readonly scopeId?: number | string;
  /** "IPv4" or "IPv6", or 4 or 6 as `dns.lookup` has it; need not be given. */
  readonly family?: string | number;
  readonly path?: never;
}

/** A unix address: a path; an abstract name, which begins with a NUL; or unnamed, which is empty. */
export interface UnixAddressInput {
  /** A path; with a NUL in front an abstract name; empty: unnamed. */
  readonly path: string | Uint8Array;
  readonly family?: "unix";
  readonly address?: never;
  readonly port?: never;
}

/** A netlink(7) address. */
export interface NetlinkAddressInput {
  readonly family: "netlink";
  /** The port, often a process's id. Default: 0, the kernel, or let bind(2) choose. */
  readonly pid?: number;
  /** Multicast groups, one bit each, such as RTMGRP_LINK. Default: none. */
  readonly groups?: number;
}

/** A packet(7) address. */
export interface PacketAddressInput {
  readonly family: "packet";
  /** By index or name. Default: 0, any. */
  readonly interface?: number | string;
  /** ETH_P_…, not in the network's byte order. Default: 0, the socket's own. */
  readonly protocol?: number;
  /** Default: empty. */
  readonly hardwareAddress?: Uint8Array;
  /** ARPHRD_…, of a received packet. */
  readonly hardwareType?: number;
  /** PACKET_…, of a received packet. */
  readonly packetType?: number;
}

/** A vsock(7) address. */
export interface VsockAddressInput {
  readonly family: "vsock";
  /** The machine: VMADDR_CID_ANY, _LOCAL, _HOST, or a guest's own. */
  readonly cid: number;
  /** VMADDR_PORT_ANY lets bind(2) choose. */
  readonly port: number;
  /** VMADDR_FLAG_…, since Linux 5.11. */
  readonly flags?: number;
}

/** A CAN address: with `isotp` or `j1939` for sockets of those protocols. */
export interface CanAddressInput {
  readonly family: "can";
  /** By index or name. Default: 0, every one. */
  readonly interface?: number | string;
  /** The identifiers of an ISO-TP channel. */
  readonly isotp?: IsotpChannel;
  /** The name, address and parameter group of J1939. */
  readonly j1939?: J1939Address;
}

/** An address of a family that the others do not have: what follows `sa_family`, as bytes. */
export interface RawAddressInput {
  /** AF_… */
  readonly family: number;
  /** What follows `sa_family`. */
  readonly data: Uint8Array;
}

/** Whatever an {@link Address} can be made from. */
export type AddressInput =
  | InternetAddressInput
  | UnixAddressInput
  | NetlinkAddressInput
  | PacketAddressInput
  | VsockAddressInput
  | CanAddressInput
  | RawAddressInput;

/** Whatever takes the place of an address. */
export type AddressLike = Address | AddressInput;

/** What an {@link Address} says, told apart by `family`; a number where it cannot be read. */
export type AddressFields =
  | {
      readonly family: "IPv4" | "IPv6";
      readonly address: string;
      readonly port: number;
      readonly flowInfo?: number;
      readonly scopeId?: number;
    }
  /** Bytes where the name is not UTF-8. */
  | { readonly family: "unix"; readonly path: string | Uint8Array }
  | Required<NetlinkAddressInput>
  | (Required<PacketAddressInput> & { readonly interface: number })
  | Required<VsockAddressInput>
  | (CanAddressInput & { readonly interface: number })
  | RawAddressInput;
