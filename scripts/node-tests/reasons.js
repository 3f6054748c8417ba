// Tests of Node that node:net passes and pollux/net does not, each with the reason. The names are those of the files,
// without "test-" and the end; before them, the multiplexer if it fails with that one alone.
const HANDLE =
  "looks at or replaces `_handle`, the handle of libuv, which sockets of the kernel do not have";
const TIMER = "looks at the timer that node:net keeps under an internal symbol";
const BINDING = "replaces methods of libuv's handles in internalBinding('tcp_wrap')";
const OPENSSL =
  "replaces a binding of OpenSSL before node:tls is loaded; here it is loaded already";
const PARSER = "replaces or uses the HTTP parser's binding, which reads from the handles of libuv";

export const REASONS = {
  "net-after-close": HANDLE,
  "net-connect-keepalive": HANDLE,
  "net-connect-nodelay": HANDLE,
  "net-connect-options-fd": HANDLE,
  "net-listen-invalid-port": "looks at `_connectionKey`, a name that node:cluster uses",
  "net-normalize-args": "expects the internal mark of `_normalizeArgs`, and passes it to `connect`",
  "net-perf_hooks":
    "expects performance entries of the type `net`, which only Node's own code can make",
  "net-persistent-nodelay": BINDING,
  "net-persistent-ref-unref": BINDING,
  "net-server-keepalive": HANDLE,
  "net-server-nodelay": HANDLE,
  "net-socket-write-after-close": HANDLE,
  "net-timeout-no-handle": HANDLE,
  "http-client-immediate-error": BINDING,
  "http-client-spurious-aborted": HANDLE,
  "http-client-timeout-on-connect": TIMER,
  "http-parser-lazy-loaded": PARSER,
  "http-parser-timeout-reset": PARSER,
  "http-pause-no-dump":
    "counts on ticks between the head and the body of a request: node:http has them only for sockets of libuv, " +
    "which it parses in C++. Looks at `_dumped`",
  "tls-clientcertengine-unsupported": OPENSSL,
  "tls-keyengine-unsupported": OPENSSL,
  "tls-socket-close":
    "`close` comes with the immediates, and not after them: only libuv's handles have that phase",
  "tls-wrap-timeout": TIMER,
};
