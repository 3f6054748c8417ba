// What does one wait cost on 10, 100 and 500 eventfds, one of which is ready?
import { EventFd, type MultiplexerName, READABLE, createMultiplexer } from "pollux";
import { type Scenario, cellLine, measure } from "pollux/bench";

const scenario: Scenario<MultiplexerName, number> = {
  name: "my_question",
  question: "What does one wait cost when one of N eventfds is ready?",
  sweep: { name: "eventfds", values: [10, 100, 500] },
  contenders: ["select", "poll", "epoll"],
  prepare(contender, count) {
    const fds = Array.from(
      { length: count },
      (_, index) => new EventFd({ initial: index ? 0 : 1 }),
    );
    const multiplexer = createMultiplexer(contender);
    for (const fd of fds) multiplexer.add(fd, READABLE);
    const run = (times: number): void => {
      for (let wait = 0; wait < times; wait++) multiplexer.waitSync(0, () => undefined);
    };
    return { run, teardown: () => [multiplexer, ...fds].forEach((owner) => owner.close()) };
  },
};
const result = await measure(scenario);
for (const cell of result.cells) console.log(cell.value, cellLine(result, cell));
