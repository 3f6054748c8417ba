// The constants that the addon exports: their names, and what TypeScript knows of their values.
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
  | "sizeof_size_t" | "IPV6_HOPLIMIT" | "SCM_SECURITY" | "SCM_TSTAMP_ACK"
  | "SCM_TSTAMP_COMPLETION" | "SCM_TSTAMP_SCHED" | "SCM_TSTAMP_SND"
  | "SO_EE_CODE_TXTIME_INVALID_PARAM" | "SO_EE_CODE_TXTIME_MISSED" | "SO_EE_CODE_ZEROCOPY_COPIED"
  | "SO_EE_ORIGIN_TXTIME" | "SCM_CREDENTIALS" | "SCM_PIDFD" | "SCM_RIGHTS" | "SCM_TIMESTAMP"
  | "SCM_TIMESTAMPING" | "SCM_TIMESTAMPNS" | "SCM_TXTIME" | "SCM_WIFI_STATUS" | "SCTP_AUTHINFO"
  | "SCTP_DSTADDRV4" | "SCTP_DSTADDRV6" | "SCTP_INIT" | "SCTP_NXTINFO" | "SCTP_PRINFO"
  | "SCTP_RCVINFO" | "SCTP_SNDINFO" | "SCTP_SNDRCV" | "SO_EE_ORIGIN_ICMP" | "SO_EE_ORIGIN_ICMP6"
  | "SO_EE_ORIGIN_LOCAL" | "SO_EE_ORIGIN_NONE" | "SO_EE_ORIGIN_TIMESTAMPING"
  | "SO_EE_ORIGIN_ZEROCOPY" | "SCM_CAN_RAW_ERRQUEUE" | "SCM_TIMESTAMPING_OPT_STATS"
  | "SCM_TIMESTAMPING_PKTINFO" | "SO_EE_ORIGIN_TXSTATUS" | "SO_EE_RFC4884_FLAG_INVALID";

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
  | "F_OWNER_PGRP" | "F_GETSIG" | "F_SETSIG" | "F_ADD_SEALS" | "F_DUPFD" | "F_DUPFD_CLOEXEC"
  | "F_GETFD" | "F_SETFD" | "F_GETFL" | "F_SETFL" | "F_GETPIPE_SZ" | "F_GET_SEALS" | "F_SEAL_GROW"
  | "F_SEAL_SEAL" | "F_SEAL_SHRINK" | "F_SEAL_WRITE" | "F_SETPIPE_SZ" | "IOV_MAX" | "RWF_NOWAIT"
  | "FD_CLOEXEC" | "O_ACCMODE" | "O_RDONLY" | "O_WRONLY" | "O_RDWR" | "O_APPEND" | "O_ASYNC"
  | "O_CLOEXEC" | "O_DIRECT" | "O_NONBLOCK" | "DN_ACCESS" | "DN_ATTRIB" | "DN_CREATE"
  | "DN_DELETE" | "DN_MODIFY" | "DN_MULTISHOT" | "DN_RENAME" | "F_GETLEASE" | "F_NOTIFY"
  | "F_RDLCK" | "F_SEAL_FUTURE_WRITE" | "F_SETLEASE" | "F_UNLCK" | "F_WRLCK" | "O_DSYNC"
  | "O_NDELAY" | "O_NOATIME" | "O_PATH" | "O_SYNC" | "RWF_APPEND" | "RWF_DSYNC" | "RWF_HIPRI"
  | "RWF_SYNC" | "F_SEAL_EXEC" | "F_DUPFD_QUERY" | "F_CREATED_QUERY" | "RWF_NOAPPEND"
  | "RWF_ATOMIC" | "RWF_DONTCACHE" | "CLOSE_RANGE_CLOEXEC";

// prettier-ignore
type FcntlLockingConstant =
  | "F_GETLK" | "F_SETLK" | "F_SETLKW" | "F_OFD_GETLK" | "F_OFD_SETLK" | "F_OFD_SETLKW"
  | "SEEK_SET" | "SEEK_CUR" | "SEEK_END";

// prettier-ignore
type GpioConstant =
  | "GPIO_GET_CHIPINFO_IOCTL" | "GPIO_GET_LINEINFO_UNWATCH_IOCTL" | "GPIO_V2_GET_LINEINFO_IOCTL"
  | "GPIO_V2_GET_LINEINFO_WATCH_IOCTL" | "GPIO_V2_GET_LINE_IOCTL" | "GPIO_V2_LINE_SET_CONFIG_IOCTL"
  | "GPIO_V2_LINE_GET_VALUES_IOCTL" | "GPIO_V2_LINE_SET_VALUES_IOCTL" | "GPIO_MAX_NAME_SIZE"
  | "GPIO_V2_LINES_MAX" | "GPIO_V2_LINE_NUM_ATTRS_MAX" | "GPIO_V2_LINE_FLAG_USED"
  | "GPIO_V2_LINE_FLAG_ACTIVE_LOW" | "GPIO_V2_LINE_FLAG_INPUT" | "GPIO_V2_LINE_FLAG_OUTPUT"
  | "GPIO_V2_LINE_FLAG_EDGE_RISING" | "GPIO_V2_LINE_FLAG_EDGE_FALLING"
  | "GPIO_V2_LINE_FLAG_OPEN_DRAIN" | "GPIO_V2_LINE_FLAG_OPEN_SOURCE"
  | "GPIO_V2_LINE_FLAG_BIAS_PULL_UP" | "GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN"
  | "GPIO_V2_LINE_FLAG_BIAS_DISABLED" | "GPIO_V2_LINE_FLAG_EVENT_CLOCK_REALTIME"
  | "GPIO_V2_LINE_ATTR_ID_FLAGS" | "GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES"
  | "GPIO_V2_LINE_ATTR_ID_DEBOUNCE" | "GPIO_V2_LINE_EVENT_RISING_EDGE"
  | "GPIO_V2_LINE_EVENT_FALLING_EDGE" | "GPIO_V2_LINE_CHANGED_REQUESTED"
  | "GPIO_V2_LINE_CHANGED_RELEASED" | "GPIO_V2_LINE_CHANGED_CONFIG";

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

// prettier-ignore
type MemfdConstant =
  | "MFD_ALLOW_SEALING" | "MFD_CLOEXEC" | "MFD_HUGETLB" | "MFD_HUGE_16GB" | "MFD_HUGE_16MB"
  | "MFD_HUGE_1GB" | "MFD_HUGE_1MB" | "MFD_HUGE_256MB" | "MFD_HUGE_2GB" | "MFD_HUGE_2MB"
  | "MFD_HUGE_32MB" | "MFD_HUGE_512KB" | "MFD_HUGE_512MB" | "MFD_HUGE_64KB" | "MFD_HUGE_8MB"
  | "MFD_HUGE_MASK" | "MFD_HUGE_SHIFT" | "MFD_NOEXEC_SEAL" | "MFD_EXEC";

// prettier-ignore
type PidfdConstant =
  | "PIDFD_NONBLOCK" | "PIDFD_THREAD" | "PIDFD_SIGNAL_THREAD" | "PIDFD_SIGNAL_THREAD_GROUP"
  | "PIDFD_SIGNAL_PROCESS_GROUP" | "PIDFD_SELF_THREAD" | "PIDFD_SELF_THREAD_GROUP";

type PipeConstant = "PIPE_BUF";

// prettier-ignore
type PollConstant =
  | "POLLIN" | "POLLPRI" | "POLLOUT" | "POLLERR" | "POLLHUP" | "POLLNVAL" | "POLLRDNORM"
  | "POLLRDBAND" | "POLLWRNORM" | "POLLWRBAND" | "POLLRDHUP" | "sizeof_pollfd"
  | "offsetof_pollfd_events" | "offsetof_pollfd_revents" | "POLLMSG" | "POLLREMOVE";

type PrctlConstant = "PR_SET_CHILD_SUBREAPER" | "PR_SET_PDEATHSIG";

// prettier-ignore
type RlimitConstant =
  | "RLIMIT_AS" | "RLIMIT_CORE" | "RLIMIT_CPU" | "RLIMIT_DATA" | "RLIMIT_FSIZE" | "RLIMIT_LOCKS"
  | "RLIMIT_MEMLOCK" | "RLIMIT_MSGQUEUE" | "RLIMIT_NICE" | "RLIMIT_NOFILE" | "RLIMIT_NPROC"
  | "RLIMIT_RSS" | "RLIMIT_RTPRIO" | "RLIMIT_RTTIME" | "RLIMIT_SIGPENDING" | "RLIMIT_STACK";

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
  | "sizeof_sockaddr_storage" | "AF_ALG" | "AF_APPLETALK" | "AF_ASH" | "AF_ATMPVC" | "AF_ATMSVC"
  | "AF_AX25" | "AF_BLUETOOTH" | "AF_BRIDGE" | "AF_CAIF" | "AF_DECnet" | "AF_ECONET" | "AF_IB"
  | "AF_IEEE802154" | "AF_IPX" | "AF_IRDA" | "AF_ISDN" | "AF_IUCV" | "AF_KCM" | "AF_KEY"
  | "AF_LLC" | "AF_MCTP" | "AF_MPLS" | "AF_NETBEUI" | "AF_NETROM" | "AF_NFC" | "AF_PHONET"
  | "AF_PPPOX" | "AF_QIPCRTR" | "AF_RDS" | "AF_ROSE" | "AF_ROUTE" | "AF_RXRPC" | "AF_SECURITY"
  | "AF_SMC" | "AF_SNA" | "AF_TIPC" | "AF_WANPIPE" | "AF_X25" | "AF_XDP" | "INADDR_ALLHOSTS_GROUP"
  | "INADDR_ALLRTRS_GROUP" | "INADDR_ALLSNOOPERS_GROUP" | "INADDR_ANY" | "INADDR_BROADCAST"
  | "INADDR_DUMMY" | "INADDR_LOOPBACK" | "INADDR_MAX_LOCAL_GROUP" | "INADDR_NONE"
  | "INADDR_UNSPEC_GROUP" | "IPPORT_RESERVED" | "IPPORT_USERRESERVED" | "IPPROTO_AH"
  | "IPPROTO_BEETPH" | "IPPROTO_COMP" | "IPPROTO_DCCP" | "IPPROTO_DSTOPTS" | "IPPROTO_EGP"
  | "IPPROTO_ENCAP" | "IPPROTO_ESP" | "IPPROTO_ETHERNET" | "IPPROTO_FRAGMENT" | "IPPROTO_GRE"
  | "IPPROTO_HOPOPTS" | "IPPROTO_IDP" | "IPPROTO_IGMP" | "IPPROTO_IPIP" | "IPPROTO_MH"
  | "IPPROTO_MPLS" | "IPPROTO_MPTCP" | "IPPROTO_MTP" | "IPPROTO_NONE" | "IPPROTO_PIM"
  | "IPPROTO_PUP" | "IPPROTO_ROUTING" | "IPPROTO_RSVP" | "IPPROTO_TP" | "PF_ALG" | "PF_CAN"
  | "PF_INET" | "PF_INET6" | "PF_KEY" | "PF_LOCAL" | "PF_NETLINK" | "PF_PACKET" | "PF_RDS"
  | "PF_ROUTE" | "PF_TIPC" | "PF_UNIX" | "PF_UNSPEC" | "PF_VSOCK" | "PF_XDP" | "SOCK_DCCP"
  | "SOCK_PACKET";

// prettier-ignore
type TransferConstant =
  | "MSG_BATCH" | "MSG_CMSG_CLOEXEC" | "MSG_CONFIRM" | "MSG_CTRUNC" | "MSG_DONTROUTE"
  | "MSG_DONTWAIT" | "MSG_EOR" | "MSG_ERRQUEUE" | "MSG_FASTOPEN" | "MSG_FIN" | "MSG_MORE"
  | "MSG_NOSIGNAL" | "MSG_NOTIFICATION" | "MSG_OOB" | "MSG_PEEK" | "MSG_PROXY" | "MSG_RST"
  | "MSG_SYN" | "MSG_TRUNC" | "MSG_TRYHARD" | "MSG_WAITALL" | "MSG_WAITFORONE" | "MSG_ZEROCOPY";

// prettier-ignore
type SpliceConstant =
  | "SPLICE_F_MOVE" | "SPLICE_F_NONBLOCK" | "SPLICE_F_MORE" | "SPLICE_F_GIFT";

// prettier-ignore
type SignalConstant =
  | "NSIG" | "SIG_BLOCK" | "SIG_SETMASK" | "SIG_UNBLOCK" | "sizeof_sigset_t" | "POLL_ERR"
  | "POLL_HUP" | "POLL_IN" | "POLL_MSG" | "POLL_OUT" | "POLL_PRI" | "SIGABRT" | "SIGALRM"
  | "SIGBUS" | "SIGCHLD" | "SIGCONT" | "SIGFPE" | "SIGHUP" | "SIGILL" | "SIGINT" | "SIGIO"
  | "SIGKILL" | "SIGPIPE" | "SIGPOLL" | "SIGPROF" | "SIGPWR" | "SIGQUIT" | "SIGSEGV" | "SIGSTKFLT"
  | "SIGSTOP" | "SIGSYS" | "SIGTERM" | "SIGTRAP" | "SIGTSTP" | "SIGTTIN" | "SIGTTOU" | "SIGURG"
  | "SIGUSR1" | "SIGUSR2" | "SIGVTALRM" | "SIGWINCH" | "SIGXCPU" | "SIGXFSZ" | "SI_ASYNCIO"
  | "SI_ASYNCNL" | "SI_KERNEL" | "SI_MESGQ" | "SI_QUEUE" | "SI_SIGIO" | "SI_TIMER" | "SI_TKILL"
  | "SI_USER" | "SIGRTMIN" | "SIGRTMAX";

// prettier-ignore
type SignalfdConstant =
  | "SFD_CLOEXEC" | "SFD_NONBLOCK";

// prettier-ignore
type TermiosConstant =
  | "TCGETS" | "TCSETS" | "TCSETSW" | "TCSETSF" | "TCGETS2" | "TCSETS2" | "TCSETSW2" | "TCSETSF2"
  | "TIOCEXCL" | "TIOCNXCL" | "TIOCSBRK" | "TIOCCBRK" | "TIOCMGET" | "TIOCMSET" | "TIOCMBIS"
  | "TIOCMBIC" | "TIOCGPGRP" | "TIOCSPGRP" | "TIOCGSID" | "IGNBRK" | "BRKINT" | "IGNPAR" | "PARMRK"
  | "INPCK" | "ISTRIP" | "INLCR" | "IGNCR" | "ICRNL" | "IUCLC" | "IXON" | "IXANY" | "IXOFF"
  | "IMAXBEL" | "IUTF8" | "OPOST" | "OLCUC" | "ONLCR" | "OCRNL" | "ONOCR" | "ONLRET" | "OFILL"
  | "OFDEL" | "CBAUD" | "CBAUDEX" | "CIBAUD" | "IBSHIFT" | "BOTHER" | "CSIZE" | "CS5" | "CS6"
  | "CS7" | "CS8" | "CSTOPB" | "CREAD" | "PARENB" | "PARODD" | "HUPCL" | "CLOCAL" | "CMSPAR"
  | "CRTSCTS" | "B0" | "B50" | "B75" | "B110" | "B134" | "B150" | "B200" | "B300" | "B600"
  | "B1200" | "B1800" | "B2400" | "B4800" | "B9600" | "B19200" | "B38400" | "B57600" | "B115200"
  | "B230400" | "B460800" | "B500000" | "B576000" | "B921600" | "B1000000" | "B1152000"
  | "B1500000" | "B2000000" | "B2500000" | "B3000000" | "B3500000" | "B4000000" | "ISIG" | "ICANON"
  | "ECHO" | "ECHOE" | "ECHOK" | "ECHONL" | "NOFLSH" | "TOSTOP" | "ECHOCTL" | "ECHOPRT" | "ECHOKE"
  | "FLUSHO" | "PENDIN" | "IEXTEN" | "EXTPROC" | "VINTR" | "VQUIT" | "VERASE" | "VKILL" | "VEOF"
  | "VTIME" | "VMIN" | "VSTART" | "VSTOP" | "VSUSP" | "VEOL" | "VREPRINT" | "VDISCARD" | "VWERASE"
  | "VLNEXT" | "VEOL2" | "TIOCM_LE" | "TIOCM_DTR" | "TIOCM_RTS" | "TIOCM_ST" | "TIOCM_SR"
  | "TIOCM_CTS" | "TIOCM_CAR" | "TIOCM_CD" | "TIOCM_RNG" | "TIOCM_RI" | "TIOCM_DSR";

// prettier-ignore
type TimerfdConstant =
  | "CLOCK_BOOTTIME" | "CLOCK_BOOTTIME_ALARM" | "CLOCK_MONOTONIC" | "CLOCK_REALTIME"
  | "CLOCK_REALTIME_ALARM" | "TFD_CLOEXEC" | "TFD_NONBLOCK" | "TFD_TIMER_ABSTIME"
  | "TFD_TIMER_CANCEL_ON_SET";

// prettier-ignore
type WaitConstant =
  | "P_ALL" | "P_PGID" | "P_PID" | "P_PIDFD" | "WCONTINUED" | "WEXITED" | "WNOHANG" | "WNOWAIT"
  | "WSTOPPED" | "CLD_CONTINUED" | "CLD_DUMPED" | "CLD_EXITED" | "CLD_KILLED" | "CLD_STOPPED"
  | "CLD_TRAPPED" | "WUNTRACED";

/** The name of every constant of the addon. */
export type ConstantName =
  | CmsgConstant
  | EpollConstant
  | EventfdConstant
  | FcntlLockingConstant
  | FdConstant
  | FlockConstant
  | GpioConstant
  | NetworkConstant
  | InotifyConstant
  | IoUringConstant
  | MemfdConstant
  | PidfdConstant
  | PipeConstant
  | PollConstant
  | PrctlConstant
  | RlimitConstant
  | SctpConstant
  | SelectConstant
  | SignalConstant
  | SignalfdConstant
  | SocketConstant
  | SockoptConstant
  | SpliceConstant
  | TermiosConstant
  | TimerfdConstant
  | TransferConstant
  | WaitConstant;

declare const family: unique symbol;

/**
 * A constant of the C headers. Its type tells the family that its name begins with: `AF_INET` is a
 * `Constant<"AF">`, so that the compiler refuses it where a function takes a `Constant<"EPOLL_CTL">`.
 *
 * Any number that has no family is accepted as well: one that was computed, as `EPOLLIN | EPOLLET`, that was
 * read from a file, or that this package has no name for.
 */
export type Constant<Family extends string> = number & { readonly [family]?: Family };

/** A level of getsockopt(2) and setsockopt(2): SOL_SOCKET, IPPROTO_TCP. */
export type OptionLevel = Constant<"SOL" | "IPPROTO">;

// prettier-ignore
type OptionFamily =
  | "SO" | "IP" | "IPV6" | "IP6T" | "ICMP" | "ICMP6" | "MCAST" | "TCP" | "TLS" | "MPTCP" | "UDP"
  | "UDPLITE" | "SCTP" | "DCCP" | "PACKET" | "NETLINK" | "TIPC" | "CAN" | "ALG" | "XDP" | "RDS";

/** An option of any level: SO_RCVBUF, TCP_NODELAY. */
export type OptionNumber = Constant<OptionFamily>;

/** A protocol of socket(2), of which each address family has its own: IPPROTO_TCP, NETLINK_ROUTE, CAN_RAW. */
export type ProtocolNumber = Constant<"IPPROTO" | "NETLINK" | "CAN" | "ETH" | "ETHERTYPE">;

/** Requests of ioctl(2), which are named after what they act on. */
// prettier-ignore
type IoctlRequest =
  | "FIO" | "SIOC" | "TIOC" | "TCGETS" | "TCSETS" | "TUNSET" | "TUNGET" | "IOCTL_";

/**
 * What a name begins with: "AF" of AF_INET. The first line that fits says it; those before the last are for names
 * that have no line after their family, or share its letters with another one.
 */
// prettier-ignore
type FamilyOf<Name extends string> =
  Name extends `PF_${string}` ? "AF"
  : Name extends `${"POLL" | "SI" | "CLD"}_${string}` ? "SI"
  : Name extends `EPOLL_CTL_${string}` ? "EPOLL_CTL"
  : Name extends `EPOLL${string}` ? "EPOLL"
  : Name extends `POLL${string}` ? "POLL"
  : Name extends `SIG_${string}` ? "SIG_"
  : Name extends `SIG${string}` ? "SIG"
  : Name extends `TIOCM_${string}` ? "TIOCM"
  : Name extends `${IoctlRequest}${string}` | `GPIO_${string}_IOCTL` ? "IOCTL"
  : Name extends `SO_EE_${string}` ? "SO_EE"
  : Name extends `F_${"OWNER" | "SEAL"}_${string}` ? "F_ARGUMENT"
  : Name extends `SOCK_${infer Lock}_${string}` ? `SOCK_${Lock}`
  : Name extends `W${"NOHANG" | "EXITED" | "STOPPED" | "CONTINUED" | "NOWAIT" | "UNTRACED"}` ? "W"
  : Name extends `${infer Family}_${string}` ? Family
  : Name;

/** Every constant of the addon. */
export type Constants = { readonly [Name in ConstantName]: Constant<FamilyOf<Name>> };
