import { describe, expect, it } from "vitest";
import { interfaces } from "../../lib/netlink/interfaces.ts";
import { RouteSocket } from "../../lib/netlink/route_socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { inNamespace } from "../support/namespace.ts";
import { withoutNamespace } from "../support/privilege.ts";
import { run } from "../sys/support.ts";

interface IpLink {
  readonly ifindex: number;
  readonly ifname: string;
  readonly mtu: number;
  readonly operstate: string;
  readonly address?: string;
  readonly broadcast?: string;
  readonly qdisc: string;
  readonly txqlen?: number;
  readonly flags: readonly string[];
}

interface IpAddress extends IpLink {
  readonly addr_info: readonly {
    readonly family: "inet" | "inet6";
    readonly local: string;
    readonly prefixlen: number;
    readonly broadcast?: string;
    readonly label?: string;
    readonly valid_life_time: number;
  }[];
}

interface IpRoute {
  readonly dst: string;
  readonly gateway?: string;
  readonly dev?: string;
  readonly prefsrc?: string;
  readonly metric?: number;
  readonly type: string;
  readonly table?: string;
  readonly protocol: string;
  readonly scope?: string;
}

const ip = (...args: string[]): unknown => JSON.parse(run("ip", ["-j", "-d", "-N", ...args]));
const names = new Map(sys.ifNameindex());

describe("RouteSocket", () => {
  it("lists the links that `ip link` lists", () => {
    using socket = new RouteSocket();

    const links = socket.links();

    expect(
      links.map((link) => ({
        ifindex: link.index,
        ifname: link.name,
        mtu: link.mtu,
        operstate: link.operState,
        address: link.hardwareAddress,
        broadcast: link.hardwareBroadcast,
        qdisc: link.queueDiscipline,
        txqlen: link.txQueueLength,
      })),
    ).toEqual(
      (ip("link") as IpLink[]).map((link) => ({
        ifindex: link.ifindex,
        ifname: link.ifname,
        mtu: link.mtu,
        operstate: link.operstate,
        address: link.address ?? "",
        broadcast: link.broadcast ?? "",
        qdisc: link.qdisc,
        txqlen: link.txqlen,
      })),
    );
  });

  it("lists the addresses that `ip address` lists", () => {
    using socket = new RouteSocket();
    const expected = (ip("address") as IpAddress[]).flatMap(({ ifindex, addr_info }) =>
      addr_info.map((info) => ({
        interface: ifindex,
        family: info.family === "inet" ? "IPv4" : "IPv6",
        address: info.local,
        prefixLength: info.prefixlen,
        broadcast: info.broadcast,
        label: info.label,
        forEver: info.valid_life_time === 2 ** 32 - 1,
      })),
    );

    const addresses = socket.addresses().map((address) => ({
      interface: address.interface,
      family: address.family,
      address: address.address,
      prefixLength: address.prefixLength,
      broadcast: address.broadcast,
      label: address.label,
      forEver: address.validS === Infinity,
    }));

    expect(addresses).toEqual(expect.arrayContaining(expected));
    expect(addresses).toHaveLength(expected.length);
  });

  it.each(["IPv4", "IPv6"] as const)("lists the routes of %s that `ip route` lists", (family) => {
    using socket = new RouteSocket();
    const flag = family === "IPv4" ? "-4" : "-6";
    const listed = ip(flag, "route", "show", "table", "all") as IpRoute[];

    const routes = socket.routes().filter((route) => route.family === family);

    const whole = family === "IPv4" ? 32 : 128;
    const text = (route: (typeof routes)[number]) => {
      if (route.destination === null) return "default";
      const suffix = route.prefixLength === whole ? "" : `/${String(route.prefixLength)}`;
      return route.destination + suffix;
    };
    const ours = routes.map((route) => ({
      dst: text(route),
      gateway: route.gateway,
      dev: names.get(route.interface ?? 0),
      prefsrc: route.preferredSource,
      type: String(route.type),
      table: String(route.table),
      protocol: String(route.protocol),
    }));
    const theirs = listed.map(({ dst, gateway, dev, prefsrc, type, table = "254", protocol }) => ({
      dst,
      gateway,
      dev,
      prefsrc,
      type,
      table,
      protocol,
    }));
    expect(ours).toEqual(expect.arrayContaining(theirs));
    expect(ours).toHaveLength(theirs.length);
  });

  it("throws what the kernel answers, in its own words, and goes on", () => {
    using socket = new RouteSocket();
    const unknownLink = new Uint8Array(sys.structs.ifinfomsg.sizeof);
    new DataView(unknownLink.buffer).setInt32(4, 2 ** 30, true);

    expect(() => socket.request(sys.RTM_GETLINK, 0, unknownLink)).toThrow(
      expect.objectContaining({ name: "SystemError", code: "ENODEV", syscall: "netlink" }),
    );
    expect(() => socket.request(sys.RTM_GETLINK, 0, new Uint8Array(1))).toThrow(
      expect.objectContaining({ code: "EINVAL" }),
    );
    expect(socket.links().length).toBe(interfaces().length);
  });

  it("answers a request for one interface with one message", () => {
    using socket = new RouteSocket();
    const lo = new Uint8Array(sys.structs.ifinfomsg.sizeof);
    new DataView(lo.buffer).setInt32(4, sys.ifNametoindex("lo"), true);

    expect(socket.request(sys.RTM_GETLINK, 0, lo)).toHaveLength(1);
  });

  it.skipIf(withoutNamespace)(
    "reads a dump in many parts: 3,000 addresses and routes",
    async () => {
      const counts = await inNamespace(`
      const lines = Array.from({ length: 3000 }, (_, i) =>
        "address add 10." + (i >> 8) + "." + (i & 255) + ".1/32 dev lo");
      execFileSync("ip", ["-batch", "-"], { input: ["link set lo up", ...lines].join("\\n") });
      const socket = new pollux.RouteSocket();
      const addresses = new Set(socket.addresses().map(({ address }) => address));
      const routes = new Set(socket.routes().map(({ destination }) => destination));
      print([addresses.size, routes.size >= 3000, addresses.has("10.11.183.1")]);
    `);

      expect(counts).toEqual([3002, true, true]);
    },
  );

  it.skipIf(withoutNamespace)("reads kinds, masters, peers, gateways and next hops", async () => {
    const found = await inNamespace(`
      sh(\`ip link set lo up
        ip link add v0 type veth peer name v1
        ip link add b0 type veth peer name b1; ip link set b0 alias words
        ip link set v0 up; ip link set v1 up; ip link set b0 up
        ip address add 10.0.0.1 peer 10.0.0.2/32 dev v0
        ip address add 10.1.0.1/24 dev v1
        ip route add 10.9.0.0/16 nexthop via 10.0.0.2 dev v0 weight 3 nexthop via 10.1.0.9 dev v1
        ip route add default via 10.1.0.9 metric 7
        ip route add blackhole 10.8.0.0/16
        ip route add 10.7.0.0/16 via inet6 fe80::7 dev v0\`);
      const socket = new pollux.RouteSocket();
      const [links, addresses, routes] = [socket.links(), socket.addresses(), socket.routes()];
      const index = Object.fromEntries(links.map(({ name, index }) => [name, index]));
      const to = (text) => routes.find(({ destination }) => destination === text);
      print({
        kinds: links.map(({ kind }) => kind ?? "-").sort(),
        linked: links.find(({ name }) => name === "v0").linkIndex === index.v1,
        alias: links.find(({ name }) => name === "b0").alias,
        peer: addresses.find(({ address }) => address === "10.0.0.1").peer,
        hops: to("10.9.0.0").nextHops.map(({ gateway, weight }) => [gateway, weight]),
        hopInterfaces: to("10.9.0.0").nextHops.every(({ interface: i }, n) => i === index["v" + n]),
        default: [to(null).gateway, to(null).metric, to(null).interface === index.v1],
        blackhole: to("10.8.0.0").type === sys.RTN_BLACKHOLE,
        via: to("10.7.0.0").gateway,
      });
    `);

    expect(found).toEqual({
      kinds: ["-", "veth", "veth", "veth", "veth"],
      linked: true,
      alias: "words",
      peer: "10.0.0.2",
      hops: [
        ["10.0.0.2", 3],
        ["10.1.0.9", 1],
      ],
      hopInterfaces: true,
      default: ["10.1.0.9", 7, true],
      blackhole: true,
      via: "fe80::7",
    });
  });

  it.skipIf(withoutNamespace)(
    "asks again when only the end mark says that a change came between",
    async () => {
      const missing = await inNamespace(`
      sh("ip link set lo up");
      const missing = [];
      // One of these counts fills the first buffer, so that the change falls behind its messages.
      for (let count = 40; count < 60; count++) {
        sh("ip address flush dev lo");
        const there = Array.from({ length: count }, (_, i) => "127.9.0." + (i + 1));
        const lines = ["127.0.0.1/8", ...there.map((one) => one + "/32")];
        execFileSync("ip", ["-batch", "-"], {
          input: lines.map((one) => "address add " + one + " dev lo\\n").join(""),
        });
        const socket = new pollux.RouteSocket();
        const { recv } = sys;
        let changed = false;
        const payload = Uint8Array.of(sys.AF_INET, 0, 0, 0, 0, 0, 0, 0);
        // Between send(2), in which the kernel fills the first buffer, and recv(2).
        Object.defineProperty(socket, "fd", {
          get() {
            if (new Error().stack.includes("receiveNew") && !changed) {
              changed = true;
              sh("ip address del 127.0.0.1/8 dev lo");
            }
            return Object.getOwnPropertyDescriptor(pollux.Descriptor.prototype, "fd").get.call(socket);
          },
        });
        const found = socket.dump(sys.RTM_GETADDR, payload).map(({ payload }) => payload.subarray(12, 16).join("."));
        if (!changed) throw new Error("the change did not come between");
        missing.push(...there.filter((one) => !found.includes(one)));
      }
      print(missing);
    `);

      expect(missing).toEqual([]);
    },
  );

  it.skipIf(withoutNamespace)("says that what came is no netlink message", async () => {
    const code = await inNamespace(`
      const { writeFileSync } = await import("node:fs");
      const socket = new pollux.NetlinkSocket(sys.NETLINK_KOBJECT_UEVENT, 1);
      writeFileSync("/sys/devices/virtual/mem/null/uevent", "change");
      try { print(socket.receive()); } catch ({ code, syscall }) { print([code, syscall]); }
    `);

    expect(code).toEqual(["EBADMSG", "recv"]);
  });
});
