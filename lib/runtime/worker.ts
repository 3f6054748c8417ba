import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * The file of a worker of this package.
 *
 * @param find - `() => new URL(…, import.meta.url)`; fails in a bundle of CommonJS, where there is no such place
 * @throws Error ERR_POLLUX_NO_WORKER: it is not there, because the package was bundled
 */
export function workerFile(owner: string, find: () => URL): URL {
  try {
    const url = find();
    if (url.protocol !== "file:" || existsSync(fileURLToPath(url))) return url;
  } catch {
    // Said below.
  }
  const message =
    `${owner} needs the file of its worker, which is not in a bundle: use it from node_modules, ` +
    "or with the package outside the bundle";
  throw Object.assign(new Error(message), { code: "ERR_POLLUX_NO_WORKER" });
}

/**
 * Starts a module in a thread. With `--input-type`, which a worker inherits from the command line or
 * NODE_OPTIONS, Node refuses a file as a worker's entry, but accepts source text that imports the file. The
 * worker still inherits flags that cannot be passed to it.
 */
export function startWorker(url: URL, options: WorkerOptions): Worker {
  return new Worker(`import(${JSON.stringify(url.href)})`, { ...options, eval: true });
}
