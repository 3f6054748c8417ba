import { describe, expect, it } from "vitest";
import { answersOf, find, python } from "./found.ts";

const IP_RECVERR = 11; // <linux/in.h>; Python before 3.14 does not have it

/** The same calls: what sendto(2), send(2) and recv(2) answer. */
const CALLS = `
def bound():
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind(("127.0.0.1", 0))
    return one
here, living, dead = bound(), bound(), bound()
dead.connect(dead.getsockname())
nobody, somebody = dead.getsockname(), living.getsockname()
datagram = b"is anybody there?"
def recv():
    poll = select.poll()
    poll.register(here, select.POLLIN)
    poll.poll(100)
    tell(here.recv, 64, socket.MSG_DONTWAIT)
tell(here.sendto, datagram, nobody); recv()
here.setsockopt(socket.IPPROTO_IP, ${IP_RECVERR}, 1)
tell(here.sendto, datagram, nobody); recv()
here.setsockopt(socket.IPPROTO_IP, ${IP_RECVERR}, 0)
here.connect(nobody)
tell(here.send, datagram); recv(); recv()
here.connect(somebody)
tell(here.send, datagram)
import ctypes
unspecified = ctypes.create_string_buffer(16)
assert ctypes.CDLL(None).connect(here.fileno(), unspecified, 16) == 0
tell(here.send, datagram)
tell(here.sendto, datagram, somebody)
`;

describe("pollux experiment udp-dead-server", () => {
  it("gets the answers that the same calls of Python get", async () => {
    const found = await find("udp-dead-server");

    expect(answersOf(found, "send", "sendto", "recv")).toEqual(await python(CALLS));
  });

  it("concludes that only a connected socket, and IP_RECVERR, are told", async () => {
    const { conclusion } = await find("udp-dead-server");

    expect(conclusion).toMatch(/an unconnected socket was told nothing, with IP_RECVERR/);
    expect(conclusion).toMatch(/a connected one ECONNREFUSED, then nothing;/);
    expect(conclusion).toMatch(/send answered EDESTADDRREQ and sendto 17\.$/);
  });
});
