import { onTestFinished, vi } from "vitest";
import { Socket, type SocketOptions } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";

export interface Family {
  readonly name: string;
  readonly family: number;
  readonly address: string;
}

/** What the notes say holds for both. */
export const FAMILIES: readonly Family[] = [
  { name: "IPv4", family: sys.AF_INET, address: "127.0.0.1" },
  { name: "IPv6", family: sys.AF_INET6, address: "::1" },
];

/** Closes a socket when the test is finished, if it was not closed before. */
export function own(socket: Socket | null): Socket {
  if (!socket) throw new Error("nothing was opened");
  onTestFinished(() => {
    socket.close();
  });
  return socket;
}

export function open({ family }: Family, options?: SocketOptions): Socket {
  return own(Socket.open(family, sys.SOCK_STREAM, 0, options));
}

export function listen(of: Family, prepare?: (listener: Socket) => void): Socket {
  const listener = open(of);
  prepare?.(listener);
  return listener.bind({ address: of.address, port: 0 }).listen();
}

/** Both ends of a connection, non-blocking. `prepare` has the client before it connects. */
export async function connect(
  of: Family,
  listener: Socket = listen(of),
  prepare?: (client: Socket) => void,
): Promise<[client: Socket, server: Socket]> {
  const client = open(of, { blocking: true });
  prepare?.(client);
  client.connect(listener.localAddress);
  client.blocking = false;
  await until(() => readable(listener));
  return [client, own(listener.accept())];
}

/** Waits until something holds that the kernel does by itself. */
export async function until(holds: () => boolean): Promise<void> {
  await vi.waitUntil(holds, { interval: 1, timeout: 30_000 });
}

/** The events of poll(2) that a socket has now. */
export function events(socket: Socket, asked: number): number {
  const fds = new sys.PollFds(1);
  fds.set(0, socket.fd, asked);
  sys.poll(fds, 1, 0);
  return fds.revents(0);
}

export function readable(socket: Socket): boolean {
  return (events(socket, sys.POLLIN) & sys.POLLIN) !== 0;
}

export function state(socket: Socket): number {
  return socket.getOption("TCP_INFO").state;
}

/** Sends until nothing more fits; how many bytes that were. */
export function fill(socket: Socket): number {
  const bytes = new Uint8Array(65_536);
  let total = 0;
  for (let sent; (sent = socket.send(bytes)) !== null;) total += sent;
  return total;
}

/** Receives all there is up to the end of the stream; how many bytes that were. */
export async function drain(socket: Socket): Promise<number> {
  const bytes = new Uint8Array(65_536);
  for (let total = 0; ;) {
    await until(() => readable(socket));
    const received = socket.recv(bytes);
    if (received === 0) return total;
    total += received ?? 0;
  }
}
