// exit_waits.mjs, for --import: at its exit, a successor waits until the FIFO in the variable FIFO was opened and closed.
import { readFileSync } from "node:fs";

if (process.env.POLLUX_HANDOVER_FD) process.on("exit", () => readFileSync(process.env.FIFO));
