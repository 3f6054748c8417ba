import { describe, expect, it } from "vitest";
import { decodeControl, encodeControl } from "../../lib/cmsg/codec.ts";
import type { ControlMessage } from "../../lib/cmsg/messages.ts";
import { clearSource, OUT_OF_HOPS, returnControl } from "../../lib/cmsg/returned.ts";
import * as sys from "../../lib/sys/index.ts";

const IFINDEX = 7;
const ipv6 = (addr: string): ControlMessage => ({ type: "IPV6_PKTINFO", ifindex: IFINDEX, addr });

function returned(messages: ControlMessage[], lowerHops = false): unknown {
  const control = encodeControl(messages);
  const length = returnControl(control, control.length, lowerHops);
  return length === OUT_OF_HOPS ? "out of hops" : decodeControl(control, length);
}

describe("returnControl()", () => {
  it("keeps where from and how, in their order, and drops the rest", () => {
    const source = ipv6("fd00::9");
    const kind = { type: "IPV6_TCLASS", value: 8 } as const;
    const raw = { level: sys.SOL_SOCKET, type: 999, data: Uint8Array.of(1, 2, 3) };
    const rights = { type: "SCM_RIGHTS", descriptors: [0] } as const;

    expect(returned([raw, source, rights, { type: "IPV6_HOPLIMIT", value: 3 }, kind])).toEqual([
      source,
      kind,
    ]);
    expect(returned([raw, rights])).toEqual([]);
  });

  it.each([
    ["ff02::1", "::"],
    ["::ffff:224.0.0.1", "::ffff:0.0.0.0"],
    ["::ffff:239.255.255.250", "::ffff:0.0.0.0"],
    ["::ffff:255.255.255.255", "::ffff:0.0.0.0"],
    ["fe80::1", "fe80::1"],
    ["::ffff:127.0.0.77", "::ffff:127.0.0.77"],
  ])("lets no answer come from a group: %s becomes %s", (asked, from) => {
    expect(returned([ipv6(asked)])).toEqual([ipv6(from)]);
  });

  it("takes one hop away, until there is none", () => {
    for (const type of ["IP_TTL", "IPV6_HOPLIMIT"] as const) {
      expect(returned([{ type, value: 64 }], true)).toEqual([{ type, value: 63 }]);
      expect(returned([{ type, value: 2 }], true)).toEqual([{ type, value: 1 }]);
      expect(returned([{ type, value: 1 }], true)).toBe("out of hops");
      expect(returned([{ type, value: 0 }], true)).toBe("out of hops");
      expect(returned([{ type, value: 64 }])).toEqual([]);
    }
  });

  it("counts no hops of what was sent to a group", () => {
    const hops = { type: "IPV6_HOPLIMIT", value: 1 } as const;

    expect(returned([ipv6("ff02::1"), hops], true)).toEqual([ipv6("::")]);
  });

  it("drops what was cut off", () => {
    const control = encodeControl([ipv6("fd00::9")]);

    expect(returnControl(control.subarray(0, 30), 30)).toBe(0);
  });
});

describe("clearSource()", () => {
  it("leaves the choice to the kernel, once", () => {
    const control = encodeControl([
      { type: "IP_PKTINFO", ifindex: 1, spec_dst: "127.255.255.255" },
      ipv6("::ffff:127.255.255.255"),
    ]);

    expect(clearSource(control, control.length)).toBe(true);
    expect(decodeControl(control)).toEqual([
      { type: "IP_PKTINFO", ifindex: 1, spec_dst: "0.0.0.0", addr: "0.0.0.0" },
      ipv6("::ffff:0.0.0.0"),
    ]);
    expect(clearSource(control, control.length)).toBe(false);
  });
});
