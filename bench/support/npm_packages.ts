import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** The part of the npm package epoll that is used here. */
export interface NpmEpoll {
  add(fd: number, events: number): NpmEpoll;
  modify(fd: number, events: number): NpmEpoll;
  remove(fd: number): NpmEpoll;
  close(): void;
}

type NpmEpollClass = new (
  callback: (error: Error | null, fd: number, events: number) => void,
) => NpmEpoll;

/** The part of the npm package koffi that is used here. */
export interface Koffi {
  /** A library; `null` is what this process has loaded, libc among it. */
  readonly load: (path: null) => {
    func(prototype: string): (...args: unknown[]) => number;
  };
  readonly errno: () => number;
}

const require = createRequire(import.meta.url);

/** The reason why an npm package cannot be used; `undefined` if it can. */
export function whyNoPackage(name: string): string | undefined {
  return folderOf(name) === undefined ? `the npm package ${name} is not installed` : undefined;
}

/** The version of an npm package, "koffi 3.3.4"; `undefined` if it is not installed. */
export function packageVersion(name: string): string | undefined {
  const folder = folderOf(name);
  if (folder === undefined) return undefined;
  const manifest = readFileSync(join(folder, "package.json"), "utf8");
  return `${name} ${(JSON.parse(manifest) as { version: string }).version}`;
}

/** The class of the npm package epoll. Throws if it is not installed. */
export function npmEpoll(): NpmEpollClass {
  return (require("epoll") as { Epoll: NpmEpollClass }).Epoll;
}

/** The npm package koffi. Throws if it is not installed. */
export function koffi(): Koffi {
  return require("koffi") as Koffi;
}

function folderOf(name: string): string | undefined {
  try {
    const entry = require.resolve(name);
    const end = entry.lastIndexOf(`/node_modules/${name}/`);
    return end < 0 ? undefined : join(entry.slice(0, end), "node_modules", name);
  } catch {
    return undefined;
  }
}
