import type { Multiplexer } from "pollux";

/** What contenders have in common: the language or runtime that an echo server is written for. */
export type Family =
  "C" | "C library" | "pollux" | "Node.js" | "Bun" | "Deno" | "Python" | "Go" | "Rust";

/** What is compared. Each contender says what it can do, and each scenario takes those that can. */
export interface Contender {
  /** The name on command lines and in results. Its file is named alike, with underscores. */
  readonly name: string;
  /** The name in tables and charts. */
  readonly title: string;
  /** Its family, which charts give a color to. */
  readonly family: Family;
  /** How to get what it needs: a command, or in words that nothing is needed. */
  readonly install: string;
  /** The version of its tools, such as "Go 1.19.8"; `undefined` if they are not installed. */
  version(): string | undefined;
  /** The reason why it cannot be measured on this machine; `undefined` if it can. */
  missing?(): string | undefined;
  /**
   * Builds its server in {@link buildDirectory}. Called only where nothing is missing.
   *
   * @throws Error with what the compiler has said
   */
  build?(): void;
  /**
   * The command line of its echo server. The server prints its port; answers each line of its input with
   * its user time and its system time so far, in microseconds; and serves until its input ends.
   */
  server(): readonly string[];
  /** The command line of its server of HTTP, which is alike but answers requests. */
  readonly httpServer?: readonly string[];
  /** Its multiplexer, for scenarios that run in the process of the cell. */
  multiplexer?(capacity: number): Multiplexer;
  /** The start of a command line of bench/c/wait_cost.c. */
  readonly waitCost?: readonly string[];
}
