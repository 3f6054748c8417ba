import { contradiction, invalidArgValue, readOptions } from "../arguments.ts";
import { EPOLL_OPTIONS, EpollMultiplexer, type EpollOptions } from "./epoll.ts";
import type { Multiplexer } from "./multiplexer.ts";
import { PollMultiplexer } from "./poll.ts";
import { SELECT_OPTIONS, SelectMultiplexer, type SelectOptions } from "./select.ts";

/** The names that {@link createMultiplexer} knows. */
export const MULTIPLEXERS = ["select", "poll", "epoll"] as const;

/** One of {@link MULTIPLEXERS}. */
export type MultiplexerName = (typeof MULTIPLEXERS)[number];

const OPTIONS = { ...EPOLL_OPTIONS, ...SELECT_OPTIONS };

/** What the environment variable POLLUX_MULTIPLEXER says, or the best that there is. */
function usual(): MultiplexerName {
  return checkName(process.env["POLLUX_MULTIPLEXER"] ?? "epoll", "POLLUX_MULTIPLEXER");
}

function checkName(name: unknown, what: string): MultiplexerName {
  const known = MULTIPLEXERS.find((multiplexer) => multiplexer === name);
  if (known === undefined) throw invalidArgValue(what, `one of ${MULTIPLEXERS.join(", ")}`, name);
  return known;
}

/**
 * The multiplexer of this name; without one the best that there is (epoll), which the environment
 * variable POLLUX_MULTIPLEXER overrides.
 *
 * @param options - `edge`, `oneShot`, `exclusive` are epoll's, `capacity` is select's
 * @throws TypeError ERR_INVALID_ARG_VALUE: no such multiplexer, or an option that it does not have
 */
export function createMultiplexer<D = undefined>(
  name: MultiplexerName = usual(),
  options: EpollOptions & SelectOptions = {},
): Multiplexer<D> {
  checkName(name, "name");
  const { capacity, ...flags } = readOptions(options, OPTIONS);
  for (const [flag, value] of Object.entries(flags)) {
    if (value && name !== "epoll")
      throw contradiction(`options.${flag}`, "name", `${name} has none`);
  }
  if (name !== "select" && capacity !== undefined) {
    throw contradiction("options.capacity", "name", `${name} has none`);
  }
  switch (name) {
    case "select":
      return new SelectMultiplexer<D>(capacity === undefined ? {} : { capacity });
    case "poll":
      return new PollMultiplexer<D>();
    case "epoll":
      return new EpollMultiplexer<D>(flags);
  }
}
