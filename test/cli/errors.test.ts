import { describe, expect, it } from "vitest";
import { run } from "../support/program.ts";
import { POLLUX, Serving } from "../support/serving.ts";

const ONE_LINE = /^pollux: [^\n]+\n$/;

describe("pollux serve", () => {
  it.each([
    [["--bogus"], "unknown option '--bogus'"],
    [["--multiplexer", "kqueue"], "'kqueue' is invalid"],
    [["--multiplexer"], "argument missing"],
    [["--transform", "lower"], "'lower' is invalid"],
    [["--port", "http"], "'http' is invalid"],
    [["--port", "-1"], "'-1' is invalid"],
    [["--port", "65536"], "'65536' is invalid"],
    [["--port", "1e3"], "'1e3' is invalid"],
    [["--port", ""], "'' is invalid"],
    [["--port", "65534", "--multiplexer", "all"], "leaves no room for 3 ports"],
    [["--edge", "--multiplexer", "poll"], "--edge needs --multiplexer epoll"],
    [["--edge", "--multiplexer", "select"], "--edge needs --multiplexer epoll"],
    [["--capacity", "4096"], "--capacity needs --multiplexer select"],
    [["--capacity", "0", "--multiplexer", "select"], "'0' is invalid"],
    [["--host", ""], "--host needs"],
    [["echo", "surplus"], "too many arguments"],
  ])("ends with one line and exit code 2 for %j", async (args, reason) => {
    const ended = await run(process.execPath, POLLUX, "serve", ...args);

    expect(ended).toMatchObject({ code: 2, signal: null, stdout: "" });
    expect(ended.stderr).toMatch(ONE_LINE);
    expect(ended.stderr).toContain(reason);
  });

  it.each(["select", "poll", "epoll", "all"])(
    "ends with one line and exit code 1 when the port is in use, with %s",
    async (multiplexer) => {
      await using server = await Serving.start([]);
      const port = String(server.port);

      const args = ["--multiplexer", multiplexer, "--port", port];
      const ended = await run(process.execPath, POLLUX, "serve", ...args);

      expect(ended).toMatchObject({ code: 1, signal: null, stdout: "" });
      expect(ended.stderr).toBe(`pollux: bind EADDRINUSE 127.0.0.1:${port}\n`);
    },
  );

  it("ends with one line and exit code 1 when the last of three ports is in use", async () => {
    await using server = await Serving.start([]);

    const args = ["--multiplexer", "all", "--port", String(server.port - 2)];
    const ended = await run(process.execPath, POLLUX, "serve", ...args);

    expect(ended).toMatchObject({ code: 1, signal: null });
    expect(ended.stderr).toMatch(/^pollux: bind EADDRINUSE 127\.0\.0\.1:\d+\n$/);
  });

  it.each([
    ["nowhere.invalid", /nowhere\.invalid/],
    ["256.1.1.1", /256\.1\.1\.1/],
    ["192.0.2.1", /bind EADDRNOTAVAIL 192\.0\.2\.1:0/],
  ])("ends with one line and exit code 1 for the host '%s'", async (host, reason) => {
    const ended = await run(process.execPath, POLLUX, "serve", "--port", "0", "--host", host);

    expect(ended).toMatchObject({ code: 1, signal: null, stdout: "" });
    expect(ended.stderr).toMatch(ONE_LINE);
    expect(ended.stderr).toMatch(reason);
  });
});

describe("pollux", () => {
  it.each([["bogus"], ["--bogus"]])("ends with one line and exit code 2 for %s", async (arg) => {
    const ended = await run(process.execPath, POLLUX, arg);

    expect(ended).toMatchObject({ code: 2, signal: null, stdout: "" });
    expect(ended.stderr).toMatch(ONE_LINE);
  });

  it("keeps its exit code, and says nothing else, when nobody reads its help or its complaint", async () => {
    const node = `${process.execPath} ${POLLUX}`;
    // The pipe has no reader any more when the program begins.
    const closed = "exec 3> >(exec sleep 0); wait $!";

    const help = await run("bash", "-c", `${closed}; ${node} --help >&3`);
    const complaint = await run("bash", "-c", `${closed}; ${node} --bogus 2>&3`);

    expect(help).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(complaint).toMatchObject({ code: 2, stdout: "", stderr: "" });
  });

  it.each(["options", "experiment half-close", "--help"])(
    "ends with one line and exit code 1 when its output cannot be written: %s",
    async (command) => {
      const program = `${process.execPath} ${POLLUX} ${command} > /dev/full`;

      const ended = await run("bash", "-c", program);

      expect(ended).toMatchObject({ code: 1, stderr: "pollux: write ENOSPC\n" });
    },
  );

  it("shows its help and ends with exit code 2 without a command", async () => {
    const ended = await run(process.execPath, POLLUX);

    expect(ended).toMatchObject({ code: 2, signal: null });
    expect(ended.stdout + ended.stderr).toContain("Usage: pollux");
  });
});
