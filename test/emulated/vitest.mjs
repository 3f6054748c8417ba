// What the tests import as "vitest" where vitest itself cannot run, since its bundler has no binary for that
// processor. What runs the tests and compares values is plain JavaScript.
import { setTimeout } from "node:timers/promises";
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  ChaiStyleAssertions,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  chai,
  customMatchers,
  getState,
  setState,
} from "@vitest/expect";
import { fn } from "@vitest/spy";

export {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  it,
  onTestFinished,
} from "@vitest/runner";

for (const plugin of [JestExtend, JestChaiExpect, ChaiStyleAssertions, JestAsymmetricMatchers]) {
  chai.use(plugin);
}

export const expect = (value, message) => {
  setState({ assertionCalls: getState(expect).assertionCalls + 1 }, expect);
  return chai.expect(value, message);
};
Object.assign(expect, chai.expect, globalThis[ASYMMETRIC_MATCHERS_OBJECT]);
expect.getState = () => getState(expect);
expect.setState = (state) => setState(state, expect);
expect.unreachable = () => chai.assert.fail("not to be reached");
setState({ assertionCalls: 0 }, expect);
chai.expect.extend(expect, customMatchers);

/** Tries again until something true comes of it. */
const waitUntil = async (attempt) => {
  const deadlineMs = performance.now() + 20_000;
  for (;;) {
    const answer = await attempt();
    if (answer) return answer;
    if (performance.now() > deadlineMs) throw new Error("timed out");
    await setTimeout(20);
  }
};
export const vi = { fn, waitUntil };

/** Types were checked where the tests were built. */
export const expectTypeOf = () => new Proxy(() => 0, { get: () => expectTypeOf(), apply: () => 0 });
