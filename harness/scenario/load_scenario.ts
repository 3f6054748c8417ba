import type { AnyScenario } from "./scenario.ts";

/**
 * The export `scenario` of a module.
 *
 * @throws TypeError: it has none
 */
export async function loadScenario(module: string): Promise<AnyScenario> {
  const { scenario } = (await import(module)) as { scenario?: AnyScenario };
  if (typeof scenario?.prepare !== "function") {
    throw new TypeError(`${module} exports no scenario`);
  }
  return scenario;
}
