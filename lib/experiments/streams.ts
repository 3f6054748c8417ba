import { bytesReadable } from "../descriptors/fcntl.ts";
import { isSystemError } from "../errors.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { Recorder } from "./experiment.ts";
import { until } from "./until.ts";

const CHUNK = new Uint8Array(65_536);

/** The events of poll(2) that a socket has now, without a step in the record. */
export function eventsOf(socket: Socket, asked: number): number {
  const fds = new sys.PollFds(1);
  fds.set(0, socket.fd, asked);
  sys.poll(fds, 1, 0);
  return fds.revents(0);
}

/** Waits until so many bytes have arrived. */
export async function arrived(socket: Socket, bytes: number): Promise<void> {
  await until(() => bytesReadable(socket) >= bytes);
}

/** Waits until recv(2) has an answer other than EAGAIN. */
export async function answered(socket: Socket): Promise<void> {
  await until(() => eventsOf(socket, sys.POLLIN) !== 0);
}

/**
 * Sends until the peer's window is full as well as the own buffer, so that no more fits however long one
 * waits. Records the last call only.
 *
 * @returns how many bytes that were
 */
export async function fill(out: Recorder, by: string, socket: Socket): Promise<number> {
  let sent = 0;
  await until(() => {
    const before = sent;
    const isQuiet = socket.getOption("TCP_INFO").unacked === 0;
    for (let now; (now = socket.send(CHUNK)) !== null;) sent += now;
    return isQuiet && sent === before;
  });
  out.remark(`the ${by} sends ${inBytes(sent)}, which nobody reads, until no more fits`);
  const last = out.attempt("send", [by, "buffer", CHUNK.length, "MSG_NOSIGNAL"], () =>
    socket.send(CHUNK),
  );
  return last === "EAGAIN" ? sent : sent + Number(last);
}

/** What was read until the end. */
export interface Drained {
  readonly bytes: number;
  /** The last answer: "0" is the end of the stream, "EAGAIN" that none came. */
  readonly end: string;
}

/**
 * Receives until the end of the stream, or an error. Records the last call only.
 *
 * @param isEnough - whether to stop where there is no more for now
 */
export async function drain(
  out: Recorder,
  by: string,
  socket: Socket,
  isEnough: () => boolean = () => false,
): Promise<Drained> {
  const buffer = new Uint8Array(CHUNK.length);
  const got: { bytes: number; last: number | null | Error } = { bytes: 0, last: null };
  await until(() => {
    while (typeof (got.last = receive(socket, buffer)) === "number" && got.last > 0) {
      got.bytes += got.last;
    }
    return got.last !== null || isEnough();
  });
  const { bytes, last } = got;
  out.remark(`the ${by} reads ${inBytes(bytes)}`);
  const end = out.attempt("recv", [by, "buffer", buffer.length, 0], () => {
    if (last instanceof Error) throw last;
    return last;
  });
  return { bytes, end };
}

function receive(socket: Socket, buffer: Uint8Array): number | null | Error {
  try {
    return socket.recv(buffer);
  } catch (error) {
    if (isSystemError(error)) return error;
    throw error;
  }
}

/** "1,234 bytes", "1 byte". */
export function inBytes(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "byte" : "bytes"}`;
}
