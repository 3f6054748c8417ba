import { describe, expectTypeOf, it } from "vitest";
import { type Constant, Socket, sys } from "../../lib/index.ts";

/** Only the compiler looks at the calls in here. */
function never(_calls: (fd: number, computed: number) => void): void {
  expectTypeOf(_calls).toBeFunction();
}

describe("the type of a constant", () => {
  it("is the family that its name begins with", () => {
    expectTypeOf(sys.AF_INET).toEqualTypeOf<Constant<"AF">>();
    expectTypeOf(sys.PF_PACKET).toEqualTypeOf<Constant<"AF">>();
    expectTypeOf(sys.EPOLL_CTL_ADD).toEqualTypeOf<Constant<"EPOLL_CTL">>();
    expectTypeOf(sys.EPOLLIN).toEqualTypeOf<Constant<"EPOLL">>();
    expectTypeOf(sys.EPOLL_CLOEXEC).toEqualTypeOf<Constant<"EPOLL">>();
    expectTypeOf(sys.POLLIN).toEqualTypeOf<Constant<"POLL">>();
    expectTypeOf(sys.POLL_IN).toEqualTypeOf<Constant<"SI">>();
    expectTypeOf(sys.SIGHUP).toEqualTypeOf<Constant<"SIG">>();
    expectTypeOf(sys.SIG_BLOCK).toEqualTypeOf<Constant<"SIG_">>();
    expectTypeOf(sys.SIOCGIFMTU).toEqualTypeOf<Constant<"IOCTL">>();
    expectTypeOf(sys.SO_EE_ORIGIN_ICMP).toEqualTypeOf<Constant<"SO_EE">>();
    expectTypeOf(sys.SOCK_TXREHASH_ENABLED).toEqualTypeOf<Constant<"SOCK_TXREHASH">>();
  });

  it("is refused where another family belongs", () => {
    never((fd) => {
      // @ts-expect-error an operation of epoll_ctl(2) is no address family
      sys.socket(sys.EPOLL_CTL_ADD, sys.SOCK_STREAM);
      // @ts-expect-error the first two arguments are the wrong way round
      sys.socket(sys.SOCK_STREAM, sys.AF_INET);
      // @ts-expect-error the third one is a protocol
      sys.socket(sys.AF_INET, sys.SOCK_STREAM, sys.SOCK_NONBLOCK);
      // @ts-expect-error events before the operation
      sys.epollCtl(fd, sys.EPOLLIN, fd);
      // @ts-expect-error poll's bits are not epoll's
      sys.epollCtl(fd, sys.EPOLL_CTL_ADD, fd, sys.POLLIN);
      // @ts-expect-error an option is no level
      sys.getsockopt(fd, sys.SO_ERROR, sys.SOL_SOCKET);
      // @ts-expect-error a flag of open(2) is none of send(2)
      sys.send(fd, new Uint8Array(1), 0, 1, sys.O_NONBLOCK);
      // @ts-expect-error a signal is no operation
      sys.fcntl(fd, sys.SIGIO);
      // @ts-expect-error as in sys.socket
      Socket.open(sys.SOCK_STREAM, sys.AF_INET);
      // @ts-expect-error a comparison that is never true
      expectTypeOf(sys.AF_INET === sys.SOCK_STREAM).toBeBoolean();
    });
  });

  it("is a number everywhere else, and any number without a family is accepted", () => {
    never((fd, computed) => {
      sys.socket(computed, computed, computed);
      sys.socket(2, 1);
      sys.socket(sys.AF_INET, sys.SOCK_STREAM | sys.SOCK_NONBLOCK, sys.IPPROTO_TCP);
      sys.epollCtl(fd, computed, fd, sys.EPOLLIN | sys.EPOLLET);
      sys.getsockopt(fd, sys.IPPROTO_TCP, sys.TCP_NODELAY);
      sys.getsockopt(fd, sys.SOL_UDP, sys.UDP_SEGMENT);

      let events = sys.EPOLLIN;
      events |= sys.EPOLLOUT;
      sys.epollCtl(fd, sys.EPOLL_CTL_MOD, fd, events);
      events = computed;
      sys.epollCtl(fd, sys.EPOLL_CTL_MOD, fd, events);

      const names = new Map([[sys.AF_INET, "inet"]]).set(sys.PF_UNIX, "unix");
      names.get(computed);
      const numbers: number[] = [sys.AF_INET, sys.SOCK_STREAM];
      numbers.push(sys.EPOLLIN);
      switch (computed) {
        case sys.AF_INET:
        case sys.SOCK_STREAM:
          break;
      }
    });
    expectTypeOf(sys.EPOLLIN | sys.EPOLLOUT).toEqualTypeOf<number>();
    expectTypeOf(sys.AF_INET).toExtend<number>();
    expectTypeOf<number>().toExtend<Constant<"AF">>();
  });
});
