import { describe, expect, it, onTestFinished } from "vitest";
import { isSystemError } from "../../lib/errors.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";

const failure = (code: string): Error =>
  expect.objectContaining({ code, syscall: "setsockopt" }) as Error;

// The codes of TCP's own options (RFC 9293, RFC 7323, RFC 2018): the kernel's header has no names for them.
const [MSS, WINDOW_SCALE, SACK_PERMITTED, TIMESTAMPS] = [2, 3, 4, 8] as const;
// Of `options` in TCP_INFO: TCPI_OPT_….
const [HAS_TIMESTAMPS, HAS_SACK, HAS_WINDOW_SCALE] = [1, 2, 4] as const;

/** An array of `struct tcp_repair_opt`: a code and a value each. */
const repairOptions = (...pairs: readonly (readonly [code: number, value: number])[]): Uint8Array =>
  new Uint8Array(Uint32Array.from(pairs.flat()).buffer);

function openTcp(): Socket {
  const socket = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
  onTestFinished(() => {
    socket.close();
  });
  return socket.bind({ address: "127.0.0.1", port: 0 });
}

/** A connection that was never made: in repair mode, connect() only says what the peer was. */
function restored(): Socket | string {
  const socket = openTcp();
  try {
    socket.setOption("TCP_REPAIR", sys.TCP_REPAIR_ON);
  } catch (error) {
    if (isSystemError(error, "EPERM")) return "TCP_REPAIR needs CAP_NET_ADMIN";
    throw error;
  }
  socket.connect({ address: "127.0.0.1", port: 9 });
  return socket;
}

describe("TCP_REPAIR_OPTIONS", () => {
  it("restores what the two ends of a connection had agreed on", ({ skip }) => {
    const socket = restored();
    if (typeof socket === "string") return skip(socket);
    expect(socket.getOption("TCP_INFO")).toMatchObject({ options: 0, snd_wscale: 0 });

    const [sendScale, receiveScale] = [7, 5];
    const scales = sendScale | (receiveScale << 16);
    socket.setOption(
      "TCP_REPAIR_OPTIONS",
      repairOptions([MSS, 1234], [WINDOW_SCALE, scales], [SACK_PERMITTED, 0], [TIMESTAMPS, 0]),
    );

    expect(socket.getOption("TCP_INFO")).toMatchObject({
      options: HAS_TIMESTAMPS | HAS_SACK | HAS_WINDOW_SCALE,
      snd_wscale: sendScale,
      rcv_wscale: receiveScale,
    });
    expect(socket.getOption("TCP_MAXSEG")).toBe(1234);
  });

  it("is EFBIG for a scale that TCP does not have, EINVAL for a value where there is none", ({
    skip,
  }) => {
    const socket = restored();
    if (typeof socket === "string") return skip(socket);

    expect(() => socket.setOption("TCP_REPAIR_OPTIONS", repairOptions([WINDOW_SCALE, 15]))).toThrow(
      failure("EFBIG"),
    );
    expect(() =>
      socket.setOption("TCP_REPAIR_OPTIONS", repairOptions([SACK_PERMITTED, 1])),
    ).toThrow(failure("EINVAL"));
  });

  it("is EINVAL outside of repair mode", () => {
    expect(() => openTcp().setOption("TCP_REPAIR_OPTIONS", repairOptions([MSS, 1234]))).toThrow(
      failure("EINVAL"),
    );
  });
});
