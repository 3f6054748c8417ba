/** What the package holds a binary for; lib/native/addon.cjs looks for the same. zig compiles them. */
export const TARGETS = {
  "linux-x64-glibc": { triple: "x86_64-linux-gnu.2.28", machine: "Advanced Micro Devices X86-64" },
  "linux-x64-musl": { triple: "x86_64-linux-musl", machine: "Advanced Micro Devices X86-64" },
  "linux-arm64-glibc": { triple: "aarch64-linux-gnu.2.28", machine: "AArch64" },
  "linux-arm64-musl": { triple: "aarch64-linux-musl", machine: "AArch64" },
};

/** What is only tested: big-endian. The linker of this zig cannot do it, a cross compiler of Debian can. */
export const TESTED = {
  "linux-s390x-glibc": { compiler: "s390x-linux-gnu-g++" },
};

/** The path of a target's binary: for those of the package as prebuildify names it. */
export function fileOf(target) {
  const [, system, libc] = /^(.*)-(\w+)$/.exec(target);
  return Object.hasOwn(TARGETS, target)
    ? `prebuilds/${system}/pollux.${libc}.node`
    : `build-emulated/${target}/build/Release/pollux.node`;
}
