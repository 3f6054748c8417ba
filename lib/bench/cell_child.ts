import { LocalCell } from "./cell.ts";
import type { CellReply, CellRequest } from "./cell_messages.ts";
import { loadScenario } from "./load_scenario.ts";

let cell: LocalCell | null = null;

async function handle(request: CellRequest): Promise<CellReply> {
  switch (request.request) {
    case "prepare":
      cell = new LocalCell(await loadScenario(request.module), request.contender, request.value);
      await cell.prepare();
      return { reply: "done" };
    case "calibrate":
      return { reply: "calibrated", times: (await cell?.calibrate(request.sampleMs)) ?? 0 };
    case "sample":
      if (!cell) throw new Error("The cell is not prepared");
      return { reply: "taken", taken: await cell.sample() };
    case "teardown":
      await cell?.teardown();
      return { reply: "done" };
  }
}

function failed(error: unknown): CellReply {
  return { reply: "failed", message: error instanceof Error ? error.message : String(error) };
}

process.on("message", (request: CellRequest) => {
  void handle(request)
    .catch(failed)
    .then((reply) => process.send?.(reply));
});
// The parent is gone, or done with this cell. What was started here ends with its standard input.
process.on("disconnect", () => process.exit());
// Ctrl-C is for the parent, which keeps what was measured and then ends its cells.
process.on("SIGINT", () => undefined);
