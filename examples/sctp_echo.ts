// An SCTP echo server, one-to-one (STREAM) or one-to-many (SEQPACKET). Each answer goes to the stream that
// the message came on. A kernel without SCTP says so.
//
//   node sctp_echo.js [port] [one-to-one | one-to-many]
import { Reactor, SctpEchoServer, createMultiplexer, isSystemError } from "pollux";

const [port = "9999", style] = process.argv.slice(2);
using reactor = new Reactor(createMultiplexer());
try {
  const server = new SctpEchoServer(
    reactor,
    { address: "127.0.0.1", port: Number(port) },
    { style: style === "one-to-many" ? "one-to-many" : "one-to-one" },
  );
  console.log(`listening on ${String(server.address)}`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => reactor.stop());
  await reactor.run();
  server.close();
} catch (error) {
  if (!isSystemError(error, "EPROTONOSUPPORT", "ESOCKTNOSUPPORT")) throw error;
  console.log("this kernel has no SCTP: load the module sctp");
}
