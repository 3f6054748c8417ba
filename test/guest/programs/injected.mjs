// Lets calls of the addon fail. Import this before the library, which takes over the functions as they are.
import { createRequire } from "node:module";

const addon = createRequire(import.meta.url)("../../../build/Release/pollux.node");
const injected = new Map();

for (const name of ["recvmsg", "sendmsg"]) {
  const real = addon[name];
  addon[name] = (...args) => injected.get(name)?.() ?? real(...args);
}

/**
 * The next `times` calls of `name` return `-code` while `use` runs.
 *
 * @returns what `use` returns, and how often it was called
 */
export async function failing(name, code, times, use) {
  let calls = 0;
  injected.set(name, () => (calls++ < times ? -addon.errno[code] : undefined));
  try {
    return { answer: await use(), calls };
  } finally {
    injected.delete(name);
  }
}
