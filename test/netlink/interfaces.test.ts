import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { interfaces, interfacesByIoctl } from "../../lib/netlink/interfaces.ts";
import * as sys from "../../lib/sys/index.ts";
import { inNamespace } from "../support/namespace.ts";
import { withoutNamespace } from "../support/privilege.ts";
import { run } from "../sys/support.ts";

const LOWER_FLAGS = 0xffff; // what a short has room for
const ipv4 = <T extends { readonly family: string }>(addresses: readonly T[]): T[] =>
  addresses.filter(({ family }) => family === "IPv4");

describe("interfaces", () => {
  it("are the same by netlink and by ioctl, as far as that goes", () => {
    const byNetlink = interfaces().map((one) => ({
      ...one,
      flags: one.flags & LOWER_FLAGS,
      addresses: ipv4(one.addresses),
    }));

    expect(interfacesByIoctl()).toEqual(byNetlink);
  });

  it("are those of os.networkInterfaces(), which leaves out what has no address or is down", () => {
    const ours = interfaces().filter(
      ({ flags, addresses }) =>
        addresses.length > 0 && (flags & sys.IFF_UP) !== 0 && (flags & sys.IFF_RUNNING) !== 0,
    );

    expect(
      Object.fromEntries(
        ours.map(({ name, flags, hardwareAddress, addresses }) => [
          name,
          addresses
            .map(({ family, address, netmask }) => ({
              family,
              address,
              netmask,
              // Node.js knows none but those of Ethernet.
              mac: hardwareAddress === "" ? "00:00:00:00:00:00" : hardwareAddress,
              internal: (flags & sys.IFF_LOOPBACK) !== 0,
            }))
            .sort(byAddress),
        ]),
      ),
    ).toEqual(
      Object.fromEntries(
        Object.entries(networkInterfaces()).map(([name, list = []]) => [
          name,
          list
            .map(({ family, address, netmask, mac, internal }) => ({
              family,
              address,
              netmask,
              mac,
              internal,
            }))
            .sort(byAddress),
        ]),
      ),
    );
  });

  it("have the flags, index, MTU and hardware address of `ip -j link`", () => {
    const links = JSON.parse(run("ip", ["-j", "link"])) as {
      ifname: string;
      ifindex: number;
      flags: string[];
      mtu: number;
      address?: string;
    }[];
    const flags = { UP: sys.IFF_UP, LOOPBACK: sys.IFF_LOOPBACK, BROADCAST: sys.IFF_BROADCAST };

    expect(
      interfaces().map(({ name, index, mtu, hardwareAddress }) => [
        name,
        index,
        mtu,
        hardwareAddress,
      ]),
    ).toEqual(
      links.map(({ ifname, ifindex, mtu, address = "" }) => [ifname, ifindex, mtu, address]),
    );
    for (const [name, bit] of Object.entries(flags)) {
      expect(interfaces().map((one) => (one.flags & bit) !== 0)).toEqual(
        links.map((link) => link.flags.includes(name)),
      );
    }
  });

  it.skipIf(withoutNamespace)(
    "tell two addresses of one interface apart, by both ways",
    async () => {
      const found = await inNamespace(`
      sh(\`ip link add d0 type veth peer name d1; ip link set d0 up
        ip address add 10.0.0.1/24 brd + dev d0
        ip address add 10.1.0.1/16 brd 10.1.255.255 label d0:1 dev d0
        ip address add 10.0.0.2/24 brd + dev d0\`);
      const of = (list) => list.find(({ name }) => name === "d0").addresses
        .filter(({ family }) => family === "IPv4");
      print([of(pollux.interfaces()), of(pollux.interfacesByIoctl())]);
    `);

      const expected = [
        ["10.0.0.1", "255.255.255.0", "10.0.0.255"],
        ["10.1.0.1", "255.255.0.0", "10.1.255.255"],
        ["10.0.0.2", "255.255.255.0", "10.0.0.255"],
      ].map(([address, netmask, broadcast]) => ({ family: "IPv4", address, netmask, broadcast }));
      expect(found).toEqual([expected, expected]);
    },
  );

  it.skipIf(withoutNamespace)("are found beside an address with a label of its own", async () => {
    const found = await inNamespace(`
      sh(\`ip link set lo up; ip address add 10.9.9.9/24 dev lo label lofoo\`);
      const of = (list) => list.find(({ name }) => name === "lo").addresses
        .filter(({ family }) => family === "IPv4").map(({ address }) => address);
      print([of(pollux.interfaces()), of(pollux.interfacesByIoctl())]);
    `);

    // From "lofoo", the requests do not find back to lo.
    expect(found).toEqual([["127.0.0.1", "10.9.9.9"], ["127.0.0.1"]]);
  });
});

function byAddress(a: { address: string }, b: { address: string }): number {
  return a.address < b.address ? -1 : 1;
}
