import { writeSync } from "node:fs";
import { isatty } from "node:tty";
import type { Address } from "../address/address.ts";
import type { Endpoint } from "../address/endpoint.ts";
import { resolve } from "../address/resolve.ts";
import { isSystemError } from "../errors.ts";
import { Relay, type RelayTotals } from "../servers/relay.ts";
import { createConnection } from "../socket/create_connection.ts";
import { listenAt } from "../socket/create_server.ts";
import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { checkEndpoint } from "./addresses.ts";
import type { ConnectOptions } from "./connect.ts";
import { UsageError } from "./report.ts";

const INPUT = 0;
const OUTPUT = 1;
const ERRORS = 2;
const FAILURE = 1;
/** What a shell says of a process that SIGPIPE has ended. */
const NOBODY_READS = 128 + 13;

/** Connects standard input and output to the address, until both sides have ended. */
export async function connectTo(text: string, options: ConnectOptions): Promise<void> {
  const endpoint = checkEndpoint(text);
  const type = options.udp
    ? sys.SOCK_DGRAM
    : options.seqpacket
      ? sys.SOCK_SEQPACKET
      : sys.SOCK_STREAM;
  if (options.udp && endpoint.family === sys.AF_UNIX) {
    throw new UsageError("--udp needs an internet address");
  }
  using socket = options.listen
    ? await awaitClient(endpoint, type, options)
    : await createConnection(endpoint, { type });
  const patienceMs = options.wait === undefined ? undefined : options.wait * 1000;
  const isTerminal = isatty(INPUT) && !options.udp;
  const relay = new Relay(socket, {
    multiplexer: options.multiplexer,
    ...(isTerminal && { patienceMs: 0 }),
    ...(patienceMs !== undefined && { patienceMs }),
  });
  try {
    finish(relay.runSync(), options);
  } catch (error) {
    event(options, "ended", relay.totals);
    if (!isSystemError(error, "EPIPE") || error.fd !== OUTPUT) throw error;
    process.exitCode = NOBODY_READS;
  }
}

function finish(totals: RelayTotals, options: ConnectOptions): void {
  event(options, "ended", totals);
  if (totals.state === "ended") return;
  tell("pollux: server terminated prematurely");
  process.exitCode = FAILURE;
}

/** Waits for the first client; of datagrams, for the first sender. */
async function awaitClient(
  endpoint: Endpoint,
  type: number,
  options: ConnectOptions,
): Promise<Socket> {
  const [address] = await resolve(endpoint, { type });
  if (address === undefined) throw new UsageError("there is no address to listen at");
  const how = { type, backlog: 1, unlinkStale: true, blocking: true };
  const listener = options.udp ? bindDatagrams(address) : listenAt(address, how);
  try {
    const where = String(listener.localAddress);
    event(options, "listening", { address: where }, `pollux: listening on ${where}`);
    if (options.udp) return untilSpokenTo(listener);
    for (;;) {
      const client = listener.accept();
      if (!client) continue;
      listener.close();
      return client;
    }
  } catch (error) {
    listener.close();
    throw error;
  }
}

function bindDatagrams(address: Address): Socket {
  const socket = Socket.open(address.family, sys.SOCK_DGRAM, 0, { blocking: true });
  try {
    return socket.bind(address);
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** The sender of the first datagram, which stays in the queue, becomes the only peer. */
function untilSpokenTo(socket: Socket): Socket {
  const first = socket.recvFrom(new Uint8Array(1), 0, 1, sys.MSG_PEEK);
  if (first?.address) socket.connect(first.address);
  return socket;
}

function event(options: ConnectOptions, name: string, details: object, line?: string): void {
  if (options.json) tell(JSON.stringify({ event: name, ...details }));
  else if (line !== undefined) tell(line);
}

/** Not with Node's stream, which makes the descriptor non-blocking for all who share it. */
function tell(line: string): void {
  try {
    writeSync(ERRORS, `${line}\n`);
  } catch {
    // Nobody reads it.
  }
}
