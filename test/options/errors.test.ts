import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Descriptor } from "../../lib/descriptors/descriptor.ts";
import { SystemError } from "../../lib/errors.ts";
import { getOption, setOption } from "../../lib/options/options.ts";
import { OPTIONS } from "../../lib/options/table.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";

const udp = (): Socket => Socket.open(sys.AF_INET, sys.SOCK_DGRAM);

/** As JavaScript calls it, where nobody checked a type. */
const get = (fd: number, ...args: readonly unknown[]): unknown =>
  getOption(fd, ...(args as Parameters<typeof getOption> extends [number, ...infer R] ? R : never));
const set = (fd: number, ...args: readonly unknown[]): void => {
  setOption(fd, ...(args as Parameters<typeof setOption> extends [number, ...infer R] ? R : never));
};

const typeError = (message: RegExp): unknown =>
  expect.objectContaining({ name: "TypeError", message: expect.stringMatching(message) as string });
const rangeError = (message: RegExp): unknown =>
  expect.objectContaining({
    name: "RangeError",
    message: expect.stringMatching(message) as string,
  });

describe("an option that Linux does not have", () => {
  it.each([
    ["SO_DONTLINGER", /SO_DONTLINGER.*Windows.*SO_LINGER to \{ onoff: false/],
    ["SO_CONDITIONAL_ACCEPT", /SO_CONDITIONAL_ACCEPT.*Windows/],
    ["SO_EXCLUSIVEADDRUSE", /SO_EXCLUSIVEADDRUSE.*Windows.*SO_REUSEADDR/],
    ["SO_NOSIGPIPE", /SO_NOSIGPIPE.*BSD and macOS.*MSG_NOSIGNAL/],
    ["TCP_NOPUSH", /TCP_NOPUSH.*TCP_CORK/],
    ["SO_NOTHING", /SO_NOTHING.*use its level and number/],
    ["toString", /toString.*use its level and number/],
    ["__proto__", /__proto__.*use its level and number/],
  ])("is a TypeError that says what to do: %s", (name, message) => {
    using socket = udp();

    expect(() => get(socket.fd, name)).toThrow(typeError(message));
    expect(() => {
      set(socket.fd, name, true);
    }).toThrow(typeError(message));
    expect(() => get(socket.fd, name)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" }),
    );
  });

  it.each([undefined, null, 5n, {}, ["SO_TYPE"], true])("nor is %s a name", (name) => {
    expect(() => get(0, name)).toThrow(typeError(/"option" argument must be a name or a level/));
  });
});

describe("an option in the wrong direction", () => {
  it("cannot be read, or cannot be set", () => {
    using socket = udp();

    expect(() => get(socket.fd, "SO_ATTACH_FILTER")).toThrow(
      typeError(/must be an option that can be read.*SO_ATTACH_FILTER/),
    );
    expect(() => {
      set(socket.fd, "SO_SNDLOWAT", 5);
    }).toThrow(typeError(/must be an option that can be set.*SO_SNDLOWAT/));
  });
});

describe("a value that an option does not take", () => {
  it.each([
    ["SO_KEEPALIVE", 1, /"SO_KEEPALIVE" argument must be a boolean\. Received 1/],
    ["SO_RCVBUF", "9", /"SO_RCVBUF" argument must be a number\. Received type string/],
    ["SO_LINGER", 5, /"SO_LINGER" argument must be an object \{ onoff: boolean; linger: number \}/],
    ["SO_LINGER", null, /"SO_LINGER" argument must be an object/],
    ["SO_LINGER", { onoff: 1, linger: 1 }, /"SO_LINGER.onoff" argument must be a boolean/],
    ["SO_RCVTIMEO", { sec: 1 }, /"SO_RCVTIMEO.usec" argument must be a number. Received undefined/],
    ["TCP_CONGESTION", 1, /"TCP_CONGESTION" argument must be a string/],
    ["TCP_CONGESTION", "re\0no", /"TCP_CONGESTION" must be text without null bytes/],
    ["SO_MAX_PACING_RATE", 1, /"SO_MAX_PACING_RATE" argument must be a bigint/],
    ["IP_ADD_MEMBERSHIP", {}, /"IP_ADD_MEMBERSHIP.group" argument must be an address/],
    ["IP_ADD_MEMBERSHIP", { group: "ff02::1" }, /"IP_ADD_MEMBERSHIP.group" must be an IPv4/],
    ["IPV6_JOIN_GROUP", { group: "239.0.0.1" }, /"IPV6_JOIN_GROUP.group" must be an IPv6 address/],
    ["IPV6_JOIN_GROUP", { group: "ff02::1", interface: {} }, /interface's index or name/],
    ["SO_ATTACH_FILTER", new Uint8Array(8), /"SO_ATTACH_FILTER" argument must be an array/],
    ["SO_ATTACH_FILTER", [1], /"SO_ATTACH_FILTER\[0\]" argument must be an object/],
    ["SO_ATTACH_FILTER", [{ code: 6 }], /"SO_ATTACH_FILTER\[0\].jt" argument must be a number/],
    ["SO_DETACH_FILTER", false, /"SO_DETACH_FILTER" argument must be true/],
    ["IP_OPTIONS", "abc", /"IP_OPTIONS" argument must be a Uint8Array/],
    ["CAN_RAW_FILTER", [{ id: 1 }], /"CAN_RAW_FILTER\[0\].mask" argument must be a number/],
    ["PACKET_RX_RING", { block_size: 1 }, /"PACKET_RX_RING.block_nr" argument must be a number/],
  ])("is a TypeError that names option, expected and received: %s %j", (name, value, message) => {
    expect(() => {
      set(0, name, value);
    }).toThrow(typeError(message));
  });

  it.each([
    ["SO_RCVBUF", 2 ** 31, /"SO_RCVBUF" is out of range/],
    ["SO_RCVBUF", 1.5, /"SO_RCVBUF" is out of range/],
    ["SO_MARK", -1, /"SO_MARK" is out of range/],
    ["SO_MAX_PACING_RATE", 2n ** 64n, /"SO_MAX_PACING_RATE" is out of range/],
    ["SO_LINGER", { onoff: true, linger: -1 }, /"SO_LINGER.linger" is out of range/],
    ["SO_RCVTIMEO", { sec: 0, usec: 1_000_000 }, /"SO_RCVTIMEO.usec" is out of range/],
    ["SO_BINDTODEVICE", "a name that is long", /"SO_BINDTODEVICE" is out of range/],
    ["IP_LOCAL_PORT_RANGE", { low: 1, high: 65_536 }, /"IP_LOCAL_PORT_RANGE.high" is out of/],
    ["SCTP_INITMSG", { num_ostreams: 65_536 }, /"SCTP_INITMSG.num_ostreams" is out of range/],
  ])("is a RangeError where only the number is wrong: %s", (name, value, message) => {
    expect(() => {
      set(0, name, value);
    }).toThrow(rangeError(message));
  });

  it("is the kernel's error where the kernel alone knows", () => {
    using socket = Socket.open(sys.AF_INET, sys.SOCK_STREAM);

    expect(() => socket.setOption("TCP_CONGESTION", "nonsense")).toThrow(
      expect.objectContaining({ code: "ENOENT", syscall: "setsockopt", fd: socket.fd }),
    );
    expect(() => socket.setOption("IPV6_MULTICAST_IF", "no such")).toThrow(
      expect.objectContaining({ code: "ENODEV" }),
    );
    expect(() => socket.getOption("PACKET_STATISTICS")).toThrow(
      expect.objectContaining({ code: "EOPNOTSUPP", syscall: "getsockopt" }),
    );
    socket.close();
    expect(() => socket.getOption("SO_KEEPALIVE")).toThrow(
      expect.objectContaining({ code: "EBADF" }),
    );
  });
});

describe("no value of an option", () => {
  const names = Object.keys(OPTIONS);
  const field = fc.oneof(fc.anything(), fc.integer(), fc.bigInt(), fc.string(), fc.boolean());
  const value = fc.oneof(
    fc.anything({ withBigInt: true, withTypedArray: true }),
    fc.integer(),
    fc.uint8Array(),
    fc.array(fc.record({ code: field, jt: field, jf: field, k: field }), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom("onoff", "linger", "sec", "usec", "group", "source", "address", "interface"),
      field,
    ),
  );

  it("crashes, or gives another error than a TypeError, a RangeError or the kernel's", () => {
    using socket = udp();

    fc.assert(
      fc.property(fc.constantFrom(...names), value, (name, wrong) => {
        for (const call of [
          () => {
            set(socket.fd, name, wrong);
          },
          () => {
            const answer = get(socket.fd, name, wrong);
            if (answer instanceof Descriptor) answer.close();
          },
        ]) {
          try {
            call();
          } catch (error) {
            const known = [TypeError, RangeError, SystemError].some(
              (type) => error instanceof type,
            );
            if (!known) throw error;
          }
        }
      }),
      { numRuns: 5000 },
    );
  });
});

describe("a name that a structure does not have", () => {
  it.each([
    ["SO_LINGER", { onoff: true, linger: 5, lingr: 5 }, "onoff, linger"],
    ["SO_RCVTIMEO", { sec: 1, usec: 0, nsec: 5 }, "sec, usec"],
    ["IP_MULTICAST_IF", { interfce: "lo" }, "interface, address"],
  ])("is refused, and the error says which exist: %s", (name, value, known) => {
    using socket = udp();

    expect(() => {
      set(socket.fd, name, value);
    }).toThrow(typeError(new RegExp(`"${name}\\.\\w+" does not exist. There are: ${known}$`)));
  });

  it("is refused in what an option depends on, and so is that of an option that has none", () => {
    using socket = udp();

    expect(() => get(socket.fd, "SCTP_STATUS", { asoc_id: 1 })).toThrow(typeError(/asoc_id/));
    expect(() => get(socket.fd, "SO_RCVBUF", { assoc_id: 1 })).toThrow(
      typeError(/"query" argument|"query" must be left out/),
    );
  });
});
