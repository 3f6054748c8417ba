import { describe, expect, it } from "vitest";
import { Address } from "../../lib/address/address.ts";
import {
  type Endpoint,
  numericAddress,
  parseEndpoint,
  portOf,
} from "../../lib/address/endpoint.ts";

const lo = Address.parse("127.0.0.1:80");

describe("parseEndpoint", () => {
  it.each([
    ["localhost:9999", "localhost", 9999],
    ["a.example-1.org:http", "a.example-1.org", "http"],
    ["bücher.example:80", "bücher.example", 80],
    [":9999", null, 9999],
    [":http", null, "http"],
    ["127.0.0.1:http", "127.0.0.1", "http"],
    ["[::1]:http", "::1", "http"],
    [{ host: "localhost", port: 80 }, "localhost", 80],
    [{ host: "can", port: "80" }, "can", 80],
    [{ port: "http" }, null, "http"],
  ])("finds the host and the port of %j", (endpoint, host, port) => {
    expect(parseEndpoint(endpoint)).toEqual({ host, port });
  });

  it.each<[Endpoint, string]>([
    ["127.0.0.1:80", "127.0.0.1:80"],
    ["[::1]:80", "[::1]:80"],
    ["[fe80::1%lo]:80", "[fe80::1%lo]:80"],
    ["/a/path", "/a/path"],
    ["./a:80", "./a:80"],
    ["@name", "@name"],
    ["unix:9999", "unix:9999"],
    ["can:lo", "can:lo"],
    ["vsock:2:1024", "vsock:2:1024"],
    ["unnamed", "unnamed"],
    [{ host: "::1", port: 80 }, "[::1]:80"],
    [{ host: "fe80::1%lo", port: 80 }, "[fe80::1%lo]:80"],
    [{ host: "127.0.0.1", port: "80" }, "127.0.0.1:80"],
    [{ address: "::1", port: 80 }, "[::1]:80"],
    [{ path: "/a" }, "/a"],
    [{ family: "vsock", cid: 2, port: 3 }, "vsock:2:3"],
    [lo, "127.0.0.1:80"],
  ])("knows that %j needs no lookup", (endpoint, text) => {
    const address = parseEndpoint(endpoint);

    expect(address instanceof Address && String(address)).toBe(text);
  });

  it.each([
    ["", "ERR_INVALID_ARG_VALUE", "HOST:PORT"],
    ["localhost", "ERR_INVALID_ARG_VALUE", "HOST:PORT"],
    ["localhost:", "ERR_INVALID_ARG_VALUE", "HOST:PORT"],
    ["a b:80", "ERR_INVALID_ARG_VALUE", "address"],
    ["a\0b:80", "ERR_INVALID_ARG_VALUE", "null bytes"],
    ["127.0.0.256:80", "ERR_INVALID_ARG_VALUE", "IPv4"],
    ["127.0.0.256:http", "ERR_INVALID_ARG_VALUE", "IPv4"],
    ["[127.0.0.1]:80", "ERR_INVALID_ARG_VALUE", "address"],
    ["localhost:65536", "ERR_OUT_OF_RANGE", "port"],
    ["localhost:-1", "ERR_INVALID_ARG_VALUE", "port"],
    ["127.0.0.1:99999999999", "ERR_OUT_OF_RANGE", "port"],
    ["x".repeat(255) + ":80", "ERR_OUT_OF_RANGE", "host"],
    [{ host: "", port: 80 }, "ERR_INVALID_ARG_VALUE", "host"],
    [{ host: 5, port: 80 }, "ERR_INVALID_ARG_TYPE", "host"],
    [{ host: null, port: 80 }, "ERR_INVALID_ARG_TYPE", "host"],
    [{ host: "a\0", port: 80 }, "ERR_INVALID_ARG_VALUE", "host"],
    [{ host: "localhost" }, "ERR_INVALID_ARG_TYPE", "port"],
    [{ host: "localhost", port: "" }, "ERR_INVALID_ARG_VALUE", "port"],
    [{ host: "localhost", port: "http\0" }, "ERR_INVALID_ARG_VALUE", "port"],
    [{ host: "localhost", port: 1.5 }, "ERR_OUT_OF_RANGE", "port"],
    [{ host: "localhost", port: NaN }, "ERR_OUT_OF_RANGE", "port"],
    [{ path: "/" + "x".repeat(200) }, "ERR_OUT_OF_RANGE", "path"],
    ["/" + "x".repeat(200), "ERR_OUT_OF_RANGE", "path"],
    [null, "ERR_INVALID_ARG_TYPE", "endpoint"],
    [undefined, "ERR_INVALID_ARG_TYPE", "endpoint"],
    [80, "ERR_INVALID_ARG_TYPE", "endpoint"],
    [{}, "ERR_INVALID_ARG_TYPE", "port"],
    [[], "ERR_INVALID_ARG_TYPE", "port"],
  ])("says with %s what is wrong", (endpoint, code, about) => {
    expect(() => parseEndpoint(endpoint as Endpoint)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(about) as string }),
    );
  });
});

describe("numericAddress", () => {
  it("is null for what has to be asked for", () => {
    expect(numericAddress({ host: "localhost", port: 80 })).toBeNull();
    expect(numericAddress({ host: null, port: 80 })).toBeNull();
    expect(numericAddress({ host: "::1", port: "http" })).toBeNull();
    expect(String(numericAddress({ host: "127.0.0.1", port: 80 }))).toBe("127.0.0.1:80");
  });
});

describe("portOf", () => {
  it("looks a service up, for its type of socket", () => {
    expect(portOf({ host: null, port: 80 })).toBe(80);
    expect(portOf({ host: null, port: "http" })).toBe(80);
    expect(portOf({ host: null, port: "syslog" }, 2)).toBe(514);
  });

  it("fails with EAI_SERVICE for a service that does not exist", () => {
    expect(() => portOf({ host: "localhost", port: "tftp" })).toThrow(
      expect.objectContaining({
        ...{ code: "EAI_SERVICE", syscall: "getaddrinfo" },
        ...{ hostname: "localhost", service: "tftp" },
      }),
    );
  });
});
