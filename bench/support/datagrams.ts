import { createSocket, type Socket as NodeSocket } from "node:dgram";
import { once } from "node:events";
import { DatagramBatch, Socket, sys } from "pollux";

/** How many datagrams are sent before they are received: any socket buffer has room for so many. */
export const BATCH = 64;
const SIZE = 64;

/** A way to send and receive datagrams. */
export interface DatagramWay {
  /** Sends `count` datagrams, at most {@link BATCH}, and receives them; returns how many it received. */
  turn(count: number): number | Promise<number>;
  /** Closes the sockets. */
  close(): void;
}

function sockets(): [receiver: Socket, sender: Socket] {
  const receiver = Socket.open(sys.AF_INET, sys.SOCK_DGRAM);
  receiver.bind({ address: "127.0.0.1", port: 0 });
  const sender = Socket.open(sys.AF_INET, sys.SOCK_DGRAM);
  sender.connect(receiver.localAddress);
  return [receiver, sender];
}

/** One system call per datagram. */
export function single(): DatagramWay {
  const [receiver, sender] = sockets();
  const buffer = new Uint8Array(SIZE);
  return {
    turn(count) {
      let received = 0;
      for (let sent = 0; sent < count; sent++) sender.send(buffer);
      for (let index = 0; index < count; index++) {
        if (receiver.recvFrom(buffer)?.size === SIZE) received++;
      }
      return received;
    },
    close() {
      sender.close();
      receiver.close();
    },
  };
}

/** One system call for all datagrams. */
export function batched(): DatagramWay {
  const [receiver, sender] = sockets();
  const out = new DatagramBatch({ capacity: BATCH, slotSize: SIZE });
  const into = new DatagramBatch({ capacity: BATCH, slotSize: SIZE });
  const fill = (count: number): void => {
    out.clear();
    while (out.count < count) out.add(new Uint8Array(SIZE));
  };
  return {
    turn(count) {
      if (out.count !== count) fill(count);
      if (out.send(sender) !== count || into.receive(receiver) !== count) return 0;
      let received = 0;
      for (let index = 0; index < count; index++) {
        if (into.data(index).length === SIZE) received++;
      }
      return received;
    },
    close() {
      sender.close();
      receiver.close();
    },
  };
}

/** The sockets of node:dgram. */
export async function nodeDgram(): Promise<DatagramWay> {
  const receiver = createSocket("udp4").bind(0, "127.0.0.1");
  await once(receiver, "listening");
  const sender: NodeSocket = createSocket("udp4");
  const buffer = new Uint8Array(SIZE);
  sender.connect(receiver.address().port, "127.0.0.1");
  await once(sender, "connect");
  let received = 0;
  let wanted = 0;
  let wake: () => void = () => undefined;
  receiver.on("message", () => {
    if (++received === wanted) wake();
  });
  return {
    async turn(count) {
      received = 0;
      wanted = count;
      const all = new Promise<void>((resolve) => (wake = resolve));
      for (let sent = 0; sent < count; sent++) sender.send(buffer);
      await all;
      return received;
    },
    close() {
      sender.close();
      receiver.close();
    },
  };
}
