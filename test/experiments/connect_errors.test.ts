import { describe, expect, it } from "vitest";
import { run } from "../support/program.ts";
import { POLLUX } from "../support/serving.ts";
import { answersOf, find, python } from "./found.ts";

/** The same calls: what connect(2) answers, and SO_ERROR when the socket is writable. */
const CALLS = `
def tcp():
    return socket.socket(socket.AF_INET, socket.SOCK_STREAM)
def bound():
    one = tcp()
    one.bind(("127.0.0.1", 0))
    return one
def connect(one, to):
    error = one.connect_ex(to)
    print("connect", errno.errorcode[error] if error else 0)
def outcome(one):
    poll = select.poll()
    poll.register(one, select.POLLOUT)
    poll.poll()
    error = one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    print("SO_ERROR", errno.errorcode[error] if error else 0)
def client():
    one = tcp()
    one.setblocking(False)
    return one
listener, dead, full = bound(), bound(), bound()
listener.listen()
one, to = client(), listener.getsockname()
connect(one, to); outcome(one); connect(one, to); connect(one, to)
two = client()
connect(two, dead.getsockname()); outcome(two)
connect(two, to); connect(two, to); outcome(two)
full.listen(0)
first = tcp()
first.connect(full.getsockname())
three = client()
three.setsockopt(socket.IPPROTO_TCP, socket.TCP_SYNCNT, 1)
three.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 300)
connect(three, full.getsockname()); connect(three, full.getsockname()); outcome(three)
connect(client(), ("127.255.255.255", 9))
`;

const UNSHARE = ["--net", "--map-root-user"];
const { code } = await run("unshare", ...UNSHARE, "ip", "link", "set", "lo", "up");
const withoutNamespaces = code === 0 ? undefined : "needs unshare and ip, with a network namespace";

describe("pollux experiment connect-errors", () => {
  it("gets the answers that the same calls of Python get", async () => {
    const found = await find("connect-errors");

    const answers = answersOf(found, "connect", "getsockopt");
    const expected = (await python(CALLS)).map((line) => line.split(" ")[1]);
    expect(answers.slice(0, expected.length)).toEqual(expected);
  });

  it("says them in its conclusion", async () => {
    const { conclusion } = await find("connect-errors");

    const said = conclusion.match(/\bE[A-Z]{4,}\b/g);
    expect(said).toEqual([
      ...["EINPROGRESS", "ECONNREFUSED", "ETIMEDOUT", "EALREADY", "EISCONN", "ENETUNREACH"],
      ...["EHOSTUNREACH", "ECONNABORTED"],
    ]);
    expect(conclusion).toMatch(/then 0, though the notes give such a socket up\.$/);
  });

  it.skipIf(withoutNamespaces !== undefined).each([
    ["unreachable 198.51.100.0/24", "an unreachable route answered EHOSTUNREACH"],
    ["blackhole 198.51.100.0/24", "EHOSTUNREACH was not tried"],
  ])("with a route %s says: %s", async (route, said) => {
    const script = `ip link set lo up; ip route add ${route}; exec "$@"`;
    const pollux = [process.execPath, POLLUX, "experiment", "connect-errors"];

    const ended = await run("unshare", ...UNSHARE, "sh", "-ec", script, "sh", ...pollux);

    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toContain(said);
  });
});
