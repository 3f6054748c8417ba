import { Address } from "../address/address.ts";
import { Descriptor } from "../descriptors/descriptor.ts";
import { isSystemError } from "../errors.ts";
import type { AnyOption } from "../options/option.ts";
import { getOption } from "../options/options.ts";
import { optionOfOtherSystem } from "../options/other_systems.ts";
import { OPTIONS } from "../options/table.ts";
import { createConnection } from "../socket/create_connection.ts";
import * as sys from "../sys/index.ts";
import { checkEndpoint } from "./addresses.ts";
import type { OptionsOptions } from "./options.ts";
import { json, print, styler, table } from "./output.ts";
import { UsageError } from "./report.ts";

/** Which page of the manual describes the options of a level. */
const MANUAL: Readonly<Record<string, string>> = {
  SOL_SOCKET: "socket(7)",
  SOL_TCP: "tcp(7)",
  SOL_IP: "ip(7)",
  SOL_IPV6: "ipv6(7)",
  SOL_UDP: "udp(7)",
  IPPROTO_UDPLITE: "udplite(7)",
  IPPROTO_ICMPV6: "icmp(7)",
  IPPROTO_SCTP: "sctp(7)",
  SOL_PACKET: "packet(7)",
  SOL_NETLINK: "netlink(7)",
  AF_VSOCK: "vsock(7)",
};

/** The value of an option on a socket, or the name of the error instead. */
type Value = { readonly value: unknown } | { readonly error: string };

/** Prints what the options with this name are; with a socket, their values too. */
export async function tellOptions(
  name: string | undefined,
  options: OptionsOptions,
): Promise<void> {
  const found = named(name);
  if (options.fd === undefined && options.connect === undefined) {
    tell(found, options.json, () => null);
    return;
  }
  const type = options.udp ? sys.SOCK_DGRAM : sys.SOCK_STREAM;
  using socket =
    options.connect === undefined
      ? null
      : await createConnection(checkEndpoint(options.connect), { type });
  const fd = socket ? socket.fd : (options.fd ?? -1);
  sys.getsockopt(fd, sys.SOL_SOCKET, sys.SO_TYPE); // throws if it is no socket
  const values = new Map(found.map(([each]) => [each, valueOf(fd, each)]));
  const isOne = found.length === 1;
  // Of many, only those that this socket has.
  const shown = found.filter(([each]) => isOne || "value" in (values.get(each) ?? {}));
  tell(shown, options.json, (each) => values.get(each) ?? null);
  const first = isOne ? values.get(found[0]?.[0] ?? "") : undefined;
  if (first && "error" in first) process.exitCode = 1;
}

type Named = readonly [name: string, option: AnyOption];

function named(name = ""): Named[] {
  const wanted = name.toUpperCase();
  const all = Object.entries<AnyOption>(OPTIONS);
  const exact = all.filter(([each]) => each === wanted);
  const found = exact.length > 0 ? exact : all.filter(([each]) => each.startsWith(wanted));
  if (found.length > 0) return found;
  const reason = optionOfOtherSystem(wanted);
  throw new UsageError(
    reason === null ? `no socket option ${name}` : `${name} is ${reason.replace(/^an? /, "an ")}`,
  );
}

function valueOf(fd: number, name: string): Value {
  try {
    const value: unknown = getOption(fd, name as "SO_TYPE");
    if (value instanceof Address) return { value: String(value) };
    if (!(value instanceof Descriptor)) return { value };
    value.close(); // SO_PEERPIDFD
    return { value: "a descriptor" };
  } catch (error) {
    // TypeError: it can only be set, or needs a query.
    return { error: isSystemError(error) ? error.code : "not readable" };
  }
}

function tell(
  found: readonly Named[],
  asJson: boolean,
  valueOf: (name: string) => Value | null,
): void {
  if (asJson) {
    for (const [name, option] of found) print(json({ ...facts(name, option), ...valueOf(name) }));
    return;
  }
  const [only] = found;
  if (found.length === 1 && only) {
    print(...page(only, valueOf(only[0])));
    return;
  }
  const rows = found.map(([name, { levelName, kind, since, unit }]) => {
    const value = valueOf(name);
    return value === null
      ? [name, levelName, since, short(kind.type), unit]
      : [name, levelName, unit === "" ? textOf(value) : `${textOf(value)} (${unit})`];
  });
  print(...table(rows));
}

interface Facts {
  readonly name: string;
  readonly level: string;
  readonly number: number;
  readonly type: string;
  readonly access: string;
  readonly unit: string;
  readonly since: string;
  readonly manual: string | undefined;
}

function facts(name: string, { levelName, optname, kind, access, unit, since }: AnyOption): Facts {
  const manual = MANUAL[levelName];
  return { name, level: levelName, number: optname, type: kind.type, access, unit, since, manual };
}

function page([name, option]: Named, value: Value | null): string[] {
  const { level, number, type, access, unit, since, manual } = facts(name, option);
  const rows: [string, string][] = [
    ["level", level],
    ["number", String(number)],
    ["type", type],
    ["access", access],
    ["unit", unit],
    // "2.6" also stands for older kernels.
    ["since", since === "2.6" ? "Linux 2.6 or before" : `Linux ${since}`],
    ["manual", manual ?? ""],
    ["value", value === null ? "" : textOf(value)],
  ];
  const known = rows.filter(([, text]) => text !== "");
  return [styler()("bold", name), ...table(known.map(([key, text]) => [`  ${key}`, text]))];
}

function textOf(value: Value): string {
  if ("error" in value) return value.error;
  return typeof value.value === "string" ? value.value : json(value.value);
}

function short(type: string): string {
  return type.length > 30 ? "structure" : type;
}
