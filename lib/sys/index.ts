/**
 * Floor 1: one function per system call, under its C name in camelCase, and the constants of its
 * header. Faithful to the kernel: no call is retried, and a descriptor is close-on-exec only if the
 * caller's flags say so.
 */
export * from "./alg.ts";
export * from "./async_wait.ts";
export * from "./batch.ts";
export * from "./can.ts";
export * from "./cmsg.ts";
export * from "./copy_file_range.ts";
export * from "./environment.ts";
export * from "./epoll.ts";
export * from "./errno.ts";
export * from "./eventfd.ts";
export * from "./fcntl_locking.ts";
export * from "./fd.ts";
export * from "./flock.ts";
export * from "./gpio.ts";
export * from "./inotify.ts";
export * from "./interface.ts";
export * from "./io_uring.ts";
export * from "./ioctl.ts";
export * from "./memfd.ts";
export * from "./message.ts";
export * from "./netdb.ts";
export * from "./netlink.ts";
export * from "./packet.ts";
export * from "./pidfd.ts";
export * from "./pipe.ts";
export * from "./poll.ts";
export * from "./prctl.ts";
export * from "./rlimit.ts";
export * from "./rtnetlink.ts";
export * from "./sctp.ts";
export * from "./select.ts";
export * from "./sendfile.ts";
export * from "./signal.ts";
export * from "./signalfd.ts";
export * from "./sockaddr.ts";
export * from "./socket.ts";
export * from "./sockopt.ts";
export * from "./sockopt_filter.ts";
export * from "./sockopt_ip.ts";
export * from "./sockopt_ipv6.ts";
export * from "./sockopt_link.ts";
export * from "./sockopt_sctp.ts";
export * from "./sockopt_tcp.ts";
export * from "./splice.ts";
export * from "./termios.ts";
export * from "./timerfd.ts";
export * from "./transfer.ts";
export * from "./vsock.ts";
export * from "./wait.ts";
