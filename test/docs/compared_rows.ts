const COLUMNS = ["capability", "peers", "here", "test"];

/** A line of one of the tables of docs/compared.md. */
export interface Row {
  readonly capability: string;
  /** The projects that have it, without the module in parentheses. */
  readonly peers: readonly string[];
  readonly here: string;
  /** What stands in code marks there: `sys.poll`, `Socket.sendFile`, `net.isIP`, `SO_LINGER`. */
  readonly names: readonly string[];
  readonly tests: readonly string[];
  /** The names of the peers' own: the words of the first two cells. */
  readonly words: ReadonlySet<string>;
}

/** The rows of all tables; a table with other columns, or a row with more or fewer cells, is an error. */
export function rowsOf(page: string): Row[] {
  const rows: Row[] = [];
  for (const table of page.matchAll(/^\|.*\n(?:\|.*\n?)+/gm)) {
    const [header = [], , ...lines] = table[0].trimEnd().split("\n").map(cellsOf);
    if (header.join() !== COLUMNS.join()) throw new Error(`a table of ${header.join()}`);
    for (const cells of lines) {
      const [capability = "", peers = "", here = "", test = ""] = cells;
      if (cells.length !== COLUMNS.length)
        throw new Error(`${String(cells.length)} cells: ${here}`);
      rows.push({
        capability,
        peers: peers.replace(/ \([^)]*\)/g, "").split(", "),
        here,
        names: marked(here),
        tests: marked(test),
        words: new Set(`${capability} ${peers}`.match(/\w+/g)),
      });
    }
  }
  return rows;
}

function cellsOf(line: string): string[] {
  const cells = line.slice(1, line.lastIndexOf("|")).split("|");
  return cells.map((cell) => cell.trim());
}

function marked(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);
}
