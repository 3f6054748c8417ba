import { check } from "../errors.ts";
import { native } from "../native/native.ts";

export const PR_SET_CHILD_SUBREAPER: number = native.PR_SET_CHILD_SUBREAPER;
export const PR_SET_PDEATHSIG: number = native.PR_SET_PDEATHSIG;

/**
 * `prctl(op, arg2)`: changes how the kernel treats this process. Does not block.
 *
 * @param op - PR_SET_PDEATHSIG: the kernel sends this process the signal `arg2` when the thread that has started
 * it ends; 0 for none. PR_SET_CHILD_SUBREAPER: with 1, orphans among its descendants become its children. Other
 * operations are refused, because most have an address as an argument
 * @throws SystemError EINVAL: another `op`, or no signal
 * @see https://man7.org/linux/man-pages/man2/prctl.2.html
 */
export function prctl(op: number, arg2: number): void {
  check(native.prctl(op, arg2), "prctl");
}
