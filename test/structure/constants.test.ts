import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { native } from "../../lib/native.ts";
import * as sys from "../../lib/sys/index.ts";
import { run } from "../sys/support.ts";

const HEADERS = [
  ...["arpa/inet.h", "fcntl.h", "netinet/in.h", "netinet/ip.h", "netinet/tcp.h", "poll.h"],
  ...["signal.h", "sys/epoll.h", "sys/eventfd.h", "sys/select.h", "sys/socket.h"],
  ...["sys/timerfd.h", "sys/un.h", "time.h", "unistd.h", "cerrno", "cstddef", "cstdio"],
];

// Our own names, in C.
const OWN_NAMES: Record<string, string> = {
  SOCKADDR_STORAGE_SIZE: "sizeof(sockaddr_storage)",
  SUN_PATH_SIZE: "sizeof(sockaddr_un::sun_path)",
};

const FIELDS: Record<string, string> = { in: "sin", in6: "sin6", un: "sun" };

/** `sizeof_pollfd`, `offsetof_sockaddr_in_port` in C. */
function layoutInC(name: string): string | undefined {
  const [, type] = /^sizeof_(\w+)$/.exec(name) ?? [];
  if (type) return `sizeof(${type})`;
  const [, of, kind, field] =
    /^offsetof_(epoll_event|pollfd|sockaddr_(in6|in|un))_(\w+)$/.exec(name) ?? [];
  const prefix = kind ? `${String(FIELDS[kind])}_` : "";
  return of && field ? `offsetof(struct ${of}, ${prefix}${field})` : undefined;
}

/** What a program prints that was compiled on this machine: the value of each C expression. */
function compiled(expressions: Record<string, string>): Record<string, number> {
  const directory = mkdtempSync(join(tmpdir(), "pollux-constants-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const includes = HEADERS.map((header) => `#include <${header}>\n`).join("");
  const prints = Object.entries(expressions).map(
    ([name, expression]) =>
      `std::printf("${name} %lld\\n", static_cast<long long>(${expression}));\n`,
  );
  writeFileSync(join(directory, "constants.cc"), `${includes}int main() {\n${prints.join("")}}\n`);
  run("g++", ["-o", join(directory, "constants"), join(directory, "constants.cc")]);
  const lines = run(join(directory, "constants"), []).trim().split("\n");
  return Object.fromEntries(lines.map((line) => [line.split(" ")[0], Number(line.split(" ")[1])]));
}

function numbersOf(object: object): Record<string, number> {
  return Object.fromEntries(
    Object.entries(object).filter(
      (entry): entry is [string, number] => typeof entry[1] === "number",
    ),
  );
}

describe("constants", () => {
  it("have the values of this machine's headers", () => {
    const ours = { ...numbersOf(sys), ...sys.errno };
    const inC = Object.keys(ours).map((name) => [name, OWN_NAMES[name] ?? name]);

    expect(Object.keys(ours).length).toBeGreaterThan(300);
    expect(compiled(Object.fromEntries(inC) as Record<string, string>)).toEqual(ours);
  });

  it("have the layout of this machine's structures", () => {
    const layout = Object.entries(numbersOf(native)).filter(([name]) => layoutInC(name));
    const inC = layout.map(([name]) => [name, layoutInC(name)]);

    expect(layout.length).toBeGreaterThan(10);
    expect(compiled(Object.fromEntries(inC) as Record<string, string>)).toEqual(
      Object.fromEntries(layout),
    );
  });

  it("are exported by sys/ under their own names, all but the layout", () => {
    const exported = Object.entries(numbersOf(native)).filter(([name]) => !layoutInC(name));

    expect(numbersOf(sys)).toMatchObject(Object.fromEntries(exported));
  });
});
