// Lists the network interfaces over netlink(7), or with `ioctl` by the requests of netdevice(7).
//
//   node interfaces.js [ioctl]
import { interfaces, interfacesByIoctl, sys } from "pollux";

const FLAGS = {
  UP: sys.IFF_UP,
  BROADCAST: sys.IFF_BROADCAST,
  LOOPBACK: sys.IFF_LOOPBACK,
  POINTOPOINT: sys.IFF_POINTOPOINT,
  RUNNING: sys.IFF_RUNNING,
  MULTICAST: sys.IFF_MULTICAST,
};

for (const one of process.argv[2] === "ioctl" ? interfacesByIoctl() : interfaces()) {
  const flags = Object.entries(FLAGS).filter(([, bit]) => one.flags & bit);
  console.log(
    `${one.index}: ${one.name} <${flags.map(([name]) => name).join(" ")}> mtu ${one.mtu}`,
  );
  if (one.hardwareAddress !== "") console.log(`   hardware ${one.hardwareAddress}`);
  for (const { family, address, netmask, broadcast } of one.addresses) {
    console.log(
      `   ${family} ${address} mask ${netmask}${broadcast ? ` to all ${broadcast}` : ""}`,
    );
  }
}
