import { expect, it } from "vitest";
import { EpollMultiplexer, READABLE, sys } from "../../lib/index.ts";

const COUNT = 10_000;

/** Refuses where this process may not open so many descriptors. */
function duplicates(fd: number): number[] | null {
  const fds: number[] = [];
  try {
    while (fds.length < COUNT) fds.push(sys.fcntl(fd, sys.F_DUPFD_CLOEXEC, 0));
    return fds;
  } catch {
    for (const one of fds) sys.close(one);
    return null;
  }
}

it("reports ten thousand that are ready in one wait, once it has grown", ({ skip }) => {
  const ready = sys.eventfd(1, sys.EFD_CLOEXEC);
  const fds = duplicates(ready);
  if (!fds) {
    sys.close(ready);
    skip("this process may not open 10,000 descriptors");
    return;
  }
  const multiplexer = new EpollMultiplexer();
  for (const fd of fds) multiplexer.add(fd, READABLE);
  let found = 0;
  const counts = Array.from({ length: 9 }, () => {
    found = 0;
    multiplexer.waitSync(0, () => found++);
    return found;
  });
  multiplexer.close();
  for (const fd of [ready, ...fds]) sys.close(fd);

  expect(counts).toEqual([64, 128, 256, 512, 1024, 2048, 4096, 8192, COUNT]);
});
