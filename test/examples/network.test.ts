import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withoutNamespace } from "../support/privilege.ts";
import { Program, run } from "../support/program.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));
// Inside the package, so that it can import itself by its name.
const BUILT = fileURLToPath(new URL("../../build-examples-network/", import.meta.url));

beforeAll(() => {
  mkdirSync(BUILT, { recursive: true });
  const compilerOptions = { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 };
  for (const name of ["interfaces", "routes"]) {
    const source = readFileSync(`${EXAMPLES}${name}.ts`, "utf8");
    const { outputText } = ts.transpileModule(source, { compilerOptions });
    writeFileSync(`${BUILT}${name}.mjs`, outputText);
  }
});

afterAll(() => {
  rmSync(BUILT, { recursive: true });
});

describe("examples/interfaces.ts", () => {
  it.each([[[]], [["ioctl"]]])("lists every interface that Node knows %s", async (args) => {
    const { stdout, stderr } = await run(process.execPath, `${BUILT}interfaces.mjs`, ...args);

    expect(stderr).toBe("");
    expect(stdout).toMatch(/^1: lo <UP LOOPBACK RUNNING> mtu \d+$/m);
    for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
      expect(stdout).toMatch(new RegExp(`^\\d+: ${name} <`, "m"));
      for (const { family, address, netmask } of addresses) {
        if (family === "IPv6" && args.length > 0) continue; // the requests know IPv4 only
        expect(stdout).toContain(`   ${family} ${address} mask ${netmask}`);
      }
    }
  });
});

describe.each([[[]], [["ioctl"]]])("examples/interfaces.ts %s, in a network of its own", (args) => {
  it.skipIf(withoutNamespace)("tells all that an interface has", async () => {
    // Its other end is down: whether it is RUNNING is not a question of time.
    const script = `ip link add d0 mtu 1400 address 02:00:00:00:00:01 type veth peer name d1
      ip link set d0 up; ip address add 10.0.0.1/24 brd + dev d0
      exec "$@"`;
    const command = ["sh", "-ec", script, "sh", process.execPath, `${BUILT}interfaces.mjs`];

    const { stdout, stderr } = await run("unshare", "--net", ...command, ...args);

    expect(stderr).toBe("");
    expect(stdout).toMatch(/^1: lo <LOOPBACK> mtu 65536\n {3}hardware 00:00:00:00:00:00$/m);
    expect(stdout).toMatch(/^\d+: d1 <BROADCAST MULTICAST> mtu 1500$/m);
    expect(stdout).toContain(`: d0 <UP BROADCAST MULTICAST> mtu 1400
   hardware 02:00:00:00:00:01
   IPv4 10.0.0.1 mask 255.255.255.0 to all 10.0.0.255
`);
  });
});

describe("examples/routes.ts", () => {
  it.skipIf(withoutNamespace)("prints the routes, and each change while it watches", async () => {
    const script = `ip link set lo up
      ip link add v0 type veth peer name v1
      ip link set v0 up; ip link set v1 up
      ip address add 10.0.0.1/24 dev v0
      exec "$0" "$1" watch`;
    const watch = ["sh", "-ec", script, process.execPath, `${BUILT}routes.mjs`];
    await using program = new Program("unshare", ["--net", ...watch]);
    const inside = (...args: string[]) =>
      run("nsenter", `--net=/proc/${String(program.pid)}/ns/net`, "ip", ...args);
    const lines = [];
    for (let line = ""; line !== "watching"; lines.push(line)) line = await program.nextLine();
    expect(lines).toContain("route 10.0.0.0/24 on v0");

    await inside("route", "add", "10.9.0.0/16", "via", "10.0.0.7", "dev", "v0");
    expect(await program.nextLine()).toBe("added 10.9.0.0/16 via 10.0.0.7 on v0");
    await inside("route", "del", "10.9.0.0/16");
    expect(await program.nextLine()).toBe("removed 10.9.0.0/16 via 10.0.0.7 on v0");
    await inside("address", "del", "10.0.0.1/24", "dev", "v0");
    expect([await program.nextLine(), await program.nextLine()].sort()).toEqual([
      "removed 10.0.0.0/24 on v0",
      "removed address 10.0.0.1",
    ]);
  });
});
