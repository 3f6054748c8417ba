import { expect, it, onTestFinished } from "vitest";
import { guarded } from "../../lib/servers/guarded.ts";

const tick = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it("guarded() tells onError what was thrown, and what a promise was rejected with", async () => {
  const heard: unknown[] = [];
  const hear = (error: unknown): unknown => heard.push(error);

  guarded(() => {
    throw new Error("thrown");
  }, hear);
  guarded(async () => Promise.reject(new Error("rejected")), hear);
  guarded(() => "fine", hear);
  await tick();

  expect(heard).toEqual([new Error("thrown"), new Error("rejected")]);
});

it("guarded() warns with the stack where nobody hears it, or onError throws itself", async () => {
  const warnings: string[] = [];
  const note = ({ message }: Error): unknown => warnings.push(message);
  process.on("warning", note);
  onTestFinished(() => {
    process.off("warning", note);
  });
  const fail = (message: string) => (): never => {
    throw new Error(message);
  };

  guarded(fail("unheard"));
  guarded(fail("first"), fail("second"));
  await tick();

  expect(warnings).toEqual([
    expect.stringMatching(/unheard[^]*guarded\.test\.ts/),
    expect.stringMatching(/second[^]*guarded\.test\.ts/),
  ]);
});
