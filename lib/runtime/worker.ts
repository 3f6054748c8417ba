import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Starts a module in a thread. With `--input-type`, which a worker inherits from the command line or
 * NODE_OPTIONS, Node refuses a file as a worker's entry, but accepts source text that imports the file. The
 * worker still inherits flags that cannot be passed to it.
 */
export function startWorker(url: URL, options: WorkerOptions): Worker {
  return new Worker(`import(${JSON.stringify(url.href)})`, { ...options, eval: true });
}
