import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { Recorder } from "./experiment.ts";
import { arrived, drain, eventsOf, fill } from "./streams.ts";
import { boundSocket, tcpPair, tcpSocket } from "./tcp_pair.ts";
import type { Direction } from "./three_waits.ts";

/** A condition of the notes under which a socket is ready, or one under which it is not. */
export interface Condition {
  readonly name: string;
  /** What the multiplexers are asked for. */
  readonly asked: readonly Direction[];
  /** Whether the notes have it ready for that. */
  readonly isReady: boolean;
  /** @returns the socket, in that condition */
  make(out: Recorder): Socket | Promise<Socket>;
  /** What a program then finds. */
  then?(out: Recorder, socket: Socket): void;
}

const LOWAT = 4;

const READING: readonly Condition[] = [
  ...[LOWAT - 1, LOWAT].map((bytes) => ({
    name: `${bytes} bytes, SO_RCVLOWAT ${LOWAT}`,
    asked: ["readable"] as const,
    isReady: bytes >= LOWAT,
    async make(out: Recorder) {
      const [client, server] = tcpPair(out);
      out.call("setsockopt", ["socket", "SOL_SOCKET", "SO_RCVLOWAT", LOWAT], () =>
        server.setOption("SO_RCVLOWAT", LOWAT),
      );
      out.call("send", ["peer", "buffer", bytes, "MSG_NOSIGNAL"], () =>
        client.send(new Uint8Array(bytes)),
      );
      await arrived(server, bytes);
      return server;
    },
  })),
  {
    name: "the end: the peer has sent FIN",
    asked: ["readable"],
    isReady: true,
    make(out) {
      const [client, server] = tcpPair(out);
      out.call("shutdown", ["peer", "SHUT_WR"], () => client.shutdown(sys.SHUT_WR));
      return server;
    },
    then(out, socket) {
      out.attempt("recv", ["socket", "buffer", 1, 0], () => socket.recv(new Uint8Array(1)));
    },
  },
  {
    name: "a listener without a connection",
    asked: ["readable"],
    isReady: false,
    make: (out) => boundSocket(out).listen(),
  },
  {
    name: "a listener with a completed connection",
    asked: ["readable"],
    isReady: true,
    make(out) {
      const listener = boundSocket(out).listen();
      const peer = tcpSocket(out);
      out.attempt("connect", ["peer", "socket"], () => peer.connect(listener.localAddress));
      return listener;
    },
  },
];

const WRITING: readonly Condition[] = [
  {
    name: "no room in the send buffer",
    asked: ["writable"],
    isReady: false,
    async make(out) {
      const [client] = tcpPair(out);
      await fill(out, "socket", client);
      return client;
    },
  },
  {
    name: "room, after the peer has read",
    asked: ["writable"],
    isReady: true,
    async make(out) {
      const [client, server] = tcpPair(out);
      await fill(out, "socket", client);
      await drain(out, "peer", server, () => eventsOf(client, sys.POLLOUT) !== 0);
      return client;
    },
  },
  {
    name: "this side's own direction is shut",
    asked: ["writable"],
    isReady: true,
    make(out) {
      const [client] = tcpPair(out);
      out.call("shutdown", ["socket", "SHUT_WR"], () => client.shutdown(sys.SHUT_WR));
      return client;
    },
    then(out, socket) {
      out.attempt("send", ["socket", '"x"', 1, "MSG_NOSIGNAL"], () =>
        socket.send(Buffer.from("x")),
      );
    },
  },
  {
    name: "a connect that is under way",
    asked: ["writable"],
    isReady: false,
    make(out) {
      const full = boundSocket(out).listen(0);
      tcpSocket(out).connectSync(full.localAddress);
      const client = tcpSocket(out);
      out.attempt("connect", ["socket", "full"], () => client.connect(full.localAddress));
      return client;
    },
  },
  {
    name: "a connect that has succeeded",
    asked: ["writable"],
    isReady: true,
    make(out) {
      const client = tcpSocket(out);
      const listener = boundSocket(out).listen();
      out.attempt("connect", ["socket", "listener"], () => client.connect(listener.localAddress));
      return client;
    },
    then: takeError,
  },
];

const BOTH: readonly Condition[] = [
  {
    name: "a connect that has failed (a pending error)",
    asked: ["readable", "writable"],
    isReady: true,
    make(out) {
      const client = tcpSocket(out);
      const nobody = boundSocket(out).localAddress;
      out.attempt("connect", ["socket", "nobody"], () => client.connect(nobody));
      return client;
    },
    then: takeError,
  },
];

const EXCEPTIONAL: readonly Condition[] = (["x", "MSG_OOB"] as const).map((what) => ({
  name: what === "MSG_OOB" ? "out-of-band data" : "data, none of it out of band",
  asked: ["exceptional"] as const,
  isReady: what === "MSG_OOB",
  async make(out: Recorder) {
    const [client, server] = tcpPair(out);
    const flags = what === "MSG_OOB" ? sys.MSG_OOB : 0;
    out.call(
      "send",
      ["peer", '"!"', 1, flags === 0 ? "MSG_NOSIGNAL" : `${what} | MSG_NOSIGNAL`],
      () => client.send(Buffer.from("!"), 0, 1, flags),
    );
    if (flags === 0) await arrived(server, 1);
    return server;
  },
}));

/** The conditions of the notes (B12). */
export const CONDITIONS: readonly Condition[] = [...READING, ...WRITING, ...BOTH, ...EXCEPTIONAL];

function takeError(out: Recorder, socket: Socket): void {
  const error = (): string => socket.takeError()?.code ?? "0";
  out.call("getsockopt", ["socket", "SOL_SOCKET", "SO_ERROR"], error, (code) => code);
}
