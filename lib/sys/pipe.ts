import { check } from "../errors.ts";
import type { Constant } from "../native/constants.ts";
import { native } from "../native/native.ts";

export const { PIPE_BUF } = native;

/**
 * `pipe2(pipefd, flags)`: opens a pipe. Does not block.
 *
 * @param flags - O_CLOEXEC, O_NONBLOCK, O_DIRECT
 * @returns the descriptor of the read end, and that of the write end
 * @throws SystemError EINVAL: unknown flag. EMFILE, ENFILE: fewer than two descriptors are free
 * @see https://man7.org/linux/man-pages/man2/pipe.2.html
 */
export function pipe2(flags: Constant<"O"> = 0): [readEnd: number, writeEnd: number] {
  const pipefd = new Int32Array(2);
  check(native.pipe2(pipefd, flags), "pipe2");
  const [readEnd, writeEnd] = pipefd as Iterable<number> as [number, number];
  return [readEnd, writeEnd];
}
