import { afterEach, describe, expect, it, vi } from "vitest";
import { native } from "../../lib/native/native.ts";
import { Listener } from "../../lib/reactor/listener.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { KINDS, reactorOf, turnUntil } from "../support/reactors.ts";

const { ENOMEM } = sys.errno;
const ANYWHERE = { address: "127.0.0.1", port: 0 };
const PAUSES = 3;
const MAX_TURNS = 20;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("Listener on epoll", () => {
  it.each([KINDS[2]!, KINDS[3]!])(
    "pauses also where EPOLL_CTL_MOD fails with ENOMEM, and serves when it is over (edge: $edge)",
    (kind) => {
      const errors: unknown[] = [];
      using reactor = reactorOf(kind, errors);
      const accepted: Socket[] = [];
      using listener = new Listener(reactor, ANYWHERE, { onConnection: (s) => accepted.push(s) });
      using client = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
      client.connectSync(listener.address);
      const control = native.epoll_ctl.bind(native);
      vi.spyOn(native, "epoll_ctl").mockImplementation((...args) =>
        args[1] === sys.EPOLL_CTL_MOD ? -ENOMEM : control(...args),
      );
      const accept = vi.spyOn(native, "accept_many").mockImplementation((_fd, _flags, results) => {
        (results as Int32Array)[0] = -ENOMEM;
        return 1;
      });
      const setTimer = vi.spyOn(reactor, "setTimer");

      for (let turn = 0; setTimer.mock.calls.length < PAUSES && turn < MAX_TURNS; turn++) {
        reactor.turnSync(1000);
      }
      const calls = accept.mock.calls.length;
      vi.restoreAllMocks();
      turnUntil(reactor, () => accepted.length === 1);

      expect(calls).toBe(PAUSES);
      expect(errors).toEqual(
        Array(PAUSES).fill(expect.objectContaining({ code: "ENOMEM", syscall: "accept4" })),
      );
      accepted[0]!.close();
    },
  );
});
