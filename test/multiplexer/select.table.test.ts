import { readFileSync } from "node:fs";
import { expect, it, vi } from "vitest";
import { READABLE, WRITABLE } from "../../lib/multiplexer/multiplexer.ts";
import { SelectMultiplexer } from "../../lib/multiplexer/select.ts";
import { native } from "../../lib/native/native.ts";
import { Fixture } from "./contract/fixture.ts";

// In a file, and so in a process, of its own: a table of descriptors grows, and never shrinks.
it("drops a closed descriptor behind the kernel's table, at whose bits select(2) does not look", () => {
  using fixture = new Fixture(() => new SelectMultiplexer({ capacity: 2 ** 20 }));
  const [here] = fixture.readyPair();
  const behind = tableSize() + 64;
  fixture.mux.add(here, READABLE | WRITABLE);
  // Only a forked process, whose table is cut to what is open, gets here without a trick.
  const pretend = vi.spyOn(native, "fcntl").mockReturnValue(0);
  fixture.mux.add(behind, READABLE | WRITABLE);
  pretend.mockRestore();

  expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE | WRITABLE]]));
  fixture.mux.modify(here, 0);
  expect(fixture.readyNow().size).toBe(0);
  expect(fixture.readyNow().size).toBe(0);
  expect(fixture.events(5).size).toBe(0);
  expect(fixture.mux.remove(behind)).toBe(false);
});

function tableSize(): number {
  const size = /^FDSize:\s+(\d+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return Number(size);
}
