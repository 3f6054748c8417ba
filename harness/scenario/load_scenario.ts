import type { AnyScenario } from "./scenario.ts";

/**
 * Imports a module and returns its export `scenario`.
 *
 * @param module - the URL of the module
 * @throws TypeError the module does not export a scenario
 */
export async function loadScenario(module: string): Promise<AnyScenario> {
  const { scenario } = (await import(module)) as { scenario?: AnyScenario };
  if (typeof scenario?.prepare !== "function") {
    throw new TypeError(`${module} does not export a scenario`);
  }
  return scenario;
}
