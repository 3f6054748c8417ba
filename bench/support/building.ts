import type { Contender } from "../contenders/contender.ts";
import { type ContenderName, contenderOf } from "../contenders/index.ts";
import { buildPrograms } from "./programs.ts";

/** What has kept servers from being built; `undefined` for those that are built. */
const built = new Map<ContenderName, Error | undefined>();

/**
 * Builds the programs of bench/c, and the servers of these contenders, each once in this process. A server that does
 * not compile fails its own cells only: see {@link checkServer}.
 */
export function buildServers(names: readonly ContenderName[]): void {
  buildPrograms();
  for (const name of names) {
    const contender = contenderOf(name);
    if (built.has(name) || contender.missing?.() !== undefined) continue;
    built.set(name, failureOf(contender));
  }
}

/**
 * Checks that {@link buildServers} has built a server, if it was to.
 *
 * @throws Error with what the compiler has said
 */
export function checkServer(name: ContenderName): void {
  const failure = built.get(name);
  if (failure !== undefined) throw failure;
}

function failureOf(contender: Contender): Error | undefined {
  try {
    contender.build?.();
    return undefined;
  } catch (error) {
    const { stderr, message } = error as { readonly stderr?: Buffer; readonly message: string };
    const said = stderr === undefined || stderr.length === 0 ? message : stderr.toString().trim();
    return new Error(`the server of ${contender.name} does not compile: ${said}`, { cause: error });
  }
}
