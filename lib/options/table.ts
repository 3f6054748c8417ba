import { IP_LEVEL } from "./levels/ip.ts";
import { IPV6_LEVEL } from "./levels/ipv6.ts";
import type { Kind } from "./kinds/kind.ts";
import { LINK_LEVEL } from "./levels/link.ts";
import type { AnyOption } from "./option.ts";
import { SCTP_LEVEL } from "./levels/sctp.ts";
import { SOCKET_LEVEL } from "./levels/socket.ts";
import { TCP_LEVEL } from "./levels/tcp.ts";

/** Every option that has a type of its own, by its name in C. */
export const OPTIONS = {
  ...SOCKET_LEVEL,
  ...TCP_LEVEL,
  ...IP_LEVEL,
  ...IPV6_LEVEL,
  ...LINK_LEVEL,
  ...SCTP_LEVEL,
} as const satisfies Readonly<Record<string, AnyOption>>;

type Table = typeof OPTIONS;

/** The name of an option, as C has it: "SO_LINGER". */
export type OptionName = keyof Table;

type WithAccess<Access> = {
  [N in OptionName]: Table[N]["access"] extends Access ? N : never;
}[OptionName];

/** The options that getsockopt(2) answers. */
export type ReadableOption = WithAccess<"get" | "get and set">;

/** The options that setsockopt(2) takes. */
export type WritableOption = WithAccess<"set" | "get and set">;

/** What an option is when it is read. */
export type OptionValue<N extends OptionName> =
  Table[N]["kind"] extends Kind<infer Read, never, never> ? Read : never;

/** What an option can be set to. */
export type OptionInput<N extends OptionName> =
  Table[N]["kind"] extends Kind<infer _Read, infer Write, never> ? Write : never;

/** What the answer of getsockopt(2) can depend on: the association of an SCTP socket. */
export type OptionQuery<N extends OptionName> =
  Table[N]["kind"] extends Kind<infer _Read, never, infer Query> ? Query : undefined;
