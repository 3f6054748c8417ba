import { createMultiplexer } from "../multiplexer/create.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import {
  type InterfaceAddress,
  interfaces,
  interfacesByIoctl,
  type NetworkInterface,
} from "../netlink/interfaces.ts";
import type { Route } from "../netlink/route.ts";
import { type RouteChange, RouteMonitor, RouteSocket } from "../netlink/route_socket.ts";
import * as sys from "../sys/index.ts";
import type { InterfacesOptions } from "./interfaces.ts";
import { endWithOutput, json, print, styler } from "./output.ts";
import type { RoutesOptions } from "./routes.ts";

const FLAGS = {
  UP: sys.IFF_UP,
  BROADCAST: sys.IFF_BROADCAST,
  LOOPBACK: sys.IFF_LOOPBACK,
  POINTOPOINT: sys.IFF_POINTOPOINT,
  RUNNING: sys.IFF_RUNNING,
  MULTICAST: sys.IFF_MULTICAST,
  PROMISC: sys.IFF_PROMISC,
};

/** Prints the interfaces. */
export function listInterfaces(wanted: string | undefined, options: InterfacesOptions): void {
  const all = options.ioctl ? interfacesByIoctl() : interfaces();
  const found = wanted === undefined ? all : all.filter(({ name }) => name === wanted);
  if (found.length === 0 && wanted !== undefined) throw new Error(`no interface ${wanted}`);
  for (const one of found) {
    if (options.json) print(json({ ...one, flags: flagsOf(one.flags) }));
    else print(...linesOf(one));
  }
}

function linesOf(one: NetworkInterface): string[] {
  const style = styler();
  const isUp = (one.flags & sys.IFF_UP) !== 0;
  const flags = style(isUp ? "green" : "red", `<${flagsOf(one.flags).join(" ")}>`);
  return [
    `${String(one.index)}: ${style("bold", one.name)} ${flags} mtu ${String(one.mtu)}`,
    ...(one.hardwareAddress === "" ? [] : [`   hardware ${one.hardwareAddress}`]),
    ...one.addresses.map((address) => `   ${textOf(address)}`),
  ];
}

function textOf({ family, address, netmask, broadcast }: InterfaceAddress): string {
  return `${family} ${address} mask ${netmask}${broadcast === undefined ? "" : ` to all ${broadcast}`}`;
}

/** The names of the bits that are known. */
function flagsOf(flags: number): string[] {
  return Object.entries(FLAGS).flatMap(([name, bit]) => ((flags & bit) === 0 ? [] : [name]));
}

/** Prints the routes; with `monitor`, changes until the process ends. */
export async function listRoutes(options: RoutesOptions): Promise<void> {
  // The monitor first, so that changes while the routes are read are printed, too.
  using monitor = options.monitor ? new RouteMonitor() : null;
  {
    using socket = new RouteSocket();
    for (const route of socket.routes()) {
      if (isWanted(route, options)) print(options.json ? json(route) : routeText(route));
    }
  }
  if (monitor) await watch(monitor, options);
}

async function watch(monitor: RouteMonitor, options: RoutesOptions): Promise<void> {
  endWithOutput();
  print(options.json ? json({ what: "watching" }) : "watching; Ctrl-C stops");
  const multiplexer = createMultiplexer("epoll");
  multiplexer.add(monitor, READABLE);
  for await (const _ of multiplexer) {
    for (let changes = monitor.read(); changes; changes = monitor.read()) {
      for (const change of changes) tell(change, options);
    }
  }
}

function tell(change: RouteChange, options: RoutesOptions): void {
  if (change.what === "route" && !isWanted(change.route, options)) return;
  print(options.json ? json(change) : changeText(change));
}

function isWanted({ table }: Route, { all }: RoutesOptions): boolean {
  return all || table === sys.RT_TABLE_MAIN;
}

function changeText(change: RouteChange): string {
  if (change.what === "overrun") return "too many changes at once: some are lost";
  const style = styler();
  const verb = change.removed ? style("red", "removed") : style("green", "added");
  if (change.what === "route") return `${verb} route ${routeText(change.route)}`;
  if (change.what === "link") return `${verb} link ${change.link.name}`;
  const { address, prefixLength, interface: index } = change.address;
  return `${verb} address ${address}/${String(prefixLength)} on ${nameOf(index)}`;
}

function routeText(route: Route): string {
  const { destination, prefixLength, nextHops, metric, table, preferredSource } = route;
  const to = destination === null ? "default" : `${destination}/${String(prefixLength)}`;
  const hops = nextHops.length === 0 ? [route] : nextHops;
  return [
    styler()("bold", to),
    ...(destination === null ? [`(${route.family})`] : []),
    ...hops.map(
      ({ gateway, interface: index }) =>
        (gateway === undefined ? "" : `via ${gateway} `) +
        (index === undefined ? "nowhere" : `on ${nameOf(index)}`),
    ),
    ...(preferredSource === undefined ? [] : [`from ${preferredSource}`]),
    ...(metric === undefined ? [] : [`metric ${String(metric)}`]),
    ...(table === sys.RT_TABLE_MAIN ? [] : [`table ${String(table)}`]),
  ].join(" ");
}

function nameOf(index: number): string {
  try {
    return sys.ifIndextoname(index);
  } catch {
    return `interface ${String(index)}`; // it was removed, and its routes with it
  }
}
