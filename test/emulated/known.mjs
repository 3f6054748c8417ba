// What fails under qemu-user 7.2 although it holds on the processor itself, and why. `file`, `title` and
// `error`, its message, are patterns.
const ARM64 = "linux-arm64-glibc";
const S390X = "linux-s390x-glibc";
const BOTH = [ARM64, S390X];

const known = (reason, targets, ...places) =>
  places.map(([file, title = /./, error = /^/]) => ({ reason, targets, file, title, error }));

export const KNOWN = [
  ...known("the emulator aborts: an assertion or a buffer of its own", BOTH, [
    /^(options\.effects|sys\.(async_wait\.waits|message|select))$/,
    /^\(the file\)$/,
  ]),
  ...known(
    "the emulator has no epoll_pwait2(2): ENOSYS",
    BOTH,
    [/^sys\.epoll$/, /^epoll_pwait2/],
    [/^memory\.timespec$/, /epoll_pwait2/],
  ),
  ...known(
    "the emulator has no preadv2(2) and pwritev2(2): EOPNOTSUPP, from the C library",
    BOTH,
    [/^sys\.fd\.flags$/, /RWF_/],
    [/^sys\.fd\.vectors$/, /RWF_APPEND/],
  ),
  ...known("the emulator tells what is left of a time only if nothing failed", BOTH, [
    /^memory\.timespec$/,
    /when a signal arrives/,
  ]),
  ...known(
    "the emulator does not know this ioctl(2): ENOSYS",
    BOTH,
    [/^sys\.epoll\.params$/],
    [/^sys\.ioctl$/, /SIOCOUTQ|of a terminal/],
    [/^sys\.gpio$/, /reach the kernel/],
    [/^sys\.ioctl\.struct$/, /largest argument/],
    [/^sys\.termios$/, /TCGETS2|TCSETS\w*2|ENOTTY/],
  ),
  ...known(
    "the emulator does not know this socket option: ENOPROTOOPT, EINVAL, EOPNOTSUPP, or its size",
    BOTH,
    [/^options\.(ebpf|effects|multicast|one_way|repair|tcp_info)$/],
    [
      /^options\.round_trip$/,
      /: (NETLINK_|SO_BINDTODEVICE|TCP_CONGESTION|TCP_FASTOPEN_KEY|SO_ATTACH)/,
    ],
    [/^sys\.sockopt(_\w+)?$/],
  ),
  ...known(
    "the emulator swaps the bytes of only some parts of netlink's messages",
    [S390X],
    [/^netlink\./],
    [/^sys\.rtnetlink$/],
  ),
  ...known(
    "the emulator swaps two of the four bytes of sin6_scope_id",
    [S390X],
    [/^address\.address\.kernel$/, /zone/],
  ),
  ...known(
    "the emulator checks other arguments than the kernel, or in another order",
    BOTH,
    [/^sys\.fd\.vectors$/, /EBADF and EPIPE/],
    [/^sys\.timerfd$/, /unknown flag/],
    [/^sys\.socket$/, /empty array/],
    [/^sys\.select\.left$/],
    [/^sys\.message\.buffers$/, /Timespec that is not normalized/],
    [/^sys\.pidfd$/, /with the signal, to one thread/],
  ),
  ...known("the emulator does not send a message without buffers", BOTH, [
    /^sys\.message\.buffers$/,
    /as Python receives them/,
  ]),
  ...known("the emulator keeps one signal of each kind, not a queue", BOTH, [
    /^sys\.signal\.taking$/,
    /of which none is lost/,
  ]),
  ...known("the emulator does not know this prctl(2): EINVAL", BOTH, [
    /^sys\.prctl$/,
    /parent of orphans/,
  ]),
  ...known(
    "the emulator keeps a descriptor, or some signals, for each thread it has started",
    BOTH,
    [/^sys\.(async_wait[.\w]*|environment|fd\.owner|signal\w*|signal\.masks)$/],
  ),
  ...known(
    "a library that is preloaded is one of this machine, and meets the emulator",
    BOTH,
    [/^sys\.gpio$/, /the descriptor that/],
    [/^sys\.ioctl\.struct$/, /a driver that writes far more/],
    [/^sys\.netdb$/, /after EAI_SYSTEM/],
  ),
  ...known("strace sees the calls of the emulator, not those of the program", BOTH, [
    /^sys\.message\.faults$/,
  ]),
  ...known("the runner has no snapshots", BOTH, [
    /^options\.document$/,
    /./,
    /toMatchFileSnapshot/,
  ]),
  ...known(
    "Node.js 20.11, the last one that npm has for it, lacks process.getBuiltinModule()",
    [S390X],
    [/^address\.resolve$/],
  ),
  ...known(
    "Python, which is not emulated, reads the value in the other byte order",
    [S390X],
    [/^options\.round_trip$/, /by Python/, /^expected '[0-9a-f]+' to be '[0-9a-f]+'/],
  ),
  ...known(
    "the binary's headers of Linux are newer than the compiler's: struct tcp_info has 240 bytes",
    [ARM64],
    [/^structure\.constants$/, /fields of this machine/],
  ),
];
