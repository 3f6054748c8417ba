import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import * as options from "../../lib/sys/sockopt_link.ts";
import { numbersInPython, openSocket } from "./support.ts";

describe("the options of packet(7), netlink(7), vsock(7) and CAN", () => {
  it("have the numbers that they have in Python", () => {
    const [here, there] = numbersInPython(options);

    expect(Object.keys(here).length).toBeGreaterThan(5);
    expect(here).toEqual(there);
  });

  it("are options that the kernel knows", () => {
    const fd = openSocket(sys.AF_NETLINK, sys.SOCK_RAW);

    sys.setsockopt(fd, sys.SOL_NETLINK, options.NETLINK_CAP_ACK, 1);

    expect(sys.getsockopt(fd, sys.SOL_NETLINK, options.NETLINK_CAP_ACK)).toBe(1);
  });
});
