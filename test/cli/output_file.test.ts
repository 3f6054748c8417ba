import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { OutputFile } from "../../lib/cli/output_file.ts";

describe("OutputFile", () => {
  let directory = "";
  let path = "";

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "pollux-output-"));
    path = join(directory, "file");
    onTestFinished(() => {
      rmSync(directory, { recursive: true });
    });
  });

  it("writes nothing before there is something to write", () => {
    new OutputFile(path);

    expect(readdirSync(directory)).toEqual([]);
  });

  it("replaces a file, and keeps who may read it", () => {
    writeFileSync(path, "before");
    chmodSync(path, 0o600);
    new OutputFile(path).write("now");

    expect(readFileSync(path, "utf8")).toBe("now");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(["file"]);
  });

  it("replaces what a link leads to", () => {
    const link = join(directory, "link");
    writeFileSync(path, "before");
    symlinkSync("file", link);
    new OutputFile(link).write("now");

    expect(readFileSync(path, "utf8")).toBe("now");
    expect(readdirSync(directory).sort()).toEqual(["file", "link"]);
  });

  it("writes to what is no file without replacing it", () => {
    new OutputFile("/dev/null").write("now");

    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("leaves nothing behind when it cannot be put in place", () => {
    const file = new OutputFile(path);
    rmSync(directory, { recursive: true });

    expect(() => file.write("now")).toThrow(expect.objectContaining({ code: "ENOENT" }));
    expect(() => readdirSync(directory)).toThrow(expect.objectContaining({ code: "ENOENT" }));
    directory = mkdtempSync(join(tmpdir(), "pollux-output-"));
  });

  it("refuses a directory, and a place that is not there", () => {
    expect(() => new OutputFile(directory)).toThrow("EISDIR");
    expect(() => new OutputFile(join(directory, "no", "file"))).toThrow(
      expect.objectContaining({ code: "ENOENT" }),
    );
  });
});
