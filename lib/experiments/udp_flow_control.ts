import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { type Experiment, Recorder } from "./experiment.ts";
import { answered } from "./streams.ts";
import { ANY_PORT } from "./tcp_pair.ts";

const DATAGRAMS = 2000;
const SIZE = 1000; // bytes
const SMALL = 4096; // bytes
const BUFFERS = [SMALL, 65_536, 262_144, 1_048_576]; // bytes

/** How many datagrams are lost while nobody reads (A14 of the notes). */
export const udpFlowControl: Experiment = {
  name: "udp-flow-control",
  summary: "how many of 2,000 datagrams are lost when the receiver is slow, by SO_RCVBUF",
  async run(out) {
    const bursts: Counted[] = [];
    for (const wanted of BUFFERS) {
      out.remark("2,000 datagrams, and only then the receiver reads");
      bursts.push(await exchange(out, wanted, "read at the end"));
    }
    out.remark(
      "the smallest buffer again: each is read before the next is sent, the last as follows",
    );
    const paced = await exchange(out, SMALL, "read one by one");
    return conclude(bursts, paced);
  },
};

interface Counted {
  /** SO_RCVBUF as the kernel has it, in bytes. */
  readonly buffer: number;
  /** How many sends have succeeded. */
  readonly sent: number;
  readonly lost: number;
  /** How many the kernel says that it has dropped. */
  readonly dropped: number;
}

async function exchange(
  out: Recorder,
  wanted: number,
  reader: "read at the end" | "read one by one",
): Promise<Counted> {
  const [sender, receiver] = pair(out, wanted);
  const datagram = new Uint8Array(SIZE);
  let [sent, received] = [0, 0];
  const send = (to = out): void => {
    const answer = to.attempt("send", ["sender", "datagram", SIZE, "MSG_NOSIGNAL"], () =>
      sender.send(datagram),
    );
    sent += Number(answer === String(SIZE));
  };
  const recv = (to = out): boolean => {
    const answer = to.attempt("recv", ["receiver", "buffer", SIZE, 0], () =>
      receiver.recv(datagram),
    );
    received += Number(answer === String(SIZE));
    return answer === String(SIZE);
  };
  if (reader === "read at the end") {
    for (let n = 0; n < DATAGRAMS; n++) send();
  } else {
    // 2,000 times the same two lines: the last ones are shown.
    using unseen = new Recorder();
    for (let n = DATAGRAMS; n > 0; n--) {
      const to = n > 1 ? unseen : out;
      send(to);
      await answered(receiver);
      recv(to);
    }
  }
  while (recv());
  const buffer = receiver.getOption("SO_RCVBUF");
  const counted = { buffer, sent, lost: sent - received, dropped: await dropped(sender, receiver) };
  out.figure({ reader, ...counted });
  return counted;
}

function pair(out: Recorder, wanted: number): [sender: Socket, receiver: Socket] {
  const open = (): Socket => out.own(Socket.open(sys.AF_INET, sys.SOCK_DGRAM));
  const receiver = open().setOption("SO_RXQ_OVFL", true);
  out.call("setsockopt", ["receiver", "SOL_SOCKET", "SO_RCVBUF", wanted], () =>
    receiver.setOption("SO_RCVBUF", wanted),
  );
  out.call("getsockopt", ["receiver", "SOL_SOCKET", "SO_RCVBUF"], () =>
    receiver.getOption("SO_RCVBUF"),
  );
  receiver.bind(ANY_PORT);
  const sender = open();
  sender.connect(receiver.localAddress);
  return [sender, receiver];
}

/** SO_RXQ_OVFL: the next datagram says how many were dropped before it. */
async function dropped(sender: Socket, receiver: Socket): Promise<number> {
  sender.send(new Uint8Array(1));
  await answered(receiver);
  const message = receiver.recvMessage(new Uint8Array(1), { control: ["SO_RXQ_OVFL"] });
  return message?.find("SO_RXQ_OVFL")?.dropped ?? 0;
}

function conclude(bursts: readonly Counted[], paced: Counted): string {
  const lost = bursts.map((one) => `${number(one.lost)} with ${number(one.buffer)} bytes`);
  const all = [...bursts, paced];
  const agree = all.every((one) => one.dropped === one.lost);
  const sends = all.every(({ sent }) => sent === DATAGRAMS)
    ? "every send succeeded"
    : `the sends that succeeded were ${all.map(({ sent }) => number(sent)).join(", ")}`;
  const counted = all.map((one) => number(one.dropped)).join(", ");
  return (
    `Of 2,000 datagrams sent at once, those lost were, by the receive buffer: ${lost.join(", ")}; ` +
    `read one by one, ${number(paced.lost)} were lost with ${number(paced.buffer)} bytes; ${sends}, and ` +
    `SO_RXQ_OVFL of the receiver counted ${agree ? "the same" : counted}.`
  );
}

function number(value: number): string {
  return value.toLocaleString("en");
}
