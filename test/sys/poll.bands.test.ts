import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { connectTcp, opened, openPair } from "./support.ts";

const { POLLIN, POLLOUT, POLLPRI, POLLRDBAND, POLLRDNORM, POLLWRBAND, POLLWRNORM } = sys;
const ALL = POLLIN | POLLOUT | POLLPRI | POLLRDBAND | POLLRDNORM | POLLWRBAND | POLLWRNORM;

/** Which of `asked` poll(2) reports, at once or after up to `timeoutMs`. */
function polled(fd: number, asked: number, timeoutMs = 0): number {
  const fds = new sys.PollFds(1);
  fds.set(0, fd, asked);
  sys.poll(fds, 1, timeoutMs);
  return fds.revents(0);
}

describe("the bands of poll(2)", () => {
  it("are reported for normal data as POLLIN and POLLRDNORM, as POLLOUT and POLLWRNORM", () => {
    const [here, there] = openPair();

    expect(polled(here, ALL)).toBe(POLLOUT | POLLWRNORM | POLLWRBAND);
    sys.send(there, Buffer.from("x"));

    expect(polled(here, POLLIN | POLLRDNORM)).toBe(POLLIN | POLLRDNORM);
    expect(polled(here, ALL)).toBe(POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM | POLLWRBAND);
  });

  it("are each reported only when asked for", () => {
    const [here, there] = openPair();
    sys.send(there, Buffer.from("x"));

    for (const bit of [POLLIN, POLLRDNORM, POLLOUT, POLLWRNORM, POLLWRBAND]) {
      expect(polled(here, bit)).toBe(bit);
    }
    expect([polled(here, POLLPRI), polled(here, POLLRDBAND)]).toEqual([0, 0]);
  });

  it("are reported for out-of-band data as POLLPRI; Linux has no POLLRDBAND for TCP", () => {
    const [client, server] = connectTcp();
    opened(client);

    sys.send(client, Buffer.from("!"), 0, 1, sys.MSG_OOB);

    expect(polled(server, POLLPRI | POLLRDBAND, 20_000)).toBe(POLLPRI);
    expect(polled(server, POLLIN | POLLRDNORM)).toBe(0);
  });
});
