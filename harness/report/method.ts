import type { Results } from "../results/results.ts";

/** How the numbers of a report were obtained. */
export const METHOD = [
  "Each cell (one contender at one value) runs in a process of its own. All contenders at one value are prepared, warmed up, and then measured in turn (A B C A B C), so that a disturbance of the machine affects all of them.",
  "A point or a bar is the median of its samples; the band around the line, or the thin line over the bar, reaches from the 10th to the 90th percentile. Where it ends in an arrow, it goes on beyond the picture. A ratio is taken sample by sample between neighbors in time; its median is reported.",
  "A ratio is always a cost per another cost, such as pollux / C in processor time: 1.04× C is 4 % more, and lower is better. The cost behind a rate is the time of each unit. If any pair of samples contradicts a difference, it is a tie.",
  "A program costs more while it, or its load, is put to sleep and woken for each message than while both are always busy. Samples of servers are sorted into such regimes, and compared within one only: the one of which both contenders have the most samples, the first with the first, the second with the second. Without a regime in common, there is no ratio.",
  "A sample is starved if the machine had no time for it: neither the server nor its load was busy, or the process waited for a processor. It is taken again, up to three times, or once in a quick run. If more than a quarter of a cell's samples stay starved, the cell is shown, but no goal, ratio, finding or comparison counts it.",
  "If there are two processors, the measured process runs on one and its load on the other. Processor time is what the scheduler counts for all threads of a process, in user mode and in the kernel. User time and system time are split by the kernel's clock ticks: they are rougher in one sample than their sum.",
  "Servers echo over TCP on the loopback device. If a load of round trips has a processor of its own, it asks for events in a loop instead of sleeping, unless a question says otherwise; a load of short connections or of HTTP requests sleeps. Latencies are counted in an HdrHistogram of three digits. With fewer than 1,000 latencies in a sample, the p99.9 is the longest one.",
];

/** What a reader might expect, but does not find, in a report. */
export const NOT_MEASURED = [
  "Networks: the loopback device has no packet loss, no interrupts and no delay.",
  "TLS, and whatever a program does with a message besides sending it back. HTTP has a question of its own.",
  "Many processors: a server has one, and two workers share two with their load.",
  "Differences between days or machines: a ratio within one run says more than one number from each of two runs.",
];

/** The machine and the options of a run, as rows of a table. */
export function machineRows({ machine, started, seconds, options }: Results): [string, string][] {
  const { cpu, architecture, cores, pinned, memoryMiB, system, node, v8, uv, pollux, load } =
    machine;
  return [
    ["Started", `${started}, took ${String(seconds)} s`],
    [
      "Samples",
      `${String(options.rounds)} of ${String(options.sampleMs)} ms per cell${options.quick ? " (quick)" : ""}`,
    ],
    ["Processor", `${cpu}, ${architecture}, ${String(cores)} usable`],
    [
      "Pinned",
      pinned.length === 0 ? "no" : `measured on ${String(pinned[0])}, load on ${String(pinned[1])}`,
    ],
    ["Memory", `${(memoryMiB / 1024).toFixed(1)} GiB`],
    ["System", system],
    ["Node.js", `${node} (V8 ${v8}, libuv ${uv})`],
    ["pollux", pollux],
    ["Load average before", load],
  ];
}
