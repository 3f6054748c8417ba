import type { ListenAddress } from "../reactor/acceptor.ts";
import { ChargenServer } from "./chargen_server.ts";
import { DaytimeServer } from "./daytime_server.ts";
import { DiscardServer } from "./discard_server.ts";
import { EchoServer, type EchoServerOptions } from "./echo_server.ts";
import type { OnReactor } from "./stream_options.ts";
import type { StreamServer } from "./stream_server.ts";

/** A service of the small servers: RFC 862, 863, 864 and 867. */
export type Service = "echo" | "discard" | "chargen" | "daytime";

/** Its server of connections. @throws as the constructor of its class */
export function createStreamServer(
  service: Service,
  address: ListenAddress,
  options: EchoServerOptions & OnReactor,
): StreamServer {
  switch (service) {
    case "echo":
      return new EchoServer(address, options);
    case "discard":
      return new DiscardServer(address, options);
    case "chargen":
      return new ChargenServer(address, options);
    case "daytime":
      return new DaytimeServer(address, options);
  }
}
