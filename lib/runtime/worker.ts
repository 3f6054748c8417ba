import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Starts a module in a thread. Node refuses a file as a worker's entry wherever `--input-type` stands, in
 * `node --input-type=module -e`, behind standard input or in NODE_OPTIONS, which every worker inherits; but
 * an entry that imports the file is taken, and flags that no worker may be given stay inherited.
 */
export function startWorker(url: URL, options: WorkerOptions): Worker {
  return new Worker(`import(${JSON.stringify(url.href)})`, { ...options, eval: true });
}
