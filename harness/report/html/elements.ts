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
 * @param kind - a class; with `stacked`, each row is a paragraph on a phone
 */
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

/** A list of texts. */
export function list(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul>`;
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
