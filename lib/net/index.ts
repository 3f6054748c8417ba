export { isIP, isIPv4, isIPv6, SocketAddress } from "node:net";
export { attach } from "./attach.ts";
export { normalizeArgs as _normalizeArgs } from "./arguments.ts";
export { BlockList } from "./block_list.ts";
export { BoundSocket, type BoundSocketOptions } from "./bound_socket.ts";
export type { BlockListLike } from "./connecting.ts";
export { connect, connect as createConnection, createServer } from "./create.ts";
export {
  getDefaultAutoSelectFamily,
  getDefaultAutoSelectFamilyAttemptTimeout,
  getDefaultMultiplexer,
  setDefaultAutoSelectFamily,
  setDefaultAutoSelectFamilyAttemptTimeout,
  setDefaultMultiplexer,
} from "./defaults.ts";
export type { SocketName } from "./names.ts";
export type {
  ConnectOptions,
  KernelOptions,
  ListenOptions,
  Lookup,
  LookupAddress,
  OnReadOptions,
  ServerOptions,
  SocketConstructorOptions,
  StreamOptions,
} from "./options.ts";
export { type ConnectionListener, Server } from "./server.ts";
export { type KeepAliveOptions, Socket, Socket as Stream } from "./socket.ts";
export type { SocketOptionValues } from "./socket_options.ts";
