import { native } from "../native/native.ts";

/**
 * The numbers of errno(3) by name, from this machine's <errno.h>: `errno.EAGAIN` is 11.
 * A `SystemError` carries the negative of one in `errno`, and the name in `code`.
 *
 * @see https://man7.org/linux/man-pages/man3/errno.3.html
 */
export const errno = native.errno;
