import { describe, expect, it } from "vitest";
import { RouteMonitor } from "../../lib/netlink/route_socket.ts";
import { inNamespace } from "../support/namespace.ts";
import { withoutNamespace } from "../support/privilege.ts";

describe("RouteMonitor", () => {
  it("has nothing to read while nothing changes", () => {
    using monitor = new RouteMonitor({ links: false, addresses: false, routes: false });

    expect(monitor.read()).toBeNull();
  });

  it.skipIf(withoutNamespace).each(["select", "poll", "epoll"])(
    "wakes %s for each change of links, addresses and routes",
    async (multiplexer) => {
      const seen = await inNamespace(`
        const monitor = new pollux.RouteMonitor();
        const mux = pollux.createMultiplexer(${JSON.stringify(multiplexer)});
        mux.add(monitor, pollux.READABLE);
        const seen = [];
        const drain = () => {
          for (let changes = monitor.read(); changes !== null; changes = monitor.read()) {
            for (const { what, removed, link, address, route } of changes) {
              const about = link?.name ?? address?.address ?? route?.destination;
              seen.push([what, removed ? "removed" : "there", about].join(" "));
            }
          }
        };
        // The kernel tells of some changes a moment later.
        const after = (command, told) => {
          sh(command);
          const before = seen.length;
          while (!seen.includes(told, before)) {
            const count = mux.waitSync(10_000, drain);
            if (count !== 1) throw new Error("not woken by " + command);
          }
        };
        after("ip link add d0 type veth peer name d1", "link there d0");
        after("ip link set d0 up", "link there d0");
        after("ip address add 10.0.0.1/24 dev d0", "address there 10.0.0.1");
        after("ip address add fd00::1/64 dev d0 nodad", "address there fd00::1");
        after("ip route add 10.9.0.0/16 via 10.0.0.7", "route there 10.9.0.0");
        after("ip route del 10.9.0.0/16", "route removed 10.9.0.0");
        after("ip -6 route add fd09::/16 dev d0", "route there fd09::");
        after("ip -6 route del fd09::/16 dev d0", "route removed fd09::");
        after("ip address del fd00::1/64 dev d0", "address removed fd00::1");
        after("ip link del d0", "link removed d0");
        print(seen);
      `);

      expect(seen).toEqual(
        expect.arrayContaining([
          "link there d0",
          "address there 10.0.0.1",
          "address there fd00::1",
          "route there 10.0.0.0",
          "route there 10.9.0.0",
          "route removed 10.9.0.0",
          "route there fd09::",
          "route removed fd09::",
          "address removed fd00::1",
          "address removed 10.0.0.1",
          "link removed d0",
        ]),
      );
    },
  );

  it.skipIf(withoutNamespace)("listens to what was asked for only", async () => {
    const seen = await inNamespace(`
      const monitor = new pollux.RouteMonitor({ links: false, routes: false });
      sh("ip link add d0 type veth peer name d1; ip link set d0 up; ip address add 10.0.0.1/24 dev d0");
      const seen = new Set();
      for (let next = monitor.read(); next !== null; next = monitor.read()) {
        next.forEach(({ what }) => seen.add(what));
      }
      print([...seen]);
    `);

    expect(seen).toEqual(["address"]);
  });

  it.skipIf(withoutNamespace)("reports an overrun, and goes on afterwards", async () => {
    const seen = await inNamespace(`
      const monitor = new pollux.RouteMonitor();
      sys.setsockopt(monitor.fd, sys.SOL_SOCKET, sys.SO_RCVBUF, 1);
      const lines = Array.from({ length: 500 }, (_, i) => "address add 10.0." + (i >> 8) + "." +
        (i & 255) + "/32 dev lo");
      execFileSync("ip", ["-batch", "-"], { input: ["link set lo up", ...lines].join("\\n") });
      const all = () => {
        const whats = new Set();
        for (let next = monitor.read(); next !== null; next = monitor.read()) {
          next.forEach(({ what }) => whats.add(what));
        }
        return [...whats];
      };
      const overrun = all();
      sh("ip address add 10.1.0.1/32 dev lo");
      print([overrun.includes("overrun"), overrun.length > 1, all()]);
    `);

    expect(seen).toEqual([true, true, ["address", "route"]]);
  });

  it.skipIf(withoutNamespace)("keeps changes that come while a request is answered", async () => {
    const seen = await inNamespace(`
      const monitor = new pollux.RouteMonitor();
      sh("ip link add d0 type bridge");
      const links = monitor.dump(sys.RTM_GETLINK, new Uint8Array(sys.structs.ifinfomsg.sizeof));
      const seen = [];
      for (let next = monitor.read(); next !== null; next = monitor.read()) {
        seen.push(...next.map(({ what, link }) => what + " " + link?.name));
      }
      print([links.length, seen[0]]);
    `);

    expect(seen).toEqual([2, "link d0"]);
  });

  it.skipIf(withoutNamespace)("has as much room as was asked for", async () => {
    const seen = await inNamespace(`
      const monitor = new pollux.RouteMonitor({ receiveBuffer: 4 << 20 });
      const lines = Array.from({ length: 1000 }, (_, i) => "address add 10.0." + (i >> 8) + "." +
        (i & 255) + "/32 dev lo");
      execFileSync("ip", ["-batch", "-"], { input: ["link set lo up", ...lines].join("\\n") });
      let [addresses, overrun] = [0, false];
      for (let next = monitor.read(); next !== null; next = monitor.read()) {
        addresses += next.filter(({ what }) => what === "address").length;
        overrun ||= next.some(({ what }) => what === "overrun");
      }
      print([addresses >= 1000, overrun]);
    `);

    expect(seen).toEqual([true, false]);
  });

  it("refuses a buffer that is none, and leaves nothing open", () => {
    expect(() => new RouteMonitor({ receiveBuffer: -1 })).toThrow(
      expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }),
    );
  });
});
