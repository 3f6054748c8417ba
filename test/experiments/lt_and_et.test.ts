import { describe, expect, it } from "vitest";
import { column, find, python } from "./found.ts";

/** The same steps: what each epoll reports at each moment. */
const TIMELINE = `
here, there = socket.socketpair()
here.setblocking(False)
level, edge = select.epoll(), select.epoll()
level.register(here, select.EPOLLIN)
edge.register(here, select.EPOLLIN | select.EPOLLET)
def look():
    print(*["EPOLLIN" if one.poll(0) else "nothing" for one in (level, edge)])
look()
there.send(b"12345678"); look()
look()
here.recv(4); look()
there.send(b"9"); look()
edge.modify(here, select.EPOLLIN | select.EPOLLET); look()
here.recv(64); look()
`;

describe("pollux experiment lt-and-et", () => {
  it("reports what Python's epoll reports after the same steps", async () => {
    const { figures } = await find("lt-and-et");

    const both = figures.map(({ level, edge }) => `${String(level)} ${String(edge)}`);
    expect(both).toEqual(await python(TIMELINE));
    expect(column(figures, "unread")).toEqual([0, 8, 8, 4, 5, 5, 0]);
  });

  it("concludes that edge-triggered epoll is silent after a partial read", async () => {
    const { conclusion } = await find("lt-and-et");

    expect(conclusion).toMatch(
      /^After a partial read level-triggered epoll reported EPOLLIN and edge-triggered epoll nothing;/,
    );
    expect(conclusion).toContain("before having read up to EAGAIN may wait for ever");
  });
});
