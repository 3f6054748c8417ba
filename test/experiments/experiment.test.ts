import { describe, expect, it } from "vitest";
import { SystemError } from "../../lib/errors.ts";
import { Recorder, runExperiment, type Step, textOf } from "../../lib/experiments/experiment.ts";
import * as sys from "../../lib/sys/index.ts";

const EBADF = sys.errno.EBADF;

describe("Recorder", () => {
  it("records calls with their answers in order, and returns the answers", () => {
    const out = new Recorder();

    const answers: unknown[] = [
      out.call("recv", [3, "buffer", 64, 0], () => 5),
      out.call("recv", [3, "buffer", 64, "MSG_DONTWAIT"], () => null),
      out.call("connect", [3, "127.0.0.1:80"], () => false),
    ];
    out.call("close", [3], () => undefined);
    out.remark("The peer ends.");

    expect(answers).toEqual([5, null, false]);
    expect(out.end().steps).toEqual([
      { call: "recv", arguments: [3, "buffer", 64, 0], answer: 5, times: 1 },
      {
        call: "recv",
        arguments: [3, "buffer", 64, "MSG_DONTWAIT"],
        answer: -1,
        error: "EAGAIN",
        times: 1,
      },
      {
        call: "connect",
        arguments: [3, "127.0.0.1:80"],
        answer: -1,
        error: "EINPROGRESS",
        times: 1,
      },
      { call: "close", arguments: [3], answer: 0, times: 1 },
      { remark: "The peer ends." },
    ]);
  });

  it("records a call that fails, and throws its error", () => {
    const out = new Recorder();
    const error = new SystemError(EBADF, "close");

    expect(() =>
      out.call("close", [9], () => {
        throw error;
      }),
    ).toThrow(error);

    expect(out.end().steps).toEqual([
      { call: "close", arguments: [9], answer: -1, error: "EBADF", times: 1 },
    ]);
  });

  it("records nothing of a call that fails for another reason", () => {
    const out = new Recorder();

    expect(() =>
      out.call("close", [9], () => {
        throw new TypeError("mistake");
      }),
    ).toThrow(TypeError);

    expect(out.end().steps).toEqual([]);
  });

  it("counts calls that repeat the one before with the same answer, and no others", () => {
    const out = new Recorder();
    const steps = (): string[] => out.end().steps.map(textOf);

    for (let round = 0; round < 1234; round++) out.call("recv", [3], () => null);
    out.call("recv", [4], () => null);
    out.call("recv", [4], () => 1);
    out.call("recv", [4], () => 1, undefined, "client");
    out.remark("Again.");
    out.remark("Again.");

    expect(steps()).toEqual([
      "recv(3) = -1 EAGAIN (1,234 times)",
      "recv(4) = -1 EAGAIN",
      "recv(4) = 1",
      "client: recv(4) = 1",
      "Again.",
      "Again.",
    ]);
  });

  it("shows an answer as it is told to", () => {
    const out = new Recorder();

    const ready = out.call(
      "epoll_wait",
      [5, "events", 8, -1],
      () => ["EPOLLIN"],
      (found) => found.join(" | "),
    );

    expect(ready).toEqual(["EPOLLIN"]);
    expect(out.end().steps.map(textOf)).toEqual(["epoll_wait(5, events, 8, -1) = EPOLLIN"]);
  });
});

describe("runExperiment", () => {
  const experiment = {
    name: "two-calls",
    summary: "what two calls answer",
    run(out: Recorder): string {
      const sum = out.call("one", [], () => 1) + out.call("two", [], () => 2);
      out.figure({ sum });
      return `Both calls answered ${String(sum)}.`;
    },
  };

  it("returns steps, figures and the conclusion, and tells each step once", async () => {
    const told: Step[] = [];

    const findings = await runExperiment(experiment, (step) => told.push(step));

    expect(findings).toEqual({
      name: "two-calls",
      summary: "what two calls answer",
      steps: [
        { call: "one", arguments: [], answer: 1, times: 1 },
        { call: "two", arguments: [], answer: 2, times: 1 },
      ],
      figures: [{ sum: 3 }],
      conclusion: "Both calls answered 3.",
    });
    expect(told).toEqual(findings.steps);
  });

  it("throws what the experiment throws", async () => {
    const failing = {
      ...experiment,
      run: () => Promise.reject(new SystemError(EBADF, "close")),
    };

    await expect(runExperiment(failing)).rejects.toMatchObject({ code: "EBADF" });
  });
});
