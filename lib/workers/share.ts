import type { Instruction } from "../options/kinds/programs.ts";

/**
 * How workers share the connections of one address. docs/workers.md compares them.
 * - `reuseport`: each slot has a listening socket of its own (SO_REUSEPORT); the kernel spreads connections by
 *   a hash of the addresses.
 * - `steered`: as `reuseport`, but a program picks the socket by the processor that received the connection.
 * - `shared`: one socket, which all workers watch: each connection may wake all of them (the herd).
 * - `exclusive`: as `shared`, with EPOLLEXCLUSIVE: one or a few wake. Requires epoll.
 * - `mutex`: as `shared`, but only the worker that holds a lock watches.
 * - `accept`: the supervisor accepts, and passes each connection to the worker that has the fewest.
 */
export const SHARES = ["reuseport", "steered", "shared", "exclusive", "mutex", "accept"] as const;

/** One of {@link SHARES}. */
export type Share = (typeof SHARES)[number];

/** Whether each slot has a listening socket of its own. */
export function isPerSlot(share: Share): boolean {
  return share === "reuseport" || share === "steered";
}

// Classic BPF, the same on every machine (<linux/bpf_common.h>, <linux/filter.h>).
const LOAD_WORD = 0x20; // BPF_LD | BPF_W | BPF_ABS
const MODULO = 0x94; // BPF_ALU | BPF_MOD | BPF_K
const RETURN_ACCUMULATOR = 0x16; // BPF_RET | BPF_A
const CPU = 0xffff_f024; // SKF_AD_OFF + SKF_AD_CPU

/** Picks a socket of the group by the number of the processor: SO_ATTACH_REUSEPORT_CBPF. */
export function byProcessor(sockets: number): readonly Instruction[] {
  return [
    { code: LOAD_WORD, jt: 0, jf: 0, k: CPU },
    { code: MODULO, jt: 0, jf: 0, k: sockets },
    { code: RETURN_ACCUMULATOR, jt: 0, jf: 0, k: 0 },
  ];
}
