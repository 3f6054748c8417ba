import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { readStruct } from "../../lib/memory/structs.ts";
import type { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { connect, FAMILIES, until } from "../behaviour/tcp.ts";
import { BARE, PYTHON } from "../support/tools.ts";
import { toolEnvironment } from "../sys/support.ts";

// struct tcp_info as a book has it: eight bytes, then words. Read without our layout.
const WORDS = [
  ...["rto", "ato", "snd_mss", "rcv_mss", "unacked", "sacked", "lost", "retrans", "fackets"],
  ...["last_data_sent", "last_ack_sent", "last_data_recv", "last_ack_recv", "pmtu"],
  ...["rcv_ssthresh", "rtt", "rttvar", "snd_ssthresh", "snd_cwnd", "advmss", "reordering"],
  ...["rcv_rtt", "rcv_space", "total_retrans"],
];
// These grow while we look.
const CLOCKS = ["last_data_sent", "last_ack_sent", "last_data_recv", "last_ack_recv", "ato"];

function inPython(socket: Socket): Record<string, number> {
  const script = `
import json, socket, struct
with socket.socket(fileno=3) as s:
    raw = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    print(json.dumps(struct.unpack("8B24I", raw)))
`;
  const { stdout, stderr, status } = spawnSync(PYTHON, [...BARE, "-c", script], {
    stdio: ["ignore", "pipe", "pipe", socket.fd],
    encoding: "utf8",
    env: toolEnvironment(),
  });
  if (status !== 0) throw new Error(stderr);
  const [state, caState, retransmits, probes, backoff, options, scales, , ...words] = JSON.parse(
    stdout,
  ) as number[];
  return {
    ...{ state, ca_state: caState, retransmits, probes, backoff, options },
    ...{ snd_wscale: (scales ?? 0) & 15, rcv_wscale: (scales ?? 0) >> 4 },
    ...Object.fromEntries(WORDS.map((name, index) => [name, words[index]])),
  } as Record<string, number>;
}

describe.each(FAMILIES)("TCP_INFO, $name", (of) => {
  it("is what Python reads of the same descriptor", async () => {
    const [client] = await connect(of);
    client.send(new Uint8Array(1000));
    await until(() => client.getOption("TCP_INFO").unacked === 0);

    const here: Record<string, unknown> = { ...client.getOption("TCP_INFO") };
    const there = inPython(client);

    expect(Object.keys(here)).toEqual(expect.arrayContaining(Object.keys(there)));
    for (const [name, value] of Object.entries(there)) {
      if (!CLOCKS.includes(name)) expect([name, here[name]]).toEqual([name, value]);
    }
    expect(here["snd_wscale"]).toBeGreaterThan(0);
  });

  it("counts what was sent and acknowledged", async () => {
    const [client, server] = await connect(of);

    client.send(new Uint8Array(5000));
    await until(() => server.recv(new Uint8Array(5000), 0, 5000, sys.MSG_PEEK) === 5000);

    expect(client.getOption("TCP_INFO").bytes_sent).toBe(5000n);
    expect(server.getOption("TCP_INFO").bytes_received).toBe(5000n);
  });
});

describe("TCP_INFO of an older kernel", () => {
  it("lacks the fields that it does not write", () => {
    const { sizeof, fields } = sys.structs.tcp_info;
    const bytes = new Uint8Array(sizeof);

    const old = readStruct(sys.structs.tcp_info, bytes.subarray(0, 104)); // Linux 2.6 to 3.14
    const middle = readStruct(sys.structs.tcp_info, bytes.subarray(0, fields.segs_in.offset + 2));

    expect(old).toHaveProperty("total_retrans", 0);
    expect(old).not.toHaveProperty("pacing_rate");
    expect(middle).toHaveProperty("segs_out", 0);
    expect(middle).not.toHaveProperty("segs_in");
  });
});
