import { createRequire } from "node:module";

/** The npm package epoll, as far as it is used here. */
export interface NpmEpoll {
  add(fd: number, events: number): NpmEpoll;
  remove(fd: number): NpmEpoll;
  close(): void;
}

type NpmEpollClass = new (
  callback: (error: Error | null, fd: number, events: number) => void,
) => NpmEpoll;

const require = createRequire(import.meta.url);

/** Why it cannot be used. */
export function whyNoNpmEpoll(): string | undefined {
  try {
    require.resolve("epoll");
    return undefined;
  } catch {
    return "the npm package epoll is not installed";
  }
}

/** Its class; throws where it is not installed. */
export function npmEpoll(): NpmEpollClass {
  return (require("epoll") as { Epoll: NpmEpollClass }).Epoll;
}
