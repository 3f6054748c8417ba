import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import * as options from "../../lib/sys/sockopt_tcp.ts";
import { numbersInPython, openSocket } from "./support.ts";

describe("the options of tcp(7)", () => {
  it("have the numbers that they have in Python", () => {
    const [here, there] = numbersInPython(options);

    expect(Object.keys(here).length).toBeGreaterThan(10);
    expect(here).toEqual(there);
  });

  it("are options that the kernel knows", () => {
    const fd = openSocket(sys.AF_INET, sys.SOCK_STREAM);

    sys.setsockopt(fd, sys.SOL_TCP, options.TCP_NOTSENT_LOWAT, 70_000);

    expect(sys.getsockopt(fd, sys.SOL_TCP, options.TCP_NOTSENT_LOWAT)).toBe(70_000);
  });
});
