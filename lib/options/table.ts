import { IP_LEVEL } from "./levels/ip.ts";
import { IPV6_LEVEL } from "./levels/ipv6.ts";
import type { Kind } from "./kinds/kind.ts";
import { LINK_LEVEL } from "./levels/link.ts";
import type { AnyOption } from "./option.ts";
import { SCTP_LEVEL } from "./levels/sctp.ts";
import { SOCKET_LEVEL } from "./levels/socket.ts";
import { TCP_LEVEL } from "./levels/tcp.ts";

/** Every option with a type of its own, by its C name. */
export const OPTIONS = {
  ...SOCKET_LEVEL,
  ...TCP_LEVEL,
  ...IP_LEVEL,
  ...IPV6_LEVEL,
  ...LINK_LEVEL,
  ...SCTP_LEVEL,
} as const satisfies Readonly<Record<string, AnyOption>>;

type Table = typeof OPTIONS;

/** The C name of an option, such as "SO_LINGER". */
export type OptionName = keyof Table;

type WithAccess<Access> = {
  [N in OptionName]: Table[N]["access"] extends Access ? N : never;
}[OptionName];

/** The options that getsockopt(2) can read. */
export type ReadableOption = WithAccess<"get" | "get and set">;

/** The options that setsockopt(2) can set. */
export type WritableOption = WithAccess<"set" | "get and set">;

/** The type of an option's value when it is read. */
export type OptionValue<N extends OptionName> =
  Table[N]["kind"] extends Kind<infer Read, never, never> ? Read : never;

/** The type of the value that an option is set to. */
export type OptionInput<N extends OptionName> =
  Table[N]["kind"] extends Kind<infer _Read, infer Write, never> ? Write : never;

/** The query of getsockopt(2), for options that need one: the association of an SCTP socket. */
export type OptionQuery<N extends OptionName> =
  Table[N]["kind"] extends Kind<infer _Read, never, infer Query> ? Query : undefined;
