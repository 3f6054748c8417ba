import { contender as bun } from "./bun/bun.ts";
import { contender as cEpoll } from "./c/c_epoll.ts";
import { contender as cEpollEt } from "./c/c_epoll_et.ts";
import { contender as cEpollMt } from "./c/c_epoll_mt.ts";
import { contender as cPoll } from "./c/c_poll.ts";
import { contender as cPollMt } from "./c/c_poll_mt.ts";
import { contender as cSelect } from "./c/c_select.ts";
import { contender as cSelectMt } from "./c/c_select_mt.ts";
import { contender as ioUring } from "./c_library/io_uring.ts";
import { contender as libev } from "./c_library/libev.ts";
import { contender as libevent } from "./c_library/libevent.ts";
import { contender as libuv } from "./c_library/libuv.ts";
import type { Contender, Family } from "./contender.ts";
import { contender as deno } from "./deno/deno.ts";
import { contender as goEpoll } from "./go/go_epoll.ts";
import { contender as goNet } from "./go/go_net.ts";
import { contender as koffi } from "./node/koffi.ts";
import { contender as nodeNet } from "./node/node_net.ts";
import { contender as npmEpoll } from "./node/npm_epoll.ts";
import { contender as epoll } from "./pollux/epoll.ts";
import { contender as epollEt } from "./pollux/epoll_et.ts";
import { contender as epollLoop } from "./pollux/epoll_loop.ts";
import { contender as poll } from "./pollux/poll.ts";
import { contender as polluxNet } from "./pollux/pollux_net.ts";
import { contender as select } from "./pollux/select.ts";
import { contender as pythonAsyncio } from "./python/python_asyncio.ts";
import { contender as pythonSelectors } from "./python/python_selectors.ts";
import { contender as rustMio } from "./rust/rust_mio.ts";

// To add a contender: a file in the folder of its family, and its place in a list below.

/** The contenders that need nothing but Node.js and a C compiler, each pollux multiplexer beside its baseline. */
const BUILT_IN = [
  ...([cSelect, select, cPoll, poll, cEpoll, epoll, cEpollEt, epollEt] as const),
  ...([epollLoop, polluxNet, nodeNet] as const),
] as const;

/** The contenders that need another language, runtime or library. */
const OTHERS = [
  ...([libuv, libevent, libev, ioUring, rustMio, goNet, goEpoll] as const),
  ...([bun, deno, npmEpoll, koffi, pythonSelectors, pythonAsyncio] as const),
] as const;

/** C in a process of two threads: it matters only where a wait looks at many descriptors. */
const THREADED = [cSelectMt, cPollMt, cEpollMt] as const;

const ALL = [...BUILT_IN, ...OTHERS, ...THREADED] as const;

/** The name of a contender. */
export type ContenderName = (typeof ALL)[number]["name"];

/** All contenders, in the order in which they are measured. */
export const CONTENDERS: readonly (Contender & { readonly name: ContenderName })[] = ALL;

/** The contenders that scenarios with a server measure if none are named. */
export const BUILT_IN_SERVERS: readonly ContenderName[] = BUILT_IN.map(({ name }) => name);

/** The contenders that scenarios with a server can measure. */
export const SERVERS: readonly ContenderName[] = [...BUILT_IN, ...OTHERS].map(({ name }) => name);

/** The names of the contenders in tables and charts. */
export const TITLES = Object.fromEntries(ALL.map(({ name, title }) => [name, title])) as Readonly<
  Record<ContenderName, string>
>;

/** The families of the contenders, each of which has a color in charts. */
export const FAMILIES = Object.fromEntries(
  ALL.map(({ name, family }) => [name, family]),
) as Readonly<Record<ContenderName, Family>>;

/** The contender of a name. */
export function contenderOf(name: ContenderName): Contender {
  const contender = CONTENDERS.find((candidate) => candidate.name === name);
  if (!contender) throw new RangeError(`There is no contender ${name}`);
  return contender;
}

/** The version of a contender's tools; `undefined` if they are not installed. */
export function versionOfContender(name: ContenderName): string | undefined {
  return contenderOf(name).version();
}
