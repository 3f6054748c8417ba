import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { interfaces, interfacesByIoctl } from "../../lib/netlink/interfaces.ts";
import { withoutNamespace } from "../support/privilege.ts";
import { type Ended, Program, run } from "../support/program.ts";
import { POLLUX } from "../support/serving.ts";

async function pollux(...args: string[]): Promise<Ended> {
  return await run(process.execPath, POLLUX, ...args);
}

function objects({ stdout }: Ended): Record<string, unknown>[] {
  const lines = stdout.trimEnd().split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("pollux interfaces", () => {
  it.each([[[]], [["--ioctl"]]])("lists every interface with its addresses %s", async (args) => {
    const { code, stdout, stderr } = await pollux("interfaces", ...args);

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^1: lo <UP LOOPBACK RUNNING> mtu \d+$/m);
    for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
      expect(stdout).toMatch(new RegExp(`^\\d+: ${name} <`, "m"));
      for (const { family, address, netmask } of addresses) {
        if (family === "IPv6" && args.length > 0) continue;
        expect(stdout).toContain(`   ${family} ${address} mask ${netmask}`);
      }
    }
  });

  it.each([
    [[], interfaces],
    [["--ioctl"], interfacesByIoctl],
  ])("says the same with --json, one object a line %s", async (args, list) => {
    const told = objects(await pollux("interfaces", "--json", ...args));

    expect(told.map(({ name }) => name)).toEqual(list().map(({ name }) => name));
    expect(told[0]).toMatchObject({ name: "lo", flags: ["UP", "LOOPBACK", "RUNNING"] });
  });

  it("lists one by its name, and fails for a name that does not exist", async () => {
    expect(objects(await pollux("interfaces", "lo", "--json"))).toHaveLength(1);
    expect(await pollux("interfaces", "nope0")).toMatchObject({
      ...{ code: 1, stdout: "", stderr: "pollux: no interface nope0\n" },
    });
  });
});

describe.each([[[]], [["--ioctl"]]])("pollux interfaces %s, in a network of its own", (args) => {
  // Its other end is down: whether it is RUNNING is not a question of time.
  const NETWORK = `ip link add d0 index 77 mtu 1400 address 02:00:00:00:00:01 type veth peer name d1
    ip link set d0 up; ip address add 10.0.0.1/24 brd + dev d0`;
  const ask = async (...more: string[]): Promise<Ended> => {
    const command = [process.execPath, POLLUX, "interfaces", "d0", ...args, ...more];
    return await run("unshare", "--net", "sh", "-ec", `${NETWORK}; exec "$@"`, "sh", ...command);
  };

  it.skipIf(withoutNamespace)("tells all that an interface has", async () => {
    expect(await ask()).toMatchObject({
      ...{ code: 0, stderr: "" },
      stdout: `77: d0 <UP BROADCAST MULTICAST> mtu 1400
   hardware 02:00:00:00:00:01
   IPv4 10.0.0.1 mask 255.255.255.0 to all 10.0.0.255
`,
    });
    expect(objects(await ask("--json"))).toEqual([
      {
        ...{ name: "d0", index: 77, flags: ["UP", "BROADCAST", "MULTICAST"], mtu: 1400 },
        hardwareAddress: "02:00:00:00:00:01",
        addresses: [
          {
            ...{ family: "IPv4", address: "10.0.0.1" },
            ...{ netmask: "255.255.255.0", broadcast: "10.0.0.255" },
          },
        ],
      },
    ]);
  });
});

describe("pollux routes", () => {
  const NETWORK = `ip link set lo up
    ip link add v0 type veth peer name v1
    ip link set v0 up; ip link set v1 up
    ip address add 10.0.0.1/24 dev v0
    ip route add default via 10.0.0.9`;

  async function inNetwork(command: string): Promise<Ended> {
    return await run("unshare", "--net", "sh", "-ec", `${NETWORK}; ${command}`);
  }

  it.skipIf(withoutNamespace)("lists the main table, or all", async () => {
    const list = `${process.execPath} ${POLLUX} routes`;
    const main = await inNetwork(list);
    const all = await inNetwork(`${list} --all`);
    const told = objects(await inNetwork(`${list} --json`));

    expect(main).toMatchObject({ code: 0, stderr: "" });
    expect(main.stdout).toContain("default (IPv4) via 10.0.0.9 on v0\n");
    expect(main.stdout).toContain("10.0.0.0/24 on v0 from 10.0.0.1\n");
    expect(main.stdout).not.toContain("table");
    expect(all.stdout).toContain("10.0.0.1/32 on v0 from 10.0.0.1 table 255\n");
    expect(told).toContainEqual(
      expect.objectContaining({ destination: null, gateway: "10.0.0.9", prefixLength: 0 }),
    );
  });

  it.skipIf(withoutNamespace).each([[[]], [["--json"]]])(
    "prints each change with --monitor %s",
    async (args) => {
      const monitor = [process.execPath, POLLUX, "routes", "--monitor", ...args].join(" ");
      await using program = new Program("unshare", [
        "--net",
        "sh",
        "-ec",
        `${NETWORK}; exec ${monitor}`,
      ]);
      const inside = (...command: string[]) =>
        run("nsenter", `--net=/proc/${String(program.pid)}/ns/net`, "ip", ...command);
      for (let line = ""; !line.includes("watching");) line = await program.nextLine();

      await inside("route", "add", "10.9.0.0/16", "via", "10.0.0.7", "dev", "v0");
      await inside("address", "add", "10.0.0.2/24", "dev", "v0");

      const lines: string[] = [];
      const last = args.length > 0 ? '"address":"10.0.0.2"' : "10.0.0.2/24";
      while (lines.at(-1)?.includes(last) !== true) lines.push(await program.nextLine());
      if (args.length > 0) {
        expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ what: "address", removed: false });
      } else {
        expect(lines).toContain("added route 10.9.0.0/16 via 10.0.0.7 on v0");
        expect(lines).toContain("added address 10.0.0.2/24 on v0");
      }
      program.closeOutput();
      await inside("route", "del", "10.9.0.0/16");
      expect(await program.ended).toMatchObject({ code: 141, stderr: "" });
    },
  );
});

describe("pollux options", () => {
  it("tells all of one option, and a line of each that begins like the name", async () => {
    const one = await pollux("options", "so_linger");
    const some = await pollux("options", "SO_RCVT");

    expect(one).toMatchObject({ code: 0, stderr: "" });
    expect(one.stdout).toBe(`SO_LINGER
  level   SOL_SOCKET
  number  13
  type    { onoff: boolean; linger: number }
  access  get and set
  unit    seconds
  since   Linux 2.6 or before
  manual  socket(7)
`);
    expect(some.stdout).toContain("SO_RCVTIMEO");
  });

  it("tells all of them with --json", async () => {
    const told = objects(await pollux("options", "--json"));

    expect(told.length).toBeGreaterThan(300);
    expect(told).toContainEqual({
      ...{ name: "TCP_INFO", level: "SOL_TCP", number: 11, access: "get", unit: "" },
      ...{ since: "2.6", manual: "tcp(7)", type: expect.any(String) as string },
    });
  });

  it("reads the value of an inherited descriptor", async () => {
    const script = "import os, socket, sys; s = socket.socket(); s.setsockopt(1, 9, 1)";
    const spawn =
      "os.set_inheritable(s.fileno(), True); os.execv(sys.argv[1], sys.argv[1:] + [str(s.fileno())])";
    const command = ["options", "SO_KEEPALIVE", "--json", "--fd"];

    const ended = await run(
      "python3",
      "-c",
      `${script}; ${spawn}`,
      process.execPath,
      POLLUX,
      ...command,
    );

    expect(objects(ended)).toEqual([
      expect.objectContaining({ name: "SO_KEEPALIVE", value: true }),
    ]);
  });

  it("reads the values of a new connection", async () => {
    await using server = new Program(process.execPath, [
      ...[POLLUX, "serve", "--json", "--port", "0"],
    ]);
    const { port } = JSON.parse(await server.nextLine()) as { port: number };
    const to = `127.0.0.1:${String(port)}`;

    const info = objects(await pollux("options", "TCP_INFO", "--json", "--connect", to));
    const all = await pollux("options", "--connect", to);
    const udp = objects(await pollux("options", "SO_TYPE", "--json", "--udp", "--connect", to));

    expect(info).toEqual([
      expect.objectContaining({ value: expect.objectContaining({ state: 1 }) as object }),
    ]);
    expect(all.stdout).toMatch(/^SO_PROTOCOL +SOL_SOCKET +6 \(IPPROTO_…\)$/m);
    expect(all.stdout).not.toContain("IPV6_V6ONLY");
    expect(udp).toEqual([expect.objectContaining({ value: 2 })]);
  });

  it.each([
    [2, ["SO_NONSENSE"], "no socket option SO_NONSENSE"],
    [2, ["SO_DONTLINGER"], "SO_DONTLINGER is an option of Windows; on Linux, set SO_LINGER"],
    [2, ["SO_TYPE", "--fd", "x"], "must be the number of a descriptor"],
    [2, ["--udp"], "--udp needs --connect"],
    [2, ["--fd", "0", "--connect", "@x"], "contradict each other"],
    [1, ["SO_TYPE", "--fd", "999"], "getsockopt EBADF"],
    [1, ["SO_TYPE", "--connect", "127.0.0.1:1"], "connect ECONNREFUSED 127.0.0.1:1"],
  ])("ends with exit code %i and one line for %j", async (code, args, message) => {
    const ended = await pollux("options", ...args);

    expect(ended).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toMatch(/^pollux: [^\n]+\n$/);
    expect(ended.stderr).toContain(message);
  });
});
