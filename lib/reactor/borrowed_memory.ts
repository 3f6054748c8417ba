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

const PAGE = 65_536;

interface WebAssemblyMemories {
  readonly Memory: new (limits: { initial: number; maximum: number }) => {
    readonly buffer: ArrayBuffer;
  };
}

/**
 * As {@link borrowedMemory}, for what holds messages of many connections at once: nobody can transfer it away.
 * Of all memory, only that of WebAssembly cannot be detached; `transfer()` throws. It takes 10 GiB of
 * addresses, which cost nothing, and 13 µs. Where there is none, it is as borrowed memory.
 */
export function undetachableMemory(size: number): Uint8Array {
  const { WebAssembly } = globalThis as { WebAssembly?: WebAssemblyMemories };
  const pages = Math.ceil(size / PAGE);
  try {
    if (!WebAssembly) return borrowedMemory(size); // --jitless
    return new Uint8Array(
      new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer,
      0,
      size,
    );
  } catch {
    return borrowedMemory(size); // the process may have no more addresses: RLIMIT_AS
  }
}
