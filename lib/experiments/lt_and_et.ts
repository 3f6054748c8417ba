import { Descriptor } from "../descriptors/descriptor.ts";
import { bytesReadable } from "../descriptors/fcntl.ts";
import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { Experiment, Recorder } from "./experiment.ts";

/** What a level- and an edge-triggered epoll report of one socket, step by step (B11 of the notes). */
export const ltAndEt: Experiment = {
  name: "lt-and-et",
  summary: "what level- and edge-triggered epoll report after a partial read",
  run(out) {
    const [here, there] = Socket.pair().map((socket) => out.own(socket)) as [Socket, Socket];
    const send = (text: string): unknown =>
      out.call("send", ["peer", `"${text}"`, text.length, "MSG_NOSIGNAL"], () =>
        there.send(Buffer.from(text)),
      );
    const recv = (size: number): string =>
      out.attempt("recv", ["socket", "buffer", size, 0], () => here.recv(new Uint8Array(size)));
    const level = watch(out, "level", here, "EPOLLIN");
    const edge = watch(out, "edge", here, "EPOLLIN | EPOLLET");
    const look = (moment: string): Reported => {
      const reported = { level: wait(out, "level", level), edge: wait(out, "edge", edge) };
      out.figure({ moment, unread: bytesReadable(here), ...reported });
      return reported;
    };

    look("before anything has come");
    send("12345678");
    look("8 bytes have come");
    look("asked once more");
    recv(4);
    const partly = look("4 of them are read");
    send("9");
    const more = look("another byte has come");
    const modify = ["edge", "EPOLL_CTL_MOD", "socket", "EPOLLIN | EPOLLET"];
    out.call("epoll_ctl", modify, () => {
      sys.epollCtl(edge.fd, sys.EPOLL_CTL_MOD, here.fd, sys.EPOLLIN | sys.EPOLLET);
    });
    const modified = look("EPOLL_CTL_MOD was called");
    while (recv(4) !== "EAGAIN");
    const empty = look("all is read, up to EAGAIN");
    return conclude(partly, more, modified, empty);
  },
};

/** What each has reported. */
interface Reported {
  readonly level: string;
  readonly edge: string;
}

const NOTHING = "nothing";

function watch(out: Recorder, name: string, socket: Socket, events: string): Descriptor {
  const epoll = out.own(new Descriptor(sys.epollCreate1(sys.EPOLL_CLOEXEC)));
  const bits = sys.EPOLLIN | (events.includes("EPOLLET") ? sys.EPOLLET : 0);
  out.call("epoll_ctl", [name, "EPOLL_CTL_ADD", "socket", events], () => {
    sys.epollCtl(epoll.fd, sys.EPOLL_CTL_ADD, socket.fd, bits);
  });
  return epoll;
}

function wait(out: Recorder, name: string, epoll: Descriptor): string {
  const events = new sys.EpollEvents(1);
  const found = out.call(
    "epoll_wait",
    [name, "events", 1, 0],
    () => sys.epollWait(epoll.fd, events, 0),
    (count) => (count === 0 ? 0 : `${String(count)} (EPOLLIN)`),
  );
  return found === 0 ? NOTHING : "EPOLLIN";
}

function conclude(partly: Reported, more: Reported, modified: Reported, empty: Reported): string {
  const lesson =
    partly.level === "EPOLLIN" && partly.edge === NOTHING
      ? ": who waits with EPOLLET before having read up to EAGAIN may wait for ever"
      : "";
  const both =
    empty.level === empty.edge
      ? `both reported ${empty.level}`
      : `they reported ${empty.level} and ${empty.edge}`;
  return (
    `After a partial read level-triggered epoll reported ${partly.level} and edge-triggered epoll ` +
    `${partly.edge}; edge-triggered epoll reported ${more.edge} when another byte had come, and ` +
    `${modified.edge} after EPOLL_CTL_MOD; with all read, ${both}${lesson}.`
  );
}
