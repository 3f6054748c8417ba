// An echo on each multiplexer, asked by a TCP client of the runtime's own.
import { once } from "node:events";
import { createConnection } from "node:net";

const LOOPBACK = { address: "127.0.0.1", port: 0 };
const QUESTION = "hello";

async function ask({ port }) {
  const client = createConnection(port, "127.0.0.1");
  client.setEncoding("utf8");
  let text = "";
  client.on("data", (part) => (text += part));
  await once(client, "connect");
  client.end(QUESTION);
  await once(client, "close");
  return text;
}

const START = {
  async EchoServer({ EchoServer }, multiplexer) {
    const server = new EchoServer(LOOPBACK, { multiplexer });
    const running = server.run();
    return {
      address: server.address,
      async stop() {
        server.stop();
        await running;
      },
    };
  },
  EchoThread: ({ EchoThread }, multiplexer) => EchoThread.start(LOOPBACK, { multiplexer }),
};

/** Throws unless each of the servers answers on each multiplexer, and stops. */
export async function echoes(pollux, servers) {
  for (const server of servers) {
    for (const multiplexer of pollux.MULTIPLEXERS) {
      const running = await START[server](pollux, multiplexer);
      const text = await ask(running.address);
      await running.stop();
      if (text !== QUESTION) throw new Error(`${server} on ${multiplexer} answered "${text}"`);
    }
  }
}
