// Counts calls of the addon's functions. To be imported before pollux, which takes them as it finds them.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const addon = createRequire(import.meta.url)("node-gyp-build")(root);

/** @returns how many calls there were so far */
export function countCalls(...names) {
  let calls = 0;
  for (const name of names) {
    const call = addon[name];
    addon[name] = (...args) => {
      calls++;
      return call(...args);
    };
  }
  return () => calls;
}
