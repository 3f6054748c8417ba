import type { Address } from "../address/address.ts";
import type { Reactor } from "../reactor/reactor.ts";
import { ChargenServer } from "./chargen_server.ts";
import { DaytimeServer } from "./daytime_server.ts";
import { DiscardServer } from "./discard_server.ts";
import { EchoServer, type EchoServerOptions } from "./echo_server.ts";
import type { StreamTotals } from "./stream_options.ts";
import { TcpUdpEchoServer, type TcpUdpEchoTotals } from "./tcp_udp_echo_server.ts";
import type { UdpEchoTotals } from "./udp_echo_server.ts";

/** A server that a thread can run, by name. "tcp-udp-echo": both on one port. */
export type ServerKind = "echo" | "discard" | "chargen" | "daytime" | "tcp-udp-echo";

/** Counters of such a server. */
export interface ThreadTotals extends StreamTotals {
  /** Of the datagrams, if it serves UDP as well. */
  readonly udp?: UdpEchoTotals;
}

/** What a thread needs of its server. */
export interface AnyServer {
  readonly reactor: Reactor;
  readonly address: Address;
  readonly totals: ThreadTotals;
  /** @returns the totals before the clients that were left are cut off */
  runSync(): ThreadTotals;
  stop(drainMs?: number): void;
  close(): void;
}

/** @throws as the constructor of its class */
export function createServer(
  kind: ServerKind,
  address: Address,
  options: EchoServerOptions,
): AnyServer {
  switch (kind) {
    case "echo":
      return new EchoServer(address, options);
    case "discard":
      return new DiscardServer(address, options);
    case "chargen":
      return new ChargenServer(address, options);
    case "daytime":
      return new DaytimeServer(address, options);
    case "tcp-udp-echo":
      return withTotals(new TcpUdpEchoServer(address, options));
  }
}

function withTotals(server: TcpUdpEchoServer): AnyServer {
  const joined = ({ tcp, udp }: TcpUdpEchoTotals): ThreadTotals => ({ ...tcp, udp });
  return {
    reactor: server.reactor,
    address: server.address,
    get totals() {
      return joined(server.totals);
    },
    runSync: () => joined(server.runSync()),
    stop: (drainMs) => {
      server.stop(drainMs);
    },
    close: () => {
      server.close();
    },
  };
}
