import { Address, kernelBytes } from "../address/address.ts";
import { RouteSocket } from "../netlink/route_socket.ts";
import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { type Experiment, Recorder } from "./experiment.ts";
import { eventsOf } from "./streams.ts";
import { boundSocket, tcpSocket } from "./tcp_pair.ts";
import { until } from "./until.ts";

const USER_TIMEOUT_MS = 300;
const LIMIT_MS = 5000;

/** What connect(2) answers, and what SO_ERROR says later (B4 of the notes). */
export const connectErrors: Experiment = {
  name: "connect-errors",
  summary: "what connect answers at once, and what SO_ERROR says later",
  async run(out) {
    const listener = boundSocket(out).listen();
    const success = await succeed(out, listener);
    const refusal = await refuse(out, listener);
    const timeout = await timeOut(out);
    out.remark("TCP has no broadcast: there is no route for it");
    const broadcast = Address.from({ address: "127.255.255.255", port: 9 });
    const network = connect(out, tcpSocket(out), broadcast, String(broadcast));
    const host = noHost(out);
    return (
      `A connect answered ${success.first}, and SO_ERROR then ${success.later} for a listener, ` +
      `${refusal.later} where nobody listens and ${timeout.later} where the SYN gets no answer; a second ` +
      `connect answered ${timeout.second} meanwhile, and ${success.second} once it is known to be ` +
      `connected; a broadcast address answered ${network}, and ${host}; ` +
      `connects of the refused socket ended with ${refusal.again.join(", then ")}` +
      (refusal.again.at(-1) === "0" ? ", though the notes give such a socket up." : ".")
    );
  },
};

async function succeed(
  out: Recorder,
  listener: Socket,
): Promise<{ readonly first: string; readonly later: string; readonly second: string }> {
  out.remark("a listener");
  const client = tcpSocket(out);
  const to = listener.localAddress;
  const first = connect(out, client, to, "listener");
  const later = await outcome(out, client);
  out.remark("the first connect after that says the same, the next one fails");
  connect(out, client, to, "listener");
  return { first, later, second: connect(out, client, to, "listener") };
}

async function refuse(
  out: Recorder,
  listener: Socket,
): Promise<{ readonly later: string; readonly again: readonly string[] }> {
  out.remark("a port where nobody listens");
  const client = tcpSocket(out);
  connect(out, client, boundSocket(out).localAddress, "nobody");
  const later = await outcome(out, client);
  out.remark("the same socket, to the listener: the first connect only clears what is left");
  const again: string[] = [];
  for (let attempt = 0; attempt < 2; attempt++) {
    const answer = connect(out, client, listener.localAddress, "listener");
    again.push(answer === "EINPROGRESS" ? await outcome(out, client) : answer);
    if (again.at(-1) === "0") break;
  }
  return { later, again };
}

async function timeOut(
  out: Recorder,
): Promise<{ readonly second: string; readonly later: string }> {
  out.remark("a listener whose queue is full: it drops the SYN");
  const listener = boundSocket(out);
  out.call("listen", ["full", 0], () => listener.listen(0));
  tcpSocket(out).connectSync(listener.localAddress);
  const client = tcpSocket(out);
  out.call("setsockopt", ["client", "IPPROTO_TCP", "TCP_SYNCNT", 1], () =>
    client.setOption("TCP_SYNCNT", 1),
  );
  out.call("setsockopt", ["client", "IPPROTO_TCP", "TCP_USER_TIMEOUT", USER_TIMEOUT_MS], () =>
    client.setOption("TCP_USER_TIMEOUT", USER_TIMEOUT_MS),
  );
  connect(out, client, listener.localAddress, "full");
  const second = connect(out, client, listener.localAddress, "full");
  return { second, later: await outcome(out, client) };
}

/** EHOSTUNREACH comes from routers, or from a route of that type, which only root can add. */
function noHost(out: Recorder): string {
  const unreachable = unreachableHost();
  if (unreachable === null) {
    out.remark("this system has no route of the type unreachable: EHOSTUNREACH is not shown");
    return "EHOSTUNREACH was not tried, because no route here is of the type unreachable";
  }
  out.remark("a host whose route has the type unreachable");
  const client = out.own(Socket.open(unreachable.family, sys.SOCK_STREAM));
  return `an unreachable route answered ${connect(out, client, unreachable, String(unreachable))}`;
}

/** A host that only such a route leads to: another one, or a rule, may come first. */
function unreachableHost(): Address | null {
  using socket = new RouteSocket();
  const hosts = socket
    .routes()
    .filter(({ type }) => type === sys.RTN_UNREACHABLE)
    .flatMap(({ destination }) => destination ?? []);
  const addresses = hosts.map((address) => Address.from({ address, port: 9 }));
  return addresses.find((address) => answerOfRoute(address) === "EHOSTUNREACH") ?? null;
}

/** The connect of a UDP socket looks up the route, and sends nothing. */
function answerOfRoute(address: Address): string {
  using unseen = new Recorder();
  const socket = unseen.own(Socket.open(address.family, sys.SOCK_DGRAM));
  return unseen.attempt("connect", [], () => socket.connect(address));
}

/** connect(2) as it is: {@link Socket.connect} refuses a socket whose connect has failed before. */
function connect(out: Recorder, client: Socket, to: Address, name: string): string {
  return out.attempt("connect", ["client", name], () => sys.connect(client.fd, kernelBytes(to)));
}

/** Waits until the socket is writable, and takes SO_ERROR. */
async function outcome(out: Recorder, client: Socket): Promise<string> {
  const asked = ["{client, POLLOUT}", 1, 0];
  await until(() => eventsOf(client, sys.POLLOUT) !== 0, LIMIT_MS);
  out.call("poll", asked, () => Number(eventsOf(client, sys.POLLOUT) !== 0));
  const error = (): string => client.takeError()?.code ?? "0";
  return out.call("getsockopt", ["client", "SOL_SOCKET", "SO_ERROR"], error, (code) => code);
}
