import * as threads from "node:worker_threads";

/**
 * Memory that handlers see during a call. postMessage() and structuredClone() cannot transfer it: Node
 * clones it instead, or throws. Only ArrayBuffer's own `transfer()` detaches it, which leaves a length of 0.
 */
export function borrowedMemory(size: number): Uint8Array {
  const memory = new Uint8Array(size);
  threads.markAsUntransferable?.(memory.buffer); // not in older versions of Bun
  return memory;
}

const PAGE = 65_536;

interface WebAssemblyMemories {
  readonly Memory: new (limits: { initial: number; maximum: number }) => {
    readonly buffer: ArrayBuffer;
  };
}

/**
 * As {@link borrowedMemory}, for memory that holds messages of many connections: nothing can detach it.
 * Only memory of WebAssembly has this property; `transfer()` throws. It takes 10 GiB of address space, which
 * costs nothing, and 13 µs. Without WebAssembly it is {@link borrowedMemory}.
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
    return borrowedMemory(size); // the address space may be limited: RLIMIT_AS
  }
}
