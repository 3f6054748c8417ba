import { expect, vi } from "vitest";
import { READABLE } from "../../../lib/multiplexer/multiplexer.ts";
import { native } from "../../../lib/native/native.ts";
import { errno } from "../../../lib/sys/errno.ts";
import type { Claim } from "../contract.ts";
import { type Fixture, PATIENCE_MS, failure } from "./fixture.ts";
import { pending } from "./pending.ts";

type Call =
  | "epoll_ctl"
  | "epoll_wait"
  | "loop_poll_create"
  | "loop_poll_start"
  | "ppoll"
  | "pselect"
  | "timerfd_create"
  | "wait_thread_create"
  | "wait_thread_epoll"
  | "wait_thread_poll"
  | "wait_thread_select";

/** What each multiplexer asks the kernel for, where it asks at all. */
const REFUSED: Record<string, [code: "EAGAIN" | "ELOOP" | "EMFILE" | "ENOSPC", ...calls: Call[]]> =
  {
    "a place in the loop, or a thread": ["EAGAIN", "loop_poll_create", "wait_thread_create"],
    "to watch": [
      "ELOOP",
      "loop_poll_start",
      "wait_thread_epoll",
      "wait_thread_poll",
      "wait_thread_select",
    ],
    "a timer": ["EMFILE", "timerfd_create", "wait_thread_create"],
    "to watch its timer": [
      "ENOSPC",
      "epoll_ctl",
      "wait_thread_epoll",
      "wait_thread_poll",
      "wait_thread_select",
    ],
  };

export function describeAsyncFailures(claim: Claim): void {
  for (const [what, [code, ...calls]] of Object.entries(REFUSED)) {
    claim(
      `rejects when it is refused ${what} (${code}), and works when it no longer is`,
      async (fixture) => {
        const [here, there] = fixture.pair();
        fixture.mux.add(here, READABLE);

        await refusing(calls, code, async () => {
          expect(fixture.readyNow().size).toBe(0);
          expect(fixture.mux.endedBy).toBe("time");
          await expect(never(fixture)).rejects.toEqual(failure(code));
          expect(fixture.mux.endedBy).toBeUndefined();
        });

        expect(await never(fixture)).toBe(0);
        const wait = await pending(fixture.mux);
        there.send(Buffer.from("x"));
        expect(await wait.result()).toEqual(new Map([[here.fd, READABLE]]));
        expect(fixture.mux.size).toBe(1);
      },
    );
  }

  claim(
    "rejects when the kernel cannot say what is ready (ENOMEM), and works when it can",
    async (fixture) => {
      await refusing(["epoll_wait", "ppoll", "pselect"], "ENOMEM", async () => {
        await expect(never(fixture)).rejects.toEqual(failure("ENOMEM"));
      });

      expect(await never(fixture)).toBe(0);
    },
  );

  claim("asks after pauses while each call is interrupted (EINTR)", async (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE);
    const calledMs: number[] = [];
    const interrupted = (): number => {
      calledMs.push(performance.now());
      return -errno.EINTR;
    };
    const spies = (["epoll_wait", "epoll_pwait2", "ppoll", "pselect"] as const).map((call) =>
      vi.spyOn(native, call).mockImplementation(interrupted),
    );
    let reported = 0;

    const ended = mux.wait(PATIENCE_MS, () => reported++);
    await vi.waitUntil(() => calledMs.length >= 20, { timeout: PATIENCE_MS });
    for (const spy of spies) spy.mockRestore();

    expect(await ended).toBe(1);
    expect(reported).toBe(1);
    // 16 at once, then after 10, 20, 40 and 80 ms. A machine on which 16 take long needs no pauses.
    expect(calledMs[19]! - calledMs[0]!).toBeGreaterThanOrEqual(100);
  });

  claim("goes on when a signal arrives while it asks what is ready (EINTR)", async (fixture) => {
    const spies = (["epoll_wait", "ppoll", "pselect"] as const).map((call) =>
      vi.spyOn(native, call).mockReturnValueOnce(-errno.EINTR),
    );
    const start = performance.now();

    const ended = never(fixture).finally(() => {
      for (const spy of spies) spy.mockRestore();
    });

    expect(await ended).toBe(0);
    expect(performance.now() - start).toBeGreaterThanOrEqual(3.5);
  });
}

/** A wait that ends by its time. */
function never({ mux }: Fixture): Promise<number> {
  return mux.wait({ timeoutMs: 3.5, signal: AbortSignal.timeout(PATIENCE_MS) }, () => {
    throw new Error("something was reported");
  });
}

/** Runs `act` while the kernel refuses these calls. */
async function refusing(
  calls: readonly Call[],
  code: keyof typeof errno,
  act: () => Promise<void>,
): Promise<void> {
  // Each of them answers with a negative number where it fails.
  const kernel = native as unknown as Record<Call, () => number>;
  const spies = calls.map((call) => vi.spyOn(kernel, call).mockReturnValue(-errno[code]));
  try {
    await act();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
