import { describe, expect, it } from "vitest";
import { createMultiplexer } from "../../lib/multiplexer/create.ts";
import { type Handler, Reactor } from "../../lib/reactor/reactor.ts";
import { SctpEchoServer } from "../../lib/servers/sctp_echo.ts";
import { decodeSctpNotification, openSctp } from "../../lib/socket/sctp.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";

function hasSctp(): boolean {
  try {
    Socket.open(sys.AF_INET, sys.SOCK_STREAM, sys.IPPROTO_SCTP).close();
    return true;
  } catch {
    return false;
  }
}

const { sctp_assoc_change, sctp_shutdown_event } = sys.structs;

/** A structure of 32-bit and 16-bit fields, as the kernel would fill it. */
function filled(struct: typeof sctp_assoc_change, values: Record<string, number>): Uint8Array {
  const bytes = new Uint8Array(struct.sizeof);
  for (const [name, { offset, size }] of Object.entries(struct.fields)) {
    const words = size === 2 ? Uint16Array.of(values[name] ?? 0) : Int32Array.of(values[name] ?? 0);
    bytes.set(new Uint8Array(words.buffer), offset);
  }
  return bytes;
}

describe("openSctp", () => {
  it("says that the kernel has no SCTP where it has none (EPROTONOSUPPORT)", ({ skip }) => {
    skip(hasSctp(), "this kernel has SCTP");
    const failure = (code: string): Error =>
      expect.objectContaining({
        ...{ code, syscall: "socket" },
        message: `socket ${code} (this kernel has no SCTP; its module is called sctp)`,
      }) as Error;

    for (const family of [sys.AF_INET, sys.AF_INET6]) {
      expect(() => openSctp(family, sys.SOCK_STREAM)).toThrow(failure("EPROTONOSUPPORT"));
      // Of this type, the kernel has no protocol at all.
      expect(() => openSctp(family, sys.SOCK_SEQPACKET)).toThrow(failure("ESOCKTNOSUPPORT"));
    }
    using reactor = new Reactor(createMultiplexer<Handler>());
    expect(() => new SctpEchoServer(reactor, { address: "127.0.0.1", port: 0 })).toThrow(
      failure("EPROTONOSUPPORT"),
    );
  });

  it("leaves other errors as they are", () => {
    expect(() => openSctp(-1, sys.SOCK_STREAM)).toThrow(
      expect.objectContaining({ code: "EAFNOSUPPORT", message: "socket EAFNOSUPPORT" }),
    );
  });
});

describe("decodeSctpNotification", () => {
  it("reads what it knows, leaves the rest as bytes, and is not led astray by short ones", () => {
    const change = {
      ...{ type: sys.SCTP_ASSOC_CHANGE, length: 20, state: sys.SCTP_RESTART, error: 7 },
      ...{ outbound_streams: 3, inbound_streams: 65535, assoc_id: -2 },
    };
    const { type: _, length: __, ...said } = change;
    const bytes = filled(sctp_assoc_change, change);
    const shutdown = filled(sctp_assoc_change, { type: sys.SCTP_SHUTDOWN_EVENT });
    const other = filled(sctp_assoc_change, { type: sys.SCTP_REMOTE_ERROR });

    expect(decodeSctpNotification(bytes)).toEqual({ type: "SCTP_ASSOC_CHANGE", ...said });
    expect(decodeSctpNotification(shutdown.subarray(0, sctp_shutdown_event.sizeof))).toEqual({
      type: "SCTP_SHUTDOWN_EVENT",
      assoc_id: 0,
    });
    expect(decodeSctpNotification(other)).toEqual({ type: sys.SCTP_REMOTE_ERROR, bytes: other });
    expect(decodeSctpNotification(bytes.subarray(0, 11))).toMatchObject({ type: 0 });
  });
});
