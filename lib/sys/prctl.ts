import { check } from "../errors.ts";
import type { Constant } from "../native/constants.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG,
} = native;

/**
 * `prctl(op, arg2)`: changes how the kernel treats this process. Does not block.
 *
 * @param op - PR_SET_PDEATHSIG: the kernel sends this process the signal `arg2` when the thread that has started
 * it ends; 0 for none. PR_SET_CHILD_SUBREAPER: with 1, orphans among its descendants become its children. Other
 * operations are refused, because most have an address as an argument
 * @throws SystemError EINVAL: another `op`, or no signal
 * @see https://man7.org/linux/man-pages/man2/prctl.2.html
 */
export function prctl(op: Constant<"PR">, arg2: number): void {
  check(native.prctl(op, arg2), "prctl");
}
