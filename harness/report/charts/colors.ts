/** How many colors lines have, apart from gray. */
export const HUES = 8;

/** The colors of a report, by the name of their CSS variable. */
export type Theme = Readonly<Record<string, string>>;

/** On a light page. Every color is dark enough for text: at least 4.5 to 1. */
export const LIGHT: Theme = {
  back: "#ffffff",
  panel: "#f5f6f8",
  text: "#1f2328",
  soft: "#586069",
  line: "#dfe3e8",
  weak: "#b3bac2",
  link: "#0b5cad",
  good: "#1d7a34",
  bad: "#c5221f",
  h1: "#c2410c",
  h2: "#15803d",
  h3: "#1d4ed8",
  h4: "#7e22ce",
  h5: "#0f766e",
  h6: "#be185d",
  h7: "#854d0e",
  h8: "#9f1239",
};

/** On a dark page. */
export const DARK: Theme = {
  back: "#14171b",
  panel: "#1c2026",
  text: "#e3e6ea",
  soft: "#a1a9b3",
  line: "#31363d",
  weak: "#5b636d",
  link: "#7cc0ff",
  good: "#6bd985",
  bad: "#ff8a80",
  h1: "#ff9757",
  h2: "#5fd884",
  h3: "#7cb0ff",
  h4: "#cf9bff",
  h5: "#45d6c6",
  h6: "#ff85bd",
  h7: "#e8c15a",
  h8: "#ffb3c1",
};

/** A theme as declarations of CSS variables. */
export function variables(theme: Theme): string {
  return Object.entries(theme)
    .map(([name, color]) => `--${name}:${color}`)
    .join(";");
}

/** The lines of a plot, in HTML and in pictures. */
export const PLOT_STYLE =
  [...Array.from({ length: HUES }, (_, index) => index + 1)]
    .map((hue) => `.h${String(hue)}{--c:var(--h${String(hue)})}`)
    .join("") +
  ".h0{--c:var(--soft);--l:var(--weak)}.s path,.lead{fill:none;stroke:var(--l,var(--c));vector-effect:non-scaling-stroke}" +
  ".s .line{stroke-width:2.25;stroke-linejoin:round}.s .dots{stroke-width:6;stroke-linecap:round}" +
  ".s .band{fill:var(--c);stroke:none;opacity:.13}.s.dashed .line{stroke-dasharray:7 4}.s.dotted .line{stroke-dasharray:2 4}" +
  ".s.dashed .dots,.s.dotted .dots{stroke-width:5}.s.h0 .line{stroke-width:1.5}.s.h0 .dots{stroke-width:4}" +
  ".grid{stroke:var(--line);vector-effect:non-scaling-stroke;fill:none}.lead{stroke-width:1;opacity:.6}";
