/** The bytes before the first null byte; all bytes if there is none. Not a copy. */
export function untilNull(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.subarray(0, end);
}

/** Decodes UTF-8 text that ends at the first null byte, such as a name in a structure of the kernel. */
export function readText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(untilNull(bytes));
}
