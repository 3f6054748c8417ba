// A worker of `pollux experiment herd`: echoes, and counts what its waits and its calls of accept4(2) bring.
import { EpollMultiplexer } from "../multiplexer/epoll.ts";
import type { EpollOptions } from "../multiplexer/epoll_options.ts";
import type { OnReady, Ready, WaitOptions } from "../multiplexer/multiplexer.ts";
import type { Target } from "../descriptors/descriptor.ts";
import type { ConnectionSource } from "../reactor/acceptor.ts";
import { Listener } from "../reactor/listener.ts";
import { type Handler, Reactor } from "../reactor/reactor.ts";
import { EchoServer } from "../servers/echo_server.ts";
import { WorkerSlot } from "../workers/worker_slot.ts";
import type { Counters, CountersBySlot } from "./herd_counters.ts";

/** An epoll that counts the waits that return, and among them those that bring nothing. */
class CountingMultiplexer extends EpollMultiplexer<Handler> {
  returns = 0;
  inVain = 0;
  /** Connections that were accepted, or passed. */
  accepted = 0;
  readonly #listeners = new Set<Listener>();
  /** What the current wait has reported. */
  #listening = 0;
  #others = 0;
  #onReady: OnReady<Handler> = () => undefined;
  readonly #count: OnReady<Handler> = (fd, events, handler, target) => {
    if (handler instanceof Listener) this.#listening++;
    else this.#others++;
    this.#onReady(fd, events, handler, target);
  };

  /** How often accept4 has answered EAGAIN. */
  get empty(): number {
    return Array.from(this.#listeners, (one) => one.emptyAccepts).reduce(
      (sum, one) => sum + one,
      0,
    );
  }

  override add(target: Target, interest: number, data?: Handler, options?: EpollOptions): void {
    if (data instanceof Listener) this.#listeners.add(data);
    super.add(target, interest, data, options);
  }

  override waitSync(options: number | WaitOptions | undefined, onReady: OnReady<Handler>): number;
  override waitSync(options?: number | WaitOptions): Ready<Handler>[];
  override waitSync(
    options?: number | WaitOptions,
    onReady?: OnReady<Handler>,
  ): number | Ready<Handler>[] {
    if (!onReady) return super.waitSync(options);
    const before = this.accepted;
    [this.#listening, this.#others] = [0, 0];
    this.#onReady = onReady;
    const reported = super.waitSync(options, this.#count);
    this.returns++;
    if (this.#listening > 0 && this.#others === 0 && this.accepted === before) this.inVain++;
    return reported;
  }
}

function countersNow(): Counters {
  const { connections, open } = server.totals;
  const usage = process.resourceUsage();
  return {
    connections,
    ended: connections - open,
    returns: multiplexer.returns,
    inVain: multiplexer.inVain,
    empty: multiplexer.empty,
    voluntary: usage.voluntaryContextSwitches,
    involuntary: usage.involuntaryContextSwitches,
    cpuUs: usage.userCPUTime + usage.systemCPUTime,
  };
}

function counted(source: ConnectionSource): ConnectionSource {
  return {
    acceptOn: (on, handlers) =>
      source.acceptOn(on, {
        ...handlers,
        onConnection(socket) {
          multiplexer.accepted++;
          return handlers.onConnection(socket);
        },
      }),
  };
}

using slot = WorkerSlot.open();
const multiplexer = new CountingMultiplexer();
using reactor = new Reactor(multiplexer);
using server = new EchoServer(counted(slot.source()), { reactor });
slot.serve({
  reactor,
  get totals(): CountersBySlot {
    return { [slot.number]: countersNow() };
  },
  stop(drainMs, onStopped) {
    server.stop(drainMs, onStopped);
  },
});
reactor.runSync();
