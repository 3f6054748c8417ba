import { isSystemError } from "../errors.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import { DescriptorWait } from "../multiplexer/wait_for.ts";
import { connectSync } from "../socket/connect.ts";
import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { receiveMessage } from "../workers/control_channel.ts";
import { Report } from "./report.ts";
import type { RestartOptions } from "./restart.ts";
import { requestAddress, type RestartAnswer, type RestartRequest } from "./restart_requests.ts";

// A program whose loop runs answers immediately that it works on it.
const ANSWER_MS = 5000;

/** Asks a program to start its successor, and waits until that one serves. @throws Error: the reason why not */
export async function restart(pid: number, { timeout, json }: RestartOptions): Promise<void> {
  using socket = reach(pid);
  ask(socket);
  using first = new DescriptorWait(socket, Math.min(ANSWER_MS, timeout * 1000));
  using second = new DescriptorWait(socket, timeout * 1000);
  let answer = await answerOf(socket, first, `process ${String(pid)} does not answer`);
  if (answer.answer === "working") {
    const late = `process ${String(pid)} was not followed within ${String(timeout)} s`;
    answer = await answerOf(socket, second, late);
  }
  if (answer.answer === "failed") throw new Error(answer.reason);
  if (answer.answer !== "restarted") throw new Error(`process ${String(pid)} answered nonsense`);
  new Report(json).event(
    "restarted",
    { pid: answer.pid, from: pid },
    `process ${String(answer.pid)} has followed process ${String(pid)}`,
  );
}

function reach(pid: number): Socket {
  const socket = Socket.open(sys.AF_UNIX, sys.SOCK_SEQPACKET);
  try {
    connectSync(socket, requestAddress(pid), { timeoutMs: ANSWER_MS });
    // Anybody can take an abstract name that is free.
    const { pid: actual } = socket.getOption("SO_PEERCRED");
    if (actual !== pid) {
      throw new Error(`process ${String(actual)} listens in the name of process ${String(pid)}`);
    }
    return socket;
  } catch (error) {
    socket.close();
    throw isSystemError(error) ? new Error(whyNot(pid, error.code)) : error;
  }
}

function ask(socket: Socket): void {
  const request: RestartRequest = { request: "restart" };
  try {
    socket.send(Buffer.from(JSON.stringify(request)));
  } catch (error) {
    // It has refused already: its answer tells why.
    if (!isSystemError(error, "EPIPE", "ECONNRESET")) throw error;
  }
}

function whyNot(pid: number, code: string): string {
  if (code === "ETIMEDOUT") return `process ${String(pid)} does not answer`;
  if (code !== "ECONNREFUSED") return `process ${String(pid)} cannot be asked: ${code}`;
  return exists(pid)
    ? `process ${String(pid)} is no \`pollux serve --workers\` that serves in this network namespace`
    : `there is no process ${String(pid)}`;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

async function answerOf(
  socket: Socket,
  wait: DescriptorWait,
  late: string,
): Promise<RestartAnswer> {
  for (;;) {
    const received = receiveAnswer(socket);
    if (received === "ended") throw new Error("the program has ended");
    if (received) return received.message;
    if (!(await wait.wait(READABLE))) throw new Error(late);
  }
}

/** As {@link receiveMessage}. ECONNRESET: it has refused without reading. That is told once, before its answer. */
function receiveAnswer(socket: Socket): ReturnType<typeof receiveMessage<RestartAnswer>> {
  try {
    return receiveMessage<RestartAnswer>(socket);
  } catch (error) {
    if (isSystemError(error, "ECONNRESET")) return receiveMessage<RestartAnswer>(socket);
    throw error;
  }
}
