// The names of the constants that the addon exports.
import type { NetworkConstant } from "./constants_network.ts";
import type { SockoptConstant } from "./constants_options.ts";

// prettier-ignore
export type ErrnoName =
  | "EPERM" | "ENOENT" | "ESRCH" | "EINTR" | "EIO" | "ENXIO" | "E2BIG" | "ENOEXEC" | "EBADF"
  | "ECHILD" | "EAGAIN" | "ENOMEM" | "EACCES" | "EFAULT" | "ENOTBLK" | "EBUSY" | "EEXIST"
  | "EXDEV" | "ENODEV" | "ENOTDIR" | "EISDIR" | "EINVAL" | "ENFILE" | "EMFILE" | "ENOTTY"
  | "ETXTBSY" | "EFBIG" | "ENOSPC" | "ESPIPE" | "EROFS" | "EMLINK" | "EPIPE" | "EDOM" | "ERANGE"
  | "EDEADLK" | "ENAMETOOLONG" | "ENOLCK" | "ENOSYS" | "ENOTEMPTY" | "ELOOP" | "EWOULDBLOCK"
  | "ENOMSG" | "EIDRM" | "ECHRNG" | "EL2NSYNC" | "EL3HLT" | "EL3RST" | "ELNRNG" | "EUNATCH"
  | "ENOCSI" | "EL2HLT" | "EBADE" | "EBADR" | "EXFULL" | "ENOANO" | "EBADRQC" | "EBADSLT"
  | "EDEADLOCK" | "EBFONT" | "ENOSTR" | "ENODATA" | "ETIME" | "ENOSR" | "ENONET" | "ENOPKG"
  | "EREMOTE" | "ENOLINK" | "EADV" | "ESRMNT" | "ECOMM" | "EPROTO" | "EMULTIHOP" | "EDOTDOT"
  | "EBADMSG" | "EOVERFLOW" | "ENOTUNIQ" | "EBADFD" | "EREMCHG" | "ELIBACC" | "ELIBBAD"
  | "ELIBSCN" | "ELIBMAX" | "ELIBEXEC" | "EILSEQ" | "ERESTART" | "ESTRPIPE" | "EUSERS"
  | "ENOTSOCK" | "EDESTADDRREQ" | "EMSGSIZE" | "EPROTOTYPE" | "ENOPROTOOPT" | "EPROTONOSUPPORT"
  | "ESOCKTNOSUPPORT" | "EOPNOTSUPP" | "EPFNOSUPPORT" | "EAFNOSUPPORT" | "EADDRINUSE"
  | "EADDRNOTAVAIL" | "ENETDOWN" | "ENETUNREACH" | "ENETRESET" | "ECONNABORTED" | "ECONNRESET"
  | "ENOBUFS" | "EISCONN" | "ENOTCONN" | "ESHUTDOWN" | "ETOOMANYREFS" | "ETIMEDOUT"
  | "ECONNREFUSED" | "EHOSTDOWN" | "EHOSTUNREACH" | "EALREADY" | "EINPROGRESS" | "ESTALE"
  | "EUCLEAN" | "ENOTNAM" | "ENAVAIL" | "EISNAM" | "EREMOTEIO" | "EDQUOT" | "ENOMEDIUM"
  | "EMEDIUMTYPE" | "ECANCELED" | "ENOKEY" | "EKEYEXPIRED" | "EKEYREVOKED" | "EKEYREJECTED"
  | "EOWNERDEAD" | "ENOTRECOVERABLE" | "ERFKILL" | "EHWPOISON" | "ENOTSUP";

// prettier-ignore
type CmsgConstant =
  | "sizeof_size_t" | "IPV6_HOPLIMIT" | "SCM_CREDENTIALS" | "SCM_PIDFD" | "SCM_RIGHTS"
  | "SCM_TIMESTAMP" | "SCM_TIMESTAMPING" | "SCM_TIMESTAMPNS" | "SCM_TXTIME" | "SCM_WIFI_STATUS"
  | "SCTP_AUTHINFO" | "SCTP_DSTADDRV4" | "SCTP_DSTADDRV6" | "SCTP_INIT" | "SCTP_NXTINFO"
  | "SCTP_PRINFO" | "SCTP_RCVINFO" | "SCTP_SNDINFO" | "SCTP_SNDRCV"
  | "SO_EE_ORIGIN_ICMP" | "SO_EE_ORIGIN_ICMP6" | "SO_EE_ORIGIN_LOCAL"
  | "SO_EE_ORIGIN_NONE" | "SO_EE_ORIGIN_TIMESTAMPING" | "SO_EE_ORIGIN_ZEROCOPY";

// prettier-ignore
type EpollConstant =
  | "EPOLL_CLOEXEC" | "EPOLL_CTL_ADD" | "EPOLL_CTL_MOD" | "EPOLL_CTL_DEL" | "EPOLLIN"
  | "EPOLLPRI" | "EPOLLOUT" | "EPOLLRDNORM" | "EPOLLRDBAND" | "EPOLLWRNORM" | "EPOLLWRBAND"
  | "EPOLLMSG" | "EPOLLERR" | "EPOLLHUP" | "EPOLLRDHUP" | "EPOLLEXCLUSIVE" | "EPOLLWAKEUP"
  | "EPOLLONESHOT" | "EPOLLET" | "sizeof_epoll_event" | "offsetof_epoll_event_data";

// prettier-ignore
type EventfdConstant =
  | "EFD_CLOEXEC" | "EFD_NONBLOCK" | "EFD_SEMAPHORE";

// prettier-ignore
type FdConstant =
  | "F_GETOWN" | "F_SETOWN" | "F_GETOWN_EX" | "F_SETOWN_EX" | "F_OWNER_TID" | "F_OWNER_PID"
  | "F_OWNER_PGRP" | "F_GETSIG" | "F_SETSIG"
  | "F_ADD_SEALS" | "F_DUPFD" | "F_DUPFD_CLOEXEC" | "F_GETFD" | "F_SETFD" | "F_GETFL"
  | "F_SETFL" | "F_GETPIPE_SZ" | "F_GET_SEALS" | "F_SEAL_GROW" | "F_SEAL_SEAL"
  | "F_SEAL_SHRINK" | "F_SEAL_WRITE" | "F_SETPIPE_SZ" | "IOV_MAX" | "RWF_NOWAIT" | "FD_CLOEXEC" | "O_ACCMODE"
  | "O_RDONLY" | "O_WRONLY"
  | "O_RDWR" | "O_APPEND" | "O_ASYNC" | "O_CLOEXEC" | "O_DIRECT" | "O_NONBLOCK";

// prettier-ignore
type InotifyConstant =
  | "IN_ACCESS" | "IN_ALL_EVENTS" | "IN_ATTRIB" | "IN_CLOEXEC" | "IN_CLOSE" | "IN_CLOSE_NOWRITE"
  | "IN_CLOSE_WRITE" | "IN_CREATE" | "IN_DELETE" | "IN_DELETE_SELF" | "IN_DONT_FOLLOW"
  | "IN_EXCL_UNLINK" | "IN_IGNORED" | "IN_ISDIR" | "IN_MASK_ADD" | "IN_MASK_CREATE" | "IN_MODIFY"
  | "IN_MOVE" | "IN_MOVED_FROM" | "IN_MOVED_TO" | "IN_MOVE_SELF" | "IN_NONBLOCK" | "IN_ONESHOT"
  | "IN_ONLYDIR" | "IN_OPEN" | "IN_Q_OVERFLOW" | "IN_UNMOUNT" | "NAME_MAX";

// prettier-ignore
type IoUringConstant =
  | "IORING_SETUP_CQSIZE" | "IORING_SETUP_CLAMP" | "IORING_SETUP_SUBMIT_ALL"
  | "IORING_SETUP_COOP_TASKRUN" | "IORING_SETUP_TASKRUN_FLAG" | "IORING_SETUP_SINGLE_ISSUER"
  | "IORING_SETUP_DEFER_TASKRUN" | "IORING_ENTER_GETEVENTS" | "IORING_ASYNC_CANCEL_ALL"
  | "IORING_ASYNC_CANCEL_ANY" | "IORING_REGISTER_EVENTFD" | "IORING_UNREGISTER_EVENTFD"
  | "IORING_REGISTER_EVENTFD_ASYNC";

type FlockConstant = "LOCK_EX" | "LOCK_NB" | "LOCK_SH" | "LOCK_UN";

type MemfdConstant = "MFD_ALLOW_SEALING" | "MFD_CLOEXEC" | "MFD_HUGETLB";

type PidfdConstant = "PIDFD_NONBLOCK";

// prettier-ignore
type PollConstant =
  | "POLLIN" | "POLLPRI" | "POLLOUT" | "POLLERR" | "POLLHUP" | "POLLNVAL" | "POLLRDNORM"
  | "POLLRDBAND" | "POLLWRNORM" | "POLLWRBAND" | "POLLRDHUP" | "sizeof_pollfd"
  | "offsetof_pollfd_events" | "offsetof_pollfd_revents";

type PrctlConstant = "PR_SET_CHILD_SUBREAPER" | "PR_SET_PDEATHSIG";

// prettier-ignore
type SctpConstant =
  | "SCTP_ABORT" | "SCTP_ADAPTATION_INDICATION" | "SCTP_ASSOC_CHANGE" | "SCTP_CANT_STR_ASSOC"
  | "SCTP_CLOSED" | "SCTP_COMM_LOST" | "SCTP_COMM_UP" | "SCTP_COOKIE_ECHOED" | "SCTP_COOKIE_WAIT"
  | "SCTP_EMPTY" | "SCTP_EOF" | "SCTP_ESTABLISHED" | "SCTP_PARTIAL_DELIVERY_EVENT"
  | "SCTP_PEER_ADDR_CHANGE" | "SCTP_PR_SCTP_NONE" | "SCTP_PR_SCTP_PRIO" | "SCTP_PR_SCTP_RTX"
  | "SCTP_PR_SCTP_TTL" | "SCTP_REMOTE_ERROR" | "SCTP_RESTART" | "SCTP_SEND_FAILED"
  | "SCTP_SHUTDOWN_ACK_SENT" | "SCTP_SHUTDOWN_COMP" | "SCTP_SHUTDOWN_EVENT"
  | "SCTP_SHUTDOWN_PENDING" | "SCTP_SHUTDOWN_RECEIVED" | "SCTP_SHUTDOWN_SENT" | "SCTP_UNORDERED";

// prettier-ignore
type SelectConstant =
  | "FD_SETSIZE" | "NFDBITS";

// prettier-ignore
type SocketConstant =
  | "AF_UNSPEC" | "AF_UNIX" | "AF_LOCAL" | "AF_INET" | "AF_INET6" | "AF_NETLINK" | "AF_PACKET"
  | "AF_CAN" | "AF_VSOCK" | "SOCK_STREAM" | "SOCK_DGRAM" | "SOCK_RAW" | "SOCK_RDM"
  | "SOCK_SEQPACKET" | "SOCK_CLOEXEC" | "SOCK_NONBLOCK" | "IPPROTO_IP" | "IPPROTO_ICMP"
  | "IPPROTO_TCP" | "IPPROTO_UDP" | "IPPROTO_IPV6" | "IPPROTO_ICMPV6" | "IPPROTO_SCTP"
  | "IPPROTO_UDPLITE" | "IPPROTO_RAW" | "SHUT_RD" | "SHUT_WR" | "SHUT_RDWR" | "SOMAXCONN"
  | "sizeof_sockaddr_storage";

// prettier-ignore
type TransferConstant =
  | "MSG_BATCH" | "MSG_CMSG_CLOEXEC" | "MSG_CONFIRM" | "MSG_CTRUNC" | "MSG_DONTROUTE"
  | "MSG_DONTWAIT" | "MSG_EOR" | "MSG_ERRQUEUE" | "MSG_FASTOPEN" | "MSG_FIN" | "MSG_MORE"
  | "MSG_NOSIGNAL" | "MSG_NOTIFICATION" | "MSG_OOB" | "MSG_PEEK" | "MSG_PROXY" | "MSG_RST"
  | "MSG_SYN" | "MSG_TRUNC" | "MSG_TRYHARD" | "MSG_WAITALL" | "MSG_WAITFORONE" | "MSG_ZEROCOPY";

// prettier-ignore
type SpliceConstant =
  | "SPLICE_F_MOVE" | "SPLICE_F_NONBLOCK" | "SPLICE_F_MORE" | "SPLICE_F_GIFT";

type SignalConstant = "NSIG" | "SIG_BLOCK" | "SIG_SETMASK" | "SIG_UNBLOCK" | "sizeof_sigset_t";

// prettier-ignore
type SignalfdConstant =
  | "SFD_CLOEXEC" | "SFD_NONBLOCK";

// prettier-ignore
type TimerfdConstant =
  | "CLOCK_BOOTTIME" | "CLOCK_BOOTTIME_ALARM" | "CLOCK_MONOTONIC" | "CLOCK_REALTIME"
  | "CLOCK_REALTIME_ALARM" | "TFD_CLOEXEC" | "TFD_NONBLOCK" | "TFD_TIMER_ABSTIME"
  | "TFD_TIMER_CANCEL_ON_SET";

// prettier-ignore
type WaitConstant =
  | "P_ALL" | "P_PGID" | "P_PID" | "P_PIDFD" | "WCONTINUED" | "WEXITED" | "WNOHANG" | "WNOWAIT"
  | "WSTOPPED" | "CLD_CONTINUED" | "CLD_DUMPED" | "CLD_EXITED" | "CLD_KILLED" | "CLD_STOPPED"
  | "CLD_TRAPPED";

/** Every constant of the addon. */
export type Constant =
  | CmsgConstant
  | EpollConstant
  | EventfdConstant
  | FdConstant
  | FlockConstant
  | NetworkConstant
  | InotifyConstant
  | IoUringConstant
  | MemfdConstant
  | PidfdConstant
  | PollConstant
  | PrctlConstant
  | SctpConstant
  | SelectConstant
  | SignalConstant
  | SignalfdConstant
  | SocketConstant
  | SockoptConstant
  | SpliceConstant
  | TimerfdConstant
  | TransferConstant
  | WaitConstant;
