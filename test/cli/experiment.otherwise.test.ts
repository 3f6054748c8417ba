import { describe, expect, it } from "vitest";
import { run } from "../support/program.ts";
import { POLLUX } from "../support/serving.ts";
import { faulty, withoutStrace } from "../support/strace.ts";

/** The conclusion of an experiment for which the kernel answers otherwise. */
async function concludes(name: string, ...faults: string[]): Promise<string> {
  const [strace = "", ...args] = faulty(...faults);
  const pollux = [process.execPath, POLLUX, "experiment", name];
  const { code, stdout, stderr } = await run(strace, ...args, ...pollux);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout.trimEnd().split("\n").at(-1) ?? "";
}

// setsockopt does as if it had worked, and sets nothing.
const NO_OPTIONS = "setsockopt:retval=0";

describe.skipIf(withoutStrace !== undefined)("the conclusion of an experiment", () => {
  it("of sigpipe has no EPIPE where no write fails", async () => {
    expect(await concludes("sigpipe", "sendto:retval=1")).toBe(
      "Write by write the answers are 1, 1, 1.",
    );
  });

  it("of half-close tells how much arrived where it was less", async () => {
    expect(await concludes("half-close", "recvfrom:error=EAGAIN:when=3")).toMatch(
      /^The server read 0 at the end, and the client null bytes/,
    );
  });

  it("of lt-and-et says nothing where epoll reports nothing", async () => {
    const conclusion = await concludes("lt-and-et", "epoll_wait:retval=0");

    expect(conclusion).toMatch(
      /level-triggered epoll reported nothing and edge-triggered epoll nothing;/,
    );
    expect(conclusion).toMatch(/with all read, both reported nothing\.$/);
  });

  it("of ready names the conditions that are unlike the notes", async () => {
    expect(await concludes("ready", NO_OPTIONS)).toBe(
      "Select, poll and epoll agree in all 13 conditions, and unlike the notes are " +
        '"3 bytes, SO_RCVLOWAT 4"; SO_SNDLOWAT can be set, and is 1.',
    );
  });

  it("of ready names the conditions in which the three disagree", async () => {
    // The sets stay as they were: all that is asked for seems to be ready.
    const conclusion = await concludes("ready", "pselect6:retval=1");

    expect(conclusion).toMatch(
      /^Select, poll and epoll disagree in "3 bytes, SO_RCVLOWAT 4", "a listener without a/,
    );
  });

  it("of udp-dead-server says nothing where no error comes", async () => {
    expect(await concludes("udp-dead-server", "recvfrom:error=EAGAIN")).toMatch(
      /have, nothing, and a connected one nothing, then nothing;/,
    );
  });

  it("of udp-flow-control tells how many sends have succeeded where some fail", async () => {
    expect(await concludes("udp-flow-control", "sendto:error=ENOBUFS:when=1..100")).toMatch(
      /; the sends that succeeded were 1,900, 2,000, 2,000, 2,000, 2,000, and SO_RXQ_OVFL/,
    );
  });

  it("of linger finds no difference where SO_LINGER is not set", async () => {
    const conclusion = await concludes("linger", NO_OPTIONS);

    expect(conclusion).toMatch(/on with 0, .*, and the peer read all [\d,]+ bytes, then the end; /);
    expect(conclusion).not.toMatch(/waited|though/);
  });

  it("of nagle counts more segments where TCP_CORK is not set", async () => {
    const conclusion = await concludes("nagle", NO_OPTIONS);

    const [, corked] = /(\d+) with TCP_CORK/.exec(conclusion) ?? [];
    expect(Number(corked)).toBeGreaterThan(1);
  });

  it("of connect-errors has the error that comes", async () => {
    // The calls of the experiment up to EISCONN are 3; the one that is refused is the fourth.
    expect(await concludes("connect-errors", "connect:error=EACCES:when=4")).toContain(
      "0 for a listener, 0 where nobody listens and",
    );
  });
});
