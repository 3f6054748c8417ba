import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { Recorder } from "./experiment.ts";

/** A port of the loopback that the kernel chooses. */
export const ANY_PORT = { address: "127.0.0.1", port: 0 };

/** A TCP socket, which the experiment closes at its end. Non-blocking, as all of these. */
export function tcpSocket(out: Recorder): Socket {
  return out.own(Socket.open(sys.AF_INET, sys.SOCK_STREAM));
}

/** A TCP socket that is bound to a port of its own: without listen(2), the port refuses. */
export function boundSocket(out: Recorder): Socket {
  return tcpSocket(out).bind(ANY_PORT);
}

/** Both ends of a TCP connection on the loopback. */
export function tcpPair(out: Recorder): [client: Socket, server: Socket] {
  // The client may know of the connection before the listener does: this one waits for it.
  using listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM, 0, { blocking: true });
  listener.bind(ANY_PORT).listen();
  const client = tcpSocket(out).connectSync(listener.localAddress);
  const server = listener.accept();
  if (!server) throw new Error("the connection is gone before it is accepted");
  return [client, out.own(server)];
}
