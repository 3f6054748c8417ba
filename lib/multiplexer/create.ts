import { invalidArgType, invalidArgValue } from "../arguments.ts";
import { EpollMultiplexer, type EpollOptions } from "./epoll.ts";
import type { Multiplexer } from "./multiplexer.ts";
import { PollMultiplexer } from "./poll.ts";
import { SelectMultiplexer, type SelectOptions } from "./select.ts";

/** The names that {@link createMultiplexer} knows. */
export const MULTIPLEXERS = ["select", "poll", "epoll"] as const;

/** One of {@link MULTIPLEXERS}. */
export type MultiplexerName = (typeof MULTIPLEXERS)[number];

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
  if (typeof options !== "object" || options === null) {
    throw invalidArgType("options", "an object", options);
  }
  const { capacity, ...flags } = options;
  if (name !== "epoll" && Object.values(flags).some(Boolean)) {
    throw invalidArgValue("options", `without edge, oneShot and exclusive for ${name}`, options);
  }
  if (name !== "select" && capacity !== undefined) {
    throw invalidArgValue("options", `without capacity for ${name}`, options);
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
