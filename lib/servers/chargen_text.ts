// RFC 864: the 95 printing characters of ASCII in lines of 72, each line one character further than the last.
const FIRST = 0x20;
const CHARACTERS = 95;
const LINE_CHARACTERS = 72;

/** The length of a line in bytes, with CR LF. */
export const LINE = LINE_CHARACTERS + 2;

/** After so many bytes the text begins again. */
export const PERIOD = CHARACTERS * LINE;

/** The first bytes of the text of a character generator. */
export function chargenText(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => {
    const [line, column] = [Math.floor(index / LINE), index % LINE];
    if (column >= LINE_CHARACTERS) return column === LINE_CHARACTERS ? 0x0d : 0x0a;
    return FIRST + ((line + column) % CHARACTERS);
  });
}
