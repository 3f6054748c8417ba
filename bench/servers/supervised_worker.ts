import { EchoServer, WorkerSlot } from "pollux";

const slot = WorkerSlot.open();
const server = new EchoServer(slot.source());
slot.serve(server);
server.runSync();
