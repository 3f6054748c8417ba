// A chat over three transports on one event manager: each line of a client of TCP, UDP or a unix socket goes to all
// others. With SIGUSR2, a thread says "tick" to everybody, as often as it is told to.
//
//   node event_manager.js [port] [select | poll | epoll] [path] [ticks]
import { isMainThread, Worker, workerData } from "node:worker_threads";
import {
  type Address,
  Broadcaster,
  EventManager,
  type ManagerConnection,
  type ManagerHandler,
  MULTIPLEXERS,
} from "pollux";

const MAX_PEERS = 100;

if (isMainThread) await chat();
else tick(workerData as Ticks);

async function chat(): Promise<void> {
  const [port = "9999", name, path, ticks = "3"] = process.argv.slice(2);
  const multiplexer = MULTIPLEXERS.find((known) => known === name) ?? "epoll";
  using manager = new EventManager({ multiplexer });
  /** UDP has no connections: the address of each client is remembered. */
  const peers = new Map<string, Address>();

  const tellPeers = (line: Uint8Array, sender: string): void => {
    for (const [text, address] of peers) if (text !== sender) datagrams.sendTo(line, address);
  };
  const tellConnections = (line: Uint8Array, sender: ManagerConnection): void => {
    for (const connection of manager.connections) {
      if (connection.role !== "accepted" || connection === sender) continue;
      if (!connection.send(line)) connection.close(); // it does not read: nobody waits for it
    }
  };

  const onStream: ManagerHandler = (connection, event) => {
    const { recv } = connection;
    if (event.type === "wakeup") connection.send(event.data);
    if (event.type !== "read") return;
    for (let end = recv.indexOf(0x0a); end !== -1; end = recv.indexOf(0x0a)) {
      const line = recv.bytes.slice(0, end + 1);
      recv.consume(end + 1); // what follows the last "\n" comes again, with more
      tellConnections(line, connection);
      tellPeers(line, "");
    }
  };
  const onDatagram: ManagerHandler = (connection, event) => {
    const { recv, remoteAddress } = connection;
    if (event.type === "wakeup") tellPeers(event.data, "");
    if (event.type !== "read" || remoteAddress === null) return;
    if (peers.size < MAX_PEERS) peers.set(String(remoteAddress), remoteAddress);
    tellConnections(recv.bytes, connection);
    tellPeers(recv.bytes, String(remoteAddress));
  };

  const listener = manager.listen(`tcp://127.0.0.1:${port}`, onStream);
  const datagrams = manager.listen(`udp://${String(listener.localAddress)}`, onDatagram);
  if (path !== undefined) manager.listen(`unix://${path}`, onStream);
  console.log(`listening on ${String(listener.localAddress)}`);

  process.on("SIGUSR2", () => {
    const ticker: Ticks = { address: manager.wakeupAddress(), ticks: Number(ticks) };
    new Worker(new URL(import.meta.url), { workerData: ticker });
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => manager.stop());
  await manager.run();
}

interface Ticks {
  readonly address: string;
  readonly ticks: number;
}

/** In the other thread: reaches every connection of the manager, in this order. */
function tick({ address, ticks }: Ticks): void {
  using broadcaster = new Broadcaster(address);
  for (let count = 1; count <= ticks; count++) broadcaster.broadcastSync(`tick ${count}\n`);
}
