import type { Multiplexer } from "pollux";

/** A name of {@link CONTENDERS}. */
export type ContenderName =
  | "c-select"
  | "c-poll"
  | "c-epoll"
  | "c-epoll-et"
  | "c-select-mt"
  | "c-poll-mt"
  | "c-epoll-mt"
  | "select"
  | "poll"
  | "epoll"
  | "epoll-et"
  | "epoll-loop"
  | "node-net"
  | "bun"
  | "npm-epoll";

/** What is compared: each says what it can do, and each scenario takes those that can. */
export interface Contender {
  readonly name: ContenderName;
  /** How it is called in tables and charts. */
  readonly title: string;
  /** Why it cannot be measured on this machine. */
  missing?(): string | undefined;
  /** The command line of its echo server: prints its port, and serves until its input ends. */
  server(): readonly string[];
  /** Its multiplexer, for scenarios that run in the process of the cell. */
  multiplexer?(capacity: number): Multiplexer;
  /** How it is called by bench/c/wait_cost.c. */
  readonly waitCost?: readonly string[];
}
