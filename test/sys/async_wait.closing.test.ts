import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { runScript, threadIds, turn, until } from "./processes.ts";

const nothing = (): void => undefined;
const noFds = new sys.PollFds(1).bytes;

// Both kinds, with every call that takes their handle.
const kinds = [
  {
    name: "uv_poll",
    create: (callback: () => void) => {
      const ready = sys.eventfd(1);
      const poll = sys.loopPollCreate(ready, callback);
      sys.close(ready);
      return poll;
    },
    start: sys.loopPollStart,
    uses: {
      uv_poll_start: sys.loopPollStart,
      uv_poll_stop: sys.loopPollStop,
      uv_ref: (handle: sys.LoopPoll) => sys.loopPollRef(handle, true),
    },
    close: sys.loopPollClose,
  },
  {
    name: "wait thread",
    create: sys.waitThreadCreate,
    start: (handle: sys.WaitThread) => sys.waitThreadPoll(handle, noFds, 0, 0),
    uses: {
      ppoll: (handle: sys.WaitThread) => sys.waitThreadPoll(handle, noFds, 0, -1),
      pselect: (handle: sys.WaitThread) => sys.waitThreadSelect(handle, 0, null, null, null, -1),
      eventfd_write: sys.waitThreadCancel,
      uv_ref: (handle: sys.WaitThread) => sys.waitThreadRef(handle, true),
    },
    close: sys.waitThreadClose,
  },
] as unknown as readonly Kind[];

/** One of the two, with its handle's type forgotten: what is tried here is to mix them up. */
interface Kind {
  readonly name: string;
  readonly create: (callback: () => void) => object;
  /** From then on the callback is due. */
  readonly start: (handle: object) => void;
  readonly uses: Record<string, (handle: object) => void>;
  readonly close: (handle: object) => void;
}

describe.each(kinds)("a $name", ({ name, create, start, uses, close }) => {
  it("is closed twice without an error, and used afterwards with EBADF", () => {
    const handle = create(nothing);

    close(handle);
    close(handle);

    for (const [syscall, use] of Object.entries(uses)) {
      expect(() => use(handle)).toThrow(expect.objectContaining({ code: "EBADF", syscall }));
    }
  });

  it("refuses every object that is not its own handle, and lives on", () => {
    const handle = create(nothing);
    const [otherKind] = kinds.filter((kind) => kind.name !== name);
    const other = otherKind!.create(nothing);
    const wrong = { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" };
    const forged = [
      ...[{}, [], nothing, Object.create(handle) as object, { ...handle }],
      ...[new Proxy(handle, {}), Object.setPrototypeOf({}, handle) as object, other],
    ];

    for (const call of [...Object.values(uses), close]) {
      for (const object of forged) {
        expect(() => call(object)).toThrow(expect.objectContaining(wrong));
      }
    }

    for (const use of Object.values(uses)) expect(() => use(handle)).not.toThrow();
    close(handle);
    otherKind!.close(other);
  });

  it("may be frozen, and keeps what JavaScript hangs on it", () => {
    const handle = Object.freeze(Object.assign(create(nothing), { note: 1 }));

    start(handle);

    expect(handle.note).toBe(1);
    close(handle);
  });

  it("is closed in its own callback, which is then the last", async () => {
    let runs = 0;
    const handle = create(() => {
      runs++;
      close(handle);
      close(handle);
    });

    start(handle);
    await until(() => runs > 0);
    await turn();

    expect(runs).toBe(1);
  });

  it("is closed in another one's callback, though its own is due", async () => {
    const runs = [0, 0];
    const handles = runs.map((_, index) =>
      create(() => {
        runs[index]!++;
        handles.forEach(close);
      }),
    );

    handles.forEach(start);
    await until(() => runs[0]! + runs[1]! > 0);
    await turn();

    expect(runs[0]! + runs[1]!).toBe(1);
  });

  it("leaves neither a descriptor nor a thread behind", async () => {
    await turn();
    const [descriptors, threads] = [openDescriptors(), threadIds()];

    const handles = Array.from({ length: 50 }, () => create(nothing));
    handles.forEach(start);
    await turn();
    handles.forEach(close);

    expect(openDescriptors()).toEqual(descriptors);
    await until(() => threadIds().every((id) => threads.includes(id)));
  });

  it("closes itself when it was forgotten", async () => {
    const [descriptors, threads] = [openDescriptors(), threadIds()];
    for (let i = 0; i < 50; i++) start(create(nothing));

    // Memory pressure instead of --expose-gc, which is not for the main process of a test.
    await until(() => {
      new Array<unknown>(10_000).fill({});
      return Object.keys(openDescriptors()).every((fd) => fd in descriptors);
    });

    await until(() => threadIds().every((id) => threads.includes(id)));
  });
});

describe("an exception in a callback", () => {
  const creations = {
    uv_poll: `native.loop_poll_create(native.eventfd(1, 0), callback);
      native.loop_poll_start(handle);
      const close = () => native.loop_poll_close(handle)`,
    "wait thread": `native.wait_thread_create(callback);
      native.wait_thread_poll(handle, new Uint8Array(8), 0, 0);
      const close = () => native.wait_thread_close(handle)`,
  };
  const script = (creation: string, thrown: string) => `
    const alive = setInterval(() => undefined, 1000);
    const end = () => { close(); clearInterval(alive); };
    const callback = () => { setImmediate(end); process.nextTick(console.log, "tick"); ${thrown} };
    const handle = ${creation};`;

  it.each(Object.entries(creations))("of a %s is an 'uncaughtException'", async (_, creation) => {
    const handler = 'process.once("uncaughtException", ({ message }) => console.log(message));';
    const code = script(creation, 'throw new Error("thrown")');

    const ended = await runScript(`${handler}\n${code}`);

    expect(ended).toMatchObject({ code: 0, stdout: "thrown\ntick\n", stderr: "" });
  });

  it.each(Object.entries(creations))(
    "of a %s ends the process where nobody handles it",
    async (_, creation) => {
      const ended = await runScript(script(creation, 'throw new Error("thrown")'));

      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain("Error: thrown");
    },
  );

  it.each(Object.entries(creations))(
    "of a %s may be anything, also an exit of the process",
    async (_, creation) => {
      const handler = 'process.once("uncaughtException", (value) => console.log(value));';

      const thrown = await runScript(`${handler}\n${script(creation, "throw null")}`);
      const exited = await runScript(script(creation, "process.exit(7)"));

      expect([thrown.stdout.split("\n")[0], thrown.code, thrown.stderr]).toEqual(["null", 0, ""]);
      expect([exited.code, exited.signal, exited.stderr]).toEqual([7, null, ""]);
    },
  );
});
