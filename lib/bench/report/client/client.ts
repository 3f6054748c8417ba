// Runs in the reader's browser, inlined into the report after uPlot itself. It imports nothing.
interface Series {
  readonly title: string;
  readonly color: string;
  readonly dash: number[];
  readonly medians: readonly (number | null)[];
  readonly lows: readonly (number | null)[];
  readonly highs: readonly (number | null)[];
  readonly notes: readonly string[];
}

interface Chart {
  readonly unit: string;
  readonly xName: string;
  readonly x: readonly number[];
  readonly logX: boolean;
  readonly logY: boolean;
  readonly series: readonly Series[];
}

const HEIGHT = 360;
// uPlot declares an enum, but has none when it runs.
/* eslint-disable @typescript-eslint/no-unsafe-enum-assignment */
const LINEAR = 1 as uPlot.Scale.Distr;
const LOGARITHMIC = 3 as uPlot.Scale.Distr;
/* eslint-enable @typescript-eslint/no-unsafe-enum-assignment */

const charts = JSON.parse(document.getElementById("charts")?.textContent ?? "[]") as Chart[];
let plots: uPlot[] = [];

function compact(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en-US", { notation: "compact" });
}

function exact(value: number | null): string {
  return value === null ? "–" : Number(value.toPrecision(4)).toLocaleString("en-US");
}

function noted(value: string, note: string): string {
  return note === "" ? value : `${value} (${note})`;
}

function variable(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** From the lowest to the highest of nine in ten samples. */
function drawSpread(plot: uPlot, chart: Chart): void {
  const { ctx } = plot;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  for (const [index, series] of chart.series.entries()) {
    if (!plot.series[index + 1]?.show) continue;
    ctx.strokeStyle = series.color;
    ctx.beginPath();
    for (const [place, x] of chart.x.entries()) {
      const [low, high] = [series.lows[place] ?? null, series.highs[place] ?? null];
      if (low === null || high === null) continue;
      const left = plot.valToPos(x, "x", true);
      ctx.moveTo(left, plot.valToPos(low, "y", true));
      ctx.lineTo(left, plot.valToPos(high, "y", true));
    }
    ctx.stroke();
  }
  ctx.restore();
}

function axis(label: string, splits?: () => number[]): uPlot.Axis {
  const [text, line] = [variable("--text"), variable("--line")];
  return {
    label,
    stroke: text,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
    values: (_plot, values) => values.map((value) => (value === null ? "" : compact(value))),
    ...(splits && { splits, filter: (_plot: uPlot, values: number[]) => values }),
  };
}

function draw(chart: Chart, target: HTMLElement): uPlot {
  const options: uPlot.Options = {
    width: target.clientWidth,
    height: HEIGHT,
    scales: {
      x: { time: false, distr: chart.logX ? LOGARITHMIC : LINEAR },
      y: {
        distr: chart.logY ? LOGARITHMIC : LINEAR,
        ...(!chart.logY && { range: (_plot, _low, high) => [0, high * 1.05] }),
      },
    },
    axes: [
      // At the measured values, as far as they do not run into each other.
      axis(chart.xName, () => spaced(chart, target.clientWidth)),
      { ...axis(chart.unit), size: 64 },
    ],
    cursor: { focus: { prox: 24 } },
    focus: { alpha: 0.35 },
    legend: {
      markers: {
        dash: (_plot, index) => (chart.series[index - 1]?.dash.length ? "dashed" : "solid"),
      },
    },
    series: [
      { label: chart.xName, value: (_plot, value: number | null) => exact(value) },
      ...chart.series.map((series) => ({
        label: series.title,
        stroke: series.color,
        width: 2,
        spanGaps: true,
        dash: series.dash,
        points: { show: true, size: 6, fill: series.color },
        value: (_plot: uPlot, value: number | null, _series: number, place: number | null) =>
          place === null ? exact(value) : noted(exact(value), series.notes[place] ?? ""),
      })),
    ],
    hooks: { draw: [(plot) => drawSpread(plot, chart)] },
  };
  const data = [
    chart.x,
    ...chart.series.map(({ medians }) => medians),
  ] as unknown as uPlot.AlignedData;
  return new uPlot(options, data, target);
}

function spaced(chart: Chart, width: number): number[] {
  const place = (x: number): number => (chart.logX ? Math.log(x) : x);
  const [first, last] = [place(chart.x[0] ?? 1), place(chart.x.at(-1) ?? 1)];
  const least = 44;
  const shown: number[] = [];
  let end = -Infinity;
  for (const x of chart.x) {
    const at = ((place(x) - first) / (last - first || 1)) * (width - 90);
    if (at - end < least) continue;
    shown.push(x);
    end = at;
  }
  return shown;
}

function drawAll(): void {
  for (const plot of plots) plot.destroy();
  plots = [...document.querySelectorAll<HTMLElement>("[data-chart]")].flatMap((target) => {
    const chart = charts[Number(target.dataset["chart"])];
    return chart ? [draw(chart, target)] : [];
  });
  // For whoever tests this page.
  document.documentElement.dataset["drawn"] = String(plots.length);
}

window.addEventListener("error", ({ message }) => {
  document.documentElement.dataset["error"] = message;
});
drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
let width = innerWidth;
window.addEventListener("resize", () => {
  if (innerWidth === width) return; // a phone's address bar comes and goes
  width = innerWidth;
  drawAll();
});
