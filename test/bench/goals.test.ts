import type { AnyScenario } from "pollux/bench";
import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../../bench/index.ts";

const NAMES = [...SCENARIOS.keys()];
const scenarios = new Map<string, AnyScenario>();
for (const name of NAMES) {
  const module = (await import(`../../bench/scenarios/${name}.ts`)) as { scenario: AnyScenario };
  scenarios.set(name, module.scenario);
}

const OTHERS = ["node-net", "bun", "deno", "koffi", "python-selectors", "python-asyncio"];

describe("the goals of the suite", () => {
  const waits = ["wait_ten", "wait_sockets"].flatMap((name) =>
    [100, 1_000, 5_000, 10_000].flatMap((value) =>
      ["select", "poll"].map((contender) => {
        const versus = `c-${contender}-mt`;
        return [name, { contender, versus, value, metric: "cpu", atMost: 1.1 }] as const;
      }),
    ),
  );
  const few = [1_000, 10_000].flatMap((value) =>
    ["select", "poll"].map((contender) => {
      const versus = `c-${contender}-mt`;
      return [
        "few_active",
        { contender, versus, value, metric: "rate", atMost: 1 / 0.95 },
      ] as const;
    }),
  );
  const echo = (["epoll", "epoll-loop"] as const).flatMap((contender) => {
    const about = { contender, metric: "cpu" };
    return [
      ...[10, 100, 1_000].map((value) => ["echo_connections", { ...about, value }] as const),
      ["echo_sizes", { ...about, value: 16_384 }] as const,
    ].flatMap(([name, goal]) => [
      [name, { ...goal, versus: "c-epoll", atMost: 1 / 0.97 }] as const,
      ...OTHERS.map((versus) => [name, { ...goal, versus, atMost: 1 }] as const),
    ]);
  });
  const ten = [10, 30, 100, 300, 1_000, 5_000, 10_000].map((value) => {
    const about = { contender: "epoll", versus: "c-epoll-mt", metric: "cpu" };
    return ["wait_ten", { ...about, value, atMost: 1.3 }] as const;
  });

  it.each([
    ["system_calls", { contender: "sys", versus: "c-mt", value: "recv-would-block", atMost: 1.5 }],
    [
      "system_calls",
      { contender: "sys", versus: "c-mt", value: "epoll_wait-10-ready", atMost: 1.3 },
    ],
    [
      "system_calls",
      { contender: "sys", versus: "subarray", value: "recv-would-block", atMost: 1 },
    ],
    ...[...waits, ...ten, ...echo, ...few],
    ...[100, 1_000].map((value) => {
      const about = { contender: "epoll", versus: "node-net", metric: "rate" };
      return ["echo_connections", { ...about, value, atMost: 1 / 1.9 }] as const;
    }),
    ...[100, 1_000].flatMap((value) => {
      const about = { contender: "pollux-net", versus: "node-net", value, metric: "rate" };
      return [
        ["echo_connections", { ...about, atMost: 1 }] as const,
        ["http", { ...about, atMost: 1 / 0.9 }] as const,
      ];
    }),
    ...[1, 10, 100].map((value) => {
      const about = { contender: "pollux-net", versus: "node-net", metric: "rate" };
      return ["churn", { ...about, value, atMost: 1 }] as const;
    }),
    ...[10, 100].flatMap((value) => {
      const about = { contender: "epoll-et", value, metric: "cpu" };
      return [
        ["echo_edge", { ...about, versus: "c-epoll-et", atMost: 1 / 0.97 }] as const,
        ["echo_edge", { ...about, versus: "epoll", atMost: 1.03 }] as const,
      ];
    }),
    ...[1, 10, 100].map((value) => {
      const about = { contender: "epoll", versus: "c-epoll", metric: "cpu" };
      return ["churn", { ...about, value, atMost: 1 / 0.85 }] as const;
    }),
    ["two_workers", { contender: "two", versus: "one", value: 100, metric: "cpu", atMost: 1 }],
  ] as const)("include, in %s, %j", (name, wanted) => {
    expect(scenarios.get(name)?.goals).toContainEqual(expect.objectContaining(wanted));
  });
});

describe.each(NAMES)("%s", (name) => {
  const scenario = scenarios.get(name)!;
  const contenders: readonly unknown[] = scenario.contenders;

  it("has only contenders, values and metrics of its own in goals and pairs", () => {
    const metrics = (scenario.metrics ?? []).map((metric) => metric.name);
    for (const { contender, versus, value, metric } of scenario.goals ?? []) {
      expect(contenders).toContain(contender);
      expect(contenders).toContain(versus);
      expect(scenario.sweep.values).toContain(value);
      expect(metrics).toContain(metric);
    }
    for (const { contender, versus } of scenario.pairs ?? []) {
      expect(contenders).toContain(contender);
      expect(contenders).toContain(versus);
    }
  });
});
