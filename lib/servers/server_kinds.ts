import type { Address } from "../address/address.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { EchoServerOptions } from "./echo_server.ts";
import { createStreamServer, type Service } from "./services.ts";
import type { StreamTotals } from "./stream_options.ts";
import { TcpUdpEchoServer, type TcpUdpEchoTotals } from "./tcp_udp_echo_server.ts";
import type { UdpEchoTotals } from "./udp_echo_server.ts";

const WITH_UDP = "tcp-udp-";

/** A server that a thread can run, by name. "tcp-udp-echo": both on one port. */
export type ServerKind = Service | `${typeof WITH_UDP}${Service}`;

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
  if (!isWithUdp(kind)) return createStreamServer(kind, address, options);
  const service = kind.slice(WITH_UDP.length) as Service;
  return withTotals(new TcpUdpEchoServer(address, options, service));
}

function isWithUdp(kind: ServerKind): kind is `${typeof WITH_UDP}${Service}` {
  return kind.startsWith(WITH_UDP);
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
