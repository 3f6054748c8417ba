import { afterEach, describe, expect, it } from "vitest";
import { daytime, daytimeSync } from "../../lib/servers/daytime.ts";
import { DaytimeServer } from "../../lib/servers/daytime_server.ts";
import { daytimeText } from "../../lib/servers/daytime_text.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { run } from "../support/program.ts";
import { Python } from "../support/python.ts";

const LOOPBACK = { address: "127.0.0.1", port: 0 };

// Seconds since 1970: the ends of years and of February, one-digit days, and both sides of each change of the clock
// in 2024 of Berlin, New York, Lord Howe (half an hour) and Santiago; the last second of 32 bits; the year 10000.
const TIMES = [
  ...[0, 86_399, 946_684_799, 946_684_800, 951_782_400, 951_868_799, 1_078_012_800, 1_709_164_800],
  ...[1_709_251_199, 4_107_542_399, 4_107_542_400, 1_735_689_599, 1_735_689_600],
  ...[1_711_846_799, 1_711_846_800, 1_729_990_799, 1_729_990_800, 1_729_994_400],
  ...[1_710_053_999, 1_710_054_000, 1_730_613_599, 1_730_613_600, 1_730_617_200],
  ...[1_712_415_599, 1_712_415_600, 1_728_142_199, 1_728_142_200],
  ...[1_712_458_799, 1_712_458_800, 1_725_767_999, 1_725_768_000],
  ...[2_147_483_647, 2_147_483_648, 253_402_300_799, 253_402_300_800],
];
const ZONES = [
  ...["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"],
  ...["Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Marquesas", "Etc/GMT+12"],
];
// ctime(3) of the C library.
const CTIME = `
import ctypes, sys
libc = ctypes.CDLL(None)
libc.ctime.restype = ctypes.c_char_p
for time in sys.argv[1:]: print(libc.ctime(ctypes.byref(ctypes.c_int64(int(time)))).decode()[:24])
`;

describe("daytimeText", () => {
  const zone = process.env["TZ"];

  afterEach(() => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  });

  it.each(ZONES)("is what ctime(3) of C says, cut after 24 characters, in %s", async (name) => {
    process.env["TZ"] = name;
    const { stdout } = await run("python3", "-c", CTIME, ...TIMES.map(String));

    const texts = TIMES.map((time) => daytimeText(new Date(time * 1000)));

    expect(texts.join("")).toBe(stdout.replaceAll("\n", "\r\n"));
  });
});

describe.each([
  ["daytime", daytime],
  ["daytimeSync", (...args: Parameters<typeof daytimeSync>) => daytimeSync(...args)],
])("%s", (name, ask) => {
  const isSync = name === "daytimeSync";

  it.each([
    ["IPv4", "socket.create_server(('127.0.0.1', 0))"],
    ["IPv6", "socket.create_server(('::1', 0), family=socket.AF_INET6)"],
  ])("reads to the end, in parts, over %s", async (_what, create) => {
    await using python = new Python();
    await python.run(`listener = ${create}`);
    const [address, port] = (await python.run("listener.getsockname()[:2]")) as [string, number];
    await python.run(`
import threading, time
def serve():
    there = listener.accept()[0]
    for part in (b"Sun Nov 29 ", b"01:33:22 2026", b"\\r", b"\\n"):
        there.send(part); time.sleep(0.02)
    there.close()
threading.Thread(target=serve).start()`);

    expect(await ask({ address, port })).toBe("Sun Nov 29 01:33:22 2026");
  });

  it("names the address where nobody listens, or where the connection is reset", async () => {
    const gone = Socket.open(sys.AF_INET, sys.SOCK_STREAM).bind(LOOPBACK);
    const to = gone.localAddress;
    gone.close();
    const failure = { code: "ECONNREFUSED", syscall: "connect", port: to.port };

    await expect((async () => ask(to))()).rejects.toMatchObject({
      ...failure,
      message: `connect ECONNREFUSED ${String(to)}`,
    });

    await using python = new Python();
    await python.run("listener = socket.create_server(('127.0.0.1', 0))");
    const port = Number(await python.run("listener.getsockname()[1]"));
    await python.run(`
import threading
def serve():
    there = listener.accept()[0]
    there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); there.close()
threading.Thread(target=serve).start()`);
    await expect((async () => ask({ address: "127.0.0.1", port }))()).rejects.toMatchObject({
      ...{ code: "ECONNRESET", address: "127.0.0.1", port },
    });
  });

  it("gives up after its time, and when there is more than a daytime server sends", async () => {
    await using python = new Python();
    await python.run("listener = socket.create_server(('127.0.0.1', 0))");
    const port = Number(await python.run("listener.getsockname()[1]"));
    const to = { address: "127.0.0.1", port };

    await expect((async () => ask(to, { timeoutMs: 20 }))()).rejects.toMatchObject({
      ...{ code: "ETIMEDOUT", syscall: "recv", ...to },
    });

    await python.run(`
import threading
def serve():
    listener.accept()
    there = listener.accept()[0]
    try: there.sendall(bytes(10 ** 6))
    except OSError: pass
    there.close()
threading.Thread(target=serve).start()`);
    await expect((async () => ask(to))()).rejects.toMatchObject({ code: "EMSGSIZE" });
  });

  it("refuses what is no address, before it opens anything", async () => {
    const wrong = { address: "300.1.1.1", port: 13 };

    await expect((async () => ask(wrong))()).rejects.toMatchObject({
      code: "ERR_INVALID_ARG_VALUE",
      message: expect.stringContaining("300.1.1.1") as string,
    });
  });

  it.skipIf(isSync).each([
    ["IPv4", { address: "127.0.0.1", port: 0 }],
    ["IPv6", { address: "::1", port: 0 }],
    ["an abstract name", { path: `\0pollux-daytime-${String(process.pid)}` }],
  ])("gets the time from a DaytimeServer on %s", async (_what, address) => {
    const server = new DaytimeServer(address);
    const running = server.run();
    const seconds = (): string => daytimeText().trimEnd();

    const before = seconds();
    const answer = await ask(server.address);
    const after = seconds();

    expect([before, after]).toContain(answer);
    server.stop();
    expect(await running).toMatchObject({ connections: 1, broken: 0, bytesOut: 26 });
  });
});

describe("daytime", () => {
  it("is given up with an AbortSignal", async () => {
    using listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM).bind(LOOPBACK).listen();
    const reason = new Error("not now");
    const controller = new AbortController();

    const answer = daytime(listener.localAddress, { signal: controller.signal });
    controller.abort(reason);

    await expect(answer).rejects.toBe(reason);
  });
});
