import { describe, expect, it } from "vitest";
import { type AsyncResolveOptions, resolve, resolveSync } from "../../lib/address/resolve.ts";
import type { Endpoint } from "../../lib/address/endpoint.ts";
import * as sys from "../../lib/sys/index.ts";
import { withHosts, withoutHosts } from "../support/hosts.ts";

const failure = (fields: object): Error => expect.objectContaining(fields) as Error;

const BOTH: readonly (readonly [string, typeof resolve])[] = [
  [
    "resolveSync",
    (endpoint: Endpoint, options?: AsyncResolveOptions) =>
      Promise.resolve().then(() => resolveSync(endpoint, options)),
  ],
  ["resolve", resolve],
];

describe.each(BOTH)("%s", (_name, find) => {
  it("finds the addresses of a name with the port, each once", async () => {
    const found = await find("localhost:9999");

    expect(found.map(String)).toContain("127.0.0.1:9999");
    expect(new Set(found.map(String)).size).toBe(found.length);
  });

  it.each([
    ["localhost:daytime", sys.SOCK_STREAM, "127.0.0.1:13"],
    ["127.0.0.1:syslog", sys.SOCK_DGRAM, "127.0.0.1:514"],
    ["[::1]:http", undefined, "[::1]:80"],
  ])("looks the service of %s up, with type %j", async (endpoint, type, text) => {
    expect((await find(endpoint, { type })).map(String)).toContain(text);
  });

  it.each([
    ["127.0.0.1:80", "127.0.0.1:80"],
    ["/a/path", "/a/path"],
    ["[fe80::1%lo]:80", "[fe80::1%lo]:80"],
  ])("returns %s without asking", async (endpoint, text) => {
    expect((await find(endpoint)).map(String)).toEqual([text]);
  });

  it("finds this machine itself where there is no host", async () => {
    const found = (await find(":80")).map(String).sort();

    expect(found).toEqual(["127.0.0.1:80", "[::1]:80"]);
    expect((await find(":80", { family: sys.AF_INET })).map(String)).toEqual(["127.0.0.1:80"]);
  });

  it.each([
    ["nowhere.invalid:80", {}, "EAI_NONAME"],
    ["bücher.invalid:80", {}, "EAI_NONAME"],
    ["localhost:no-such-service", {}, "EAI_SERVICE"],
    ["localhost:tftp", {}, "EAI_SERVICE"],
    ["127.0.0.1:80", { family: sys.AF_INET6 }, "EAI_ADDRFAMILY"],
    ["/a/path", { family: sys.AF_INET }, "EAI_ADDRFAMILY"],
  ])("fails for %s, %j with %s", async (endpoint, options, code) => {
    await expect(find(endpoint, options)).rejects.toThrow(
      failure({ name: "ResolveError", code, syscall: "getaddrinfo" }),
    );
  });

  it("says the same of a name that nobody knows as the other one does", async () => {
    const errors = await Promise.all(
      BOTH.map(([, each]) => each("nowhere.invalid:80").catch((error: unknown) => error)),
    );

    expect(errors[0]).toMatchObject({ ...(errors[1] as object) });
    expect(String(errors[0])).toBe(String(errors[1]));
  });

  it("refuses what is no endpoint", async () => {
    await expect(find("localhost")).rejects.toThrow(failure({ code: "ERR_INVALID_ARG_VALUE" }));
    await expect(find({ host: "", port: 1 })).rejects.toThrow(
      failure({ code: "ERR_INVALID_ARG_VALUE" }),
    );
  });
});

describe("resolve", () => {
  it("is rejected with the reason of a signal", async () => {
    const before = AbortSignal.abort(new Error("mine"));
    await expect(resolve("localhost:80", { signal: before })).rejects.toThrow("mine");

    const controller = new AbortController();
    const found = resolve("localhost:80", { signal: controller.signal });
    controller.abort(new Error("later"));

    await expect(found).rejects.toThrow("later");
  });
});

describe.skipIf(withoutHosts)("with an /etc/hosts of its own", () => {
  const HOSTS = "127.0.0.1 both four\n::1 both six\n127.0.0.2 both\n127.0.0.1 both\n";

  it("both ways find all addresses of a name, in Python's order and without duplicates", async () => {
    const [there, ...found] = await withHosts(
      HOSTS,
      `
      print(python("print(json.dumps([e[4][0] for e in socket.getaddrinfo('both', 80, type=1)]))"));
      const names = (addresses) => addresses.map(({ address }) => address);
      for (const family of [sys.AF_UNSPEC, sys.AF_INET, sys.AF_INET6]) {
        print([names(pollux.resolveSync("both:80", { family })), names(await pollux.resolve("both:80", { family }))]);
      }`,
    );

    const all = [...new Set(there as string[])];
    expect([...all].sort()).toEqual(["127.0.0.1", "127.0.0.2", "::1"]);
    const four = all.filter((address) => address !== "::1");
    expect(found).toEqual([
      [all, all],
      [four, four],
      [["::1"], ["::1"]],
    ]);
  });

  it("a name that has no address of the family is an error of getaddrinfo's own", async () => {
    const codes = await withHosts(
      HOSTS,
      `
      const options = { family: sys.AF_INET6 };
      const codeOf = (error) => /^EAI_(NONAME|NODATA|ADDRFAMILY|AGAIN)$/.test(error.code) && error.name;
      try { pollux.resolveSync("four:80", options) } catch (error) { print(codeOf(error)); }
      await pollux.resolve("four:80", options).catch((error) => print(codeOf(error)));`,
    );

    expect(codes).toEqual(["ResolveError", "ResolveError"]);
  });

  it("no answer of the name server is ETIMEDOUT for who has a limit, and EAI_AGAIN otherwise", async () => {
    // It is bound and never answers.
    const [late, unlimited, blocking] = await withHosts(
      "",
      `
      const silent = Socket.open(sys.AF_INET, sys.SOCK_DGRAM).bind({ address: "127.0.0.1", port: 53 });
      const tell = ({ name, code, syscall, message }) => print({ name, code, syscall, message });
      await pollux.resolve("a.example:80", { timeoutMs: 50 }).catch(tell);
      await pollux.resolve("b.example:80").catch(tell);
      try { pollux.resolveSync("c.example:80"); } catch (error) { tell(error); }
      silent.close();`,
    );

    const message = "getaddrinfo ETIMEDOUT (no answer about a.example)";
    expect(late).toEqual({
      name: "SystemError",
      code: "ETIMEDOUT",
      syscall: "getaddrinfo",
      message,
    });
    const again = { name: "ResolveError", code: "EAI_AGAIN", syscall: "getaddrinfo" };
    expect(unlimited).toMatchObject(again);
    expect(blocking).toMatchObject(again);
  });
});
