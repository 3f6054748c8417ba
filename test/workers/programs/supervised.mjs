// supervised.mjs PORT [WORKER]: a supervisor of two workers, until it is killed. Says where it listens, and the workers' process ids;
// of a worker that never gets ready, where a socket listens that it would be given, and its process id.
import { fileURLToPath } from "node:url";
import { Socket, Supervisor, sys } from "pollux";

const [port, name = "echo.mjs"] = process.argv.slice(2);
const entry = fileURLToPath(new URL(name, import.meta.url));
const listening = Socket.open(sys.AF_INET, sys.SOCK_STREAM).setOption("SO_REUSEADDR", true);
const address = listening.bind({ address: "127.0.0.1", port: Number(port) }).listen().localAddress;
const supervisor = await Supervisor.start(entry, {
  ...{
    workers: name === "slow.mjs" ? 1 : 2,
    share: "shared",
    listen: [address],
    adopted: [listening],
  },
  onWorker: ({ pid }) =>
    name === "slow.mjs" && console.log(JSON.stringify({ port: address.port, pid })),
});
const pids = supervisor.workers.map(({ pid }) => pid);
console.log(JSON.stringify({ port: supervisor.addresses[0].port, pids }));
