// Prints the routes of the main table; with `watch`, also what changes afterwards.
//
//   node routes.js [watch]
import { READABLE, type Route, RouteMonitor, RouteSocket, createMultiplexer, sys } from "pollux";

// The monitor first, so that changes while we ask are reported too.
const monitor = process.argv[2] === "watch" ? new RouteMonitor({ links: false }) : null;

function print(what: string, route: Route): void {
  if (route.table !== sys.RT_TABLE_MAIN) return;
  const to = route.destination === null ? "default" : `${route.destination}/${route.prefixLength}`;
  const via = route.gateway === undefined ? "" : ` via ${route.gateway}`;
  const device = route.interface === undefined ? "" : ` on ${nameOf(route.interface)}`;
  console.log(`${what} ${to}${via}${device}`);
}

function nameOf(index: number): string {
  try {
    return sys.ifIndextoname(index);
  } catch {
    return `interface ${index}`; // it was removed, and its routes with it
  }
}

const socket = new RouteSocket();
for (const route of socket.routes()) print("route", route);
socket.close();

if (monitor) {
  console.log("watching");
  const mux = createMultiplexer();
  mux.add(monitor, READABLE);
  for await (const _ of mux) {
    for (let changes = monitor.read(); changes; changes = monitor.read()) {
      for (const change of changes) {
        if (change.what === "overrun") console.log("too many changes at once: some are lost");
        if (change.what === "route") print(change.removed ? "removed" : "added", change.route);
        if (change.what === "address") {
          console.log(`${change.removed ? "removed" : "added"} address ${change.address.address}`);
        }
      }
    }
  }
}
