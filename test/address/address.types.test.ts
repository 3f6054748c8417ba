import { describe, expect, it } from "vitest";
import { typeErrors } from "../support/types.ts";

const PREAMBLE = `
import type { AddressInfo } from "node:net";
import type { RemoteInfo } from "node:dgram";
import { Address } from "../lib/index.ts";
declare const info: AddressInfo, remote: RemoteInfo, address: Address, bytes: Uint8Array;
`;

const RIGHT = [
  `Address.from(address);`,
  `Address.from({ address: "127.0.0.1", port: 80 });`,
  `Address.from({ address: "fe80::1", port: 80, flowInfo: 1, scopeId: "lo" });`,
  `Address.from({ path: "/a" });`,
  `Address.from({ path: bytes });`,
  `Address.from({ family: "netlink" });`,
  `Address.from({ family: "netlink", pid: 1, groups: 2 });`,
  `Address.from({ family: "packet", interface: "lo", protocol: 3, hardwareAddress: bytes });`,
  `Address.from({ family: "vsock", cid: 1, port: 2, flags: 0 });`,
  `Address.from({ family: "can", interface: 1, isotp: { rxId: 1, txId: 2 } });`,
  `Address.from({ family: "can", j1939: { name: 0n, pgn: 1, addr: 2 } });`,
  `Address.from({ family: 38, data: bytes });`,
  `Address.from({ family: "IPv4", address: "127.0.0.1", port: 80 });`,
  `Address.from({ family: "unix", path: "/a" });`,
  `Address.from(info);`,
  `Address.from(remote);`,
  `Address.from(address.fields);`,
  `if (address.fields.family === "vsock") address.fields.cid.toFixed();`,
  `const path: string | Uint8Array = address.fields.family === "unix" ? address.fields.path : "";`,
];

const WRONG = [
  `Address.from("127.0.0.1:80");`,
  `Address.from(80);`,
  `Address.from(null);`,
  `Address.from({});`,
  `Address.from({ port: 80 });`,
  `Address.from({ address: "127.0.0.1" });`,
  `Address.from({ address: "127.0.0.1", port: "80" });`,
  `Address.from({ address: 1, port: 80 });`,
  `Address.from({ address: "127.0.0.1", port: 80, path: "/a" });`,
  `Address.from({ address: "127.0.0.1", port: 80, host: "a" });`,
  `Address.from({ path: 1 });`,
  `Address.from({ path: new ArrayBuffer(1) });`,
  `Address.from({ family: "ipx", data: bytes });`,
  `Address.from({ family: "vsock", port: 1 });`,
  `Address.from({ family: "netlink", cid: 1 });`,
  `Address.from({ family: "packet", hardwareAddress: "02:00:00:00:00:01" });`,
  `Address.from({ family: "can", isotp: { rxId: 1 } });`,
  `Address.from({ family: "can", j1939: { name: 0, pgn: 1, addr: 2 } });`,
  `Address.from({ family: 38 });`,
  `Address.parse(bytes);`,
  `address.fields.cid;`,
  `address.bytes = bytes;`,
];

describe("The types of an address", () => {
  const errors = typeErrors(PREAMBLE, [...RIGHT, ...WRONG]);

  it.each(RIGHT)("take %s", (snippet) => {
    expect(errors[snippet]).toEqual([]);
  });

  it.each(WRONG)("refuse %s", (snippet) => {
    expect(errors[snippet]).not.toEqual([]);
  });
});
