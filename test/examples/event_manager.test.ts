import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Program } from "../support/program.ts";
import { compiled, listening } from "./programs.ts";

const command = compiled("manager", "event_manager");
const TICKS = 1000;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pollux-chat-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(["select", "poll", "epoll"])("examples/event_manager.ts on %s", (multiplexer) => {
  it("passes each line to all others over tcp, udp and unix, and ticks to everybody", async () => {
    const path = join(folder, multiplexer);
    const args = ["0", multiplexer, path, String(TICKS)];
    const [server, port] = await listening(command("event_manager", ...args));
    await using _server = server;
    await using first = new Program("socat", ["-", `TCP:127.0.0.1:${String(port)}`]);
    await using second = new Program("socat", ["-", `UNIX-CONNECT:${path}`]);
    await using third = new Program("socat", ["-", `UDP:127.0.0.1:${String(port)}`]);

    const heard: string[] = [];
    await sayUntilHeard(second, first, "unix");
    await sayUntilHeard(third, first, "udp");
    first.say("tcp");
    for (const client of [second, third]) {
      for (let line = ""; line !== "tcp";) line = await client.nextLine();
      heard.push("tcp");
    }
    server.kill("SIGUSR2");
    for (const client of [first, second]) {
      for (let tick = 1; tick <= TICKS;) {
        const line = await client.nextLine();
        if (!line.startsWith("tick ")) continue;
        expect(line).toBe(`tick ${String(tick)}`);
        tick++;
      }
    }
    for (let line = ""; !line.startsWith("tick ");) line = await third.nextLine();
    server.kill("SIGTERM");

    expect(heard).toEqual(["tcp", "tcp"]);
    expect(await server.ended).toMatchObject({ code: 0, stderr: "" });
  });
});

/** The word of one client reaches the other: both are connected then. */
async function sayUntilHeard(speaker: Program, listener: Program, word: string): Promise<void> {
  speaker.say(word);
  while ((await listener.nextLine()) !== word);
}
