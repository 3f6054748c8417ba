// connect.mjs PORT: connects in each way, and writes what became of it as JSON, one a line.
import { connect, Socket, sys } from "pollux";

const to = { address: "127.0.0.1", port: Number(process.argv[2]) };
const WAYS = [
  (socket) => socket.connectSync(to),
  (socket) => connect(socket, to),
  (socket) => ((socket.blocking = true), socket.connect(to)),
];

for (const way of WAYS) {
  const socket = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
  try {
    await way(socket);
    const buffer = new Uint8Array(1);
    while (socket.recv(buffer) === null);
    console.log("{}");
  } catch ({ code, syscall, address, port }) {
    console.log(JSON.stringify({ code, syscall, address, port }));
  } finally {
    socket.close();
  }
}
