import { release } from "node:os";
import { isSystemError, sys } from "pollux";
import { moduleVersion, onLibrary } from "../../support/c_libraries.ts";
import type { Contender } from "../contender.ts";

const library = onLibrary({
  name: "liburing",
  server: "io_uring_server",
  packages: "make gcc libc6-dev pkg-config liburing-dev",
  version: () => moduleVersion("liburing"),
});

export const contender = {
  name: "io-uring",
  title: "C io_uring",
  ...library,
  missing: () => library.missing() ?? whyNoRing(),
} as const satisfies Contender;

// Buffers that the kernel chooses from are of Linux 5.19. Containers and hardened kernels forbid it.
function whyNoRing(): string | undefined {
  try {
    sys.ioUringQueueExit(sys.ioUringSetup(1, new sys.IoUringParams()));
    const { minor, major } = kernelVersion();
    return major > 5 || (major === 5 && minor >= 19) ? undefined : "needs Linux 5.19";
  } catch (error) {
    if (isSystemError(error)) return `the kernel refuses io_uring: ${error.code}`;
    throw error;
  }
}

function kernelVersion(): { readonly major: number; readonly minor: number } {
  const [major = 0, minor = 0] = release()
    .split(".")
    .map((part) => Number.parseInt(part));
  return { major, minor };
}
