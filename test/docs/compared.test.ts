import { existsSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { fixture, read, ROOT } from "../structure/source.ts";
import { programOf } from "../support/compiler.ts";
import { type Row, rowsOf } from "./compared_rows.ts";

const PAGE = "docs/compared.md";
const PEERS = ["libevent", "mio", "nix", "node", "polling", "py", "rustix", "socket2"];
/** How a row begins that says what is missing. */
const ABSENT = "not there: ";

/** Finds what `pollux` exports, below `net.` what `pollux/net` does, and the options of sockets by their names. */
class Exports {
  readonly #checker: ts.TypeChecker;
  readonly #main: readonly ts.Symbol[];
  readonly #net: readonly ts.Symbol[];
  readonly #options: ReadonlySet<string>;

  constructor(root: string) {
    const entries = ["lib/index.ts", "lib/net/index.ts"].map((entry) => join(root, entry));
    const program = programOf(entries);
    this.#checker = program.getTypeChecker();
    const [main = [], net = []] = entries.map((entry) => {
      const module = this.#checker.getSymbolAtLocation(program.getSourceFile(entry)!);
      return module ? this.#checker.getExportsOfModule(module) : [];
    });
    this.#main = main;
    this.#net = net;
    const options = main.find((symbol) => symbol.name === "OPTIONS");
    this.#options = new Set(options ? this.#membersOf(options).map((option) => option.name) : []);
  }

  has(name: string): boolean {
    if (this.#options.has(name)) return true;
    const path = name.split(".");
    let among = this.#main;
    if (path[0] === "net") {
      path.shift();
      among = this.#net;
    }
    return path.every((part) => {
      const symbol = among.find((each) => each.name === part);
      among = symbol ? this.#membersOf(symbol) : [];
      return symbol !== undefined;
    });
  }

  /** Exports of a namespace; members of objects that a class or an interface describes, static ones too. */
  #membersOf(alias: ts.Symbol): ts.Symbol[] {
    const isAlias = (alias.flags & ts.SymbolFlags.Alias) !== 0;
    const symbol = isAlias ? this.#checker.getAliasedSymbol(alias) : alias;
    if (symbol.flags & ts.SymbolFlags.ValueModule) return this.#checker.getExportsOfModule(symbol);
    const types = [this.#checker.getDeclaredTypeOfSymbol(symbol)];
    if (symbol.flags & ts.SymbolFlags.Value) types.push(this.#checker.getTypeOfSymbol(symbol));
    return types.flatMap((type) => this.#checker.getPropertiesOfType(type));
  }
}

/** What is wrong with a row, in words. */
function faultsOf(row: Row, exports: Exports, root: string): string[] {
  const faults = row.peers
    .filter((peer) => !PEERS.includes(peer))
    .map((peer) => `no such peer: ${peer}`);
  if (/\bpart(ly|ial)\b/i.test(row.here)) faults.push("says partly");
  for (const name of row.names) if (!exports.has(name)) faults.push(`not exported: ${name}`);

  if (row.here.startsWith(ABSENT)) {
    if (row.here.length < ABSENT.length + 20) faults.push("gives no reason");
    if (row.tests.length > 0) faults.push("has a test of what is not there");
    return faults;
  }
  if (row.names.length === 0) faults.push("names nothing");
  const texts = new Map<string, string>();
  for (const test of row.tests) {
    if (!/^test\/.*\.(?:ts|mjs)$/.test(test) || !existsSync(join(root, test)))
      faults.push(`no such test: ${test}`);
    else texts.set(test, `${test}\n${read(root, test)}`); // a file may have the name itself
  }
  for (const name of row.names)
    if (![...texts.values()].some((text) => mentions(text, name)))
      faults.push(`no test mentions ${name}`);
  for (const [test, text] of texts)
    if (!row.names.some((name) => mentions(text, name))) faults.push(`mentions none: ${test}`);
  return faults;
}

/** Whether a test has the last word of a name. */
function mentions(text: string, name: string): boolean {
  return new RegExp(`\\b${name.slice(name.lastIndexOf(".") + 1)}\\b`).test(text);
}

function faultsIn(root: string, page: string): string[] {
  const exports = new Exports(root);
  return rowsOf(page).flatMap((row) =>
    faultsOf(row, exports, root).map((fault) => `${row.capability}: ${fault}`),
  );
}

describe("each row of docs/compared.md", () => {
  it("names what is exported, with tests that mention it, or says why it is not there", () => {
    expect(faultsIn(ROOT, read(ROOT, PAGE))).toEqual([]);
  });

  it("is there once, and no line with cells is outside of the tables", () => {
    const page = read(ROOT, PAGE);
    const rows = rowsOf(page).map((row) => row.capability);
    const tables = page.match(/^\| -/gm) ?? [];

    expect(rows.filter((row, index) => rows.indexOf(row) < index)).toEqual([]);
    expect(rows.length + 2 * tables.length).toBe(page.match(/^\|/gm)?.length);
  });
});

describe("this check", () => {
  it("finds what is wrong in a row", () => {
    const root = fixture({
      "lib/index.ts": `
        export * as sys from "./sys.ts";
        export class Base { shut(): void {} }
        export class Socket extends Base { static open(): void {} #fd = 1; send(): number { return this.#fd; } }
        export interface Options { readonly delayMs?: number }
        export const OPTIONS = { SO_LINGER: 1 };
      `,
      "lib/sys.ts": "export function poll(): void {}\nexport const POLLIN = 1;\n",
      "lib/net/index.ts": "export function isIP(): number { return 4; }\n",
      "test/a.test.ts": "poll POLLIN open shut send delayMs isIP SO_LINGER",
      "test/b.test.ts": "polling",
    });
    const row = (here: string, test: string, peers = "py, nix (sys)"): string =>
      `| capability | peers | here | test |\n| --- | --- | --- | --- |\n| a | ${peers} | ${here} | ${test} |\n`;
    const faults = (...args: Parameters<typeof row>): string[] => faultsIn(root, row(...args));

    const fine = ["sys.poll", "sys.POLLIN", "Socket.open", "Socket.shut", "Options.delayMs"];
    for (const name of [...fine, "net.isIP", "SO_LINGER"])
      expect(faults(`\`${name}\``, "`test/a.test.ts`")).toEqual([]);
    expect(faults("not there: it is of another system", "")).toEqual([]);

    for (const name of ["sys.select", "poll", "Socket.fd", "isIP", "net.Socket", "SO_TYPE"])
      expect(faults(`\`${name}\``, "`test/a.test.ts`")[0]).toBe(`a: not exported: ${name}`);
    expect(faults("`sys.poll`", "`test/b.test.ts`")).toEqual([
      ...["a: no test mentions sys.poll", "a: mentions none: test/b.test.ts"],
    ]);
    expect(faults("`sys.poll`", "`test/c.test.ts`")[0]).toBe("a: no such test: test/c.test.ts");
    expect(faults("`sys.poll`", "")).toEqual(["a: no test mentions sys.poll"]);
    expect(faults("poll", "")).toEqual(["a: names nothing"]);
    expect(faults("partly: `sys.poll`", "`test/a.test.ts`")).toEqual(["a: says partly"]);
    expect(faults("not there: no", "")).toEqual(["a: gives no reason"]);
    expect(faults("`sys.poll`", "`test/a.test.ts`", "go")).toEqual(["a: no such peer: go"]);
    expect(() => faults("`sys.poll`", "`test/a.test.ts` | x")).toThrow("5 cells");
  });
});
