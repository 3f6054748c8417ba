import type { Kind } from "./kinds/kind.ts";

/** Whether an option can be read with getsockopt(2), set with setsockopt(2), or both. */
export type Access = "get" | "set" | "get and set";

/** One row of the table of socket options. */
export interface Option<K, A extends Access> {
  /** The name of the level in C, such as "SOL_SOCKET". */
  readonly levelName: string;
  readonly level: number;
  readonly optname: number;
  readonly kind: K;
  readonly access: A;
  /** The first Linux version that has it; "2.6" also stands for older versions. */
  readonly since: string;
  /** The unit of the number, or what the number means. */
  readonly unit: string;
}

export type AnyKind = Kind<unknown, unknown, unknown>;
export type AnyOption = Option<AnyKind, Access>;

type Row<A extends Access> = <K>(
  optname: number,
  kind: K,
  since?: string,
  unit?: string,
) => Option<K, A>;

/** Builds rows of one level: `r` for options that can be read, `w` set, `rw` both. */
export function at(
  levelName: string,
  level: number,
): { r: Row<"get">; w: Row<"set">; rw: Row<"get and set"> } {
  const row =
    <A extends Access>(access: A): Row<A> =>
    (optname, kind, since = "2.6", unit = "") => ({
      levelName,
      level,
      optname,
      kind,
      access,
      since,
      unit,
    });
  return { r: row("get"), w: row("set"), rw: row("get and set") };
}
