import { ProcessPerConnection } from "../workers/process_per_connection.ts";
import type { ProcessPerConnectionOptions } from "../workers/process_per_connection_options.ts";
import type { ServeChildData } from "./serve_child.ts";

/** Serves each connection in a process of its own. @throws as {@link ProcessPerConnection.start} */
export async function serveProcesses(
  data: ServeChildData,
  options: Omit<ProcessPerConnectionOptions, "data">,
): Promise<ProcessPerConnection> {
  // In the package, it stands beside the file that this one is a part of.
  const entry = new URL("./serve_child.js", import.meta.url);
  return await ProcessPerConnection.start(entry, { ...options, data });
}
