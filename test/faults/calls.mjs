// For each function of the addon that asks the kernel: the name of the system call as strace knows it,
// the call that is made, and the name that its error has, where that is not the function's own.

/** Those that make no system call that can fail, or no call at all. */
export const WITHOUT = {
  uv_backend_fd: "reads a field of the loop",
  own: "notes a number",
  disown: "forgets a number",
  expect_child: "reads a list, without which it expects none",
  disown_child: "notes which child does not",
  ioctl_size: "reads the size out of the number of a request",
  ioctl_gets_zeros: "looks a request up in a list",
  show_owned: "notes which file it is, where fstat finds one",
  watch_owner: "notes an object, and leaves out what fstat does not find",
  forgotten: "looks at what was collected, and leaves out what fstat does not find",
  adjust_external_memory: "counts",
  inet_pton: "computes",
  inet_ntop: "computes",
  getaddrinfo: "has errors of its own, EAI_…: what the kernel says becomes one of them",
  getnameinfo: "has errors of its own, EAI_…",
  gai_strerror: "computes",
  io_uring_prep_nop: "writes a queue",
  io_uring_prep_read: "writes a queue",
  io_uring_prep_recv: "writes a queue",
  io_uring_prep_send: "writes a queue",
  io_uring_prep_poll_add: "writes a queue",
  io_uring_prep_timeout: "writes a queue",
  io_uring_prep_cancel: "writes a queue",
  io_uring_peek_batch_cqe: "reads a queue",
  io_uring_cq_advance: "writes a queue",
  io_uring_buffer_read: "copies",
  io_uring_buffer_write: "copies",
  io_uring_fd: "reads a number",
  io_uring_queue_exit: "closes as far as it can",
  loop_poll_start: "libuv asks the kernel at the next turn of its loop",
  loop_poll_stop: "libuv asks the kernel at the next turn of its loop",
  loop_poll_ref: "counts",
  loop_poll_close: "libuv ignores what epoll_ctl answers",
  wait_thread_found: "writes only while its thread waits",
  wait_thread_ref: "counts",
  wait_thread_close: "waits for the end of its thread",
};

/** An error that no kernel would give for these calls. */
export const CODE = "ENOANO";

/** @param {typeof import("../../lib/sys/index.ts")} sys */
export function callsOf(sys) {
  const counter = sys.eventfd(1, sys.EFD_NONBLOCK);
  const epfd = sys.epollCreate1();
  const events = new sys.EpollEvents(1);
  const [unix, peer] = sys.socketpair(sys.AF_UNIX, sys.SOCK_DGRAM | sys.SOCK_NONBLOCK);
  const [readEnd, writeEnd] = sys.pipe2(sys.O_NONBLOCK);
  const [, secondWriteEnd] = sys.pipe2(sys.O_NONBLOCK);
  const timer = sys.timerfdCreate(sys.CLOCK_MONOTONIC);
  const inotify = sys.inotifyInit1();
  const pidfd = sys.pidfdOpen(process.pid);
  const file = sys.memfdCreate("faults");
  const copy = sys.memfdCreate("copy");
  const fds = new sys.PollFds(1);
  fds.set(0, counter, sys.POLLIN);
  const byte = Buffer.from("x");
  const loopback = sys.sockaddrIn("127.0.0.1", 0);
  const addr = new Uint8Array(sys.SOCKADDR_STORAGE_SIZE);
  const addrlen = new Uint32Array(1);
  const messages = new sys.MessageVector(1, 8);
  const set = new sys.SigSet();
  const thread = sys.waitThreadCreate(() => undefined);
  const { SOL_SOCKET, SO_REUSEADDR } = sys;
  const results = new Int32Array(1);
  const ofOne = (call) => {
    call(Int32Array.of(unix), results);
    if (results[0] < 0) throw Object.assign(new Error(), { errno: results[0] });
  };

  const transfers = new sys.Transfers(1);
  transfers.setFd(0, unix);
  transfers.setPart(0, 0, 1);
  const ofTransfer = (call) => {
    call(transfers);
    if (transfers.result(0) < 0) throw Object.assign(new Error(), { errno: transfers.result(0) });
  };

  // The C library reads nsswitch.conf once; from then on the first file that it opens is the one that has the names.
  sys.getservbyname("http");
  sys.getprotobyname("tcp");

  const openRing = () => sys.ioUringSetup(1, new sys.IoUringParams());
  const setup = ["io_uring_setup", openRing, "io_uring_setup"];
  const ring = orNull(openRing);

  return {
    loop_poll_create: [
      "epoll_ctl",
      () => sys.loopPollCreate(epfd, () => undefined),
      "uv_poll_init",
    ],
    wait_thread_create: ["eventfd2", () => sys.waitThreadCreate(() => undefined), "pthread_create"],
    wait_thread_poll: ["write", () => sys.waitThreadPoll(thread, fds.bytes, 1, 0), "ppoll"],
    wait_thread_select: [
      "write",
      () => sys.waitThreadSelect(thread, 0, null, null, null, 0),
      "pselect",
    ],
    wait_thread_epoll: ["write", () => sys.waitThreadEpoll(thread, epfd, 0), "epoll_wait"],
    wait_thread_cancel: ["write", () => sys.waitThreadCancel(thread), "eventfd_write"],
    accept_many: [
      "accept4",
      () => ofOne((one, to) => sys.acceptMany(unix, sys.SOCK_NONBLOCK, to, one, 1)),
      null,
    ],
    close_owned: ["close", () => sys.closeOwned(inotify, sys.own(inotify)), "close"],
    recv_many: ["recvfrom", () => ofTransfer((one) => sys.recvMany(one, 1, addr)), null],
    send_many: ["sendto", () => ofTransfer((one) => sys.sendMany(one, 1, byte)), null],
    copy_file_range: ["copy_file_range", () => sys.copyFileRange(file, null, copy, null, 1)],
    epoll_create: ["?epoll_create,epoll_create1", () => sys.epollCreate(1)],
    epoll_create1: ["epoll_create1", () => sys.epollCreate1()],
    epoll_ctl: ["epoll_ctl", () => sys.epollCtl(epfd, sys.EPOLL_CTL_ADD, readEnd, sys.EPOLLIN)],
    epoll_wait: ["?epoll_wait,epoll_pwait", () => sys.epollWait(epfd, events, 0)],
    epoll_pwait: ["epoll_pwait", () => sys.epollPwait(epfd, events, 0, null)],
    epoll_pwait2: ["epoll_pwait2", () => sys.epollPwait2(epfd, events, 0, null)],
    epoll_get_params: ["ioctl", () => sys.epollGetParams(epfd), "ioctl"],
    epoll_set_params: [
      "ioctl",
      () => sys.epollSetParams(epfd, { busyPollUs: 0, busyPollBudget: 0, preferBusyPoll: false }),
      "ioctl",
    ],
    eventfd: ["eventfd2", () => sys.eventfd()],
    eventfd_read: ["read", () => sys.eventfdRead(counter)],
    eventfd_write: ["write", () => sys.eventfdWrite(counter, 1n)],
    close: ["close", () => sys.close(writeEnd)],
    close_range: ["close_range", () => sys.closeRange(900, 901)],
    read: ["read", () => sys.read(counter, addr)],
    write: ["write", () => sys.write(writeEnd, byte)],
    readv: ["readv", () => sys.readv(counter, [addr])],
    writev: ["writev", () => sys.writev(writeEnd, [byte])],
    preadv: ["preadv", () => sys.preadv(file, [addr], 0)],
    pwritev: ["pwritev", () => sys.pwritev(file, [byte], 0)],
    preadv2: ["preadv2", () => sys.preadv2(counter, [addr], -1)],
    pwritev2: ["pwritev2", () => sys.pwritev2(writeEnd, [byte], -1)],
    dup: ["dup", () => sys.dup(counter)],
    dup2: ["dup2", () => sys.dup2(counter, 900)],
    dup3: ["dup3", () => sys.dup3(counter, 900)],
    fcntl: ["fcntl", () => sys.fcntl(counter, sys.F_DUPFD)],
    fcntl_owner: ["fcntl", () => sys.fcntlOwner(unix, sys.F_GETOWN_EX, new Int32Array(2)), "fcntl"],
    fcntl_lock: [
      "fcntl",
      () => sys.fcntlSetlk(file, sys.F_OFD_SETLK, { type: sys.F_WRLCK }),
      "fcntl",
    ],
    flock: ["flock", () => sys.flock(file, sys.LOCK_EX)],
    inotify_init1: ["inotify_init1", () => sys.inotifyInit1()],
    inotify_add_watch: ["inotify_add_watch", () => sys.inotifyAddWatch(inotify, "/", 1)],
    inotify_rm_watch: ["inotify_rm_watch", () => sys.inotifyRmWatch(inotify, 1)],
    if_nametoindex: ["ioctl", () => sys.ifNametoindex("lo")],
    if_indextoname: ["ioctl", () => sys.ifIndextoname(1)],
    if_nameindex: ["socket", () => sys.ifNameindex()],
    io_uring_setup: setup,
    io_uring_enter: ring ? ["io_uring_enter", () => sys.ioUringEnter(ring, 0)] : setup,
    io_uring_register: ring
      ? [
          "io_uring_register",
          () => sys.ioUringRegister(ring, sys.IORING_UNREGISTER_EVENTFD, null, 0),
        ]
      : setup,
    ioctl: ["ioctl", () => sys.ioctlInt(unix, sys.FIONREAD)],
    ioctl_ifconf: ["ioctl", () => sys.ioctlIfconf(unix, new Uint8Array(0)), "ioctl"],
    memfd_create: ["memfd_create", () => sys.memfdCreate("x")],
    recvmsg: ["recvmsg", () => sys.recvmsg(unix, [addr])],
    sendmsg: ["sendmsg", () => sys.sendmsg(peer, [byte])],
    recvmmsg: ["recvmmsg", () => sys.recvmmsg(unix, messages, 0, 1, 0, 0)],
    sendmmsg: ["sendmmsg", () => sys.sendmmsg(peer, messages, 0, 1)],
    getservbyname: ["openat", () => sys.getservbyname("http")],
    getservbyport: ["openat", () => sys.getservbyport(80)],
    getprotobyname: ["openat", () => sys.getprotobyname("tcp")],
    getprotobynumber: ["openat", () => sys.getprotobynumber(6)],
    gethostname: ["uname", () => sys.gethostname()],
    pidfd_open: ["pidfd_open", () => sys.pidfdOpen(process.pid)],
    pidfd_getfd: ["pidfd_getfd", () => sys.pidfdGetfd(pidfd, counter)],
    pidfd_send_signal: ["pidfd_send_signal", () => sys.pidfdSendSignal(pidfd, 0)],
    pipe2: ["pipe2", () => sys.pipe2()],
    prctl: ["prctl", () => sys.prctl(sys.PR_SET_CHILD_SUBREAPER, 0)],
    poll: ["?poll,ppoll", () => sys.poll(fds, 1, 0)],
    ppoll: ["ppoll", () => sys.ppoll(fds, 1, 0)],
    pselect: ["pselect6", () => sys.select(0, null, null, null, 0), "select"],
    prlimit: ["prlimit64", () => sys.prlimit(0, sys.RLIMIT_NOFILE)],
    sendfile: ["sendfile", () => sys.sendfile(writeEnd, file, null, 1)],
    pthread_sigmask: ["rt_sigprocmask", () => sys.pthreadSigmask(sys.SIG_BLOCK, set)],
    sigpending: ["rt_sigpending", () => sys.sigpending()],
    sigtimedwait: ["rt_sigtimedwait", () => sys.sigtimedwait(set, 0)],
    tgkill: ["tgkill", () => sys.tgkill(process.pid, process.pid, 0)],
    sigqueue: ["rt_sigqueueinfo", () => sys.sigqueue(process.pid, 0, 1)],
    signalfd: ["signalfd4", () => sys.signalfd(-1, set)],
    socket: ["socket", () => sys.socket(sys.AF_UNIX, sys.SOCK_STREAM)],
    socketpair: ["socketpair", () => sys.socketpair(sys.AF_UNIX, sys.SOCK_STREAM)],
    bind: ["bind", () => sys.bind(unix, loopback)],
    listen: ["listen", () => sys.listen(unix, 1)],
    accept4: ["accept4", () => sys.accept4(unix)],
    connect: ["connect", () => sys.connect(unix, loopback)],
    shutdown: ["shutdown", () => sys.shutdown(unix, sys.SHUT_RD)],
    getsockname: ["getsockname", () => sys.getsockname(unix, addr, addrlen)],
    getpeername: ["getpeername", () => sys.getpeername(unix, addr, addrlen)],
    getsockopt: ["getsockopt", () => sys.getsockopt(unix, SOL_SOCKET, SO_REUSEADDR)],
    setsockopt: ["setsockopt", () => sys.setsockopt(unix, SOL_SOCKET, SO_REUSEADDR, 1)],
    setsockopt_fprog: [
      "setsockopt",
      () => sys.setsockoptFprog(unix, SOL_SOCKET, sys.SO_ATTACH_FILTER, new Uint8Array(8)),
      "setsockopt",
    ],
    getsockopt_filter: [
      "getsockopt",
      () => sys.getsockoptFilter(unix, new Uint8Array(8)),
      "getsockopt",
    ],
    splice: ["splice", () => sys.splice(readEnd, null, writeEnd, null, 1)],
    tee: ["tee", () => sys.tee(readEnd, secondWriteEnd, 1)],
    vmsplice: ["vmsplice", () => sys.vmsplice(writeEnd, [byte])],
    timerfd_create: ["timerfd_create", () => sys.timerfdCreate(sys.CLOCK_MONOTONIC)],
    timerfd_settime: [
      "timerfd_settime",
      () => sys.timerfdSettime(timer, 0, { valueNs: 1n, intervalNs: 0n }),
    ],
    timerfd_gettime: ["timerfd_gettime", () => sys.timerfdGettime(timer)],
    recv: ["recvfrom", () => sys.recv(unix, addr)],
    send: ["sendto", () => sys.send(peer, byte)],
    recvfrom: ["recvfrom", () => sys.recvfrom(unix, addr, 0, 1, 0, null, null)],
    sendto: ["sendto", () => sys.sendto(peer, byte, 0, 1, 0, null)],
    own_child: ["waitid", () => sys.ownChild(process.pid)],
    waitid: ["waitid", () => sys.waitid(sys.P_ALL, 0, sys.WEXITED | sys.WNOHANG)],
  };
}

// Where the system refuses it.
function orNull(open) {
  try {
    return open();
  } catch {
    return null;
  }
}
