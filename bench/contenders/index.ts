import type { Contender, ContenderName } from "./contender.ts";
import { contender as bun } from "./bun.ts";
import { contender as cEpoll } from "./c_epoll.ts";
import { contender as cEpollEt } from "./c_epoll_et.ts";
import { contender as cEpollMt } from "./c_epoll_mt.ts";
import { contender as cPoll } from "./c_poll.ts";
import { contender as cPollMt } from "./c_poll_mt.ts";
import { contender as cSelect } from "./c_select.ts";
import { contender as cSelectMt } from "./c_select_mt.ts";
import { contender as epoll } from "./epoll.ts";
import { contender as epollLoop } from "./epoll_loop.ts";
import { contender as epollEt } from "./epoll_et.ts";
import { contender as nodeNet } from "./node_net.ts";
import { contender as npmEpoll } from "./npm_epoll.ts";
import { contender as poll } from "./poll.ts";
import { contender as select } from "./select.ts";

/** In the order in which they are measured: each beside its baseline. */
export const CONTENDERS: readonly Contender[] = [
  ...[cSelect, select, cPoll, poll, cEpoll, epoll, cEpollEt, epollEt],
  ...[epollLoop, nodeNet, bun, npmEpoll],
];

/** C in a process of several threads; only where many descriptors are looked at does it matter. */
const THREADED: readonly Contender[] = [cSelectMt, cPollMt, cEpollMt];
const ALL = [...CONTENDERS, ...THREADED];

/** All that have an echo server. */
export const SERVERS: readonly ContenderName[] = CONTENDERS.map(({ name }) => name);

export const TITLES = Object.fromEntries(ALL.map(({ name, title }) => [name, title])) as Readonly<
  Record<ContenderName, string>
>;

export function contenderOf(name: ContenderName): Contender {
  const contender = ALL.find((candidate) => candidate.name === name);
  if (!contender) throw new RangeError(`There is no contender ${name}`);
  return contender;
}
