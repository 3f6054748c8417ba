import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";

/** Both ends of a TCP connection on the loopback. The caller closes them. */
export function tcpPair(): [client: Socket, server: Socket] {
  using listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
  listener.bind({ address: "127.0.0.1", port: 0 }).listen();
  const client = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
  try {
    client.connectSync(listener.localAddress);
    const server = listener.accept();
    if (server) return [client, server];
    throw new Error("the connection is gone before it is accepted");
  } catch (error) {
    client.close();
    throw error;
  }
}
