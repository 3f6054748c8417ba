import {
  type Advice,
  type Headline,
  type Order,
  type Results,
  type ScenarioResult,
  type SweepValue,
  comparisonOf,
  headlineOf,
} from "pollux/bench";

type Row = Advice["rows"][number];

/** What to use in which situation. What is a claim about cost comes from the run; a row without data is left out. */
export function adviceOf(results: Results): Advice {
  const find = (name: string): ScenarioResult | undefined =>
    results.scenarios.find((scenario) => scenario.name === name);
  const rows = [
    fewDescriptors(find("wait_all")),
    manyIdle(find("few_active") ?? find("wait_one")),
    allBusy(find("echo_connections")),
    edge(find("echo_edge")),
    server(find("echo_connections")),
    PORTABLE,
  ];
  return {
    title: "Which one should I use?",
    rows: rows.filter((row) => row !== undefined),
  };
}

// Not a claim about cost: poll is in POSIX, epoll and descriptors above 1,023 in select are not.
const PORTABLE: Row = [
  "Code that also runs on macOS or the BSDs",
  "poll",
  "poll is in POSIX. epoll exists only on Linux, and select ends at descriptor 1,023.",
];

// What the situations call a handful and thousands.
const HANDFUL = 10;
const THOUSANDS = 1_000;

/** A handful of descriptors, most of them ready: the smallest value at which more than one is watched. */
function fewDescriptors(result: ScenarioResult | undefined): Row | undefined {
  const value = result?.sweep.values.find((one) => Number(one) > 1 && Number(one) <= HANDFUL);
  const situation = "A handful of descriptors, mostly ready";
  return row(situation, result, value, ["poll", "epoll"], { tie: "either" });
}

/** Thousands of descriptors, few of them active. */
function manyIdle(result: ScenarioResult | undefined): Row | undefined {
  const situation = "Thousands of connections, few active at a time";
  return row(situation, result, mostOf(result), ["epoll", "poll"], { tie: "either" });
}

/** Thousands of connections, all of them busy. */
function allBusy(result: ScenarioResult | undefined): Row | undefined {
  const situation = "Thousands of connections, all busy";
  return row(situation, result, mostOf(result), ["poll", "epoll"], { tie: "any of them" });
}

/** The last value, if it is one of thousands. */
function mostOf(result: ScenarioResult | undefined): SweepValue | undefined {
  return result?.sweep.values.filter((one) => Number(one) >= THOUSANDS).at(-1);
}

/** Level-triggered, unless edge-triggering is cheaper: it is the simpler one. */
function edge(result: ScenarioResult | undefined): Row | undefined {
  if (!result) return undefined;
  const orders = result.sweep.values.map((value) => orderAt(result, value, "epoll-et", "epoll"));
  const measured = orders.filter((order) => order !== undefined);
  if (measured.length === 0) return undefined;
  const pays = measured.every((order) => order === "ahead");
  const headline: Headline = headlineOf(result, result.metrics[0]!, { about: "pairs" });
  const why = pays ? "" : " Level-triggered code cannot miss an event.";
  return [
    "epoll: edge-triggered or level-triggered?",
    pays ? "edge-triggered" : "level-triggered",
    `${headline.text}.${why}`,
  ];
}

/** A server in JavaScript: pollux or node:net. */
function server(result: ScenarioResult | undefined): Row | undefined {
  const value = result?.sweep.values.find((one) => Number(one) >= 100);
  const found = row("A TCP server in JavaScript, on Linux", result, value, ["epoll", "node-net"], {
    epoll: "pollux",
    "node-net": "node:net",
    tie: "either",
  });
  if (!found) return undefined;
  const [situation, answer, why] = found;
  return [situation, answer, `${why} node:net also runs on other systems.`];
}

/**
 * A row about two contenders at one value: the cheaper one, and what the run says about them.
 *
 * @param answers - what to answer for each contender, and for a tie. Default: its name
 */
function row(
  situation: string,
  result: ScenarioResult | undefined,
  value: SweepValue | undefined,
  [one, other]: readonly [string, string],
  answers: Readonly<Record<string, string>>,
): Row | undefined {
  if (!result || value === undefined) return undefined;
  const order = orderAt(result, value, one, other);
  if (order === undefined) return undefined;
  const winner = { ahead: one, behind: other, tie: "tie" }[order];
  return [situation, answers[winner] ?? winner, reason(result, value, one, other)];
}

function orderAt(
  result: ScenarioResult,
  value: SweepValue,
  one: string,
  other: string,
): Order | undefined {
  const [metric] = result.metrics;
  return metric && comparisonOf(result, metric, value, one, other)?.order;
}

/** What the run says about the two: "At 3 watched pipes, all ready, epoll costs 1.2× as much as poll." */
function reason(result: ScenarioResult, value: SweepValue, one: string, other: string): string {
  const pairs = [{ contender: one, versus: other }];
  const metric = result.metrics[0]!;
  const { text, nuance } = headlineOf({ ...result, pairs }, metric, { about: "pairs", at: value });
  if (nuance === undefined || orderAt(result, value, one, other) === "tie") return `${text}.`;
  return `At ${value.toLocaleString("en-US")} ${result.sweep.name}, ${nuance}`;
}
