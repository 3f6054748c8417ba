import { lookup, type LookupAddress } from "node:dns";
import { Socket as NativeSocket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { adoptFd } from "./adoption.ts";
import { isPath, orElse } from "./arguments.ts";
import { BoundSocket, takeBound } from "./bound_socket.ts";
import { toPort } from "./connecting.ts";
import { checkMultiplexer } from "./defaults.ts";
import { failedListen, invalidValue } from "./errors.ts";
import type { Place } from "./listening.ts";
import { loopOf } from "./loop.ts";
import type { ListenOptions } from "./options.ts";
import type { ServerCore } from "./server_core.ts";
import { checkSocketOptions } from "./socket_options.ts";

/** An object that was given instead of options has them, or a descriptor, inside. */
function boundOf(options: ListenOptions): BoundSocket | null {
  if (options instanceof BoundSocket) return options;
  const handle: unknown = Reflect.get(options, "handle");
  return handle instanceof BoundSocket ? handle : null;
}

/** Does what the arguments of `server.listen` ask for; `backlogOfArgs`: 0 if they have none. */
export function listenAsAsked(
  core: ServerCore,
  args: readonly unknown[],
  given: ListenOptions,
  backlogOfArgs: number,
): void {
  const bound = boundOf(given);
  if (bound) {
    const { native, path } = takeBound(bound);
    core.settle(core.listenWith(native, backlogOfArgs, path));
    return;
  }
  const options = innerOptions(given);
  const { fd, host, path, signal } = options;
  if (signal !== undefined) core.closeOnAbort(signal);
  if (options.multiplexer)
    core.loop = loopOf(checkMultiplexer(options.multiplexer, "options.multiplexer"));
  checkSocketOptions(options.socketOptions);
  if (typeof fd === "number" && fd >= 0) {
    core.settle(listenOnFd(core, fd, backlogOfArgs));
    return;
  }
  const hasNoPort = (options.port === undefined && "port" in options) || options.port === null;
  const isAny = args.length === 0 || typeof args[0] === "function" || hasNoPort;
  const port = isAny ? 0 : options.port;
  // As node:net takes it: what is no number counts as 0.
  const backlog = orElse(options.backlog, backlogOfArgs) | 0;
  if (typeof port === "number" || typeof port === "string") {
    const number = toPort(port, "options.port");
    if (host) lookUpAndListen(core, options, number, host, backlog);
    else core.settle(core.listenAt(placeOf(core, options, undefined, number), backlog));
    return;
  }
  if (path && isPath(path)) {
    listenOnPath(core, options, path, backlog);
    return;
  }
  if (!("port" in options || "path" in options))
    throw invalidValue("options", options, 'must have the property "port" or "path"');
  throw invalidValue("options", options);
}

function innerOptions(given: ListenOptions): ListenOptions {
  for (const key of ["_handle", "handle"] as const) {
    const inner: unknown = Reflect.get(given, key);
    if (typeof inner === "object" && inner !== null) return inner;
  }
  return given;
}

function listenOnFd(core: ServerCore, fd: number, backlog: number): Error | null {
  try {
    const { descriptor } = adoptFd(fd);
    if (descriptor instanceof NativeSocket) return core.listenWith(descriptor, backlog);
    descriptor.detach();
  } catch {
    // Not a descriptor that can listen.
  }
  return failedListen(-sys.errno.EINVAL, "listen", null);
}

function listenOnPath(
  core: ServerCore,
  options: ListenOptions,
  path: string,
  backlog: number,
): void {
  const { readableAll = false, writableAll = false } = options;
  if (path.startsWith("\0") && (readableAll || writableAll)) {
    const reason =
      "can not set readableAll or writableAllt to true when path is abstract unix socket";
    throw invalidValue("options", options, reason);
  }
  const error = core.listenAt(placeOf(core, options, undefined, 0, path), backlog);
  if (error === null && (readableAll || writableAll)) core.chmod(readableAll, writableAll);
  core.settle(error);
}

function lookUpAndListen(
  core: ServerCore,
  options: ListenOptions,
  port: number,
  host: string,
  backlog: number,
): void {
  const { attempt } = core;
  lookup(host, { all: true }, (error, addresses) => {
    if (attempt !== core.attempt) return;
    if (error) {
      core.emit("error", error);
      return;
    }
    const { address } = addresses.find((each) => !isLinkLocal(each)) ?? addresses[0] ?? {};
    core.settle(core.listenAt(placeOf(core, options, address, port), backlog));
  });
}

function isLinkLocal({ address, family }: LookupAddress): boolean {
  return family === 6 && /^fe[89ab]/i.test(address);
}

function placeOf(
  core: ServerCore,
  options: ListenOptions,
  address: string | undefined,
  port: number,
  path?: string,
): Place {
  return {
    address,
    port,
    path,
    ipv6Only: options.ipv6Only === true,
    reusePort: options.reusePort === true,
    socketOptions: { ...core.socketOptions, ...options.socketOptions },
  };
}
