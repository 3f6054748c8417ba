import { invalidArgType, outOfRange } from "../../arguments.ts";
import { Descriptor } from "../../descriptors/descriptor.ts";
import { readStruct, type StructValue, writeStruct } from "../../memory/structs.ts";
import * as sys from "../../sys/index.ts";
import { checkStructure, type Kind, unreadable, unwritable } from "./kind.ts";

const { sock_filter } = sys.structs;
const MAX_INSTRUCTIONS = 65_535;

/** One instruction of classic BPF: `struct sock_filter`. */
export type Instruction = StructValue<typeof sock_filter>;

const TYPE = "{ code: number; jt: number; jf: number; k: number }[]";

function encode(program: readonly Instruction[], option: string): Uint8Array {
  if (!Array.isArray(program)) throw invalidArgType(option, `an array ${TYPE}`, program);
  if (program.length > MAX_INSTRUCTIONS) {
    throw outOfRange(option, `at most ${String(MAX_INSTRUCTIONS)} instructions`, program.length);
  }
  const bytes = new Uint8Array(program.length * sock_filter.sizeof);
  program.forEach((instruction: Instruction, index) => {
    const name = `${option}[${String(index)}]`;
    const value = checkStructure(instruction, name, TYPE);
    bytes.set(writeStruct(sock_filter, value, name), index * sock_filter.sizeof);
  });
  return bytes;
}

/** SO_ATTACH_FILTER, SO_ATTACH_REUSEPORT_CBPF: a program, as an array of instructions. */
export const program: Kind<never, readonly Instruction[]> = {
  type: TYPE,
  get(_fd, _level, _optname, _query, option) {
    throw unreadable(option);
  },
  set(fd, level, optname, value, option) {
    sys.setsockoptFprog(fd, level, optname, encode(value, option));
  },
};

/** SO_GET_FILTER: the program that SO_ATTACH_FILTER attached; empty if there is none. */
export const attachedProgram: Kind<readonly Instruction[], never> = {
  type: TYPE,
  get(fd) {
    const { sizeof } = sock_filter;
    const bytes = new Uint8Array(sys.getsockoptFilter(fd, new Uint8Array()) * sizeof);
    const count = bytes.length === 0 ? 0 : sys.getsockoptFilter(fd, bytes);
    return Array.from({ length: count }, (_, index) => {
      const one = bytes.subarray(index * sizeof, (index + 1) * sizeof);
      // The type is derived from this structure, so the fields are the same.
      return readStruct(sock_filter, one) as unknown as Instruction;
    });
  },
  set(_fd, _level, _optname, _value, option) {
    throw unwritable(option);
  },
};

/** SO_PEERPIDFD: a pidfd of the peer process. The caller closes it. */
export const pidfd: Kind<Descriptor, never> = {
  type: "Descriptor",
  get: (fd, level, optname) => new Descriptor(sys.getsockopt(fd, level, optname)),
  set(_fd, _level, _optname, _value, option) {
    throw unwritable(option);
  },
};
