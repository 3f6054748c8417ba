import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import * as options from "../../lib/sys/sockopt_ipv6.ts";
import { numbersInPython, openSocket } from "./support.ts";

describe("the options of ipv6(7)", () => {
  it("have the numbers that they have in Python", () => {
    const [here, there] = numbersInPython(options);

    expect(Object.keys(here).length).toBeGreaterThan(20);
    expect(here).toEqual(there);
  });

  it("are options that the kernel knows", () => {
    const fd = openSocket(sys.AF_INET6, sys.SOCK_DGRAM);

    sys.setsockopt(fd, sys.SOL_IPV6, options.IPV6_MINHOPCOUNT, 7);

    expect(sys.getsockopt(fd, sys.SOL_IPV6, options.IPV6_MINHOPCOUNT)).toBe(7);
  });
});
