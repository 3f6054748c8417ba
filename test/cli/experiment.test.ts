import { describe, expect, it } from "vitest";
import { EXPERIMENTS } from "../../lib/experiments/index.ts";
import { run } from "../support/program.ts";
import { POLLUX } from "../support/serving.ts";

const pollux = (...args: string[]) => run(process.execPath, POLLUX, "experiment", ...args);

describe("pollux experiment", () => {
  it("lists all of them, each under its own name", async () => {
    const { code, stdout } = await pollux();
    const told = JSON.parse((await pollux("--json")).stdout) as { name: string }[];

    expect(code).toBe(0);
    for (const [name, load] of EXPERIMENTS) {
      expect((await load()).name).toBe(name);
      expect(stdout).toMatch(new RegExp(`^${name} +\\S`, "m"));
    }
    expect(told.map(({ name }) => name)).toEqual([...EXPERIMENTS.keys()]);
  });

  // But for one that takes seconds, and has a test of its own.
  it.each([...EXPERIMENTS.keys()].filter((name) => name !== "herd"))(
    "ends %s with one sentence, the same with --json",
    async (name) => {
      const { code, stdout, stderr } = await pollux(name);
      const found = JSON.parse((await pollux(name, "--json")).stdout) as Record<string, unknown>;

      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout.startsWith(`${name}: `)).toBe(true);
      expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^[A-Z].+\.$/);
      expect(found).toMatchObject({ name, conclusion: expect.stringMatching(/\.$/) as string });
      expect((found["steps"] as unknown[]).length).toBeGreaterThan(3);
    },
  );

  it("shows each call of half-close with its answer", async () => {
    expect((await pollux("half-close")).stdout).toContain(`
send(client, "question", 8, MSG_NOSIGNAL) = 8
shutdown(client, SHUT_WR) = 0
recv(server, buffer, 64, 0) = 8
recv(server, buffer, 64, 0) = 0
# the server has read the end, and answers all the same
send(server, "answer", 6, MSG_NOSIGNAL) = 6
recv(client, buffer, 64, 0) = 6

After SHUT_WR the peer reads the end of the stream, and its answer still arrives.
`);
  });

  it("shows in sigpipe that the first write succeeds, and later ones fail with EPIPE", async () => {
    const { stdout } = await pollux("sigpipe");

    expect(stdout).toContain('send(client, "x", 1, MSG_NOSIGNAL) = 1\n');
    expect(stdout).toContain('send(client, "x", 1, MSG_NOSIGNAL) = -1 EPIPE (2 times)\n');
    expect(stdout).toContain("the answers are 1, EPIPE, EPIPE:");
  });

  it("names what there is for a name that does not exist", async () => {
    expect(await pollux("nonsense")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/'nonsense' is invalid .* half-close, .*sigpipe/) as string,
    });
  });
});
