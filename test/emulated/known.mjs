// What fails under the emulator, and why.
export const KNOWN = [];
