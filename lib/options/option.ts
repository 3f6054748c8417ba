import type { Kind } from "./kinds/kind.ts";

/** Whether an option can be asked for with getsockopt(2), set with setsockopt(2), or both. */
export type Access = "get" | "set" | "get and set";

/** One row of the table: an option of a socket. */
export interface Option<K, A extends Access> {
  /** The level as C writes it. */
  readonly levelName: string;
  readonly level: number;
  readonly optname: number;
  readonly kind: K;
  readonly access: A;
  /** The first kernel that has it; "2.6" also stands for what is older. */
  readonly since: string;
  /** The unit, or what else the number is. */
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

/** The three ways to write a row of one level: can be get, set, or both. */
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
