import { checkInteger, checkObject } from "../arguments.ts";
import { SystemError, check } from "../errors.ts";
import { readNumber, writeNumber } from "../memory/fields.ts";
import type { Constant } from "../native/constants.ts";
import { type Bytes, type IoUring, native, requireLinux } from "../native/native.ts";

export type { IoUring };

// prettier-ignore
export const {
  IORING_SETUP_CQSIZE, IORING_SETUP_CLAMP, IORING_SETUP_SUBMIT_ALL, IORING_SETUP_COOP_TASKRUN,
  IORING_SETUP_TASKRUN_FLAG, IORING_SETUP_SINGLE_ISSUER, IORING_SETUP_DEFER_TASKRUN,
  IORING_ENTER_GETEVENTS, IORING_ASYNC_CANCEL_ALL, IORING_ASYNC_CANCEL_ANY,
  IORING_REGISTER_EVENTFD, IORING_UNREGISTER_EVENTFD, IORING_REGISTER_EVENTFD_ASYNC,
} = native;

const { io_uring_params: PARAMS, io_uring_cqe: CQE } = native.structs;
const MAX_CQES = 65_536; // IORING_MAX_CQ_ENTRIES of the kernel

/** `struct io_uring_params` in the kernel's own layout: {@link ioUringSetup} reads and fills it. */
export class IoUringParams {
  /** The structure itself. */
  readonly bytes: Uint8Array;

  /**
   * @param flags - IORING_SETUP_… bits
   * @param cqEntries - the size of the completion queue, with IORING_SETUP_CQSIZE
   */
  constructor(flags = 0, cqEntries = 0) {
    requireLinux();
    this.bytes = new Uint8Array(PARAMS.sizeof);
    writeNumber(this.bytes, PARAMS.fields.flags, flags, "flags");
    writeNumber(this.bytes, PARAMS.fields.cq_entries, cqEntries, "cqEntries");
  }

  /** How many requests the submission queue holds. */
  get sqEntries(): number {
    return readNumber(this.bytes, PARAMS.fields.sq_entries);
  }

  /** How many completions the completion queue holds. */
  get cqEntries(): number {
    return readNumber(this.bytes, PARAMS.fields.cq_entries);
  }
}

/**
 * `struct io_uring_cqe[]` in the kernel's own layout: {@link ioUringPeekBatchCqe} fills it, and its
 * entries are read in place.
 */
export class IoUringCqes {
  /** The structures themselves. */
  readonly bytes: Uint8Array;
  /** The maximum number of completions. */
  readonly capacity: number;

  constructor(capacity: number) {
    requireLinux();
    this.capacity = checkInteger(capacity, "capacity", 1, MAX_CQES);
    this.bytes = new Uint8Array(capacity * CQE.sizeof);
  }

  /** The `userData` of the request that entry `index` is for. */
  userData(index: number): number {
    return this.#field(index, "user_data");
  }

  /** The result of the request of entry `index`, or `-errno`. */
  res(index: number): number {
    return this.#field(index, "res");
  }

  /** The IORING_CQE_F_… bits of entry `index`. */
  flags(index: number): number {
    return this.#field(index, "flags");
  }

  #field(index: number, name: keyof typeof CQE.fields): number {
    checkInteger(index, "index", 0, this.capacity - 1);
    return readNumber(this.bytes, CQE.fields[name], index * CQE.sizeof);
  }
}

/**
 * `io_uring_setup(entries, params)`: opens an io_uring, maps its rings, and `bufferSize` bytes that its
 * requests read and write. Always close-on-exec. Does not block. {@link ioUringQueueExit} closes it, and
 * at the latest the end of the thread, or the garbage collection of the object that is returned.
 *
 * @param entries - how many requests the submission queue holds; rounded up to a power of 2
 * @param params - `flags` and `cqEntries` are read, all is filled in
 * @param bufferSize - in bytes; rounded up to whole pages, at least one
 * @throws SystemError ENOSYS: the kernel has no io_uring, or one of before Linux 5.5, or a seccomp filter
 * refuses it. EPERM: kernel.io_uring_disabled, or seccomp. ENOMEM: also RLIMIT_MEMLOCK, before Linux 5.12.
 * EINVAL: a flag is unknown, or there are too many entries. EMFILE, ENFILE. RangeError: a flag that
 * changes how the rings are used, such as IORING_SETUP_SQPOLL
 * @see https://man7.org/linux/man-pages/man2/io_uring_setup.2.html
 */
export function ioUringSetup(entries: number, params: IoUringParams, bufferSize = 0): IoUring {
  const result = native.io_uring_setup(entries, checkObject(params, "params").bytes, bufferSize);
  if (typeof result !== "number") return result;
  throw new SystemError(-result, "io_uring_setup");
}

/**
 * `io_uring_enter(fd, to_submit, min_complete, flags, NULL)`: hands requests to the kernel, and waits for
 * completions. Blocks until there are `minComplete`, with IORING_ENTER_GETEVENTS.
 *
 * @param toSubmit - the number of prepared requests to submit, the oldest first
 * @param minComplete - how many completions to wait for, those that have arrived included
 * @param flags - 0 or IORING_ENTER_GETEVENTS
 * @returns how many requests the kernel took. Each leads to one completion, also if it fails
 * @throws SystemError EBADF: closed. EAGAIN, EBUSY, EINTR, EEXIST, EINVAL. RangeError: another flag
 * @see https://man7.org/linux/man-pages/man2/io_uring_enter.2.html
 */
export function ioUringEnter(
  ring: IoUring,
  toSubmit: number,
  minComplete = 0,
  flags: Constant<"IORING"> = 0,
): number {
  const result = native.io_uring_enter(ring, toSubmit, minComplete, flags);
  return check(result, "io_uring_enter");
}

/**
 * `io_uring_register(fd, opcode, arg, nr_args)`, for the operations without addresses. Does not block.
 *
 * @param opcode - IORING_REGISTER_EVENTFD or IORING_REGISTER_EVENTFD_ASYNC: `arg` holds the eventfd, which
 * counts completions; or IORING_UNREGISTER_EVENTFD
 * @throws SystemError EBADF: closed, or no eventfd. EBUSY: there is an eventfd already. ENXIO: there is
 * none. EINVAL, EFAULT. RangeError: another operation, or `arg` is too short
 * @see https://man7.org/linux/man-pages/man2/io_uring_register.2.html
 */
export function ioUringRegister(
  ring: IoUring,
  opcode: Constant<"IORING">,
  arg: Bytes | null,
  nrArgs: number,
): number {
  const result = native.io_uring_register(ring, opcode, arg, nrArgs);
  return check(result, "io_uring_register");
}

/**
 * `io_uring_prep_nop(sqe)`: prepares a request that does nothing. As all of these functions, it writes
 * the next entry of the submission queue, which {@link ioUringEnter} hands to the kernel; it makes no
 * system call.
 *
 * @param userData - comes back with the completion; an integer from 0 to 2^53 - 1
 * @throws SystemError EBUSY: the submission queue is full. EBADF: closed
 * @see https://man7.org/linux/man-pages/man3/io_uring_prep_nop.3.html
 */
export function ioUringPrepNop(ring: IoUring, userData: number): void {
  check(native.io_uring_prep_nop(ring, userData), "io_uring_prep_nop");
}

/**
 * `io_uring_prep_read(sqe, fd, buf, nbytes, offset)`: prepares a read into the ring's buffer. Errors as
 * {@link ioUringPrepNop}. RangeError: beyond the end of the buffer.
 *
 * @param offset - where in the ring's buffer, in bytes
 * @param length - in bytes
 * @param fileOffset - where in the file; -1 reads at its current position, or what is no file
 * @see https://man7.org/linux/man-pages/man3/io_uring_prep_read.3.html
 */
export function ioUringPrepRead(
  ring: IoUring,
  fd: number,
  offset: number,
  length: number,
  fileOffset: number,
  userData: number,
): void {
  const result = native.io_uring_prep_read(ring, fd, offset, length, fileOffset, userData);
  check(result, "io_uring_prep_read");
}

/**
 * `io_uring_prep_recv(sqe, sockfd, buf, len, flags)`: prepares a recv into the ring's buffer, which
 * completes when something arrives, also on a non-blocking socket. Errors as {@link ioUringPrepRead}.
 *
 * @param flags - MSG_…; with MSG_DONTWAIT it completes at once
 * @see https://man7.org/linux/man-pages/man3/io_uring_prep_recv.3.html
 */
export function ioUringPrepRecv(
  ring: IoUring,
  sockfd: number,
  offset: number,
  length: number,
  flags: Constant<"MSG">,
  userData: number,
): void {
  const result = native.io_uring_prep_recv(ring, sockfd, offset, length, flags, userData);
  check(result, "io_uring_prep_recv");
}

/**
 * `io_uring_prep_send(sqe, sockfd, buf, len, flags)`: prepares a send of bytes of the ring's buffer, which
 * must stay as they are until it completes. Errors as {@link ioUringPrepRead}.
 *
 * @see https://man7.org/linux/man-pages/man3/io_uring_prep_send.3.html
 */
export function ioUringPrepSend(
  ring: IoUring,
  sockfd: number,
  offset: number,
  length: number,
  flags: Constant<"MSG">,
  userData: number,
): void {
  const result = native.io_uring_prep_send(ring, sockfd, offset, length, flags, userData);
  check(result, "io_uring_prep_send");
}

/**
 * `io_uring_prep_poll_add(sqe, fd, poll_mask)`: prepares a request that completes once `fd` is ready, with
 * the POLL… bits as its result. Errors as {@link ioUringPrepNop}.
 *
 * @see https://man7.org/linux/man-pages/man3/io_uring_prep_poll_add.3.html
 */
export function ioUringPrepPollAdd(
  ring: IoUring,
  fd: number,
  pollMask: Constant<"POLL">,
  userData: number,
): void {
  check(native.io_uring_prep_poll_add(ring, fd, pollMask, userData), "io_uring_prep_poll_add");
}

/**
 * `io_uring_prep_timeout(sqe, ts, count, 0)`: prepares a request that completes with -ETIME after
 * `timeoutMs`, or with 0 when `count` other requests have completed. Errors as {@link ioUringPrepNop}.
 *
 * @param timeoutMs - milliseconds from the submission on, rounded up to a nanosecond; not without limit
 * @param count - 0: only the time counts
 * @see https://man7.org/linux/man-pages/man3/io_uring_prep_timeout.3.html
 */
export function ioUringPrepTimeout(
  ring: IoUring,
  timeoutMs: number,
  count: number,
  userData: number,
): void {
  check(native.io_uring_prep_timeout(ring, timeoutMs, count, userData), "io_uring_prep_timeout");
}

/**
 * `io_uring_prep_cancel64(sqe, user_data, flags)`: prepares the end of the request with `target` as its
 * `userData`, which then completes with -ECANCELED. Errors as {@link ioUringPrepNop}.
 *
 * @param flags - 0; or of IORING_ASYNC_CANCEL_ALL and IORING_ASYNC_CANCEL_ANY (Linux 5.19)
 * @see https://man7.org/linux/man-pages/man3/io_uring_prep_cancel.3.html
 */
export function ioUringPrepCancel(
  ring: IoUring,
  target: number,
  flags: Constant<"IORING">,
  userData: number,
): void {
  check(native.io_uring_prep_cancel(ring, target, flags, userData), "io_uring_prep_cancel");
}

/**
 * `io_uring_peek_batch_cqe(ring, cqes, count)`: copies the oldest completions that have arrived, and leaves
 * them in the queue. Makes no system call.
 *
 * @param cqes - filled from the start; its capacity is `count`
 * @returns how many were copied
 * @throws SystemError EBADF: closed
 * @see https://man7.org/linux/man-pages/man3/io_uring_peek_batch_cqe.3.html
 */
export function ioUringPeekBatchCqe(ring: IoUring, cqes: IoUringCqes): number {
  const { bytes } = checkObject(cqes, "cqes");
  return check(native.io_uring_peek_batch_cqe(ring, bytes), "io_uring_peek_batch_cqe");
}

/**
 * `io_uring_cq_advance(ring, nr)`: removes the oldest `count` completions, so that the kernel may write
 * others in their place. Makes no system call.
 *
 * @throws SystemError EBADF: closed. RangeError: more than have arrived
 * @see https://man7.org/linux/man-pages/man3/io_uring_cq_advance.3.html
 */
export function ioUringCqAdvance(ring: IoUring, count: number): void {
  check(native.io_uring_cq_advance(ring, count), "io_uring_cq_advance");
}

/**
 * Copies from the ring's buffer, from `offset` on, as much as `buf` holds. Does not block.
 *
 * @throws SystemError EBADF: closed. RangeError: beyond the end of the ring's buffer
 */
export function ioUringBufferRead(ring: IoUring, buf: Bytes, offset: number): void {
  check(native.io_uring_buffer_read(ring, buf, offset), "io_uring_buffer_read");
}

/** Copies `buf` to the ring's buffer, to `offset`. As {@link ioUringBufferRead}. */
export function ioUringBufferWrite(ring: IoUring, buf: Bytes, offset: number): void {
  check(native.io_uring_buffer_write(ring, buf, offset), "io_uring_buffer_write");
}

/**
 * The descriptor of a ring, which is readable while there are completions. {@link ioUringQueueExit} closes it.
 *
 * @throws SystemError EBADF: closed
 */
export function ioUringFd(ring: IoUring): number {
  return check(native.io_uring_fd(ring), "io_uring_fd");
}

/**
 * `io_uring_queue_exit(ring)`: cancels all requests, unmaps the rings and the buffer, and closes the
 * descriptor. Does nothing the second time. Blocks until the requests have ended: usually less than a
 * millisecond, and two seconds at most.
 *
 * @see https://man7.org/linux/man-pages/man3/io_uring_queue_exit.3.html
 */
export function ioUringQueueExit(ring: IoUring): void {
  check(native.io_uring_queue_exit(ring), "io_uring_queue_exit");
}
