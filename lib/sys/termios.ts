// Terminals and serial lines: the requests of ioctl() and ioctlStruct(), their structures and constants.
import { struct } from "../memory/layout.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  TCGETS, TCSETS, TCSETSW, TCSETSF, TCGETS2, TCSETS2, TCSETSW2, TCSETSF2, TIOCEXCL, TIOCNXCL,
  TIOCSBRK, TIOCCBRK, TIOCMGET, TIOCMSET, TIOCMBIS, TIOCMBIC, TIOCGPGRP, TIOCSPGRP, TIOCGSID,
  IGNBRK, BRKINT, IGNPAR, PARMRK, INPCK, ISTRIP, INLCR, IGNCR, ICRNL, IUCLC, IXON, IXANY, IXOFF,
  IMAXBEL, IUTF8, OPOST, OLCUC, ONLCR, OCRNL, ONOCR, ONLRET, OFILL, OFDEL, CBAUD, CBAUDEX, CIBAUD,
  IBSHIFT, BOTHER, CSIZE, CS5, CS6, CS7, CS8, CSTOPB, CREAD, PARENB, PARODD, HUPCL, CLOCAL, CMSPAR,
  CRTSCTS, B0, B50, B75, B110, B134, B150, B200, B300, B600, B1200, B1800, B2400, B4800, B9600,
  B19200, B38400, B57600, B115200, B230400, B460800, B500000, B576000, B921600, B1000000, B1152000,
  B1500000, B2000000, B2500000, B3000000, B3500000, B4000000, ISIG, ICANON, ECHO, ECHOE, ECHOK,
  ECHONL, NOFLSH, TOSTOP, ECHOCTL, ECHOPRT, ECHOKE, FLUSHO, PENDIN, IEXTEN, EXTPROC, VINTR, VQUIT,
  VERASE, VKILL, VEOF, VTIME, VMIN, VSTART, VSTOP, VSUSP, VEOL, VREPRINT, VDISCARD, VWERASE,
  VLNEXT, VEOL2, TIOCM_LE, TIOCM_DTR, TIOCM_RTS, TIOCM_ST, TIOCM_SR, TIOCM_CTS, TIOCM_CAR,
  TIOCM_CD, TIOCM_RNG, TIOCM_RI, TIOCM_DSR,
} = native;

/**
 * `struct winsize`: what TIOCGWINSZ and TIOCSWINSZ act on. `xpixel` and `ypixel` are the size in pixels, or 0.
 *
 * @see https://man7.org/linux/man-pages/man2/TIOCGWINSZ.2const.html
 */
export const WINSIZE = struct({ row: "u16", col: "u16", xpixel: "u16", ypixel: "u16" });

/**
 * The kernel's `struct termios`: what TCGETS, TCSETS, TCSETSW and TCSETSF act on. The C library's has another layout.
 *
 * @see https://man7.org/linux/man-pages/man2/TCSETS.2const.html
 */
export const TERMIOS = struct({
  iflag: "u32",
  oflag: "u32",
  cflag: "u32",
  lflag: "u32",
  line: "u8",
  cc: ["u8", 19],
});

/**
 * `struct termios2`: what TCGETS2, TCSETS2, TCSETSW2 and TCSETSF2 act on. If the CBAUD bits of `cflag` are BOTHER,
 * `ispeed` and `ospeed` are the speeds in bits per second.
 *
 * @see https://man7.org/linux/man-pages/man2/TCSETS.2const.html
 */
export const TERMIOS2 = struct({
  iflag: "u32",
  oflag: "u32",
  cflag: "u32",
  lflag: "u32",
  line: "u8",
  cc: ["u8", 19],
  ispeed: "u32",
  ospeed: "u32",
});
