// The main module of a cell's process: does what its parent asks, one thing at a time.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { LocalCell } from "./local_cell.ts";
import type { CellReply, CellRequest } from "./messages.ts";
import { messageOf } from "./error_message.ts";
import { loadScenario } from "../scenario/load_scenario.ts";

// Started before the scenario, which may never return control of this thread.
const watch = new Worker(new URL("./parent_watch.js", import.meta.url));
watch.unref();
const watched = once(watch, "online");
let cell: LocalCell | null = null;

async function handle(request: CellRequest): Promise<CellReply> {
  switch (request.request) {
    case "prepare": {
      const [scenario] = await Promise.all([loadScenario(request.module), watched]);
      cell = new LocalCell(scenario, request.contender, request.value);
      await cell.prepare();
      return { reply: "done" };
    }
    case "calibrate":
      return { reply: "calibrated", times: (await cell?.calibrate(request.sampleMs)) ?? 0 };
    case "sample":
      if (!cell) throw new Error("The cell must be prepared first");
      return { reply: "taken", taken: await cell.sample() };
    case "teardown":
      await cell?.teardown();
      return { reply: "done" };
  }
}

function failed(error: unknown): CellReply {
  return { reply: "failed", message: messageOf(error) };
}

process.on("message", (request: CellRequest) => {
  void handle(request)
    .catch(failed)
    .then((reply) => process.send?.(reply));
});
// The parent has ended, or is done with this cell. Programs started here end with their standard input.
process.on("disconnect", () => process.exit());
