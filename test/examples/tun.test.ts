import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { describe, expect, it } from "vitest";
import { run } from "../support/program.ts";
import { BARE, PYTHON } from "../support/tools.ts";
import { compiled } from "./programs.ts";

const example = compiled("tun", "tun");

// Starts the example in the namespace that it is in itself, pings three addresses behind the interface, and tells
// who has answered, and with what.
const PING = `import socket, struct, subprocess, sys
program = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)
print(program.stdout.readline(), end="", flush=True)
def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total > 0xffff: total = (total & 0xffff) + (total >> 16)
    return 0xffff & ~total
icmp = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
icmp.settimeout(30)
for number in (2, 77, 254):
    body = struct.pack("!HH", 0xbeef, number) + b"payload!"
    icmp.sendto(struct.pack("!BBH", 8, 0, checksum(b"\\x08\\0\\0\\0" + body)) + body, ("10.9.8.%d" % number, 0))
    packet, (address, _) = icmp.recvfrom(99)
    print("python:", address, packet[20], checksum(packet[20:]), packet[24:] == body)
print(program.stdout.read(), end="")
sys.exit(program.wait())`;

function withoutTun(): string | undefined {
  try {
    accessSync("/dev/net/tun", constants.R_OK | constants.W_OK);
  } catch {
    return "needs /dev/net/tun";
  }
  const { status } = spawnSync("unshare", ["--user", "--map-root-user", "--net", "ip", "link"]);
  return status === 0 ? undefined : "needs namespaces of users and networks, and iproute2";
}

const reason = withoutTun();

describe("examples/tun.ts", () => {
  it.for(["select", "poll", "epoll"])(
    "answers pings to its interface (%s)",
    async (name, { skip }) => {
      skip(reason !== undefined, reason);
      const [node, args] = example("tun", name);

      const ended = await run(
        "unshare",
        ...["--user", "--map-root-user", "--net", PYTHON, ...BARE, "-c", PING, node, ...args],
      );

      expect(ended).toMatchObject({ code: 0, stderr: "" });
      const addresses = ["10.9.8.2", "10.9.8.77", "10.9.8.254"];
      expect(ended.stdout.trim().split("\n")).toEqual([
        `${name}: answering pings to 10.9.8.2 … 10.9.8.254`,
        // The type of an echo reply, and a checksum that leaves nothing.
        ...addresses.map((address) => `python: ${address} 0 0 True`),
        ...addresses.map((address) => `answered for ${address}`),
      ]);
    },
  );
});
