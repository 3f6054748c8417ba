// Draws the charts of the report in the browser of the reader; inlined after uPlot. It imports nothing.
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
// uPlot declares an enum that does not exist at run time.
const LINEAR = 1 as uPlot.Scale.Distr;
const LOGARITHMIC = 3 as uPlot.Scale.Distr;

const charts = JSON.parse(document.getElementById("charts")?.textContent ?? "[]") as Chart[];
let plots: uPlot[] = [];

function compact(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en-US", { notation: "compact" });
}

function exact(value: number | null): string {
  return value === null ? "" : Number(value.toPrecision(4)).toLocaleString("en-US");
}

// Times and sizes change their unit along the axis.
const LARGER: Record<string, readonly (readonly [size: number, unit: string])[]> = {
  ns: [
    [1e9, "s"],
    [1e6, "ms"],
    [1e3, "µs"],
  ],
  µs: [
    [1e6, "s"],
    [1e3, "ms"],
  ],
  bytes: [
    [1024 ** 2, "MiB"],
    [1024, "KiB"],
  ],
};

function scaled(value: number, unit: string): string {
  const [size, name] = LARGER[unit]?.find(([min]) => value >= min) ?? [1, unit];
  return `${Number((value / size).toPrecision(3)).toLocaleString("en-US")} ${name}`;
}

function withNote(value: string, note: string): string {
  return note === "" ? value : `${value} (${note})`;
}

function variable(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Draws a vertical line through each point, from the 10th to the 90th percentile. */
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

function axis(label: string | null, tick: (value: number) => string): uPlot.Axis {
  const [text, line] = [variable("--text"), variable("--line")];
  return {
    ...(label !== null && { label }),
    stroke: text,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
    values: (_plot, values) => values.map((value) => (value === null ? "" : tick(value))),
  };
}

function xAxis(chart: Chart, width: number): uPlot.Axis {
  // Ticks are at the measured values that have room for their label.
  const splits = (): number[] => spaced(chart, width);
  return { ...axis(chart.xName, compact), splits, filter: (_plot, values) => values };
}

function yAxis(chart: Chart): uPlot.Axis {
  const changes = chart.unit in LARGER;
  const tick = changes ? (value: number) => scaled(value, chart.unit) : compact;
  const splits = (): number[] => powers(yRange(chart));
  return {
    ...axis(changes ? null : chart.unit, tick),
    size: 68,
    ...(chart.logY && { splits, filter: (_plot: uPlot, values: number[]) => values }),
  };
}

/** Powers of ten, and 2 and 5 times these if there are few. */
function powers([low, high]: readonly [number, number]): number[] {
  const factors = high / low < 100 ? [1, 2, 5] : [1];
  const from = Math.floor(Math.log10(low));
  const steps = Math.ceil(Math.log10(high)) - from + 1;
  return Array.from({ length: steps }, (_, step) => factors.map((one) => one * 10 ** (from + step)))
    .flat()
    .filter((value) => value >= low && value <= high);
}

/** The range of the y axis, spreads included. */
function yRange(chart: Chart): [number, number] {
  const all = (pick: (series: Series) => readonly (number | null)[]): number[] =>
    chart.series.flatMap((series) => pick(series).filter((value) => value !== null));
  const [low, high] = [Math.min(...all((one) => one.lows)), Math.max(...all((one) => one.highs))];
  return chart.logY ? [low / 1.1, high * 1.1] : [0, high * 1.05 || 1];
}

// As the line: solid, dashed or dotted.
function markerOf(dash: readonly number[] | undefined): string {
  if (dash?.[0] === undefined) return "solid";
  return dash[0] > 3 ? "dashed" : "dotted";
}

function lineOf(series: Series, unit: string): uPlot.Series {
  return {
    label: series.title,
    stroke: series.color,
    width: 2,
    spanGaps: true,
    dash: series.dash,
    points: { show: true, size: 6, fill: series.color },
    value: (_plot: uPlot, value: number | null, _series: number, place: number | null) => {
      if (value === null) return "";
      const note = place === null ? "" : (series.notes[place] ?? "");
      return withNote(scaled(value, unit), note);
    },
  };
}

function draw(chart: Chart, target: HTMLElement): uPlot {
  const options: uPlot.Options = {
    width: target.clientWidth,
    height: HEIGHT,
    scales: {
      x: { time: false, distr: chart.logX ? LOGARITHMIC : LINEAR },
      y: { distr: chart.logY ? LOGARITHMIC : LINEAR, range: () => yRange(chart) },
    },
    axes: [xAxis(chart, target.clientWidth), yAxis(chart)],
    cursor: { focus: { prox: 24 } },
    focus: { alpha: 0.35 },
    legend: {
      markers: {
        dash: (_plot, index) => markerOf(chart.series[index - 1]?.dash),
      },
    },
    series: [
      { label: chart.xName, value: (_plot, value: number | null) => exact(value) },
      ...chart.series.map((series) => lineOf(series, chart.unit)),
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
  const minDistance = 44;
  const shown: number[] = [];
  let end = -Infinity;
  for (const x of chart.x) {
    const at = ((place(x) - first) / (last - first || 1)) * (width - 90);
    if (at - end < minDistance) continue;
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
  // For the tests of this page.
  document.documentElement.dataset["drawn"] = String(plots.length);
}

window.addEventListener("error", ({ message }) => {
  document.documentElement.dataset["error"] = message;
});
drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
let width = innerWidth;
window.addEventListener("resize", () => {
  if (innerWidth === width) return; // the address bar of a phone comes and goes
  width = innerWidth;
  drawAll();
});
