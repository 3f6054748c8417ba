/**
 * Linux's real sockets and multiplexers (`select`, `poll`, `epoll`) for TypeScript.
 *
 * @packageDocumentation
 */
export { Address } from "./address.ts";
export type {
  AddressFields,
  AddressInput,
  AddressLike,
  CanAddressInput,
  InternetAddressInput,
  NetlinkAddressInput,
  PacketAddressInput,
  RawAddressInput,
  UnixAddressInput,
  VsockAddressInput,
} from "./address/inputs.ts";
export { Descriptor, type Target } from "./descriptor.ts";
export { SystemError, type SystemErrorDetails, isSystemError } from "./errors.ts";
export { MULTIPLEXERS, type MultiplexerName, createMultiplexer } from "./multiplexer/create.ts";
export { EpollMultiplexer, type EpollOptions } from "./multiplexer/epoll.ts";
export {
  type AsyncWaitOptions,
  ERROR,
  HANGUP,
  type Multiplexer,
  type OnReady,
  PRIORITY,
  READABLE,
  type Ready,
  type WaitOptions,
  type Watch,
  WRITABLE,
} from "./multiplexer/multiplexer.ts";
export { PollMultiplexer } from "./multiplexer/poll.ts";
export { SelectMultiplexer, type SelectOptions } from "./multiplexer/select.ts";
export type { Bytes } from "./native.ts";
export { Connection } from "./reactor/connection.ts";
export { Listener, type ListenerOptions } from "./reactor/listener.ts";
export { NetworkBuffer } from "./reactor/network_buffer.ts";
export type { ConnectionOptions, Protocol } from "./reactor/protocol.ts";
export { type Handler, Reactor } from "./reactor/reactor.ts";
export { Timer } from "./reactor/timers.ts";
export { Waker } from "./reactor/waker.ts";
export { EchoServer, type EchoServerOptions, type EchoTotals } from "./servers/echo_server.ts";
export { EchoThread } from "./servers/echo_thread.ts";
export { type Transform, TRANSFORMS, type TransformName, upper } from "./servers/transform.ts";
export { Socket, type SocketOptions } from "./socket.ts";
export * as sys from "./sys/index.ts";
