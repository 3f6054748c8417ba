// UDP has no flow control: a burst of datagrams against receive buffers of different sizes. What finds
// no room is lost, and the sender is not told. UDP works that way.
//
//   node udp_flow_control.js [datagrams] [bytes]
import { DatagramBatch, Socket, sys } from "pollux";

const [datagrams = 2000, bytes = 1000] = process.argv.slice(2).map(Number);

for (const wanted of [4096, 65_536, 262_144, 1_048_576]) {
  using receiver = Socket.open(sys.AF_INET, sys.SOCK_DGRAM);
  receiver.setOption("SO_RCVBUF", wanted).setOption("SO_RXQ_OVFL", true);
  receiver.bind({ address: "127.0.0.1", port: 0 });
  using sender = Socket.open(sys.AF_INET, sys.SOCK_DGRAM);
  sender.connect(receiver.localAddress);

  const sent = burst(sender);
  const received = drain(receiver);
  const size = receiver.getOption("SO_RCVBUF");
  console.log(
    `SO_RCVBUF ${size}: sent ${sent}, received ${received}, lost ${sent - received}, ` +
      `dropped ${dropped(sender, receiver)} says the kernel`,
  );
}

function burst(sender: Socket): number {
  const batch = new DatagramBatch({ slotSize: bytes });
  while (batch.count < batch.capacity) batch.add(new Uint8Array(bytes));
  let sent = 0;
  const single = new Uint8Array(bytes);
  while (sent < datagrams) {
    const left = datagrams - sent;
    sent += left < batch.count ? +(sender.send(single) !== null) : (batch.send(sender) ?? 0);
  }
  return sent;
}

function drain(receiver: Socket): number {
  const batch = new DatagramBatch({ slotSize: bytes });
  let received = 0;
  while (batch.receive(receiver) !== null) received += batch.count;
  return received;
}

/** SO_RXQ_OVFL: the next datagram says how many were dropped before it. */
function dropped(sender: Socket, receiver: Socket): number {
  sender.send(new Uint8Array(1));
  const message = receiver.recvMessage(new Uint8Array(1), { controlSize: sys.cmsgSpace(4) });
  return message?.find("SO_RXQ_OVFL")?.dropped ?? 0;
}
