import { native } from "../native/native.ts";

/**
 * The error numbers of errno(3) by name, from this machine's <errno.h>: `errno.EAGAIN` is 11.
 * In a `SystemError`, `errno` is the negative number and `code` is the name.
 *
 * @see https://man7.org/linux/man-pages/man3/errno.3.html
 */
export const errno = native.errno;
