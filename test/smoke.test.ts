import { expect, it } from "vitest";
import { Socket } from "../lib/socket.ts";
import { EpollMultiplexer } from "../lib/multiplexer/epoll.ts";
import { PollMultiplexer } from "../lib/multiplexer/poll.ts";
import { SelectMultiplexer } from "../lib/multiplexer/select.ts";
import * as sys from "../lib/sys/index.ts";

for (const M of [EpollMultiplexer, PollMultiplexer, SelectMultiplexer]) it(M.name, () => {
  const mux = new M<string>();
  const [a, b] = Socket.pair();
  mux.add(a, 1, "a");
  expect(() => mux.add(a, 1)).toThrow(/EEXIST/);
  const seen: unknown[] = [];
  expect(mux.waitSync(0, (...x) => seen.push(x))).toBe(0);
  b.send(Buffer.from("hi"));
  expect(mux.waitSync(undefined, (...x) => seen.push(x))).toBe(1);
  mux.modify(a, 3);
  expect(mux.waitSync(10.5, (...x) => seen.push(x))).toBe(1);
  expect(seen).toEqual([[a.fd, 1, "a"], [a.fd, 3, "a"]]);
  a.close();
  expect(mux.waitSync(10.5, (...x) => seen.push(x))).toBe(0);
  expect(mux.remove(a)).toBe(M===EpollMultiplexer);
  expect(mux.size).toBe(0);
  b.close(); mux.close();
});
it("tcp", () => {
  const l = Socket.open(sys.AF_INET, sys.SOCK_STREAM).bind({address:"127.0.0.1", port: 0}).listen();
  const c = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
  expect(c.connect(l.localAddress)).toBe(false);
  expect(String(l.localAddress)).toMatch(/127.0.0.1:\d+/);
  const d = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
  expect(() => d.bind(l.localAddress)).toThrow(/bind EADDRINUSE 127/);
  l.close(); c.close(); d.close();
});
