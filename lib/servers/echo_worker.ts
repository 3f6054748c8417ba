import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { Address } from "../address/address.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import { Waker } from "../reactor/waker.ts";
import { type EchoWorkerData, type Reply, type Request, packError } from "./echo_messages.ts";
import { type AnyServer, createServer } from "./server_kinds.ts";

const { kind, address, options, wakerFd, requests } = workerData as EchoWorkerData;

function reply(message: Reply): void {
  parentPort?.postMessage(message);
}

function handle(server: AnyServer, request: Request): void {
  switch (request.request) {
    case "stop":
      server.stop(request.drainMs);
      break;
    case "totals":
      reply({ reply: "totals", totals: server.totals });
      break;
    case "end":
      server.close();
      break;
  }
}

/** No message event runs while the server waits: the waker announces messages. */
function watchRequests(server: AnyServer): void {
  server.reactor.add(wakerFd, READABLE, {
    onReady() {
      Waker.take(wakerFd);
      for (let next = receive(); next; next = receive()) handle(server, next);
    },
  });
}

function receive(): Request | undefined {
  return receiveMessageOnPort(requests)?.message as Request | undefined;
}

try {
  const server = createServer(kind, new Address(address), options);
  watchRequests(server);
  reply({ reply: "listening", address: server.address.bytes });
  reply({ reply: "stopped", totals: server.runSync() });
} catch (error) {
  reply({ reply: "failed", error: packError(error) });
}
