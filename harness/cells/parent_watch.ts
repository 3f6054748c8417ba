// A thread of a cell's process, so that it also runs while the cell does nothing but spin.
import { Socket } from "node:net";

/** The pipe that only the parent has the other end of; after the three of a terminal and node's own. */
const PARENT_FD = 4;

// The parent has ended, however that came: nobody is left to hear what this process measures.
new Socket({ fd: PARENT_FD, readable: true, writable: false })
  .on("error", () => undefined)
  .on("close", () => process.kill(process.pid, "SIGKILL"))
  .resume();
