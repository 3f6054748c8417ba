import type { Bytes, Optional } from "./functions.ts";

declare const kind: unique symbol;

/** A handle for an io_uring with its memory. */
export interface IoUring {
  readonly [kind]: "io_uring";
}

/** The functions of io_uring.cc. */
export interface IoUringFunctions {
  io_uring_setup(entries: number, params: Bytes, bufferSize: number): IoUring | number;
  io_uring_enter(ring: IoUring, toSubmit: number, minComplete: number, flags: number): number;
  io_uring_register(ring: IoUring, opcode: number, arg: Optional, nrArgs: number): number;
  io_uring_prep_nop(ring: IoUring, userData: number): number;
  io_uring_prep_read(
    ring: IoUring,
    fd: number,
    offset: number,
    length: number,
    fileOffset: number,
    userData: number,
  ): number;
  io_uring_prep_recv(
    ring: IoUring,
    sockfd: number,
    offset: number,
    length: number,
    flags: number,
    userData: number,
  ): number;
  io_uring_prep_send(
    ring: IoUring,
    sockfd: number,
    offset: number,
    length: number,
    flags: number,
    userData: number,
  ): number;
  io_uring_prep_poll_add(ring: IoUring, fd: number, pollMask: number, userData: number): number;
  io_uring_prep_timeout(ring: IoUring, timeoutMs: number, count: number, userData: number): number;
  io_uring_prep_cancel(ring: IoUring, target: number, flags: number, userData: number): number;
  io_uring_peek_batch_cqe(ring: IoUring, cqes: Bytes): number;
  io_uring_cq_advance(ring: IoUring, count: number): number;
  io_uring_buffer_read(ring: IoUring, buf: Bytes, offset: number): number;
  io_uring_buffer_write(ring: IoUring, buf: Bytes, offset: number): number;
  io_uring_fd(ring: IoUring): number;
  io_uring_queue_exit(ring: IoUring): number;
}
