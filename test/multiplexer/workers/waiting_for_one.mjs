// A transfer that waits, and nothing else, keeps the process alive, until it is over.
import { spawn } from "node:child_process";
import { READABLE, Pipe } from "../../../dist/lib/index.js";
import { DescriptorWait } from "../../../dist/lib/multiplexer/wait_for.js";

const { reader, writer } = new Pipe();
spawn("sh", ["-c", "sleep 0.1; echo"], { stdio: ["ignore", writer.fd, "ignore"] }).unref();
const wait = new DescriptorWait(reader, 1e9);
console.log("ended", await wait.wait(READABLE));
