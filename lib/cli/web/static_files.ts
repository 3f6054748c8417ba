import { constants } from "node:fs";
import { access } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import send from "@fastify/send";
import type { Site } from "./site.ts";

/**
 * The files of a folder, with index.html for folders. It does not show names that begin with a dot. Links are followed, also those
 * that lead out of the folder.
 */
export function staticFiles(root: string): Site {
  return {
    onRequest: (request, response) => void answer(root, request, response),
  };
}

async function answer(
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader("x-content-type-options", "nosniff");
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    refuse(response, 405);
    return;
  }
  try {
    const path = pathOf(request.url ?? "");
    const { statusCode, headers, stream } = await send(request, path, { root, onFile });
    response.writeHead(statusCode, headers);
    let length = 0;
    stream.on("data", (bytes: Buffer | string) => (length += bytes.length));
    await pipeline(stream, response, { end: false });
    // A file that has become shorter: only the end of the connection tells the client.
    if (request.method === "GET" && length < Number(headers["Content-Length"])) response.destroy();
    else response.end();
  } catch (error) {
    if (response.headersSent || response.destroyed) response.destroy();
    else refuse(response, statusOf(error));
  }
}

/** What is asked for, without the query. A client of a proxy sends a whole URL. @throws TypeError: it is neither */
function pathOf(url: string): string {
  const [path = ""] = url.split("?");
  return path.startsWith("/") ? path : new URL(url).pathname;
}

/** Refuses what would block a read, such as a FIFO, and what may not be read, while the status can be told. */
async function onFile(path: string, stat: { isFile(): boolean }): Promise<void> {
  if (!stat.isFile()) throw Object.assign(new Error("no regular file"), { code: "EACCES" });
  await access(path, constants.R_OK);
}

function statusOf(error: unknown): number {
  if (error instanceof TypeError) return 400;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EPERM") return 403;
  return code === "ENOENT" ? 404 : 500;
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${String(status)}\n`);
}
