import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";

// What the kernel does with them is tested in test/guest: few kernels have SCTP.
describe("sctp(7)", () => {
  it("names notifications and what they say, each differently", () => {
    const types = [
      ...[sys.SCTP_ASSOC_CHANGE, sys.SCTP_PEER_ADDR_CHANGE, sys.SCTP_REMOTE_ERROR],
      ...[sys.SCTP_SEND_FAILED, sys.SCTP_SHUTDOWN_EVENT, sys.SCTP_PARTIAL_DELIVERY_EVENT],
      sys.SCTP_ADAPTATION_INDICATION,
    ];
    const states = [
      ...[sys.SCTP_COMM_UP, sys.SCTP_COMM_LOST, sys.SCTP_RESTART],
      ...[sys.SCTP_SHUTDOWN_COMP, sys.SCTP_CANT_STR_ASSOC],
    ];

    expect([new Set(types).size, new Set(states).size]).toEqual([types.length, states.length]);
    expect(sys.SCTP_UNORDERED & (sys.SCTP_ABORT | sys.SCTP_EOF)).toBe(0);
  });
});
