// The functions that the addon exports, by the file of native/ that defines them.
import type { IoUringFunctions } from "./functions_io_uring.ts";
import type { IoctlFunctions } from "./functions_ioctl.ts";
import type { NetdbFunctions } from "./functions_netdb.ts";
import type { SignalFunctions } from "./functions_signal.ts";

export type { IoUring } from "./functions_io_uring.ts";
export type { ProtocolEntry, ServiceEntry } from "./functions_netdb.ts";

/**
 * Memory that a system call may fill or read: any typed array (a `Buffer` is one) or a DataView, over an
 * `ArrayBuffer` or a `SharedArrayBuffer`.
 */
export type Bytes = NodeJS.ArrayBufferView;

declare const kind: unique symbol;

/** A handle for one descriptor that this thread's libuv loop watches. */
export interface LoopPoll {
  readonly [kind]: "loop poll";
}

/** A handle for a thread that waits in ppoll(2) or pselect(2). */
export interface WaitThread {
  readonly [kind]: "wait thread";
}

/** A `sigset_t` for the calls that wait; `SigSet` is one. */
export interface SignalMask {
  /** The set, in the C library's layout. */
  readonly bytes: Uint8Array;
}

/** For each message its own buffers, or `null` if it uses its slot. */
export type BufferLists = readonly (readonly Bytes[] | null)[];

/** An argument for a pointer that may be null. */
export type Optional = Bytes | null | undefined;

/**
 * The C functions under their C names. Each returns its result, or `-errno` if the call failed. None
 * retries a call, has default arguments, or throws for a failed call. A wrong argument throws a TypeError
 * or RangeError with Node's code.
 */
export interface Functions
  extends IoctlFunctions, IoUringFunctions, NetdbFunctions, SignalFunctions {
  // async_wait.cc
  loop_poll_create(fd: number, callback: () => void): LoopPoll | number;
  loop_poll_start(poll: LoopPoll): number;
  loop_poll_stop(poll: LoopPoll): number;
  loop_poll_ref(poll: LoopPoll, ref: boolean): number;
  loop_poll_close(poll: LoopPoll): number;
  wait_thread_create(callback: () => void): WaitThread | number;
  wait_thread_poll(thread: WaitThread, fds: Bytes, nfds: number, timeoutMs: number): number;
  wait_thread_select(
    thread: WaitThread,
    nfds: number,
    readfds: Optional,
    writefds: Optional,
    exceptfds: Optional,
    timeoutMs: number,
  ): number;
  wait_thread_epoll(thread: WaitThread, epfd: number, timeoutMs: number): number;
  wait_thread_found(thread: WaitThread, found: Bytes): number;
  wait_thread_cancel(thread: WaitThread): number;
  wait_thread_ref(thread: WaitThread, ref: boolean): number;
  wait_thread_close(thread: WaitThread): number;

  // batch.cc
  accept_many(
    sockfd: number,
    flags: number,
    results: Bytes,
    tickets: Bytes,
    count: number,
    names?: Optional,
    nameLengths?: Optional,
  ): number;
  recv_many(transfers: Bytes, count: number, arena: Bytes, flags: number): number;
  send_many(transfers: Bytes, count: number, arena: Bytes, flags: number): number;

  // copy_file_range.cc
  copy_file_range(
    fdIn: number,
    offIn: Optional,
    fdOut: number,
    offOut: Optional,
    size: number,
    flags: number,
  ): number;

  // environment.cc
  uv_backend_fd(): number;
  own(fd: number): number;
  disown(fd: number, ticket: number): number;
  close_owned(fd: number, ticket: number): number;
  expect_child(expected: boolean): number;
  own_child(pid: number): number;
  disown_child(pid: number): number;
  show_owned(fd: number, ticket: number): number;
  watch_owner(fd: number, ticket: number, owner: object): number;
  forgotten(found: Bytes): number;
  adjust_external_memory(changeInBytes: number): number;

  // epoll.cc
  epoll_create(size: number): number;
  epoll_create1(flags: number): number;
  epoll_ctl(
    epfd: number,
    op: number,
    fd: number,
    events: number,
    dataLow: number,
    dataHigh: number,
  ): number;
  epoll_wait(epfd: number, events: Bytes, timeoutMs: number): number;
  epoll_pwait(epfd: number, events: Bytes, timeoutMs: number, sigmask: Optional): number;
  epoll_pwait2(epfd: number, events: Bytes, timeoutMs: number | Bytes, sigmask: Optional): number;
  epoll_get_params(epfd: number, params: Bytes): number;
  epoll_set_params(epfd: number, params: Bytes): number;

  // eventfd.cc
  eventfd(initval: number, flags: number): number;
  eventfd_read(fd: number, value: Bytes): number;
  eventfd_write(fd: number, value: bigint): number;

  // fd.cc
  close(fd: number): number;
  close_range(first: number, last: number, flags: number): number;
  read(fd: number, buffer: Bytes, offset: number, length: number): number;
  write(fd: number, buffer: Bytes, offset: number, length: number): number;
  readv(fd: number, iov: readonly Bytes[]): number;
  writev(fd: number, iov: readonly Bytes[]): number;
  preadv(fd: number, iov: readonly Bytes[], offset: number): number;
  pwritev(fd: number, iov: readonly Bytes[], offset: number): number;
  preadv2(fd: number, iov: readonly Bytes[], offset: number, flags: number): number;
  pwritev2(fd: number, iov: readonly Bytes[], offset: number, flags: number): number;
  dup(oldfd: number): number;
  dup2(oldfd: number, newfd: number): number;
  dup3(oldfd: number, newfd: number, flags: number): number;
  fcntl(fd: number, op: number, arg: number): number;
  fcntl_owner(fd: number, op: number, arg: Bytes): number;

  // fcntl_locking.cc
  fcntl_lock(fd: number, op: number, lock: Bytes): number;

  // flock.cc
  flock(fd: number, op: number): number;

  // inotify.cc
  inotify_init1(flags: number): number;
  inotify_add_watch(fd: number, pathname: Bytes, mask: number): number;
  inotify_rm_watch(fd: number, wd: number): number;

  // interface.cc
  if_nametoindex(ifname: string): number;
  if_indextoname(ifindex: number): string | number;
  if_nameindex(): [ifindex: number, ifname: string][] | number;

  // memfd.cc
  memfd_create(name: Bytes, flags: number): number;

  // message.cc
  recvmsg(
    sockfd: number,
    iov: readonly Bytes[],
    name: Optional,
    control: Optional,
    header: Bytes,
    flags: number,
  ): number;
  sendmsg(
    sockfd: number,
    iov: readonly Bytes[],
    name: Optional,
    namelen: number,
    control: Optional,
    controllen: number,
    flags: number,
  ): number;
  recvmmsg(
    sockfd: number,
    iovs: BufferLists | null,
    arena: Bytes,
    slotSize: number,
    names: Optional,
    control: Optional,
    controlSize: number,
    slots: Bytes,
    first: number,
    vlen: number,
    flags: number,
    timeoutMs: number | Bytes,
  ): number;
  sendmmsg(
    sockfd: number,
    iovs: BufferLists | null,
    arena: Bytes,
    slotSize: number,
    names: Optional,
    control: Optional,
    controlSize: number,
    slots: Bytes,
    first: number,
    vlen: number,
    flags: number,
  ): number;

  // pidfd.cc
  pidfd_open(pid: number, flags: number): number;
  pidfd_getfd(pidfd: number, targetfd: number, flags: number): number;
  pidfd_send_signal(pidfd: number, sig: number, value: Optional, flags: number): number;

  // pipe.cc
  pipe2(pipefd: Bytes, flags: number): number;

  // poll.cc
  poll(fds: Bytes, nfds: number, timeoutMs: number): number;
  ppoll(fds: Bytes, nfds: number, timeoutMs: number | Bytes, sigmask: Optional): number;

  // prctl.cc
  prctl(op: number, arg2: number): number;

  // select.cc
  pselect(
    nfds: number,
    readfds: Optional,
    writefds: Optional,
    exceptfds: Optional,
    timeoutMs: number | Bytes,
    sigmask: Optional,
    leftMs: Optional,
  ): number;

  // rlimit.cc
  prlimit(pid: number, resource: number, newLimit: Optional, oldLimit: Optional): number;

  // sendfile.cc
  sendfile(outFd: number, inFd: number, offset: Optional, count: number): number;

  // sockaddr.cc
  inet_pton(af: number, src: string, dst: Bytes): number;
  inet_ntop(af: number, src: Bytes): string | number;

  // socket.cc
  socket(domain: number, type: number, protocol: number): number;
  socketpair(domain: number, type: number, protocol: number, sv: Bytes): number;
  bind(sockfd: number, addr: Bytes): number;
  listen(sockfd: number, backlog: number): number;
  accept4(sockfd: number, addr: Bytes | null, addrlen: Bytes | null, flags: number): number;
  connect(sockfd: number, addr: Bytes): number;
  shutdown(sockfd: number, how: number): number;
  getsockname(sockfd: number, addr: Bytes, addrlen: Bytes): number;
  getpeername(sockfd: number, addr: Bytes, addrlen: Bytes): number;

  // sockopt.cc
  getsockopt(sockfd: number, level: number, optname: number, optval: Bytes, optlen: Bytes): number;
  setsockopt(sockfd: number, level: number, optname: number, optval: Bytes): number;

  // sockopt_filter.cc
  setsockopt_fprog(sockfd: number, level: number, optname: number, filter: Bytes): number;
  getsockopt_filter(sockfd: number, filter: Bytes, optlen: Bytes): number;

  // splice.cc
  splice(
    fdIn: number,
    offIn: Optional,
    fdOut: number,
    offOut: Optional,
    size: number,
    flags: number,
  ): number;
  tee(fdIn: number, fdOut: number, size: number, flags: number): number;
  vmsplice(fd: number, iov: readonly Bytes[], flags: number): number;

  // timerfd.cc
  timerfd_create(clockid: number, flags: number): number;
  timerfd_settime(fd: number, flags: number, newValue: Bytes, oldValue: Bytes | null): number;
  timerfd_gettime(fd: number, currValue: Bytes): number;

  // transfer.cc
  recv(sockfd: number, buffer: Bytes, offset: number, length: number, flags: number): number;
  send(sockfd: number, buffer: Bytes, offset: number, length: number, flags: number): number;
  recvfrom(
    sockfd: number,
    buffer: Bytes,
    offset: number,
    length: number,
    flags: number,
    srcAddr: Optional,
    addrlen: Optional,
  ): number;
  sendto(
    sockfd: number,
    buffer: Bytes,
    offset: number,
    length: number,
    flags: number,
    destAddr: Optional,
    addrlen: number,
  ): number;

  // wait.cc
  waitid(idtype: number, id: number, infop: Bytes, options: number): number;
}
