// What the scenario of a user may do wrong: each contender is one way not to end.
import { once } from "node:events";
import { connect } from "node:net";
import { setImmediate } from "node:timers";

const never = () => new Promise(() => undefined);
const spin = () => {
  for (;;);
};
const work = () => {
  for (let index = 0; index < 1000; index++) Math.sqrt(index);
};
// Holds a connection to the test until the process ends.
const notify = async (path) => {
  await once(connect(path), "connect");
};
const trials = {
  "prepare-waits": never,
  "prepare-spins": spin,
  "run-waits": () => ({ run: never }),
  "run-spins": () => ({ run: spin }),
  "teardown-waits": () => ({ run: work, teardown: never }),
  "exit-spins": () => {
    process.on("exit", spin);
    return { run: work, teardown: () => notify(process.env.POLLUX_TEST_WATCHER) };
  },
  // Not through the promise that the harness awaits.
  "run-crashes": () => ({
    run: () =>
      new Promise(() => {
        setImmediate(() => {
          throw new Error("out of the blue");
        });
      }),
  }),
  "is-killed": () => ({ run: () => process.kill(process.pid, "SIGKILL") }),
  ends: () => ({ run: work }),
  // Holds a connection to the test while it spins.
  "watched-spins": async () => {
    const watcher = connect(process.env.POLLUX_TEST_WATCHER);
    await once(watcher, "connect");
    return {
      async run() {
        await new Promise((resolve) => watcher.write("x", resolve));
        spin();
      },
    };
  },
};

export const scenario = {
  name: "stubborn",
  question: "What does a cell cost that never ends?",
  sweep: { name: "things", values: [1] },
  contenders: Object.keys(trials),
  prepare: (contender) => trials[contender](),
};
