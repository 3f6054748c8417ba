// Shows the values of a chart when a reader points at it, or moves through it with the arrow keys, and unpacks
// the results for the download. The page is complete without it. It imports nothing.
interface Hover {
  readonly x: readonly string[];
  readonly at: readonly number[];
  readonly series: readonly {
    readonly title: string;
    readonly hue: number;
    readonly y: readonly (number | null)[];
    readonly told: readonly string[];
  }[];
}

const WIDTH = 1000;
const GAP = 12;

const hovers = JSON.parse(document.getElementById("charts")?.textContent ?? "[]") as Hover[];

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

/** The values at one place of the x axis, as they lie above each other in the plot. */
function tipOf(hover: Hover, place: number, pointed: number): HTMLElement {
  const tip = element("div", "tip");
  tip.append(element("b", "", hover.x[place] ?? ""));
  const table = tip.appendChild(document.createElement("table"));
  hover.series
    .map((series, index) => ({ ...series, index, top: series.y[place] ?? null }))
    .filter(({ top }) => top !== null)
    .sort((a, b) => a.top! - b.top!)
    .forEach(({ title, hue, told, index }) => {
      const row = table.appendChild(element("tr", index === pointed ? "on" : ""));
      row.append(element("td", `h${String(hue)}`, title), element("td", "", told[place]));
    });
  return tip;
}

function watch(plot: HTMLElement, hover: Hover): void {
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
    const left = (hover.at[at]! / WIDTH) * plot.clientWidth;
    const cursor = plot.appendChild(element("i", "cursor"));
    cursor.style.left = `${String(left)}px`;
    const tip = plot.appendChild(tipOf(hover, at, pointed));
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
    const at = nearest(hover.at.map((one) => Math.abs(one - x)));
    const gaps = hover.series.map(({ y }) => Math.abs((y[at] ?? Infinity) - (clientY - box.top)));
    const pointed = nearest(gaps);
    show(at, gaps[pointed]! < 40 ? pointed : -1);
  });
  plot.addEventListener("pointerleave", clear);
  plot.addEventListener("blur", clear);
  plot.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") clear();
    if (step === undefined) return;
    event.preventDefault();
    show(Math.min(hover.at.length - 1, Math.max(0, place + step)), -1);
  });
  for (const label of frame.querySelectorAll<HTMLElement>(".labels [data-s]")) {
    const index = Number(label.dataset["s"]);
    label.addEventListener("pointerenter", () => show(hover.at.length - 1, index));
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
for (const plot of document.querySelectorAll<HTMLElement>("[data-chart]")) {
  const hover = hovers[Number(plot.dataset["chart"])];
  if (hover) watch(plot, hover);
}
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
document.documentElement.dataset["ready"] = String(hovers.length);
