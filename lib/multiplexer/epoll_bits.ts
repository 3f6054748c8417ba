import * as sys from "../sys/index.ts";
import { ERROR, HANGUP, PRIORITY, READABLE, WRITABLE } from "./multiplexer.ts";

/** The EPOLL… bits of an interest. */
export function toEpoll(interest: number, flags: number): number {
  // The kernel refuses EPOLLRDHUP together with EPOLLEXCLUSIVE.
  const readable = sys.EPOLLIN | (flags & sys.EPOLLEXCLUSIVE ? 0 : sys.EPOLLRDHUP);
  return (
    (interest & READABLE ? readable : 0) |
    (interest & WRITABLE ? sys.EPOLLOUT : 0) |
    (interest & PRIORITY ? sys.EPOLLPRI : 0) |
    flags
  );
}

/** What a wait reported, as READABLE, WRITABLE… */
// An error or a hang-up wakes both directions: the next recv or send then says what happened.
export function fromEpoll(events: number): number {
  if (events === sys.EPOLLIN) return READABLE; // what most are
  const broken = events & (sys.EPOLLERR | sys.EPOLLHUP);
  const readable = events & (sys.EPOLLIN | sys.EPOLLRDHUP) || broken;
  const writable = events & sys.EPOLLOUT || broken;
  return (
    (readable ? READABLE : 0) |
    (writable ? WRITABLE : 0) |
    (events & sys.EPOLLPRI ? PRIORITY : 0) |
    (events & sys.EPOLLERR ? ERROR : 0) |
    (events & sys.EPOLLHUP ? HANGUP : 0)
  );
}
