import { statSync } from "node:fs";
import { resolve } from "node:path";
import { Address } from "../address/address.ts";
import { MULTIPLEXERS, type MultiplexerName } from "../multiplexer/create.ts";
import { Report, UsageError } from "./report.ts";
import type { ServeOptions, WebService } from "./serve.ts";
import { announce, limits, signalled, summarize, whereToListen } from "./serving.ts";
import { removeAtExit } from "./socket_file.ts";
import { Status } from "./status.ts";
import { ChatRoom } from "./web/chat_room.ts";
import type { Site } from "./web/site.ts";
import { staticFiles } from "./web/static_files.ts";
import { WebServer } from "./web/web_server.ts";

interface Running {
  readonly multiplexer: MultiplexerName;
  readonly thread: WebServer;
}

/** Runs web servers in this thread until a signal comes. */
export async function serveWeb(service: WebService, options: ServeOptions): Promise<void> {
  const names = options.multiplexer === "all" ? MULTIPLEXERS : [options.multiplexer];
  const site = siteOf(service, options);
  const report = new Report(options.json);
  const interrupted = signalled();
  const addressOf = await whereToListen(options);
  const running: Running[] = [];
  try {
    for (const [index, multiplexer] of names.entries()) {
      const address = Address.from(addressOf(index));
      const thread = await WebServer.start(site, address, { multiplexer, ...limits(options) });
      running.push({ multiplexer, thread });
      removeAtExit(thread.address);
      announce(report, multiplexer, service, thread.address);
    }
    const [first] = running;
    if (first) report.hint(`open ${urlOf(first.thread.address)}; Ctrl-C stops`);
    using _ = options.status ? new Status(running, options.json) : null;
    await Promise.race([interrupted, ...running.map(({ thread }) => thread.failed)]);
  } catch (error) {
    for (const { thread } of running) thread.close();
    throw error;
  }
  report.hint("stopping");
  await Promise.all(
    running.map(async ({ multiplexer, thread }) => {
      summarize(report, multiplexer, await thread.stop());
    }),
  );
}

/** What all servers answer with. @throws UsageError: no folder */
function siteOf(service: WebService, { root = "" }: ServeOptions): Site {
  if (service === "chat") return new ChatRoom();
  const folder = resolve(root);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`--root: ${folder} is not a folder`);
  }
  return staticFiles(folder);
}

/** What a browser or curl is told. */
function urlOf(address: Address): string {
  return address.port === undefined
    ? `http://localhost/ through ${String(address)}`
    : `http://${String(address)}/`;
}
