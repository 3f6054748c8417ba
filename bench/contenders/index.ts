import { contender as bun } from "./bun.ts";
import { contender as cEpoll } from "./c_epoll.ts";
import { contender as cEpollEt } from "./c_epoll_et.ts";
import { contender as cEpollMt } from "./c_epoll_mt.ts";
import { contender as cPoll } from "./c_poll.ts";
import { contender as cPollMt } from "./c_poll_mt.ts";
import { contender as cSelect } from "./c_select.ts";
import { contender as cSelectMt } from "./c_select_mt.ts";
import type { Contender } from "./contender.ts";
import { contender as epoll } from "./epoll.ts";
import { contender as epollLoop } from "./epoll_loop.ts";
import { contender as epollEt } from "./epoll_et.ts";
import { contender as nodeNet } from "./node_net.ts";
import { contender as npmEpoll } from "./npm_epoll.ts";
import { contender as poll } from "./poll.ts";
import { contender as polluxNet } from "./pollux_net.ts";
import { contender as select } from "./select.ts";

// To add a contender: a file of this folder, and its place in a list below.

/** The contenders that have an echo server, in the order in which they are measured: each beside its baseline. */
const CONTENDERS = [
  ...([cSelect, select, cPoll, poll, cEpoll, epoll, cEpollEt, epollEt] as const),
  ...([epollLoop, polluxNet, nodeNet, bun, npmEpoll] as const),
] as const;

/** C in a process of two threads: it matters only where a wait looks at many descriptors. */
const THREADED = [cSelectMt, cPollMt, cEpollMt] as const;

const ALL = [...CONTENDERS, ...THREADED] as const;

/** The name of a contender. */
export type ContenderName = (typeof ALL)[number]["name"];

/** The contenders that scenarios with a server measure. */
export const SERVERS: readonly ContenderName[] = CONTENDERS.map(({ name }) => name);

/** The names of the contenders in tables and charts. */
export const TITLES = Object.fromEntries(ALL.map(({ name, title }) => [name, title])) as Readonly<
  Record<ContenderName, string>
>;

/** The contender of a name. */
export function contenderOf(name: ContenderName): Contender {
  const contender = ALL.find((candidate) => candidate.name === name);
  if (!contender) throw new RangeError(`There is no contender ${name}`);
  return contender;
}
