{
  "targets": [
    {
      "target_name": "pollux",
      "sources": [
        "native/addon.cc",
        "native/async_wait.cc",
        "native/batch.cc",
        "native/can.cc",
        "native/cmsg.cc",
        "native/environment.cc",
        "native/epoll.cc",
        "native/errno.cc",
        "native/eventfd.cc",
        "native/fd.cc",
        "native/flock.cc",
        "native/inotify.cc",
        "native/interface.cc",
        "native/io_uring.cc",
        "native/ioctl.cc",
        "native/memfd.cc",
        "native/message.cc",
        "native/netdb.cc",
        "native/netlink.cc",
        "native/packet.cc",
        "native/pidfd.cc",
        "native/pipe.cc",
        "native/poll.cc",
        "native/prctl.cc",
        "native/rtnetlink.cc",
        "native/sctp.cc",
        "native/select.cc",
        "native/sendfile.cc",
        "native/signal.cc",
        "native/signalfd.cc",
        "native/sockaddr.cc",
        "native/socket.cc",
        "native/sockopt.cc",
        "native/sockopt_filter.cc",
        "native/sockopt_ip.cc",
        "native/sockopt_ipv6.cc",
        "native/sockopt_link.cc",
        "native/sockopt_sctp.cc",
        "native/sockopt_tcp.cc",
        "native/splice.cc",
        "native/timerfd.cc",
        "native/transfer.cc",
        "native/vsock.cc",
        "native/wait.cc"
      ],
      "defines": [
        "NAPI_VERSION=8",
        "NAPI_DISABLE_CPP_EXCEPTIONS",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
      ],
      "cflags_cc": [
        "-std=c++17",
        "-fno-exceptions",
        "-fvisibility=hidden",
        "-Wall",
        "-Wextra",
        "-Wconversion",
        "-Werror",
        "-isystem ../<!(node -p \"require('node-addon-api').include_dir\")"
      ],
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"]
    }
  ]
}
