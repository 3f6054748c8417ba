/** Text as the content of an element or of an attribute. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

/**
 * A table that scrolls sideways.
 *
 * @param head - HTML; empty: no heading
 * @param rows - HTML
 * @param attributes - of the table; with the class `stacked`, each row is a paragraph on a phone
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  attributes: Readonly<Record<string, string>> = {},
): string {
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}`).join("")}`;
  const top = head.length === 0 ? "" : `<thead>${row(head, "th")}`;
  const about = Object.entries(attributes).map(
    ([name, value]) => ` ${name}="${escapeHtml(value)}"`,
  );
  const body = rows.map((cells) => row(cells, "td")).join("");
  // HTML closes cells, rows and parts of tables by itself; 5,000 end tags are 3 % of a page.
  return `<div class="scroll"><table${about.join("")}>${top}<tbody>${body}</table></div>`;
}

/** A list of texts. */
export function list(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${escapeHtml(item)}`).join("")}</ul>`;
}

/**
 * A line that shows more when it is clicked.
 *
 * @param summary - HTML
 * @param content - HTML
 */
export function details(summary: string, content: string, open = false): string {
  return `<details${open ? " open" : ""}><summary>${summary}</summary>${content}</details>`;
}
