import { filesOf, read, ROOT } from "../structure/source.ts";

/** A block of TypeScript in a page. */
export interface Snippet {
  readonly page: string;
  /** The heading above it, and which block below that heading it is. */
  readonly title: string;
  readonly code: string;
}

/** The pages that people write, as paths from the checkout. */
export const PAGES = [
  ...["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"],
  ...filesOf(ROOT, "docs", ".md").filter((page) => !page.startsWith("docs/api/")),
];

/** All blocks of TypeScript in these pages. */
export function snippetsIn(pages: readonly string[], root = ROOT): Snippet[] {
  return pages.flatMap((page) => {
    const snippets: Snippet[] = [];
    let heading = "";
    const parts = read(root, page).matchAll(/^#+ (.*)$|^```ts\n([^]*?)^```$/gm);
    for (const [, title, code] of parts) {
      if (title !== undefined) heading = title;
      if (code === undefined) continue;
      const same = snippets.filter((snippet) => snippet.title.startsWith(`${heading} #`)).length;
      snippets.push({ page, title: `${heading} #${String(same + 1)}`, code });
    }
    return snippets;
  });
}

/** What a snippet says that it prints: the comments behind `console.log`, where `…` is anything. */
export function outputOf(code: string): RegExp[] {
  return [...code.matchAll(/^.*\bconsole\.log\(.*\/\/ (.+)$/gm)].map(([, text = ""]) => {
    const literal = text.split("…").map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&"));
    return new RegExp(`^${literal.join(".*")}$`, "m");
  });
}
