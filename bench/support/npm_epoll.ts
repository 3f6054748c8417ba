import { createRequire } from "node:module";

/** The part of the npm package epoll that is used here. */
export interface NpmEpoll {
  add(fd: number, events: number): NpmEpoll;
  remove(fd: number): NpmEpoll;
  close(): void;
}

type NpmEpollClass = new (
  callback: (error: Error | null, fd: number, events: number) => void,
) => NpmEpoll;

const require = createRequire(import.meta.url);

/** The reason why it cannot be used; `undefined` if it can. */
export function whyNoNpmEpoll(): string | undefined {
  try {
    require.resolve("epoll");
    return undefined;
  } catch {
    return "the npm package epoll is not installed";
  }
}

/** The class of the package. Throws if it is not installed. */
export function npmEpoll(): NpmEpollClass {
  return (require("epoll") as { Epoll: NpmEpollClass }).Epoll;
}
