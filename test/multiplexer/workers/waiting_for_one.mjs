// A transfer that waits, and nothing else, keeps the process alive, until it is over.
import { spawn } from "node:child_process";
import { Pipe, readExactly } from "../../../dist/lib/index.js";

const { reader, writer } = new Pipe();
spawn("sh", ["-c", "sleep 0.1; echo"], { stdio: ["ignore", writer.fd, "ignore"] }).unref();
console.log("read", await readExactly(reader, new Uint8Array(1)));
