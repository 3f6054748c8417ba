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
export { type AsyncConnectOptions, type ConnectOptions, connect, connectSync } from "./connect.ts";
export {
  addStatusFlags,
  bytesReadable,
  bytesUnsent,
  isAtMark,
  isCloseOnExec,
  removeStatusFlags,
  setCloseOnExec,
  setSignalOwner,
  type SignalOwner,
  signalOwner,
  statusFlags,
} from "./control.ts";
export type * from "./cmsg/messages.ts";
export { DatagramBatch, type DatagramBatchOptions } from "./datagram_batch.ts";
export { Descriptor, type Target } from "./descriptor.ts";
export { SystemError, type SystemErrorDetails, isSystemError } from "./errors.ts";
export { EventFd, type EventFdOptions } from "./eventfd.ts";
export {
  type AsyncExactOptions,
  type ExactOptions,
  readExactly,
  readExactlySync,
  writeAll,
  writeAllSync,
} from "./exact.ts";
export { Inotify, type InotifyOptions } from "./inotify.ts";
export {
  type InterfaceAddress,
  interfaces,
  interfacesByIoctl,
  type NetworkInterface,
} from "./interfaces.ts";
export { MemFd, type MemFdOptions } from "./memfd.ts";
export {
  MessageSocket,
  type ReceivedFrom,
  type ReceiveOptions,
  type SendOptions,
} from "./message_socket.ts";
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
export type { LinkAddress } from "./netlink/address.ts";
export type { Link } from "./netlink/link.ts";
export type { NetlinkMessage } from "./netlink/message.ts";
export type { NextHop, Route } from "./netlink/route.ts";
export {
  type RouteChange,
  RouteMonitor,
  type RouteMonitorOptions,
  RouteSocket,
} from "./netlink/route_socket.ts";
export { NetlinkSocket } from "./netlink/socket.ts";
export type { NodeHandle } from "./node_handle.ts";
export type {
  InetMembership,
  Interface,
  Membership,
  SourceMembership,
} from "./options/addresses.ts";
export type { Instruction } from "./options/programs.ts";
export type { Linger, PortRange, Timeval } from "./options/structures.ts";
export {
  type OptionInput,
  type OptionName,
  OPTIONS,
  type OptionQuery,
  type OptionValue,
  type ReadableOption,
  type WritableOption,
} from "./options/table.ts";
export { type ExitStatus, PidFd } from "./pidfd.ts";
export { Pipe, type PipeOptions, PipeReader, PipeWriter } from "./pipe.ts";
export { Connection } from "./reactor/connection.ts";
export { Listener, type ListenerOptions } from "./reactor/listener.ts";
export { NetworkBuffer } from "./reactor/network_buffer.ts";
export type { ConnectionOptions, Protocol } from "./reactor/protocol.ts";
export { type Handler, Reactor, type RunOptions } from "./reactor/reactor.ts";
export { Timer } from "./reactor/timers.ts";
export { Waker } from "./reactor/waker.ts";
export { ReceivedMessage } from "./received_message.ts";
export {
  decodeSctpNotification,
  openSctp,
  type SctpAssociationChange,
  type SctpNotification,
  type SctpOtherNotification,
  type SctpShutdownEvent,
} from "./sctp.ts";
export { EchoServer, type EchoServerOptions, type EchoTotals } from "./servers/echo_server.ts";
export { EchoThread } from "./servers/echo_thread.ts";
export { type SctpEchoOptions, SctpEchoServer } from "./servers/sctp_echo.ts";
export { UdpEchoClient, type UdpEchoClientOptions } from "./servers/udp_echo_client.ts";
export {
  UdpEchoServer,
  type UdpEchoServerOptions,
  type UdpEchoTotals,
} from "./servers/udp_echo_server.ts";
export { type Transform, TRANSFORMS, type TransformName, upper } from "./servers/transform.ts";
export { SignalFd, type SignalFdOptions } from "./signalfd.ts";
export { Socket, type SocketOptions } from "./socket.ts";
export {
  listenDescriptors,
  type NotifyOptions,
  type PassedDescriptor,
  sdNotify,
  type ServiceOptions,
  type ServiceState,
} from "./systemd.ts";
export * as sys from "./sys/index.ts";
export { TimerFd, type TimerFdOptions, type TimerFdSetting } from "./timerfd.ts";
