import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { Experiment, Recorder } from "./experiment.ts";
import { eventsOf } from "./streams.ts";
import { ANY_PORT } from "./tcp_pair.ts";
import { until } from "./until.ts";

const DATAGRAM = Buffer.from("is anybody there?");

/** What a UDP socket learns of a port where nobody listens (A13 of the notes). */
export const udpDeadServer: Experiment = {
  name: "udp-dead-server",
  summary: "who is told that nobody listens on a UDP port: only connected sockets",
  async run(out) {
    const socket = open(out);
    const living = open(out);
    // Connected to itself, it gets no datagram of others, and keeps them from getting the port.
    const dead = open(out);
    dead.connect(dead.localAddress);
    const recv = async (): Promise<string> => {
      await until(() => eventsOf(socket, sys.POLLIN) !== 0, 100);
      return out.attempt("recv", ["socket", "buffer", 64, 0], () => socket.recv(Buffer.alloc(64)));
    };
    const sendTo = (to: Socket, name: string): string =>
      out.attempt("sendto", ["socket", "datagram", DATAGRAM.length, "MSG_NOSIGNAL", name], () =>
        socket.sendTo(DATAGRAM, to.localAddress),
      );
    const send = (): string =>
      out.attempt("send", ["socket", "datagram", DATAGRAM.length, "MSG_NOSIGNAL"], () =>
        socket.send(DATAGRAM),
      );
    const connect = (to: Socket, name: string): unknown =>
      out.call("connect", ["socket", name], () => socket.connect(to.localAddress));

    out.remark("not connected: the port answers each datagram with ICMP port unreachable");
    sendTo(dead, "dead");
    const unconnected = await recv();
    out.remark("IP_RECVERR is Linux's own: it asks for these answers without connect");
    out.call("setsockopt", ["socket", "IPPROTO_IP", "IP_RECVERR", 1], () =>
      socket.setOption("IP_RECVERR", true),
    );
    sendTo(dead, "dead");
    const asked = await recv();
    out.call("setsockopt", ["socket", "IPPROTO_IP", "IP_RECVERR", 0], () =>
      socket.setOption("IP_RECVERR", false),
    );

    out.remark("connected");
    connect(dead, "dead");
    send();
    const connected = await recv();
    const cleared = await recv();
    out.remark("connected to another peer, without an end of the first");
    connect(living, "living");
    const reconnected = send();
    out.remark("connected to nobody: AF_UNSPEC");
    out.call("connect", ["socket", "AF_UNSPEC"], () => socket.disconnect());
    const dissolved = send();
    const again = sendTo(living, "living");
    return (
      `After a datagram to a dead port an unconnected socket was told ${told(unconnected)}, with ` +
      `IP_RECVERR, which the notes do not have, ${told(asked)}, and a connected one ` +
      `${told(connected)}, then ${told(cleared)}; ` +
      `connected to a living peer, send answered ${reconnected}; dissolved with AF_UNSPEC, send ` +
      `answered ${dissolved} and sendto ${again}.`
    );
  },
};

function open(out: Recorder): Socket {
  return out.own(Socket.open(sys.AF_INET, sys.SOCK_DGRAM)).bind(ANY_PORT);
}

function told(answer: string): string {
  return answer === "EAGAIN" ? "nothing" : answer;
}
