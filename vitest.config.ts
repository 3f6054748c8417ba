import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

// What these folders test belongs to no process and is over in a moment: their files share a few
// processes, since starting one and loading lib/ in it costs more than most of them.
const QUICK =
  /^(address|cmsg|descriptors|harness|memory|netlink|options|reactor|socket|structure|sys)\/|^multiplexer\/(epoll|select)\.\w+\.test|^\w+\.test/;

// But for those that change what a whole process has (handlers of signals, threads, environment)…
const PROCESS_WIDE =
  /support\/signals\.ts|process\.(on|once|env\[.*\] =|kill)|new Worker|wait_thread/;

// … and those that take seconds.
const SLOW =
  /^harness\/.*(browser|\bcell|limit|measure)|^sys\/(async_wait|signal)|^socket\/(connect|datagram_batch|exact)/;

const files = readdirSync(join(import.meta.dirname, "test"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .sort();
const isQuick = (file: string): boolean =>
  QUICK.test(file) &&
  !SLOW.test(file) &&
  !PROCESS_WIDE.test(readFileSync(join(import.meta.dirname, "test", file), "utf8"));
const paths = (quick: boolean): string[] =>
  files.filter((file) => isQuick(file) === quick).map((file) => `test/${file}`);

export default defineConfig({
  test: {
    // Processes, not threads: descriptors, limits and signals belong to the whole process.
    pool: "forks",
    // By default one core is left free; but most files wait for other processes most of the time.
    maxWorkers: Math.max(2, availableParallelism()),
    // CommonJS, which is loaded by node itself.
    server: { deps: { external: [/\/addon\.cjs$/] } },
    setupFiles: ["test/support/descriptors.ts"],
    // Limits are for what hangs: a busy machine may take its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: "quick", include: paths(true), isolate: false } },
      { extends: true, test: { name: "slow", include: paths(false) } },
    ],
  },
});
