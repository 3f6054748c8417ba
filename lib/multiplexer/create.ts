import { contradiction, invalidArgValue, readOptions } from "../arguments.ts";
import { EpollMultiplexer } from "./epoll.ts";
import { EPOLL_OPTIONS, type EpollOptions } from "./epoll_options.ts";
import type { Multiplexer } from "./multiplexer.ts";
import { PollMultiplexer } from "./poll.ts";
import { SELECT_OPTIONS, SelectMultiplexer, type SelectOptions } from "./select.ts";

/** The names that {@link createMultiplexer} accepts. */
export const MULTIPLEXERS = ["select", "poll", "epoll"] as const;

/** One of {@link MULTIPLEXERS}. */
export type MultiplexerName = (typeof MULTIPLEXERS)[number];

const OPTIONS = { ...EPOLL_OPTIONS, ...SELECT_OPTIONS };

/** The value of the environment variable POLLUX_MULTIPLEXER, or epoll. */
function usual(): MultiplexerName {
  return checkName(process.env["POLLUX_MULTIPLEXER"] ?? "epoll", "POLLUX_MULTIPLEXER");
}

function checkName(name: unknown, what: string): MultiplexerName {
  const known = MULTIPLEXERS.find((multiplexer) => multiplexer === name);
  if (known === undefined) throw invalidArgValue(what, `one of ${MULTIPLEXERS.join(", ")}`, name);
  return known;
}

/**
 * Creates the multiplexer with this name. Default: the value of the environment variable
 * POLLUX_MULTIPLEXER, or else epoll.
 *
 * @param options - `edge`, `oneShot` and `exclusive` are for epoll, `capacity` is for select
 * @throws TypeError ERR_INVALID_ARG_VALUE: a name that does not exist, or an option that this multiplexer
 * does not have
 */
export function createMultiplexer<D = undefined>(
  name: MultiplexerName = usual(),
  options: EpollOptions & SelectOptions = {},
): Multiplexer<D> {
  checkName(name, "name");
  const { capacity, ...flags } = readOptions(options, OPTIONS);
  for (const [flag, value] of Object.entries(flags)) {
    if (value && name !== "epoll")
      throw contradiction(`options.${flag}`, "name", `${name} does not have it`);
  }
  if (name !== "select" && capacity !== undefined) {
    throw contradiction("options.capacity", "name", `${name} does not have it`);
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
