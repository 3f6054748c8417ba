import { markAsUntransferable } from "node:worker_threads";

/**
 * Memory that handlers see during a call. It stays in place when one of them transfers it with
 * postMessage() or structuredClone(): Node clones it instead, or throws. Only ArrayBuffer's own
 * `transfer()` takes it away, which leaves a length of 0.
 */
export function borrowedMemory(size: number): Uint8Array {
  const memory = new Uint8Array(size);
  markAsUntransferable(memory.buffer);
  return memory;
}
