import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { Experiment, Recorder } from "./experiment.ts";
import { drain, fill } from "./streams.ts";
import { tcpPair } from "./tcp_pair.ts";
import { portsOf, recordState, recordTable } from "./tcp_states.ts";

/** The states of a connection that ends (C25 of the notes). */
export const closingStates: Experiment = {
  name: "closing-states",
  summary: "which states a connection goes through when it ends, one side first or both at once",
  async run(out) {
    const first = await oneAfterTheOther(out);
    const both = await bothAtOnce(out);
    const last = [...first, ...both].filter(({ table }) => table[0] === "TIME_WAIT");
    const hidden = last.length > 0 && last.every(({ client }) => client !== "TIME_WAIT");
    return (
      `The client, which ended its direction first, went through ${path(first, "client")}, and the ` +
      `server through ${path(first, "server")}; when both ended at once, these were ` +
      `${path(both, "client")} and ${path(both, "server")}` +
      (hidden
        ? `; only /proc/net/tcp showed TIME_WAIT, TCP_INFO said ${last[0]?.client ?? ""}`
        : "") +
      (first[0]?.table[0] === "unknown"
        ? "; there is no /proc/net/tcp, so TCP_INFO said that."
        : ".")
    );
  },
};

// Unread data holds a FIN back, which stands behind it: so each state lasts until the other side reads.

async function oneAfterTheOther(out: Recorder): Promise<Moment[]> {
  out.remark("the client ends its direction, later the server");
  const connection = new Connection(out);
  const { client, server } = connection;
  const seen = [await connection.look("connected", "ESTABLISHED", "ESTABLISHED")];
  await fill(out, "client", client);
  shut(out, "client", client);
  seen.push(await connection.look("the client's FIN waits", "FIN_WAIT1", "ESTABLISHED"));
  await drain(out, "server", server);
  seen.push(await connection.look("the server has its FIN", "FIN_WAIT2", "CLOSE_WAIT"));
  await fill(out, "server", server);
  shut(out, "server", server);
  seen.push(await connection.look("the server's FIN waits", "FIN_WAIT2", "LAST_ACK"));
  await drain(out, "client", client);
  seen.push(await connection.look("the client has its FIN", "TIME_WAIT", "none"));
  return seen;
}

async function bothAtOnce(out: Recorder): Promise<Moment[]> {
  out.remark("both end their directions before either has the other's FIN");
  const connection = new Connection(out);
  const { client, server } = connection;
  await fill(out, "client", client);
  await fill(out, "server", server);
  shut(out, "client", client);
  shut(out, "server", server);
  const seen = [await connection.look("both FINs wait", "FIN_WAIT1", "FIN_WAIT1")];
  await drain(out, "server", server);
  seen.push(await connection.look("the server has the client's", "FIN_WAIT2", "CLOSING"));
  await drain(out, "client", client);
  seen.push(await connection.look("both have the other's", "TIME_WAIT", "TIME_WAIT"));
  return seen;
}

/** The states at one moment. */
interface Moment {
  /** As TCP_INFO has them. */
  readonly client: string;
  readonly server: string;
  /** As /proc/net/tcp has them. */
  readonly table: readonly [client: string, server: string];
}

class Connection {
  readonly client: Socket;
  readonly server: Socket;
  readonly #out: Recorder;

  constructor(out: Recorder) {
    this.#out = out;
    [this.client, this.server] = tcpPair(out);
    this.#ports = { client: portsOf(this.client), server: portsOf(this.server) };
  }

  readonly #ports;

  /** Records the states, as soon as they are those, or after a while as they are. */
  async look(moment: string, client: string, server: string): Promise<Moment> {
    const out = this.#out;
    const table = [
      await recordTable(out, "client", this.#ports.client, client),
      await recordTable(out, "server", this.#ports.server, server),
    ] as const;
    const info = {
      client: await recordState(out, "client", this.client),
      server: await recordState(out, "server", this.server),
    };
    out.figure({ moment, ...info, "client in /proc": table[0], "server in /proc": table[1] });
    return { ...info, table };
  }
}

function shut(out: Recorder, by: string, socket: Socket): void {
  out.call("shutdown", [by, "SHUT_WR"], () => socket.shutdown(sys.SHUT_WR));
}

/** The states of one side in order, each once: as /proc has them, where that is there. */
function path(seen: readonly Moment[], side: "client" | "server"): string {
  const states = seen.map(({ table, ...info }) => {
    const inTable = table[side === "client" ? 0 : 1];
    return inTable === "unknown" ? info[side] : inTable;
  });
  const different = states.filter((state, index) => state !== states[index - 1]);
  return different.map((state) => (state === "none" ? "nothing" : state)).join(", ");
}
