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
  ...known("the emulator has no epoll_pwait2(2): ENOSYS", BOTH, [/^sys\.epoll$/, /^epoll_pwait2/]),
  ...known(
    "the emulator does not know this ioctl(2): ENOSYS",
    BOTH,
    [/^sys\.epoll\.params$/],
    [/^sys\.ioctl$/, /SIOCOUTQ|of a terminal/],
  ),
  ...known(
    "the emulator does not know this socket option: ENOPROTOOPT, EINVAL, EOPNOTSUPP, or its size",
    BOTH,
    [/^options\.(multicast|one_way|effects|tcp_info)$/],
    [
      /^options\.round_trip$/,
      /: (NETLINK_|SO_BINDTODEVICE|TCP_CONGESTION|TCP_FASTOPEN_KEY|SO_ATTACH)/,
    ],
    [/^sys\.sockopt(_\w+)?$/],
  ),
  ...known(
    "the emulator translates only some messages of netlink",
    BOTH,
    [/^netlink\./],
    [/^sys\.rtnetlink$/],
    [/^address\.address\.kernel$/, /zone/],
  ),
  ...known(
    "the emulator checks other arguments than the kernel, or in another order",
    BOTH,
    [/^sys\.fd\.vectors$/, /EBADF and EPIPE/],
    [/^sys\.timerfd$/, /unknown flag/],
    [/^sys\.socket$/, /empty array/],
    [/^sys\.select\.left$/],
  ),
  ...known("the emulator does not know this prctl(2): EINVAL", BOTH, [
    /^sys\.prctl$/,
    /parent of orphans/,
  ]),
  ...known(
    "the emulator keeps a descriptor, or some signals, for each thread it has started",
    BOTH,
    [/^sys\.(async_wait[.\w]*|environment|fd\.owner|signal\w*|signal\.masks)$/],
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
