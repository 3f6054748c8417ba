import { describe, expectTypeOf, it } from "vitest";
import type { Address, Descriptor, Instruction, OptionInput, Socket } from "../../lib/index.ts";

/** Only the compiler looks at the calls in here. */
function never(_calls: (socket: Socket) => void): void {
  expectTypeOf(_calls).toBeFunction();
}

describe("the types of options", () => {
  it("are those of the values that are read", () => {
    never((socket) => {
      expectTypeOf(socket.getOption("SO_KEEPALIVE")).toEqualTypeOf<boolean>();
      expectTypeOf(socket.getOption("SO_LINGER").onoff).toEqualTypeOf<boolean>();
      expectTypeOf(socket.getOption("SO_LINGER").linger).toEqualTypeOf<number>();
      expectTypeOf(socket.getOption("SO_RCVTIMEO").usec).toEqualTypeOf<number>();
      expectTypeOf(socket.getOption("SO_RCVBUF")).toEqualTypeOf<number>();
      expectTypeOf(socket.getOption("SO_COOKIE")).toEqualTypeOf<bigint>();
      expectTypeOf(socket.getOption("SO_PEERGROUPS")).toEqualTypeOf<readonly number[]>();
      expectTypeOf(socket.getOption("SO_PEERCRED").uid).toEqualTypeOf<number>();
      expectTypeOf(socket.getOption("SO_PEERPIDFD")).toEqualTypeOf<Descriptor>();
      expectTypeOf(socket.getOption("SO_GET_FILTER")).toEqualTypeOf<readonly Instruction[]>();
      expectTypeOf(socket.getOption("SO_ORIGINAL_DST")).toEqualTypeOf<Address>();
      expectTypeOf(socket.getOption("TCP_CONGESTION")).toEqualTypeOf<string>();
      expectTypeOf(socket.getOption("TCP_INFO").rtt).toEqualTypeOf<number>();
      expectTypeOf(socket.getOption("TCP_INFO").segs_out).toEqualTypeOf<number | undefined>();
      expectTypeOf(socket.getOption("TCP_INFO").bytes_sent).toEqualTypeOf<bigint | undefined>();
      expectTypeOf(socket.getOption("IP_MULTICAST_IF")).toEqualTypeOf<string>();
      expectTypeOf(socket.getOption("SCTP_INITMSG").num_ostreams).toEqualTypeOf<number>();
      expectTypeOf(socket.getOption("SCTP_STATUS", { assoc_id: 1 }).state).toEqualTypeOf<number>();
      expectTypeOf(socket.getOption("SCTP_PRIMARY_ADDR").address).toEqualTypeOf<Address>();
      expectTypeOf(socket.getOption(1, 2)).toEqualTypeOf<number>();
      expectTypeOf(socket.getOption(1, 2, 3)).toEqualTypeOf<Uint8Array>();
    });
  });

  it("are those of the values that are set", () => {
    expectTypeOf<OptionInput<"SO_REUSEADDR">>().toEqualTypeOf<boolean>();
    expectTypeOf<OptionInput<"SO_DETACH_FILTER">>().toEqualTypeOf<true>();
    expectTypeOf<OptionInput<"SO_BINDTODEVICE">>().toEqualTypeOf<string>();
    expectTypeOf<OptionInput<"SO_MAX_PACING_RATE">>().toEqualTypeOf<bigint>();
    never((socket) => {
      expectTypeOf(socket.setOption("SO_LINGER", { onoff: true, linger: 5 })).toEqualTypeOf(socket);
      socket.setOption("IP_ADD_MEMBERSHIP", { group: "239.0.0.1", interface: "lo" });
      socket.setOption("IP_ADD_MEMBERSHIP", { group: "239.0.0.1", address: "127.0.0.1" });
      socket.setOption("IPV6_JOIN_GROUP", { group: "ff02::1", interface: 1 });
      socket.setOption("SO_ATTACH_FILTER", [{ code: 6, jt: 0, jf: 0, k: 0 }]);
      socket.setOption("IPV6_MULTICAST_IF", "lo").setOption("SO_BINDTOIFINDEX", 1);
      socket.setOption(1, 2, 3).setOption(1, 2, new Uint8Array(4));
    });
  });

  it("refuse what an option is not, cannot do, or that is none", () => {
    never((socket) => {
      // @ts-expect-error a flag is a boolean
      socket.setOption("SO_KEEPALIVE", 1);
      // @ts-expect-error a structure is an object
      socket.setOption("SO_LINGER", 5);
      // @ts-expect-error with all of its fields
      socket.setOption("SO_LINGER", { onoff: true });
      // @ts-expect-error of their types
      socket.setOption("SO_RCVTIMEO", { sec: "1", usec: 0 });
      // @ts-expect-error and no others
      socket.setOption("SO_RCVTIMEO", { sec: 1, usec: 0, nsec: 0 });
      // @ts-expect-error text is a string
      socket.setOption("TCP_CONGESTION", 3);
      // @ts-expect-error can only be read
      socket.setOption("SO_TYPE", 1);
      // @ts-expect-error can only be read, on Linux
      socket.setOption("SO_SNDLOWAT", 1);
      // @ts-expect-error can only be set
      socket.getOption("IP_ADD_MEMBERSHIP");
      // @ts-expect-error an option of Windows
      socket.getOption("SO_DONTLINGER");
      // @ts-expect-error no option of this name
      socket.setOption("SO_NOTHING", true);
      // @ts-expect-error a number has no value
      socket.setOption(1, 2);
      // @ts-expect-error the answer depends on nothing else
      socket.getOption("SO_KEEPALIVE", { assoc_id: 1 });
    });
  });
});
