import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

// What these folders test is over in a moment: `npm run check` runs it.
const QUICK =
  /^(address|cmsg|descriptors|harness|memory|netlink|options|reactor|socket|structure|sys)\/|^multiplexer\/(epoll|select)\.\w+\.test|^\w+\.test/;

// But for files that take seconds.
const SLOW =
  /^harness\/.*(browser|\bcell|limit|measure)|^sys\/(async_wait|signal)|^socket\/(connect|datagram_batch|exact)/;

// A file has a process of its own only if it changes what a whole process has (handlers of signals,
// threads, environment, clocks): to start one and to load lib/ in it costs more than most files.
const PROCESS_WIDE =
  /support\/signals\.ts|process\.(on|once|env\[.*\] =|kill\(process\.pid)|new Worker|wait_thread(_create|\.ts)|\/contract\.ts"|useFakeTimers|^sys\/(async_wait|signal)/;

// Once a process has listened to signals, the waits of lib/multiplexer/ end in another way, and not those of
// lib/sys/: the files of test/sys/ may share theirs.
const LISTENING = /^sys\/.*\n[^]*support\/signals\.ts/;

type Project = "alone" | "programs" | "quick" | "signals";

const files = readdirSync(join(import.meta.dirname, "test"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .sort();
function projectOf(file: string): Project {
  const text = readFileSync(join(import.meta.dirname, "test", file), "utf8");
  const both = `${file}\n${text}`;
  const others = both.replace(/.*support\/signals\.ts.*/g, "");
  if (LISTENING.test(both) && !PROCESS_WIDE.test(others)) return "signals";
  if (PROCESS_WIDE.test(both)) return "alone";
  return QUICK.test(file) && !SLOW.test(file) ? "quick" : "programs";
}
const pathsOf = (project: Project): string[] =>
  files.filter((file) => projectOf(file) === project).map((file) => `test/${file}`);

/** The interpreter that `python3` is, or finds: tests start it hundreds of times. */
function pythonItself(): string {
  const args = ["-I", "-S", "-c", "import sys; print(sys.executable)"];
  // Without AddressSanitizer's LD_PRELOAD (scripts/test-asan), which is for Node.js alone.
  const env = { ...process.env, LD_PRELOAD: "" };
  return spawnSync("python3", args, { encoding: "utf8", env }).stdout?.trim() || "python3";
}

// Tests start thousands of programs. With this variable, each Node.js parses all authorities that the machine trusts,
// which takes as long as all the rest of its start, and no test talks to a stranger.
delete process.env["NODE_EXTRA_CA_CERTS"];

export default defineConfig({
  test: {
    // Processes, not threads: descriptors, limits and signals belong to the whole process.
    pool: "forks",
    // By default one core is left free; but most files wait for other processes most of the time: one more than
    // there are cores keeps them busy.
    maxWorkers: availableParallelism() + 1,
    // CommonJS, which is loaded by node itself.
    server: { deps: { external: [/\/addon\.cjs$/] } },
    env: { POLLUX_PYTHON: pythonItself() },
    setupFiles: ["test/support/descriptors.ts"],
    // Limits are for what hangs: a busy machine may take its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      // In this order, by their names: what is left at the end is short.
      { extends: true, test: { name: "alone", include: pathsOf("alone") } },
      { extends: true, test: { name: "programs", include: pathsOf("programs"), isolate: false } },
      { extends: true, test: { name: "quick", include: pathsOf("quick"), isolate: false } },
      { extends: true, test: { name: "signals", include: pathsOf("signals"), isolate: false } },
    ],
  },
});
