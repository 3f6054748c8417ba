import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { invalidArgType, invalidArgValue } from "../arguments.ts";
import { fdOf } from "../descriptors/descriptor.ts";
import { PidFd } from "../descriptors/pidfd.ts";
import { isSystemError } from "../errors.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import type { Reactor } from "../reactor/reactor.ts";
import { setTimeout } from "../runtime/timing.ts";
import { startWorker } from "../runtime/worker.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { CONTROL_FD, SUPERVISOR_PID } from "./messages.ts";

/** How a worker ended: its exit status, the signal that ended it, or the error that kept it from starting. */
export interface Exit {
  readonly code: number | null;
  /** The number of the signal that ended a process. */
  readonly signal: number | null;
  readonly error?: unknown;
}

/** What is told of a process or thread that has exited. */
export interface Ended {
  /** Its exit status; `null` if a signal ended it. */
  readonly code?: number | null;
  /** The number of the signal that ended it. */
  readonly signal?: number | null;
  /** Why it was killed, or could not be started. */
  readonly reason?: string;
}

/** Where a line was written. */
export type LogStream = "stdout" | "stderr";

/** Called by a started worker. */
export interface StartHandlers {
  /** Called once. */
  readonly onExit: (exit: Exit) => void;
  readonly onLine: (line: string, stream: LogStream) => void;
}

/** A process or thread that was started. */
export interface Started {
  /** Of the process; of the supervisor itself, if it is a thread. */
  readonly pid: number;
  /** Fulfilled after its exit, when the process was waited for and all that it wrote has been read. */
  readonly gone: Promise<void>;
  /** Ends it immediately: SIGKILL, or `terminate()`. */
  kill(): void;
}

/** How a worker is started. */
export interface Entry {
  readonly url: URL;
  /** Arguments of a process. */
  readonly args: readonly string[];
}

/** The module of a worker. @throws TypeError: neither a path nor a URL, or there is no such file */
export function urlOf(entry: unknown): URL {
  const url = typeof entry === "string" ? pathToFileURL(entry) : entry;
  if (!(url instanceof URL)) throw invalidArgType("entry", "a path or a URL", entry);
  if (url.protocol !== "file:" || !existsSync(url)) {
    throw invalidArgValue("entry", "the name of a file", entry);
  }
  return url;
}

/** The descriptor in a process: standard input, output and error come before it. */
const CHILD_FD = 3;
/** After its end, what a process has written is read within this time. */
const OUTPUT_MS = 1000;

/**
 * Starts a worker process. Its end is seen through a pidfd, and node:child_process waits for it, so that no
 * zombie is left.
 *
 * @param control - the child's end, which is closed here
 */
export function startProcess(
  reactor: Reactor,
  entry: Entry,
  control: Socket,
  handlers: StartHandlers,
): Started {
  using _ = control;
  const { child, pidfd } = owned(() => spawnWorker(entry, control));
  follow(child.stdout, "stdout", handlers);
  follow(child.stderr, "stderr", handlers);
  watchEnd(reactor, child, pidfd, handlers.onExit);
  return {
    pid: child.pid ?? -1,
    gone: goneFrom(child),
    kill: () => {
      // Through the pidfd where there is one: the number may belong to another process by now.
      if (pidfd) killThrough(pidfd);
      else child.kill("SIGKILL");
    },
  };
}

function spawnWorker({ url, args }: Entry, control: Socket): ChildProcess {
  return spawn(process.execPath, [...flagsOfNode(), fileURLToPath(url), ...args], {
    stdio: ["ignore", "pipe", "pipe", fdOf(control)],
    env: {
      ...process.env,
      ...nodeOptions(),
      [CONTROL_FD]: String(CHILD_FD),
      [SUPERVISOR_PID]: String(process.pid),
    },
  });
}

/** Has the process end with this thread, also by `worker.terminate()`: nobody would wait for it afterwards. */
function owned(start: () => ChildProcess): { child: ChildProcess; pidfd: PidFd | null } {
  sys.expectChild(true);
  try {
    const child = start();
    own(child);
    return { child, pidfd: openPidFd(child) };
  } finally {
    sys.expectChild(false); // not after worker.terminate(), which skips it
  }
}

function own(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    sys.ownChild(pid);
    child.once("exit", () => {
      sys.disownChild(pid);
    });
  } catch (error) {
    if (!isSystemError(error)) throw error; // ECHILD: it has ended, and other code has waited for it
  }
}

/** Node's flags, without source text: `node -e` would run that again instead of the worker's program. */
function flagsOfNode(): string[] {
  const flags: string[] = [];
  for (let index = 0; index < process.execArgv.length; index++) {
    const flag = process.execArgv[index]!;
    if (/^(-e|--eval|-p|--print|-pe|--input-type)$/.test(flag)) index++;
    else if (!/^--(eval|print|input-type)=/.test(flag)) flags.push(flag);
  }
  return flags;
}

/** The flag is for source text, too; Node refuses it together with a file. */
function nodeOptions(): { readonly NODE_OPTIONS?: string } {
  const { NODE_OPTIONS } = process.env;
  if (NODE_OPTIONS === undefined) return {};
  return { NODE_OPTIONS: NODE_OPTIONS.replace(/(^|\s)--input-type[=\s]\s*\S+/g, "$1") };
}

/** The "close" event follows "exit", but not while a process that the child has started holds its output open. */
async function goneFrom(child: ChildProcess): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    child.once("close", () => {
      resolve();
    });
    child.once("error", () => {
      if (child.pid === undefined) resolve(); // it was not started: "close" may not follow
    });
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      setTimeout(resolve, OUTPUT_MS).unref();
    });
  });
  await Promise.race([closed, exited]);
}

/** @param pidfd - `null`: the kernel gives none, and only node:child_process tells of the end */
function watchEnd(
  reactor: Reactor,
  child: ChildProcess,
  pidfd: PidFd | null,
  onExit: (exit: Exit) => void,
): void {
  let isOver = false;
  const end = (exit: Exit): void => {
    if (isOver) return;
    isOver = true;
    if (pidfd) reactor.remove(pidfd);
    onExit(exit);
  };
  if (pidfd) {
    reactor.add(pidfd, READABLE, {
      onReady() {
        const status = pidfd.exitStatus();
        if (status) end({ code: status.code, signal: status.signal });
      },
    });
  }
  child.on("error", (error) => {
    // It was not started: no other event follows.
    if (child.pid === undefined) end({ code: null, signal: null, error });
  });
  child.once("exit", (code, signal) => {
    end({ code, signal: signal && constants.signals[signal] });
    pidfd?.close();
  });
}

/** ENOSYS: before Linux 5.3. EMFILE, ENOMEM: too much is open. */
function openPidFd(child: ChildProcess): PidFd | null {
  try {
    return PidFd.open(child);
  } catch (error) {
    if (isSystemError(error)) return null;
    throw error;
  }
}

function killThrough(pidfd: PidFd): void {
  try {
    if (!pidfd.closed) pidfd.sendSignal("SIGKILL");
  } catch (error) {
    if (!isSystemError(error, "ESRCH")) throw error;
  }
}

/** Starts a worker thread. @param control - the thread's end, which it duplicates; closed here at its end */
export function startThread(
  { url, args }: Entry,
  control: Socket,
  handlers: StartHandlers,
): Started {
  const worker = startWorker(url, {
    argv: [...args],
    env: { ...process.env, [CONTROL_FD]: String(fdOf(control)) },
    stdout: true,
    stderr: true,
  });
  follow(worker.stdout, "stdout", handlers);
  follow(worker.stderr, "stderr", handlers);
  let error: unknown;
  worker.once("error", (failure) => {
    error = failure;
  });
  worker.once("exit", (code) => {
    control.close();
    handlers.onExit({ code, signal: null, ...(error !== undefined && { error }) });
  });
  return {
    pid: process.pid,
    gone: new Promise((resolve) => worker.once("exit", resolve)),
    kill: () => {
      void worker.terminate();
    },
  };
}

function follow(stream: Readable | null, name: LogStream, handlers: StartHandlers): void {
  if (!stream) return; // it was not started
  createInterface({ input: stream, crlfDelay: Infinity }).on("line", (line) => {
    handlers.onLine(line, name);
  });
}
