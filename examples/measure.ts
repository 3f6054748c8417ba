// What does one wait cost on 10, 100 and 1,000 pipes, one of which is ready?
import { type MultiplexerName, READABLE, createMultiplexer, sys } from "pollux";
import { type Scenario, cellOf, measure, summaryOf } from "pollux/bench";

const scenario: Scenario<MultiplexerName, number> = {
  name: "my_question",
  question: "What does one wait cost when one of N pipes is ready?",
  sweep: { name: "pipes", values: [10, 100, 1_000] },
  contenders: ["select", "poll", "epoll"],
  prepare(contender, count) {
    const pipes = Array.from({ length: count }, () => sys.pipe2(sys.O_CLOEXEC));
    const capacity = contender === "select" ? { capacity: 4096 } : {};
    const multiplexer = createMultiplexer(contender, capacity);
    for (const [readEnd] of pipes) multiplexer.add(readEnd, READABLE);
    sys.write(pipes[0]![1], new Uint8Array(1));
    let found = 0;
    return {
      run(times) {
        for (let wait = 0; wait < times; wait++) multiplexer.waitSync(0, () => found++);
      },
      teardown() {
        multiplexer.close();
        for (const fd of pipes.flat()) sys.close(fd);
        if (found === 0) throw new Error("nothing was ready");
      },
    };
  },
};

const result = await measure(scenario, { rounds: 5, sampleMs: 20 });
for (const { contender, value } of result.cells) {
  const { median = NaN } = summaryOf(cellOf(result, contender, value), "time") ?? {};
  console.log(`${contender} on ${value} pipes: ${Math.round(median)} ns`);
}
