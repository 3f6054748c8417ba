import type { Bytes, Optional } from "./native.ts";

/** What the addon exports for moving bytes and messages; the rest is in native.ts. */
export interface TransferFunctions {
  // batch.cc
  accept_many(sockfd: number, flags: number, results: Bytes, tickets: Bytes, count: number): number;
  recv_many(
    fds: Bytes,
    count: number,
    arena: Bytes,
    slotSize: number,
    results: Bytes,
    flags: number,
  ): number;
  send_many(
    fds: Bytes,
    count: number,
    arena: Bytes,
    offsets: Bytes,
    lengths: Bytes,
    results: Bytes,
    flags: number,
  ): number;

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
    arena: Bytes,
    slotSize: number,
    names: Optional,
    control: Optional,
    controlSize: number,
    slots: Bytes,
    first: number,
    vlen: number,
    flags: number,
    timeoutMs: number,
  ): number;
  sendmmsg(
    sockfd: number,
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

  // sendfile.cc
  sendfile(outFd: number, inFd: number, offset: Optional, count: number): number;

  // splice.cc
  splice(
    fdIn: number,
    offIn: Optional,
    fdOut: number,
    offOut: Optional,
    size: number,
    flags: number,
  ): number;

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
}
