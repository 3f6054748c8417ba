import { describe, expect, it } from "vitest";
import { localAddress, parseUrl } from "../../lib/manager/manager_url.ts";

describe("the URL of a manager", () => {
  it.each([
    ["tcp://127.0.0.1:80", "127.0.0.1:80"],
    ["tcp://127.0.0.1:80/", "127.0.0.1:80"],
    ["udp://[::1]:53", "[::1]:53"],
    ["tcp://:8080", "0.0.0.0:8080"],
    ["tcp://localhost:0", "127.0.0.1:0"],
    ["unix:///a/path", "/a/path"],
    ["unix://relative", "unix:relative"],
    ["unix://@name", "@name"],
    ["unix:///a?b#c %20", "/a?b#c %20"],
  ])("%s is %s", (url, address) => {
    expect(String(localAddress(parseUrl(url)))).toBe(address);
  });

  it("has a host that is a name", () => {
    expect(parseUrl("tcp://example.com:443")).toEqual({
      ...{ transport: "tcp", host: "example.com", port: 443 },
    });
  });

  it.each([
    ["", "ERR_INVALID_ARG_VALUE"],
    ["127.0.0.1:80", "ERR_INVALID_ARG_VALUE"],
    ["http://127.0.0.1:80", "ERR_INVALID_ARG_VALUE"],
    ["tcp://127.0.0.1", "ERR_INVALID_ARG_VALUE"],
    ["tcp://127.0.0.1:-1", "ERR_INVALID_ARG_VALUE"],
    ["tcp://[127.0.0.1]:80", "ERR_INVALID_ARG_VALUE"],
    ["tcp://::1:80", "ERR_INVALID_ARG_VALUE"],
    ["tcp://a b:80", "ERR_INVALID_ARG_VALUE"],
    ["tcp://user@host:80", "ERR_INVALID_ARG_VALUE"],
    ["tcp://127.0.0.1:80/path", "ERR_INVALID_ARG_VALUE"],
    ["tcp://127.0.0.1:65536", "ERR_OUT_OF_RANGE"],
    ["tcp://127.0.0.1:99999999999999999999", "ERR_OUT_OF_RANGE"],
    ["unix://", "ERR_INVALID_ARG_VALUE"],
    ["unix:///a\0b", "ERR_INVALID_ARG_VALUE"],
    ["tcp://example.com:80", "ERR_INVALID_ARG_VALUE"],
    [null, "ERR_INVALID_ARG_TYPE"],
    [80, "ERR_INVALID_ARG_TYPE"],
  ])("is not %j, to listen on", (url, code) => {
    expect(() => localAddress(parseUrl(url as string))).toThrow(expect.objectContaining({ code }));
  });
});
