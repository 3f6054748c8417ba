// Kills the process of a cell when its parent ends. A thread of its own, so that it runs while the cell spins.
import { Socket } from "node:net";

/** A pipe whose other end only the parent has; 0 to 2 are the standard streams, 3 is Node's channel. */
const PARENT_FD = 4;

new Socket({ fd: PARENT_FD, readable: true, writable: false })
  .on("error", () => undefined)
  .on("close", () => process.kill(process.pid, "SIGKILL"))
  .resume();
