import { readFileSync } from "node:fs";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { Recorder } from "./experiment.ts";
import { until } from "./until.ts";

const NAMES: ReadonlyMap<number, string> = new Map([
  [sys.TCP_ESTABLISHED, "ESTABLISHED"],
  [sys.TCP_SYN_SENT, "SYN_SENT"],
  [sys.TCP_SYN_RECV, "SYN_RECV"],
  [sys.TCP_FIN_WAIT1, "FIN_WAIT1"],
  [sys.TCP_FIN_WAIT2, "FIN_WAIT2"],
  [sys.TCP_TIME_WAIT, "TIME_WAIT"],
  [sys.TCP_CLOSE, "CLOSE"],
  [sys.TCP_CLOSE_WAIT, "CLOSE_WAIT"],
  [sys.TCP_LAST_ACK, "LAST_ACK"],
  [sys.TCP_LISTEN, "LISTEN"],
  [sys.TCP_CLOSING, "CLOSING"],
]);

/** The state of a connection, as tcp(7) names it. */
export function nameOfState(state: number): string {
  return NAMES.get(state) ?? `state ${String(state)}`;
}

/** The state of a socket: TCP_INFO. */
export function stateOf(socket: Socket): string {
  return nameOfState(socket.getOption("TCP_INFO").state);
}

/** Waits until a socket is in this state, asks once more, and records that. */
export async function recordState(
  out: Recorder,
  who: string,
  socket: Socket,
  wanted?: string,
): Promise<string> {
  if (wanted !== undefined) await until(() => stateOf(socket) === wanted);
  const shown = [who, "IPPROTO_TCP", "TCP_INFO"];
  return out.call(
    "getsockopt",
    shown,
    () => stateOf(socket),
    (state) => state,
  );
}

/** The two ports of one side of a connection. */
export interface Ports {
  readonly local: number;
  readonly remote: number;
}

/** The ports of a connected socket, for when it has none any more. */
export function portsOf(socket: Socket): Ports {
  return { local: socket.localAddress.port ?? 0, remote: socket.remoteAddress.port ?? 0 };
}

/**
 * The state of one side of a connection of IPv4 in /proc/net/tcp, which also has what no socket refers to any
 * more, such as TIME_WAIT. "none": it is not there. "unknown": /proc is not mounted.
 */
export function stateInTable({ local, remote }: Ports): string {
  let table: string;
  try {
    table = readFileSync("/proc/net/tcp", "latin1");
  } catch {
    return "unknown";
  }
  const [here, there] = [local, remote].map(
    (port) => `:${port.toString(16).toUpperCase().padStart(4, "0")}`,
  ) as [string, string];
  const states = table
    .split("\n")
    .map((line) => line.trim().split(/ +/))
    .filter(([, from, to]) => from?.endsWith(here) && to?.endsWith(there))
    .map(([, , , state]) => nameOfState(parseInt(state ?? "", 16)));
  return states[0] ?? "none";
}

/** Waits until the table has this state, reads it once more, and records that. */
export async function recordTable(
  out: Recorder,
  who: string,
  ports: Ports,
  wanted?: string,
): Promise<string> {
  if (wanted !== undefined) {
    await until(() => ["unknown", wanted].includes(stateInTable(ports)));
  }
  return out.call(
    "read",
    ["/proc/net/tcp", `the ports of the ${who}`],
    () => stateInTable(ports),
    (state) => state,
  );
}
