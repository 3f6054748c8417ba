import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Address } from "../../lib/address/address.ts";
import * as sys from "../../lib/sys/index.ts";
import { run as runProgram } from "../support/program.ts";
import { Python } from "../support/python.ts";
import { numbersInPython, run } from "./support.ts";

const { AF_INET, AF_INET6, AF_UNSPEC, SOCK_DGRAM, SOCK_STREAM, IPPROTO_UDP } = sys;

const DIST = new URL("../../dist/lib/index.js", import.meta.url).href;
let python: Python;
const folder = mkdtempSync(join(tmpdir(), "pollux-netdb-"));

beforeAll(() => {
  python = new Python();
});

afterAll(async () => {
  await python[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

type Entry = readonly [family: number, type: number, protocol: number, name: string, at: unknown[]];

/** What Python's own call says, as it names the parts. */
async function inPython(...args: unknown[]): Promise<Entry[]> {
  const text = args.map((arg) => (arg === null ? "None" : JSON.stringify(arg))).join(", ");
  return (await python.run(`socket.getaddrinfo(${text})`)) as Entry[];
}

function here(...args: Parameters<typeof sys.getaddrinfo>): Entry[] {
  return sys.getaddrinfo(...args).map(({ family, socktype, protocol, canonname, addr }) => {
    const { address, port, flowInfo, scopeId } = sys.sockaddrInternet(addr) ?? {};
    const at = family === AF_INET6 ? [address, port, flowInfo, scopeId] : [address, port];
    return [family, socktype, protocol, canonname ?? "", at];
  });
}

describe("getaddrinfo(3)", () => {
  it.each([
    ["localhost", "80", {}],
    ["localhost", "http", {}],
    ["localhost", "domain", { socktype: SOCK_DGRAM }],
    ["localhost", "domain", {}],
    ["localhost", null, { family: AF_INET, socktype: SOCK_STREAM }],
    ["localhost", "80", { flags: sys.AI_CANONNAME }],
    ["127.0.0.1", "80", { flags: sys.AI_NUMERICHOST | sys.AI_NUMERICSERV }],
    ["127.1", "80", {}],
    ["::1", "80", { family: AF_INET6 }],
    ["fe80::1%lo", "80", { socktype: SOCK_STREAM }],
    ["127.0.0.1", "80", { family: AF_INET6, flags: sys.AI_V4MAPPED }],
    ["127.0.0.1", "80", { family: AF_INET6, flags: sys.AI_V4MAPPED | sys.AI_ALL }],
    ["localhost", "80", { flags: sys.AI_ADDRCONFIG }],
    ["localhost", "53", { protocol: IPPROTO_UDP }],
    [null, "80", { flags: sys.AI_PASSIVE }],
    [null, "80", {}],
    ["localhost", "", {}],
  ] as const)("says of %s, %s, %j what Python says", async (node, service, hints) => {
    const {
      family = AF_UNSPEC,
      socktype = 0,
      protocol = 0,
      flags = 0,
    } = hints as sys.AddrinfoHints;
    const there = await inPython(node, service, family, socktype, protocol, flags);

    expect(here(node, service, hints)).toEqual(there);
    expect(there.length).toBeGreaterThan(0);
  });

  it("takes a port as a number, and a name as bytes", () => {
    const [entry] = sys.getaddrinfo(Buffer.from("::1"), 80, { socktype: SOCK_STREAM });

    expect(String(new Address(entry?.addr ?? new Uint8Array()))).toBe("[::1]:80");
  });

  it.each([
    ["EAI_NONAME", "nowhere.invalid", "80", {}],
    ["EAI_NONAME", "localhost", "80", { flags: sys.AI_NUMERICHOST }],
    ["EAI_NONAME", "localhost", "http", { flags: sys.AI_NUMERICSERV }],
    ["EAI_NONAME", "", "80", {}],
    ["EAI_NONAME", null, null, {}],
    ["EAI_SERVICE", "localhost", "no-such-service", {}],
    ["EAI_SERVICE", "localhost", "http", { socktype: sys.SOCK_RAW }],
    ["EAI_BADFLAGS", "localhost", "80", { flags: 1 << 20 }],
    ["EAI_FAMILY", "localhost", "80", { family: sys.AF_UNIX }],
    ["EAI_SOCKTYPE", "localhost", "80", { socktype: 99 }],
    ["EAI_ADDRFAMILY", "::1", "80", { family: AF_INET }],
    ["EAI_IDN_ENCODE", Uint8Array.of(0xff), "80", { flags: sys.AI_IDN }],
  ] as const)(
    "fails with %s of %s, %s, %j, and Python's number and words",
    async (code, node, service, hints) => {
      const { family = AF_UNSPEC, socktype = 0, flags = 0 } = hints as sys.AddrinfoHints;
      const name =
        node instanceof Uint8Array ? `b"\\xff"` : node === null ? "None" : JSON.stringify(node);
      await python.run(`
try: socket.getaddrinfo(${name}, ${service === null ? "None" : JSON.stringify(service)}, ${family}, ${socktype}, 0, ${flags}); said = None
except OSError as error: said = error.args`);
      const [eai, words] = (await python.run("said")) as [number, string];

      expect(() => sys.getaddrinfo(node, service, hints)).toThrow(
        expect.objectContaining({
          ...{ name: "ResolveError", code, eai, syscall: "getaddrinfo" },
          message: expect.stringMatching(`^getaddrinfo ${code} .*\\(${words}\\)$`) as string,
        }),
      );
      expect(sys[code]).toBe(eai);
      expect(sys.gaiStrerror(eai)).toBe(words);
    },
  );

  it("takes a name of any length, which nobody has", () => {
    for (const name of ["x".repeat(5000), "x".repeat(2_000_000)]) {
      expect(() => sys.getaddrinfo(name, "80")).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^EAI_/) as string }),
      );
    }
  });

  it("names host and service in its error", () => {
    expect(() => sys.getaddrinfo("nowhere.invalid", "http")).toThrow(
      expect.objectContaining({ hostname: "nowhere.invalid", service: "http" }),
    );
  });

  it.each([
    ["a\0b", "80", "ERR_INVALID_ARG_VALUE"],
    ["localhost", "8\0", "ERR_INVALID_ARG_VALUE"],
    ["localhost", "65536", "ERR_OUT_OF_RANGE"],
    ["localhost", "-1", "ERR_OUT_OF_RANGE"],
    ["localhost", " 99999", "ERR_OUT_OF_RANGE"],
    ["localhost", 65_536, "ERR_OUT_OF_RANGE"],
    ["localhost", 0.5, "ERR_OUT_OF_RANGE"],
    [5, "80", "ERR_INVALID_ARG_TYPE"],
    ["localhost", {}, "ERR_INVALID_ARG_TYPE"],
  ])("refuses %j, %j before the call: %s", (node, service, code) => {
    expect(() => sys.getaddrinfo(node as string, service as string)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it.each([
    ["EMFILE", "EMFILE", { name: "SystemError", code: "EMFILE", syscall: "getaddrinfo" }],
    ["0", "no number", { name: "ResolveError", code: "EAI_SYSTEM" }],
  ])("passes on the error of errno(3) after EAI_SYSTEM: %s", async (number, _what, expected) => {
    // glibc has no failure that a test can cause and that ends so: a C function in its place.
    const source = join(folder, `system_${number}.c`);
    const library = join(folder, `system_${number}.so`);
    const prototype =
      "int getaddrinfo(const char *n, const char *s, const struct addrinfo *h, struct addrinfo **r)";
    writeFileSync(
      source,
      `#include <errno.h>\n#include <netdb.h>\n${prototype} { errno = ${number}; return EAI_SYSTEM; }\n`,
    );
    run("gcc", ["-shared", "-fPIC", "-w", "-o", library, source]);
    const program = `
      import { sys } from ${JSON.stringify(DIST)};
      try { sys.getaddrinfo("localhost", "80"); } catch (error) { console.log(JSON.stringify(error)); }`;

    // A sanitizer's library has to come first.
    const preload = [process.env["LD_PRELOAD"], library].filter(Boolean).join(" ");
    const { stdout, stderr } = await runProgram(
      ...(["env", `LD_PRELOAD=${preload}`, process.execPath] as const),
      ...["--input-type=module", "-e", program],
    );

    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject(expected);
  });

  it("may be called in several threads at once, with services and protocols", async () => {
    const program = `
      const { parentPort } = require("node:worker_threads");
      import(${JSON.stringify(DIST)}).then(({ sys }) => {
        const found = new Set();
        for (let round = 0; round < 300; round++) {
          const odd = round % 2 === 1;
          found.add(JSON.stringify([
            sys.getaddrinfo("localhost", odd ? "http" : "80", { family: sys.AF_INET, socktype: 1 }),
            sys.getservbyname(odd ? "http" : "domain", "tcp"), sys.getservbyport(odd ? 80 : 53, "tcp"),
            sys.getprotobyname(odd ? "tcp" : "udp"), sys.getprotobynumber(odd ? 6 : 17),
          ]));
        }
        parentPort.postMessage([...found].sort());
      });`;
    const workers = [1, 2, 3, 4].map(() => new Worker(program, { eval: true }));

    const answers = await Promise.all(
      workers.map((worker) => new Promise((resolve) => worker.once("message", resolve))),
    );

    await Promise.all(workers.map((worker) => worker.terminate()));
    const [first] = answers as [string[]];
    expect(first).toHaveLength(2);
    for (const answer of answers) expect(answer).toEqual(first);
  });
});

describe("getnameinfo(3)", () => {
  const numeric = sys.NI_NUMERICHOST | sys.NI_NUMERICSERV;

  it.each([
    ["127.0.0.1", 80, 0],
    ["127.0.0.1", 80, numeric],
    ["127.0.0.1", 80, sys.NI_NUMERICHOST],
    ["127.0.0.1", 80, sys.NI_NUMERICSERV | sys.NI_NOFQDN],
    ["127.0.0.1", 514, sys.NI_DGRAM],
    ["127.0.0.1", 514, 0],
    ["127.0.0.1", 59_999, 0],
    ["::1", 443, sys.NI_NUMERICHOST],
  ] as const)("says of %s, %i with flags %i what Python says", async (host, port, flags) => {
    const { bytes } = Address.from({ address: host, port });
    const there = await python.run(
      `socket.getnameinfo((${JSON.stringify(host)}, ${port}), ${flags})`,
    );

    expect(sys.getnameinfo(bytes, flags)).toEqual(there);
  });

  it("adds the interface of a link-local address", () => {
    const { bytes } = Address.from({ address: "fe80::1%lo", port: 443 });

    expect(sys.getnameinfo(bytes, numeric)).toEqual(["fe80::1%lo", "443"]);
  });

  it("takes a unix address of any length, as glibc does", () => {
    const path = "p".repeat(sys.SUN_PATH_SIZE);

    expect(sys.getnameinfo(sys.sockaddrUn(path))[1]).toBe(path);
  });

  it.each([
    ["EAI_FAMILY", new Uint8Array(0), 0],
    ["EAI_FAMILY", sys.sockaddrIn("127.0.0.1", 1).subarray(0, 8), 0],
    ["EAI_FAMILY", new Uint8Array(16).fill(0xff), 0],
    ["EAI_BADFLAGS", sys.sockaddrIn("127.0.0.1", 1), 1 << 20],
  ])("fails with %s of %j with flags %i", (code, addr, flags) => {
    expect(() => sys.getnameinfo(addr, flags)).toThrow(
      expect.objectContaining({ name: "ResolveError", code, syscall: "getnameinfo" }),
    );
  });

  it("refuses more bytes than any address has", () => {
    expect(() => sys.getnameinfo(new Uint8Array(sys.SOCKADDR_STORAGE_SIZE + 1))).toThrow(
      expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }),
    );
  });
});

describe("services and protocols", () => {
  it("have the numbers and names that Python says", async () => {
    const names = ["http", "domain", "ssh", "ntp", "daytime", "www"];
    const ports = [13, 22, 53, 80, 123];
    const protocols = ["tcp", "udp", "icmp", "sctp", "ipv6"];
    await python.run(`
def or_none(ask, *args):
    try: return ask(*args)
    except OSError: return None
def services(names, ports, protocols):
    return [[[or_none(socket.getservbyname, name, *proto) for name in names],
             [or_none(socket.getservbyport, port, *proto) for port in ports]] for proto in ((), ("tcp",), ("udp",), ("dccp",))
           ] + [[or_none(socket.getprotobyname, name) for name in protocols]]`);
    const there = await python.run(
      `services(${JSON.stringify([names, ports, protocols]).slice(1, -1)})`,
    );

    const found = [null, "tcp", "udp", "dccp"].map((proto) => [
      names.map((name) => sys.getservbyname(name, proto)?.port ?? null),
      ports.map((port) => sys.getservbyport(port, proto)?.name ?? null),
    ]);
    expect([...found, protocols.map((name) => sys.getprotobyname(name)?.proto)]).toEqual(there);
    expect(found[1]?.[0]).toEqual([80, 53, 22, null, 13, 80]);
  });

  it("have aliases", () => {
    expect(sys.getservbyname("www")).toEqual({
      ...{ name: "http", aliases: expect.arrayContaining(["www"]) as string[] },
      ...{ port: 80, proto: "tcp" },
    });
    expect(sys.getprotobynumber(6)).toEqual({ name: "tcp", aliases: ["TCP"], proto: 6 });
  });

  it("are null where there is none", () => {
    expect(sys.getservbyname("no-such-service")).toBeNull();
    expect(sys.getservbyname("")).toBeNull();
    expect(sys.getservbyname("x".repeat(100_000))).toBeNull();
    expect(sys.getservbyport(59_999)).toBeNull();
    expect(sys.getprotobyname("no-such-protocol")).toBeNull();
    expect(sys.getprotobynumber(-1)).toBeNull();
  });

  it("refuse a null byte, and a port that is none", () => {
    const code = "ERR_INVALID_ARG_VALUE";
    expect(() => sys.getservbyname("http\0")).toThrow(expect.objectContaining({ code }));
    expect(() => sys.getservbyname("http", "tcp\0")).toThrow(expect.objectContaining({ code }));
    expect(() => sys.getprotobyname("tcp\0")).toThrow(expect.objectContaining({ code }));
    for (const port of [-1, 65_536, 0.5]) {
      expect(() => sys.getservbyport(port)).toThrow(
        expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }),
      );
    }
  });
});

describe("gethostname(2)", () => {
  it("is the name that Python says", async () => {
    expect(sys.gethostname()).toBe(await python.run("socket.gethostname()"));
  });
});

describe("the constants of <netdb.h>", () => {
  it("have Python's numbers", () => {
    const ours = Object.entries(sys).filter(([name]) => /^(AI|EAI|NI)_/.test(name));
    const [mine, theirs] = numbersInPython(Object.fromEntries(ours));

    expect(mine).toEqual(theirs);
    expect(Object.keys(mine).length).toBeGreaterThan(25);
  });
});
