// What each function of the addon takes: for every parameter a right value, which makes the call
// answer at once and harm nothing, and the wrong ones. One list per file of native/, same order.
import { createRequire } from "node:module";
import { devNull, endianness } from "node:os";
import { openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  bits,
  bool,
  bufferLists,
  buffers,
  bytes,
  callback,
  change,
  fd,
  handle,
  int,
  milliseconds,
  object,
  size,
  string,
  timeLimit,
  uint32,
  uint64,
} from "./wrong_values.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
export const native = createRequire(import.meta.url)("node-gyp-build")(root);
const { AF_INET, AF_UNIX, MSG_DONTWAIT, MSG_PEEK, SOCK_DGRAM, SOCK_NONBLOCK, SOL_SOCKET } = native;

const check = (result) => {
  if (result < 0) throw new Error(`setting up failed: ${result}`);
  return result;
};
const unixPair = () => {
  const sv = new Int32Array(2);
  check(native.socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, sv));
  return sv;
};
const GUARD = 64;

/** Memory of `size` bytes between guards, at an odd address; `intact` looks at the guards. */
export function guarded(size, buffer = new ArrayBuffer(size + 2 * GUARD + 1)) {
  const all = new Uint8Array(buffer).fill(0xa5);
  const view = new Uint8Array(buffer, GUARD + 1, size);
  const guards = [all.subarray(0, GUARD + 1), all.subarray(GUARD + 1 + size)];
  const intact = () => guards.every((guard) => guard.every((byte) => byte === 0xa5));
  return { view, all, intact };
}

// Open for the life of this process; nothing wrong ever closes them.
const zero = openSync("/dev/zero", "r");
const file = openSync(fileURLToPath(import.meta.url), "r");
const sink = openSync(devNull, "w");
const counter = check(native.eventfd(1, native.EFD_NONBLOCK));
const epfd = check(native.epoll_create1(0));
check(native.epoll_ctl(epfd, native.EPOLL_CTL_ADD, counter, native.EPOLLOUT, 1, 2));
const [unix, peer] = unixPair();
check(native.send(peer, new Uint8Array(256).fill(1), 0, 256, 0));
const [sender] = unixPair();
const listener = check(native.socket(AF_INET, native.SOCK_STREAM | SOCK_NONBLOCK, 0));
check(native.listen(listener, 1));
const pipe = new Int32Array(2);
check(native.pipe2(pipe, native.O_NONBLOCK));
const other = new Int32Array(2);
check(native.pipe2(other, native.O_NONBLOCK));
const copies = check(native.memfd_create(Buffer.from("copies"), 0));
const timer = check(native.timerfd_create(native.CLOCK_MONOTONIC, 0));
const inotify = check(native.inotify_init1(native.IN_NONBLOCK));
// valgrind does not know the call: any descriptor will do.
const openedPidfd = native.pidfd_open(process.pid, 0);
const pidfd = openedPidfd === -native.errno.ENOSYS ? counter : check(openedPidfd);
const signals = check(native.signalfd(-1, new Uint8Array(native.sizeof_sigset_t), 0));
const connected = check(native.socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0));
const name = new Uint8Array(16);
check(native.getsockname(listener, name, new Uint32Array(1)));
check(native.connect(connected, name));

// Waits that nothing ends, so that they take part in every call; closed ones, and ones to close.
const nothing = () => undefined;
const created = (handle) => (typeof handle === "number" ? check(handle) : handle);
const polls = [0, 1, 2].map(() => created(native.loop_poll_create(epfd, nothing)));
const threads = [0, 1, 2].map(() => created(native.wait_thread_create(nothing)));
check(native.loop_poll_close(polls[1]));
check(native.wait_thread_close(threads[1]));
const poll = handle(polls[0], { other: threads[0], closed: polls[1] });
const thread = handle(threads[0], { other: polls[0], closed: threads[1] });
// Closing what was closed is right: the two that are to close differ in their kind only.
const closing = [handle(polls[2], { other: threads[0] }), handle(threads[2], { other: polls[0] })];

// Rings as well. A system that refuses them has nothing to call the others with.
const rings = [0, 1, 2].map(() => native.io_uring_setup(1, new Uint8Array(120), 32));
const hasRings = typeof rings[0] === "object";
if (hasRings) check(native.io_uring_queue_exit(rings[1]));
const uring = handle(rings[0], { other: polls[0], closed: rings[1] });
closing.push(handle(rings[2], { other: threads[0] }));

const value = (right, wrong) => ({ right: () => right, wrong });
const memory = (size, options = {}) => ({
  size,
  wrong: bytes(options.min ?? size, options),
  fill: options.fill,
  optional: options.optional,
});
const inRing = [value(zero, int()), ...[8, 16].map((n) => value(n, int(-1, 2 ** 30, 2 ** 31 - 1)))];
const at = [value(8, int(-1, 33, 2 ** 31 - 1)), value(16, int(-1, 25, 2 ** 31 - 1))];
const slice = [memory(32, { min: 24 }), ...at];
const flags = value(MSG_PEEK | MSG_DONTWAIT, int());
const ints =
  (...numbers) =>
  (view) => {
    const words = new DataView(view.buffer, view.byteOffset);
    numbers.forEach((number, index) => words.setInt32(index * 4, number, endianness() === "LE"));
  };
const pollfd = (view) => {
  ints(counter)(view);
  view.fill(0, 4);
  view[native.offsetof_pollfd_events] = native.POLLOUT;
};
const zeros = (view) => view.fill(0);
const sigmask = memory(native.sizeof_sigset_t, { optional: true, fill: zeros });
const set = memory(8, { optional: true, fill: zeros });
const iov = { size: 32, wrap: (view) => [view.subarray(0, 8), view.subarray(8)], wrong: buffers };
// Two messages of 16 bytes, an address and 8 bytes of control data each, in slots of 16 bytes. The second one has
// buffers of its own.
const iovs = {
  size: 32,
  wrap: (view) => [null, [view.subarray(0, 8), view.subarray(8)]],
  wrong: bufferLists,
};
const vector = (fill) => [
  iovs,
  memory(32),
  value(16, int(-1, 17, 2 ** 31 - 1)),
  memory(256, { optional: true, min: 0 }),
  memory(16, { optional: true, min: 1 }),
  value(8, int(-1, 9, 2 ** 31 - 1)),
  memory(32, { fill }),
  value(0, int(-1, 1, 2 ** 31 - 1)),
  value(2, int(-1, 3, 2 ** 31 - 1)),
];
const fullset = memory(native.sizeof_sigset_t, { fill: zeros });
const path = memory(8, { min: 0, fill: (view) => view.fill(0x78) });
const numeric = (characters) => Buffer.from(characters);
const text = bytes(0, { optional: true });
const protocol = { ...value(null, text), optional: true };
const events = memory(native.sizeof_epoll_event * 2, { min: native.sizeof_epoll_event });
const notLock = [-1, 0, 4, 8, 9, 35, 39, 1024, 2 ** 31 - 1];
const notOp = [-1, 5, 6, 7, 9, 15, 16, 36, 37, 38, 1033, 1036, 2 ** 31 - 1];

export const functions = {
  loop_poll_create: [value(counter, fd), value(nothing, callback)],
  loop_poll_start: [poll],
  loop_poll_stop: [poll],
  loop_poll_ref: [poll, value(false, bool)],
  loop_poll_close: [closing[0]],
  wait_thread_create: [value(nothing, callback)],
  wait_thread_poll: [
    thread,
    memory(native.sizeof_pollfd, { fill: pollfd }),
    value(1, int(-1, 2)),
    value(0, milliseconds),
  ],
  wait_thread_select: [
    thread,
    value(64, int(-1, 65, 2 ** 31 - 1)),
    set,
    set,
    set,
    value(0, milliseconds),
  ],
  wait_thread_epoll: [thread, value(epfd, int(-1)), value(0, milliseconds)],
  wait_thread_found: [thread, memory(24, { min: 0 })],
  wait_thread_cancel: [thread],
  wait_thread_ref: [thread, value(false, bool)],
  wait_thread_close: [closing[1]],

  accept_many: [
    value(listener, int()), // a wrong descriptor is no wrong call: its error is among the results
    value(SOCK_NONBLOCK, int()),
    memory(8),
    memory(8),
    value(2, int(-1, 3, 2 ** 31 - 1)),
    memory(56, { min: 0, optional: true }),
    memory(8, { optional: true }),
  ],
  recv_many: [
    memory(32, { fill: ints(unix, 0, 16, 0, 3_000_000, 16, 16, 0) }),
    value(2, int(-1, 3, 2 ** 31 - 1)),
    memory(32, { min: 0 }), // a part outside is no wrong call: its error is among the results
    flags,
  ],
  send_many: [
    memory(32, { fill: ints(sender, 0, 32, 0, 3_000_000, -1, 2 ** 31 - 1, 0) }),
    value(2, int(-1, 3, 2 ** 31 - 1)),
    memory(32, { min: 0 }),
    value(MSG_DONTWAIT, int()),
  ],

  uv_backend_fd: [],
  own: [value(3_000_000, int())],
  disown: [value(3_000_000, int()), value(0, int())],
  close_owned: [value(3_000_000, int()), value(1, int())],
  expect_child: [value(true, bool)],
  own_child: [value(3_000_000, int())],
  disown_child: [value(3_000_000, int())],
  show_owned: [value(3_000_000, int()), value(1, int())],
  watch_owner: [value(3_000_000, int()), value(1, int()), value({}, object)],
  forgotten: [memory(8, { min: 0 })],
  adjust_external_memory: [value(0, change)],

  copy_file_range: [
    value(file, fd),
    memory(8, { optional: true, fill: zeros }),
    value(copies, fd),
    memory(8, { optional: true, fill: zeros }),
    value(8, size),
    value(0, int(1, 2 ** 30)),
  ],

  epoll_create: [value(-1, int(-1, 0))],
  epoll_create1: [value(-1, int(-1, 1, 2 ** 30))],
  epoll_ctl: [
    value(epfd, fd),
    value(native.EPOLL_CTL_MOD, int(0, 4, -1)),
    value(counter, fd),
    value(native.EPOLLOUT, bits),
    value(-1, bits),
    value(2 ** 32 - 1, bits),
  ],
  epoll_wait: [value(epfd, fd), events, value(0, int())],
  epoll_pwait: [value(epfd, fd), events, value(0, int()), sigmask],
  epoll_pwait2: [value(epfd, fd), events, value(0, timeLimit), sigmask],
  epoll_get_params: [value(epfd, fd), memory(8)],
  epoll_set_params: [value(epfd, fd), memory(8, { fill: zeros })],

  eventfd: [value(0, uint32), value(-1, int(-1, 2 ** 30))],
  eventfd_read: [value(counter, fd), memory(8)],
  eventfd_write: [value(counter, fd), value(1n, uint64)],

  fcntl_lock: [
    value(copies, fd),
    value(native.F_OFD_GETLK, int(...notLock)),
    memory(32, { fill: zeros }),
  ],

  close: [value(3_000_000, fd)],
  // None of these is open; CLOSE_RANGE_UNSHARE (2) is refused.
  close_range: [value(3_000_000, uint32), value(3_000_001, uint32), value(0, int(2, 6, 8))],
  read: [value(zero, fd), ...slice],
  write: [value(sink, fd), ...slice],
  readv: [value(zero, fd), iov],
  writev: [value(sink, fd), iov],
  preadv: [value(file, fd), iov, value(0, change)],
  pwritev: [value(copies, fd), iov, value(0, change)],
  preadv2: [value(zero, fd), iov, value(-1, change), value(0, int())],
  pwritev2: [value(sink, fd), iov, value(-1, change), value(0, int())],
  dup: [value(-1, fd)],
  dup2: [value(counter, fd), value(counter, fd)],
  dup3: [value(counter, fd), value(counter, fd), value(0, int())],
  fcntl: [value(counter, fd), value(native.F_GETFL, int(...notOp)), value(0, int())],
  fcntl_owner: [value(unix, fd), value(native.F_GETOWN_EX, int(...notOp.slice(0, 5))), memory(8)],

  // Nothing else has the file open, so nothing waits. With LOCK_MAND (32) the kernel ignores a call.
  flock: [value(sink, fd), value(native.LOCK_UN, int(0, 3, 64))],

  if_nametoindex: [value("lo", string)],
  if_indextoname: [value(1, uint32)],
  if_nameindex: [],

  io_uring_setup: [
    value(0, int(-1, 2 ** 31)), // EINVAL: none is opened
    memory(120, { fill: zeros }),
    value(0, int(-1, 2 ** 30 + 1)),
  ],
  io_uring_enter: [uring, value(1, uint32), value(0, uint32), value(1, int(-1, 2, 8, 16, 2 ** 31))],
  io_uring_register: [
    uring,
    value(native.IORING_UNREGISTER_EVENTFD, int(-1, 0, 2, 9, 21, 2 ** 31 - 1)),
    memory(8, { min: 0, optional: true }),
    value(0, uint32),
  ],
  io_uring_prep_nop: [uring, value(1, size)],
  io_uring_prep_read: [uring, ...inRing, value(-1, change), value(2, size)],
  io_uring_prep_recv: [uring, ...inRing, value(MSG_PEEK, bits), value(3, size)],
  io_uring_prep_send: [uring, ...inRing, value(MSG_DONTWAIT, bits), value(4, size)],
  io_uring_prep_poll_add: [uring, value(-1, int()), value(native.POLLIN, bits), value(5, size)],
  io_uring_prep_timeout: [uring, value(0, milliseconds), value(0, uint32), value(6, size)],
  io_uring_prep_cancel: [uring, value(1, size), value(0, bits), value(7, size)],
  io_uring_peek_batch_cqe: [uring, memory(32, { min: 0 })],
  io_uring_cq_advance: [uring, value(0, int(-1, 1, 2 ** 31 - 1))],
  io_uring_buffer_read: [uring, memory(64, { min: 0 }), value(8, int(-1, 2 ** 30, 2 ** 31 - 1))],
  io_uring_buffer_write: [uring, memory(64, { min: 0 }), value(8, int(-1, 2 ** 30, 2 ** 31 - 1))],
  io_uring_fd: [uring],
  io_uring_queue_exit: [closing[2]],

  ioctl: [value(unix, fd), value(native.FIONREAD, bits), memory(4)],
  ioctl_size: [value(native.FIONREAD, bits)],
  ioctl_gets_zeros: [value(native.FIONREAD, bits)],
  ioctl_ifconf: [value(unix, fd), memory(80, { min: 0 })],

  inotify_init1: [value(-1, int(-1, 1))],
  inotify_add_watch: [value(inotify, fd), path, value(native.IN_DELETE_SELF, bits)],
  inotify_rm_watch: [value(inotify, fd), value(-1, int(-1, 0, 999))],

  memfd_create: [path, value(2 ** 31, bits)],

  recvmsg: [
    value(unix, fd),
    iov,
    memory(128, { min: 0, optional: true }),
    memory(64, { min: 0, optional: true }),
    memory(12),
    flags,
  ],
  sendmsg: [
    value(sender, fd),
    iov,
    memory(16, { min: 2, optional: true }),
    value(16, int(-1, 17, 2 ** 31 - 1)),
    memory(24, { min: 24, optional: true }),
    value(24, int(-1, 25, 2 ** 31 - 1)),
    value(MSG_DONTWAIT, int()),
  ],
  recvmmsg: [value(unix, fd), ...vector(zeros), flags, value(0, timeLimit)],
  sendmmsg: [
    value(sender, fd),
    ...vector(ints(16, 0, 0, 0, 16, 0, 0, 0)),
    value(MSG_DONTWAIT, int()),
  ],

  getaddrinfo: [
    value(numeric("127.0.0.1"), text),
    value(numeric("80"), text),
    value(native.AI_NUMERICHOST | native.AI_NUMERICSERV, int(2 ** 30)),
    value(0, int(-1, 999)),
    value(1, int(-1, 999)),
    value(0, int(-1, 999)),
  ],
  getnameinfo: [
    memory(16, { min: 2, fill: (view) => view.set(name) }),
    value(native.NI_NUMERICHOST | native.NI_NUMERICSERV, int(2 ** 30)),
  ],
  gai_strerror: [value(-2, int())],
  getservbyname: [value(numeric("http"), bytes(0)), protocol],
  getservbyport: [value(80, int(-1, 65_536)), protocol],
  getprotobyname: [value(numeric("tcp"), bytes(0))],
  getprotobynumber: [value(6, int())],
  gethostname: [],

  pidfd_open: [value(-1, int(-1, 0, 2 ** 31 - 1)), value(0, bits)],
  pidfd_getfd: [value(pidfd, fd), value(-1, int(-1, 3_000_000)), value(0, bits)],
  pidfd_send_signal: [
    value(pidfd, fd),
    value(0, int(-1, 999)),
    memory(4, { optional: true, fill: zeros }),
    value(0, bits),
  ],

  pipe2: [memory(8), value(-1, int(1, -1))],

  // Not 1, PR_SET_PDEATHSIG: the process goes on.
  prctl: [value(native.PR_SET_CHILD_SUBREAPER, int(-1, 0, 15, 2 ** 31 - 1)), value(0, uint32)],

  poll: [memory(native.sizeof_pollfd, { fill: pollfd }), value(1, int(-1, 2)), value(0, int())],
  ppoll: [
    memory(native.sizeof_pollfd, { fill: pollfd }),
    value(1, int(-1, 2)),
    value(0, timeLimit),
    sigmask,
  ],

  pselect: [
    value(64, int(-1, -(2 ** 31))),
    set,
    set,
    set,
    value(0, timeLimit),
    sigmask,
    memory(8, { optional: true }),
  ],

  prlimit: [
    value(0, int(-1, 2 ** 31 - 1)),
    value(native.RLIMIT_NOFILE, int(-1, 99)),
    { ...value(null, bytes(16, { optional: true })), optional: true },
    memory(16, { optional: true }),
  ],

  sendfile: [
    value(sink, fd),
    value(file, fd),
    memory(8, { optional: true, fill: zeros }),
    value(8, size),
  ],

  pthread_sigmask: [
    value(native.SIG_BLOCK, int(-1, 3, 99)),
    sigmask,
    memory(native.sizeof_sigset_t, { optional: true }),
  ],

  sigpending: [memory(native.sizeof_sigset_t)],
  sigtimedwait: [fullset, memory(native.structs.siginfo_t.sizeof), value(0, milliseconds)],
  tgkill: [
    value(process.pid, int(-1, 0)),
    value(process.pid, int(-1, 0)),
    value(0, int(-1, 32, 33, 999)),
  ],
  sigqueue: [value(process.pid, int(-1, 2 ** 31 - 1)), value(0, int(-1, 999)), value(0, int())],

  signalfd: [value(signals, int(-2, 3_000_000)), fullset, value(0, int(-1, 1))],

  inet_pton: [value(native.AF_INET6, int(-1, 99)), value("::1", string), memory(16)],
  inet_ntop: [value(native.AF_INET6, int(-1, 99)), memory(16)],

  socket: [value(-1, int(-1, 1000)), value(native.SOCK_STREAM, int(-1, 15)), value(0, int(-1, 99))],
  socketpair: [
    value(AF_INET, int(-1, 1000)),
    value(native.SOCK_STREAM, int(-1, 15)),
    value(0, int(-1, 99)),
    memory(8),
  ],
  bind: [value(unix, fd), memory(16, { min: 2 })],
  listen: [value(listener, fd), value(1, int())],
  accept4: [
    value(listener, fd),
    memory(128, { min: 0, optional: true }),
    memory(4),
    value(0, int(-1, 1)),
  ],
  connect: [value(unix, fd), memory(16, { min: 2 })],
  shutdown: [value(listener, fd), value(-1, int(-1, 3))],
  getsockname: [value(connected, fd), memory(128, { min: 0 }), memory(4)],
  getpeername: [value(connected, fd), memory(128, { min: 0 }), memory(4)],

  getsockopt: [
    value(unix, fd),
    value(SOL_SOCKET, int(-1, 999)),
    value(native.SO_PEERCRED, int(-1, 9999, 26, 51)),
    memory(12, { min: 0 }),
    memory(4),
  ],
  setsockopt: [
    value(unix, fd),
    value(SOL_SOCKET, int(-1, 999)),
    value(native.SO_PRIORITY, int(-1, 9999, 26, 51)),
    memory(4, { fill: zeros }),
  ],

  setsockopt_fprog: [
    value(unix, fd),
    value(SOL_SOCKET, int(-1, 999)),
    value(native.SO_ATTACH_FILTER, int(-1, 9999, native.SO_LINGER)),
    memory(8, { min: 0, fill: zeros }),
  ],
  getsockopt_filter: [value(unix, fd), memory(16, { min: 0 }), memory(4)],
  splice: [
    value(file, fd),
    memory(8, { optional: true, fill: zeros }),
    value(pipe[1], fd),
    value(null, bytes(8, { optional: true })),
    value(8, size),
    value(0, bits),
  ],

  tee: [value(pipe[0], fd), value(other[1], fd), value(8, size), value(0, bits)],
  vmsplice: [value(other[1], fd), iov, value(native.SPLICE_F_NONBLOCK, int(8, 12, -1))],

  timerfd_create: [value(-1, int(-1, 99)), value(0, int(-1, 2 ** 30))],
  timerfd_settime: [
    value(timer, fd),
    value(0, int(-1, 2 ** 30)),
    memory(32, { fill: zeros }),
    memory(32, { optional: true }),
  ],
  timerfd_gettime: [value(timer, fd), memory(32)],

  recv: [value(unix, fd), ...slice, flags],
  send: [value(sender, fd), ...slice, value(MSG_DONTWAIT, int())],
  recvfrom: [
    value(unix, fd),
    ...slice,
    flags,
    memory(128, { min: 0, optional: true }),
    memory(4, { optional: true }),
  ],
  sendto: [
    value(sender, fd),
    ...slice,
    value(MSG_DONTWAIT, int()),
    memory(16, { min: 2, optional: true }),
    value(16, int(-1, 17, 2 ** 31 - 1)),
  ],

  waitid: [
    value(native.P_PIDFD, int(-1, 99)),
    value(pidfd, uint32),
    memory(native.structs.siginfo_t.sizeof),
    value(native.WEXITED | native.WNOHANG, int(-1, 0)),
  ],
};

/** The functions that cannot be called here. */
export const uncallable = new Set(
  Object.keys(functions).filter((name) => !hasRings && /^io_uring_(?!setup)/.test(name)),
);
