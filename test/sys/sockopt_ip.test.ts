import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import * as options from "../../lib/sys/sockopt_ip.ts";
import { numbersInPython, openSocket } from "./support.ts";

describe("the options of ip(7) and udp(7)", () => {
  it("have the numbers that they have in Python", () => {
    const [here, there] = numbersInPython(options);

    expect(Object.keys(here).length).toBeGreaterThan(12);
    expect(here).toEqual(there);
  });

  it("are options that the kernel knows", () => {
    const fd = openSocket(sys.AF_INET, sys.SOCK_DGRAM);

    sys.setsockopt(fd, sys.SOL_IP, options.IP_MINTTL, 7);
    sys.setsockopt(fd, sys.SOL_UDP, options.UDP_SEGMENT, 1000);

    expect(sys.getsockopt(fd, sys.SOL_IP, options.IP_MINTTL)).toBe(7);
    expect(sys.getsockopt(fd, sys.SOL_UDP, options.UDP_SEGMENT)).toBe(1000);
  });
});
