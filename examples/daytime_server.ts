// The daytime server of the notes: iterative and blocking. One client after the other gets the time, in the
// format of RFC 867, and the end. The library's DaytimeServer serves many at once, and closes more carefully: a
// close(2) with bytes unread resets the connection.
//
//   node daytime_server.js [port]
import { Socket, daytimeText, isSystemError, sys } from "pollux";

using listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM, 0, { blocking: true });
listener.setOption("SO_REUSEADDR", true);
listener.bind({ address: "0.0.0.0", port: Number(process.argv[2] ?? 8080) }).listen();
console.log(`listening on ${String(listener.localAddress)}`);

for (;;) {
  using client = listener.accept({ blocking: true });
  try {
    client?.send(Buffer.from(daytimeText())); // 26 bytes always fit
  } catch (error) {
    if (!isSystemError(error)) throw error; // this client has left: EPIPE, ECONNRESET
  }
}
