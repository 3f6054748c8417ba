/** Loads the binary that the package has for a target, such as "linux-x64-glibc". */
export const PREBUILT: Readonly<Record<string, () => object>>;
