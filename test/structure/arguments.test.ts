import { describe, expect, it } from "vitest";
import { struct } from "../../lib/memory/layout.ts";
import * as sys from "../../lib/sys/index.ts";
import { NOT_OPEN } from "../sys/support.ts";
import { filesOf, read, ROOT } from "./source.ts";

interface Parameter {
  readonly name: string;
  readonly type: string;
}

/** Their first parameter is a handle that only the addon makes: test/fuzz/ has wrong ones. */
const WITH_HANDLES = /^lib\/sys\/(async_wait|environment|io_uring)\.ts$/;

/** What this is called is a descriptor. */
const DESCRIPTOR = /^(\w*[fF]d|fd\w*)$/;

/** The parameters of a declaration: `fd: number, flags = 0`. */
function parametersOf(list: string): Parameter[] {
  const parts = list.split(/,(?![^<({[]*[>)}\]])/).map((part) => part.trim());
  return parts.filter(Boolean).map((part) => {
    const [, name = "", type = "number"] = /^(\w+)\??(?::\s*([^=]+))?/.exec(part) ?? [];
    return { name, type: type.trim() };
  });
}

/** Every function of floor 1, with its parameters. */
function functionsOf(): [name: string, parameters: Parameter[]][] {
  return filesOf(ROOT, "lib/sys", ".ts")
    .filter((file) => !WITH_HANDLES.test(file))
    .flatMap((file) =>
      [...read(ROOT, file).matchAll(/^export function (\w+)\(([^{]*?)\)(?:: [^;]*?)? \{$/gms)].map(
        ([, name = "", list = ""]): [string, Parameter[]] => [name, parametersOf(list)],
      ),
    )
    .filter(([, parameters]) => parameters.length > 0);
}

const RIGHT: readonly (readonly [type: RegExp, value: (name: string) => unknown])[] = [
  [/^readonly Bytes\[\]/, () => [new Uint8Array(8)]],
  [/^Int32Array/, () => new Int32Array(64)],
  [/^Uint32Array/, () => new Uint32Array(64)],
  [/^BigInt64Array/, () => new BigInt64Array(1)],
  [/^(Bytes|Uint8Array|NodeJS.TypedArray)/, () => new Uint8Array(4096)],
  [/^string/, () => "x"],
  [/^bigint/, () => 1n],
  [/^FdSet/, () => new sys.FdSet()],
  [/^StructInput/, () => ({})],
  [/^StructLayout/, () => struct({ value: "i32" })],
  [/^TimeLeft/, () => new sys.TimeLeft()],
  [/^PollFds/, () => new sys.PollFds(4)],
  [/^Transfers/, () => new sys.Transfers(4)],
  [/^EpollEvents/, () => new sys.EpollEvents(4)],
  [/^MessageVector/, () => new sys.MessageVector(4, 4)],
  [/^MessageHeader/, () => new sys.MessageHeader()],
  [/^(SigSet|SignalMask)/, () => new sys.SigSet()],
  [/^EpollParams/, () => ({ busyPollUs: 0, busyPollBudget: 0, preferBusyPoll: false })],
  [/^TimerSetting/, () => ({ valueNs: 0n, intervalNs: 0n })],
  [
    /^(number|Constant|OptionLevel|OptionNumber|ProtocolNumber)/,
    (name) => (DESCRIPTOR.test(name) ? NOT_OPEN : 1),
  ],
];

/** What a function insists on, beyond the type. */
const RIGHT_IN: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  fcntlGetlk: { op: sys.F_GETLK, range: { type: sys.F_RDLCK } },
  fcntlOwner: { op: sys.F_GETOWN_EX },
  fcntlSetlk: { op: sys.F_SETLK, range: { type: sys.F_RDLCK } },
  ioctl: { op: sys.FIONREAD },
  ioctlStruct: { op: sys.FIONREAD },
  setrlimit: { limit: { soft: Infinity, hard: Infinity } },
  setsockoptFprog: { level: sys.SOL_SOCKET, optname: sys.SO_ATTACH_FILTER },
  sockaddrIn: { address: "127.0.0.1" },
  sockaddrIn6: { address: "::1" },
  sockaddrLl: { addr: new Uint8Array(6) },
};

function rightFor(call: string, { name, type }: Parameter): unknown {
  return RIGHT_IN[call]?.[name] ?? RIGHT.find(([pattern]) => pattern.test(type))?.[1](name);
}

/** What a call says whose argument `index` alone is wrong. */
function complaint(name: string, parameters: Parameter[], index: number): unknown {
  const call = (sys as unknown as Record<string, (...args: unknown[]) => unknown>)[name]!;
  const args = parameters.map((each, at) =>
    at === index ? Symbol("wrong") : rightFor(name, each),
  );
  try {
    return call(...args);
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : error;
  }
}

describe("a wrong argument of floor 1 is named by its error:", () => {
  const functions = functionsOf();

  it("all functions are found", () => {
    expect(functions.length).toBeGreaterThan(80);
  });

  it.each(functions)("%s", (name, parameters) => {
    const wrong = parameters
      .map((parameter, index) => [parameter.name, complaint(name, parameters, index)] as const)
      .filter(([parameter, said]) => !String(said).includes(`TypeError: The "${parameter}"`));

    expect(wrong).toEqual([]);
  });
});
