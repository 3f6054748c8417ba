/** The bytes in front of the first null byte; all of them where there is none. */
export function untilNull(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.subarray(0, end);
}

/** Text in UTF-8 that ends where the first null byte is: a name in one of the kernel's structures. */
export function readText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(untilNull(bytes));
}
