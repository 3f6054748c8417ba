// An echo server with TLS: node:tls encrypts, pollux transports.
//
//   openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -keyout key.pem -out cert.pem
//   node tls_echo.js key.pem cert.pem [port]
//   openssl s_client -connect localhost:8443 -CAfile cert.pem
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import { attach, createServer as createNetServer } from "pollux/net";

const [key = "key.pem", cert = "cert.pem", port = "8443"] = process.argv.slice(2);

const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
  socket.on("error", (error: Error) => console.error(error.message)); // this client only
  socket.pipe(socket);
});
server.on("tlsClientError", (error) => console.error(error.message));
attach(server, createNetServer());

server.listen(Number(port), "127.0.0.1", () => {
  console.log(`listening on 127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once("SIGTERM", () => server.close());
