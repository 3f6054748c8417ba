import { BARE, PYTHON } from "./tools.ts";
import { Program } from "./program.ts";

// Each line is code in JSON; its value goes back as JSON, bytes as hexadecimal digits.
const LOOP = `
import array, json, os, socket, struct, sys
names = dict(globals())
for line in sys.stdin:
    code = json.loads(line)
    try:
        try:
            value = eval(code, names)
        except SyntaxError:
            value = exec(code, names)
        print(json.dumps({"value": value}, default=lambda item: bytes(item).hex()), flush=True)
    except BaseException as error:
        print(json.dumps({"error": repr(error)}), flush=True)
`;

/** Python with its own socket module on the other end, told what to do line by line. */
export class Python implements AsyncDisposable {
  readonly #program = new Program(PYTHON, [...BARE, "-c", LOOP]);

  /** The value of an expression; `null` for statements. What one line defines the next ones know. */
  async run(code: string): Promise<unknown> {
    this.#program.say(JSON.stringify(code));
    const answer = JSON.parse(await this.#program.nextLine()) as {
      value?: unknown;
      error?: string;
    };
    if (answer.error !== undefined) throw new Error(`${code}: ${answer.error}`);
    return answer.value;
  }

  get pid(): number {
    return this.#program.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }
}
