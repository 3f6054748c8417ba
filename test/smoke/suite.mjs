// The little that the smoke tests need to run on every runtime: a list of claims. run.mjs runs them.
const claims = [];
let subject = "";

/** One claim, and what shows it. `prove` gets a list of functions, which run afterwards, the last one first. */
export function test(title, prove) {
  claims.push({ title: `${subject}: ${title}`, prove });
}

/** Names what the claims that `define` makes are about. */
export function about(name, define) {
  subject = name;
  define();
  subject = "";
}

/** All claims, in their order. */
export function allClaims() {
  return claims;
}

/** Closes what it is given when the claim has been tried. */
export function cleaner() {
  const actions = [];
  return {
    closing(...owners) {
      for (const owner of owners) actions.push(() => owner.close());
      return owners.length === 1 ? owners[0] : owners;
    },
    after(action) {
      actions.push(action);
    },
    async clean() {
      for (const action of actions.reverse()) await action();
    },
  };
}

/** Collects garbage, if the runtime was started so that it can. */
export function collectGarbage() {
  const { Bun, gc } = globalThis;
  if (Bun) Bun.gc(true);
  else gc();
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Tries again until `condition` holds. */
export async function until(condition) {
  const deadlineMs = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error("it never came true");
    await pause(5);
  }
}
