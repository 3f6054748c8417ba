import { expect, it } from "vitest";
import { run } from "../support/program.ts";

// What V8 knows of objects is asked in a process of its own, with a flag.
it("makes objects of one hidden class, with and without `new`", async () => {
  const script = `
    import { Server, Socket } from "pollux/net";
    for (const each of [Server, Socket]) {
      class Sub extends each {}
      const made = [new each(), new each(), each(), new Sub(), new Sub()];
      console.log(%HaveSameMap(made[0], made[1]), %HaveSameMap(made[0], made[2]), %HaveSameMap(made[3], made[4]));
      console.log(made[0].constructor === each, made[3] instanceof Sub && made[3] instanceof each);
    }`;

  const args = ["--allow-natives-syntax", "--input-type=module", "-e", script];
  const { stdout, stderr } = await run(process.execPath, ...args);

  expect({ stdout, stderr }).toEqual({
    stdout: "true true true\ntrue true\n".repeat(2),
    stderr: "",
  });
});
