/**
 * Linux's real sockets and multiplexers (`select`, `poll`, `epoll`) for TypeScript.
 *
 * @module pollux
 */
/// <reference types="node" preserve="true" />
export { Address } from "./address/address.ts";
export type { Endpoint, HostAndPort } from "./address/endpoint.ts";
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
export {
  type AsyncResolveOptions,
  resolve,
  type ResolveOptions,
  resolveSync,
} from "./address/resolve.ts";
export type * from "./cmsg/messages.ts";
export type { ControlName, ControlRoom } from "./cmsg/room.ts";
export { Descriptor, type Target } from "./descriptors/descriptor.ts";
export { EventFd, type EventFdOptions } from "./descriptors/eventfd.ts";
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
} from "./descriptors/fcntl.ts";
export { Inotify, type InotifyOptions } from "./descriptors/inotify.ts";
export { MemFd, type MemFdOptions } from "./descriptors/memfd.ts";
export { type ExitStatus, PidFd, type SpawnedChild } from "./descriptors/pidfd.ts";
export { Pipe, type PipeOptions, PipeReader, PipeWriter } from "./descriptors/pipe.ts";
export { SignalFd, type SignalFdOptions } from "./descriptors/signalfd.ts";
export { TimerFd, type TimerFdOptions, type TimerFdSetting } from "./descriptors/timerfd.ts";
export {
  isSystemError,
  ResolveError,
  type ResolveErrorDetails,
  SystemError,
  type SystemErrorDetails,
} from "./errors.ts";
export {
  type AsyncBroadcasterWaitOptions,
  Broadcaster,
  type BroadcasterWaitOptions,
} from "./manager/broadcaster.ts";
export { EventManager } from "./manager/event_manager.ts";
export type { ManagerEvent, ManagerHandler } from "./manager/events.ts";
export type { ManagerConnection, ManagerRole, ManagerState } from "./manager/manager_connection.ts";
export type {
  ConnectUrlOptions,
  EventManagerOptions,
  ListenUrlOptions,
  ManagerConnectionOptions,
  ManagerTimerOptions,
} from "./manager/manager_options.ts";
export { ManagerStream } from "./manager/manager_stream.ts";
export type { ManagerTimer } from "./manager/manager_timer.ts";
export type { Transport } from "./manager/manager_url.ts";
export type { Unread } from "./manager/unread.ts";
export {
  type FieldPlace,
  type FieldType,
  struct,
  type StructFields,
  type StructInput,
  StructLayout,
  type StructValueOf,
} from "./memory/layout.ts";
export { MULTIPLEXERS, type MultiplexerName, createMultiplexer } from "./multiplexer/create.ts";
export { EpollMultiplexer } from "./multiplexer/epoll.ts";
export type { EpollMultiplexerOptions, EpollOptions } from "./multiplexer/epoll_options.ts";
export {
  type AsyncWaitOptions,
  ERROR,
  HANGUP,
  type Multiplexer,
  type OnReady,
  PRIORITY,
  READABLE,
  READ_CLOSED,
  type Ready,
  type ReadyListOptions,
  type WaitEnd,
  type WaitOptions,
  type Watch,
  WRITABLE,
} from "./multiplexer/multiplexer.ts";
export { PollMultiplexer } from "./multiplexer/poll.ts";
export { SelectMultiplexer, type SelectOptions } from "./multiplexer/select.ts";
export type { Constant, OptionLevel, OptionNumber, ProtocolNumber } from "./native/constants.ts";
export type { BufferLists } from "./native/functions.ts";
export type { Bytes, SignalMask } from "./native/native.ts";
export type { LinkAddress } from "./netlink/address.ts";
export {
  type InterfaceAddress,
  interfaces,
  interfacesByIoctl,
  type NetworkInterface,
} from "./netlink/interfaces.ts";
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
export type { Interface } from "./options/kinds/interfaces.ts";
export type { PortRange } from "./options/kinds/ip.ts";
export type { InetMembership, Membership, SourceMembership } from "./options/kinds/multicast.ts";
export type { Instruction } from "./options/kinds/programs.ts";
export type { Linger, Timeval } from "./options/kinds/socket.ts";
export {
  type OptionInput,
  type OptionName,
  OPTIONS,
  type OptionQuery,
  type OptionValue,
  type ReadableOption,
  type WritableOption,
} from "./options/table.ts";
export { Connection, type ConnectionOptions, type Protocol } from "./reactor/connection.ts";
export type {
  AcceptHandlers,
  Acceptor,
  ConnectionSource,
  ListenAddress,
} from "./reactor/acceptor.ts";
export { Listener } from "./reactor/listener.ts";
export type { ConnectionType, ListenerOptions } from "./reactor/listener_options.ts";
export { NetworkBuffer } from "./reactor/network_buffer.ts";
export { type Handler, Reactor, type ReactorOptions, type RunOptions } from "./reactor/reactor.ts";
export { Timer } from "./reactor/timers.ts";
export { Waker } from "./reactor/waker.ts";
export type { OnError } from "./runtime/guard.ts";
export { ChargenServer } from "./servers/chargen_server.ts";
export {
  type AsyncDaytimeOptions,
  daytime,
  type DaytimeOptions,
  daytimeSync,
} from "./servers/daytime.ts";
export { DaytimeServer } from "./servers/daytime_server.ts";
export { daytimeText } from "./servers/daytime_text.ts";
export { DiscardServer } from "./servers/discard_server.ts";
export { EchoClient, type EchoClientOptions } from "./servers/echo_client.ts";
export { EchoServer, type EchoServerOptions, type EchoTotals } from "./servers/echo_server.ts";
export { EchoThread } from "./servers/echo_thread.ts";
export type { ProxyHeader } from "./servers/proxy_header.ts";
export { clientAddress, proxyHeader } from "./servers/proxy_protocol.ts";
export { Relay, type RelayTotals } from "./servers/relay.ts";
export type { RelayOptions } from "./servers/relay_options.ts";
export { type SctpEchoOptions, SctpEchoServer } from "./servers/sctp_echo.ts";
export type { LimitTotals, StreamLimits } from "./servers/stream_limits.ts";
export type {
  OnReactor,
  ServerProtocol,
  StreamServerOptions,
  StreamTotals,
} from "./servers/stream_options.ts";
export { StreamServer } from "./servers/stream_server.ts";
export {
  TcpUdpEchoServer,
  type TcpUdpEchoOptions,
  type TcpUdpEchoTotals,
} from "./servers/tcp_udp_echo_server.ts";
export { type Transform, TRANSFORMS, type TransformName, upper } from "./servers/transform.ts";
export { UdpEchoClient, type UdpEchoClientOptions } from "./servers/udp_echo_client.ts";
export {
  UdpEchoServer,
  type UdpEchoServerOptions,
  type UdpEchoTotals,
} from "./servers/udp_echo_server.ts";
export type { BindOptions } from "./socket/bind.ts";
export {
  type AsyncConnectOptions,
  type ConnectOptions,
  connect,
  connectSync,
} from "./socket/connect.ts";
export {
  type AsyncCreateConnectionOptions,
  createConnection,
  type CreateConnectionOptions,
  createConnectionSync,
} from "./socket/create_connection.ts";
export {
  createServer,
  type CreateServerOptions,
  createServers,
  type CreateServersOptions,
  hasDualStackIPv6,
} from "./socket/create_server.ts";
export {
  type BatchSocket,
  DatagramBatch,
  type DatagramBatchOptions,
} from "./socket/datagram_batch.ts";
export {
  type AsyncExactOptions,
  type ExactOptions,
  readExactly,
  readExactlySync,
  writeAll,
  writeAllSync,
} from "./socket/exact.ts";
export {
  MessageSocket,
  type ReceivedFrom,
  type ReceiveOptions,
  type SendOptions,
} from "./socket/message_socket.ts";
export type { NodeHandle } from "./socket/node_handle.ts";
export { ReceivedMessage } from "./socket/received_message.ts";
export {
  decodeSctpNotification,
  openSctp,
  peelOff,
  type SctpAssociationChange,
  type SctpNotification,
  type SctpOtherNotification,
  type SctpShutdownEvent,
} from "./socket/sctp.ts";
export type { AsyncSendFileOptions, SendFileOptions } from "./socket/send_file.ts";
export { type NotifyOptions, sdNotify, type ServiceState } from "./socket/sd_notify.ts";
export { type AcceptedFrom, Socket, type SocketOptions } from "./socket/socket.ts";
export {
  listenDescriptors,
  type PassedDescriptor,
  type ServiceOptions,
  watchdogIntervalMs,
} from "./socket/systemd.ts";
export * as sys from "./sys/index.ts";
export type { ChildChange, ChildState } from "./workers/children.ts";
export { Handover } from "./workers/handover.ts";
export type { Totals } from "./workers/messages.ts";
export { ProcessPerConnection } from "./workers/process_per_connection.ts";
export type { ProcessPerConnectionOptions } from "./workers/process_per_connection_options.ts";
export { type Share, SHARES } from "./workers/share.ts";
export type { WorkerChange } from "./workers/slot.ts";
export type { Ended, LogStream } from "./workers/starting.ts";
export type { HandoverOptions, Successor } from "./workers/successor.ts";
export { Supervisor } from "./workers/supervisor.ts";
export type { SupervisorOptions } from "./workers/supervisor_options.ts";
export type { WorkerKind, WorkerState } from "./workers/worker.ts";
export { type Served, WorkerSlot } from "./workers/worker_slot.ts";
