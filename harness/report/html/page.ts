import type { Results } from "../../results/results.ts";
import { escapeHtml } from "../../wording/format.ts";

export const STYLE = `
:root{color-scheme:light dark;--back:#fff;--text:#212529;--soft:#5c636a;--line:#dee2e6;--panel:#f6f7f9;--link:#1864ab;--good:#2b8a3e;--bad:#c92a2a}
@media(prefers-color-scheme:dark){:root{--back:#15181c;--text:#dee2e6;--soft:#9aa2aa;--line:#343a40;--panel:#1d2126;--link:#74c0fc;--good:#69db7c;--bad:#ff8787}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:66rem;padding:1rem;background:var(--back);color:var(--text);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.7rem;line-height:1.2;margin:.5rem 0}
h2{font-size:1.25rem;line-height:1.3;margin:3rem 0 .25rem}
h3{font-size:1rem;margin:1.5rem 0 .25rem}
p{margin:.5rem 0}.soft{color:var(--soft);font-size:.9rem}
a{color:var(--link)}
.finding{border-left:4px solid var(--link);padding:.4rem .8rem;background:var(--panel)}
.finding p{margin:0}.finding ul{margin:.3rem 0 0;padding-left:1.1rem;font-size:.9rem}.finding li{margin:.2rem 0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
th,td{padding:.2rem .6rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child{text-align:left}
th{color:var(--soft);font-weight:600}
.starved{color:var(--bad)}
.yes{color:var(--good)}.no{color:var(--bad)}
summary{cursor:pointer;color:var(--link)}
nav ol{padding-left:1.2rem;columns:2 20rem;column-gap:2.5rem}
.bars{display:grid;grid-template-columns:minmax(5rem,auto) 1fr;gap:.6rem .8rem;align-items:center;font-size:.85rem}
.bars b{font-weight:500;overflow-wrap:anywhere}
.bar{display:flex;align-items:center;gap:.5rem;white-space:nowrap}
.bar i{height:.8rem;flex:none}.bar i,.legend i{border:1px solid;border-radius:2px}
.legend span{display:inline-block;margin-right:1rem}.legend i{display:inline-block;width:.8rem;height:.8rem;margin-right:.3rem;vertical-align:-1px}
.u-legend{text-align:left!important;font-size:.8rem}
.u-legend .u-marker{width:1.6rem;height:0;border-width:3px 0 0!important;background:none!important}
.u-legend th{border:0;white-space:nowrap}.u-legend td{border:0;white-space:normal;text-align:left}.u-legend th::after{content:""!important}
.u-legend .u-series:first-child .u-marker{display:none}
.stacked td:nth-child(-n+3),.stacked th:nth-child(-n+3){text-align:left}
.stacked td{white-space:normal}.stacked td:nth-child(4),.stacked td:nth-child(6){white-space:nowrap}
.stacked td:nth-child(5){min-width:8rem}
@media(max-width:36rem){
.bars{grid-template-columns:1fr;gap:.2rem}.bars b{margin-top:.5rem}
table.stacked thead{display:none}
table.stacked tr{display:flex;flex-wrap:wrap;gap:0 .7rem;padding:.4rem 0;border-bottom:1px solid var(--line)}
table.stacked td{display:block;border:0;padding:0;text-align:left;white-space:normal}
table.stacked td:nth-child(2),table.stacked td:nth-child(3){flex:0 0 100%}
table.stacked td:nth-child(4)::before{content:"goal "}
table.stacked td:nth-child(6):not(:empty)::before{content:"spread "}
table.stacked td:first-child{flex:0 0 100%;font-size:.95rem}
}
`;

export const METHOD = [
  "Each cell of a chart runs in a process of its own. All contenders of one value are prepared, warmed up, and then measured in turn (A B C A B C): what disturbs the machine disturbs all of them.",
  "A point is the median of its samples; the line through it reaches from the lowest to the highest of nine in ten. Ratios are taken sample by sample between neighbours in time, then their median.",
  "A sample for which the machine had no time (neither the server nor its load was busy, or the process waited for a processor) is taken again, up to three times, once in a quick run; tables count these as starved. A cell that keeps a starved sample is shown, but no goal, ratio, finding or comparison counts it.",
  "The measured process runs on one processor, its load on another, where there are two. Processor time is the scheduler's own account of all threads of a process, in user mode and in the kernel.",
  "Servers echo over TCP on the loopback device. Latencies are counted in an HdrHistogram of three digits; of fewer than 1,000 in a sample, the p99.9 is the longest.",
];

export const NOT_MEASURED = [
  "Networks: the loopback device has no packet loss, no interrupts and no delay.",
  "TLS, HTTP, or anything else that a program does with a message besides sending it back.",
  "More than one processor for a server, and more than one thread.",
  "Two runs on two days, or machines: a ratio within one run says more than a number from two.",
];

/** Where and with what it was measured, as rows of a table. */
export function machineRows({ machine, started, seconds, options }: Results): [string, string][] {
  const { cpu, architecture, cores, pinned, memoryMiB, system, node, v8, uv, pollux, load } =
    machine;
  return [
    ["Started", `${started}, took ${String(seconds)} s`],
    [
      "Samples",
      `${String(options.rounds)} of ${String(options.sampleMs)} ms for each cell${options.quick ? " (quick)" : ""}`,
    ],
    ["Processor", `${cpu}, ${architecture}, ${String(cores)} for this process`],
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

/** @param kind - a class; `stacked`: on a phone, each row is a paragraph */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  kind = "",
): string {
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  const top = head.length === 0 ? "" : `<thead>${row(head, "th")}</thead>`;
  return `<div class="scroll"><table${kind === "" ? "" : ` class="${kind}"`}>${top}<tbody>${rows.map((cells) => row(cells, "td")).join("")}</tbody></table></div>`;
}

export function list(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul>`;
}
