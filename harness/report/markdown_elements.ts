/** A table. */
export function rows(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => escaped(cell).replace(/\|/g, "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...body.map(line)].join("\n");
}

/** A list. */
export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${escaped(item)}`).join("\n");
}

/** One line, without HTML in it. */
export function escaped(content: string): string {
  return content
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/\s*\n\s*/g, " ");
}
