import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { Experiment, Recorder } from "./experiment.ts";
import { arrived } from "./streams.ts";
import { tcpPair } from "./tcp_pair.ts";

const WRITES = 10; // as many segments as a new connection sends before the first acknowledgement
const SIZE = 10; // bytes

/** How many segments carry many small writes, counted by the kernel (C24 of the notes). */
export const nagle: Experiment = {
  name: "nagle",
  summary: "how many segments carry ten small writes, by TCP_NODELAY, TCP_CORK and MSG_MORE",
  async run(out) {
    const counted: Counted[] = [];
    for (const way of WAYS) counted.push(await write(out, way));
    if (counted.some(({ segments }) => segments === null)) {
      return "This kernel does not count the segments of a connection in TCP_INFO: Linux 4.6 does.";
    }
    const said = counted.map(({ title, segments }) => `${String(segments)} ${title}`);
    const [usual, atOnce] = counted;
    const why =
      usual && atOnce && Number(usual.segments) < Number(atOnce.segments)
        ? "; Nagle's algorithm joins writes only while an earlier one is unacknowledged"
        : "";
    return `The segments of ${String(WRITES)} writes were ${said.join(", ")}${why}.`;
  },
};

/** One way of writing. */
interface Way {
  readonly title: string;
  prepare(out: Recorder, client: Socket, server: Socket): void;
  readonly flags?: number;
  finish?(out: Recorder, client: Socket): void;
}

interface Counted {
  readonly title: string;
  /** Those with data; `null`: the kernel does not count them. */
  readonly segments: number | null;
}

const WAYS: readonly Way[] = [
  {
    title: "by default, acknowledged late",
    prepare(out, _, server) {
      set(out, "server", server, "TCP_QUICKACK", 0);
    },
  },
  {
    title: "by default, acknowledged at once",
    prepare(out, _, server) {
      set(out, "server", server, "TCP_QUICKACK", 1);
    },
  },
  {
    title: "with TCP_NODELAY",
    prepare(out, client, server) {
      set(out, "server", server, "TCP_QUICKACK", 0);
      set(out, "client", client, "TCP_NODELAY", 1);
    },
  },
  {
    title: "with TCP_CORK until the last",
    prepare(out, client) {
      set(out, "client", client, "TCP_CORK", 1);
    },
    finish(out, client) {
      set(out, "client", client, "TCP_CORK", 0);
    },
  },
  {
    title: "with MSG_MORE until the last",
    prepare: () => undefined,
    flags: sys.MSG_MORE,
  },
];

async function write(out: Recorder, way: Way): Promise<Counted> {
  const { title, flags = 0 } = way;
  out.remark(title);
  const [client, server] = tcpPair(out);
  way.prepare(out, client, server);
  const before = [dataSegments(out, client), server.getOption("TCP_INFO").segs_out] as const;
  for (let left = WRITES; left > 0; left--) {
    const how = left > 1 ? flags : 0;
    out.call(
      "send",
      ["client", "buffer", SIZE, how === 0 ? "MSG_NOSIGNAL" : "MSG_MORE | MSG_NOSIGNAL"],
      () => client.send(new Uint8Array(SIZE), 0, SIZE, how),
    );
  }
  way.finish?.(out, client);
  await arrived(server, WRITES * SIZE);
  const segments = difference(before[0], dataSegments(out, client));
  const acknowledgements = difference(before[1], server.getOption("TCP_INFO").segs_out);
  out.figure({ how: title, writes: WRITES, bytes: WRITES * SIZE, segments, acknowledgements });
  return { title, segments };
}

/** How many segments with data a socket has sent; `undefined`: the kernel does not count them. */
function dataSegments(out: Recorder, client: Socket): number | undefined {
  return out.call(
    "getsockopt",
    ["client", "IPPROTO_TCP", "TCP_INFO"],
    () => client.getOption("TCP_INFO").data_segs_out,
    (segments) => `tcpi_data_segs_out ${segments ?? "not there"}`,
  );
}

function set(
  out: Recorder,
  who: string,
  socket: Socket,
  name: "TCP_NODELAY" | "TCP_CORK" | "TCP_QUICKACK",
  value: 0 | 1,
): void {
  out.call("setsockopt", [who, "IPPROTO_TCP", name, value], () =>
    socket.setOption(name, value === 1),
  );
}

function difference(before: number | undefined, after: number | undefined): number | null {
  return before === undefined || after === undefined ? null : after - before;
}
