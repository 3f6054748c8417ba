// Shows the values of a chart when a reader points at it, or moves through it with the arrow keys, and unpacks
// the results for the download. The page is complete without it. It imports nothing.

/** A chart: its plot, and the table that has its numbers. */
interface Chart {
  readonly plot: HTMLElement;
  readonly table: HTMLTableElement;
  /** Where the values of the x axis are, from 0 to 1000. */
  readonly xs: readonly number[];
  readonly lines: readonly Line[];
}

interface Line {
  /** Its row in the table. */
  readonly row: number;
  /** The class that has its color. */
  readonly hue: string;
  /** How far it is from the top, in pixels, by the place of the value. */
  readonly tops: ReadonlyMap<number, number>;
}

const WIDTH = 1000;
const GAP = 12;

function chartOf(plot: HTMLElement): Chart {
  const { table: id = "", x = "" } = plot.dataset;
  const xs = x.split(" ").map(Number);
  const lines = [...plot.querySelectorAll<SVGElement>("[data-s]")].map((drawn): Line => {
    const points = drawn.querySelector(".line")?.getAttribute("d")?.slice(1).split("L") ?? [];
    const tops = points.map((point) => {
      const [left = -1, top = 0] = point.split(" ").map(Number);
      return [xs.indexOf(left), top] as const;
    });
    const hue = [...drawn.classList].find((name) => /^h\d$/.test(name)) ?? "";
    return { row: Number(drawn.dataset["s"]), hue, tops: new Map(tops) };
  });
  return { plot, xs, lines, table: document.getElementById(id) as HTMLTableElement };
}

/** The place of the smallest number. */
function nearest(distances: readonly number[]): number {
  return distances.reduce(
    (best, distance, place) => (distance < distances[best]! ? place : best),
    0,
  );
}

function element(tag: string, look: string, content = ""): HTMLElement {
  const made = document.createElement(tag);
  made.className = look;
  made.textContent = content;
  return made;
}

/** What a cell says: its number, and its remarks. */
function textsOf(cell: HTMLTableCellElement | undefined): string[] {
  return [...(cell?.childNodes ?? [])].map(({ textContent }) => textContent ?? "");
}

/** The number with its remarks, but for the ratio: a line of the plot does not say what it is to. */
function toldOf(cell: HTMLTableCellElement | undefined): string {
  const [number = "", remarks = ""] = textsOf(cell);
  return [number, ...remarks.split(" · ").filter((remark) => !remark.endsWith("×"))].join(" ");
}

/** The values at one place of the x axis, as they lie above each other in the plot. */
function tipOf({ table, lines }: Chart, place: number, pointed: number): HTMLElement {
  const tip = element("div", "tip");
  const head = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent);
  tip.append(element("b", "", `${head[place + 1] ?? ""} ${head[0] ?? ""}`));
  const body = tip.appendChild(document.createElement("table"));
  const there = lines.filter(({ tops }) => tops.has(place));
  there.sort((a, b) => a.tops.get(place)! - b.tops.get(place)!);
  for (const { row, hue } of there) {
    const line = body.appendChild(element("tr", row === pointed ? "on" : ""));
    const cells = table.tBodies[0]?.rows[row]?.cells;
    const [title = ""] = textsOf(cells?.[0]);
    line.append(element("td", hue, title));
    line.append(element("td", "", toldOf(cells?.[place + 1])));
  }
  return tip;
}

function watch(chart: Chart): void {
  const { plot, xs, lines } = chart;
  const frame = plot.parentElement!;
  let place = -1;

  function clear(): void {
    frame.classList.remove("pointing");
    for (const marked of frame.querySelectorAll(".on")) marked.classList.remove("on");
    for (const old of plot.querySelectorAll(".cursor,.tip")) old.remove();
  }

  function show(at: number, pointed: number): void {
    clear();
    place = at;
    const left = (xs[at]! / WIDTH) * plot.clientWidth;
    const cursor = plot.appendChild(element("i", "cursor"));
    cursor.style.left = `${String(left)}px`;
    const tip = plot.appendChild(tipOf(chart, at, pointed));
    // On the side that has room; on a phone, as far to the left as it must be.
    const box = plot.getBoundingClientRect();
    const right = left + GAP;
    const fits = box.left + right + tip.offsetWidth < innerWidth - GAP;
    const other = Math.max(GAP - box.left, left - GAP - tip.offsetWidth);
    tip.style.left = `${String(fits ? right : other)}px`;
    if (pointed < 0) return;
    frame.classList.add("pointing");
    for (const one of frame.querySelectorAll(`[data-s="${String(pointed)}"]`))
      one.classList.add("on");
  }

  plot.addEventListener("pointermove", ({ clientX, clientY }) => {
    const box = plot.getBoundingClientRect();
    const x = ((clientX - box.left) / box.width) * WIDTH;
    const at = nearest(xs.map((one) => Math.abs(one - x)));
    const gaps = lines.map(({ tops }) =>
      Math.abs((tops.get(at) ?? Infinity) - (clientY - box.top)),
    );
    const pointed = nearest(gaps);
    show(at, gaps[pointed]! < 40 ? lines[pointed]!.row : -1);
  });
  plot.addEventListener("pointerleave", clear);
  plot.addEventListener("blur", clear);
  plot.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") clear();
    if (step === undefined) return;
    event.preventDefault();
    show(Math.min(xs.length - 1, Math.max(0, place + step)), -1);
  });
  for (const label of frame.querySelectorAll<HTMLElement>(".labels [data-s]")) {
    const index = Number(label.dataset["s"]);
    label.addEventListener("pointerenter", () => show(xs.length - 1, index));
    label.addEventListener("pointerleave", clear);
  }
}

/** Offers the results as JSON, where the browser can unpack them. */
async function unpack(link: HTMLAnchorElement): Promise<void> {
  const packed = Uint8Array.from(atob(link.href.split(",")[1] ?? ""), (letter) =>
    letter.charCodeAt(0),
  );
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const json = await new Response(stream).blob();
  link.href = URL.createObjectURL(new Blob([json], { type: "application/json" }));
  link.download = "results.json";
}

window.addEventListener("error", ({ message }) => {
  document.documentElement.dataset["error"] = message;
});
const charts = [...document.querySelectorAll<HTMLElement>("[data-table]")].map(chartOf);
for (const chart of charts) watch(chart);
const link = document.querySelector<HTMLAnchorElement>("#raw");
link?.addEventListener(
  "click",
  (event) => {
    event.preventDefault();
    void unpack(link)
      .catch(() => undefined)
      .then(() => link.click());
  },
  { once: true },
);
// For the tests of this page.
document.documentElement.dataset["ready"] = String(charts.length);
