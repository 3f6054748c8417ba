import type { ScenarioResult } from "../../results/results.ts";

/** A contender, as results name it. */
interface Titled {
  readonly name: string;
  readonly title: string;
  readonly family?: string;
}

/** The family of a contender. Default: the first word of its title, "pollux" or "node". */
export function familyOf({ title, family }: Omit<Titled, "name">): string {
  return family ?? /^[\p{L}\p{N}]*/u.exec(title)?.[0] ?? title;
}

/** The title without its family: "poll" for "pollux poll". */
export function shortOf(contender: Titled): string {
  const family = familyOf(contender);
  const { title } = contender;
  const rest = title.startsWith(`${family} `) ? title.slice(family.length + 1) : title;
  return rest.startsWith("(") ? title : rest;
}

/** {@link shortOf} without a remark: "epoll" for "C epoll (2 threads)". */
export function baseOf(contender: Titled): string {
  return shortOf(contender).replace(/ \(.*\)$/, "");
}

/** The two families that a scenario is about. */
export interface Families {
  /** The family that baselines belong to. */
  readonly reference: string | undefined;
  /** The family that is compared with it. */
  readonly subject: string | undefined;
}

/** The families of a scenario: of the first baseline, and of the first contender that is compared with another family. */
export function familiesOf({ contenders, baseline, pairs = [] }: ScenarioResult): Families {
  const find = (name: string | undefined): string | undefined => {
    const contender = contenders.find((one) => one.name === name);
    return contender && familyOf(contender);
  };
  const reference = find(Object.values(baseline)[0]);
  const compared = [...Object.keys(baseline), ...pairs.map(({ contender }) => contender)];
  const others = compared.map(find).filter((family) => family !== undefined);
  return { reference, subject: others.find((family) => family !== reference) };
}

/** The contender of a name; one that is not listed has its name for a title. */
export function contenderIn({ contenders }: ScenarioResult, name: string): Titled {
  return contenders.find((one) => one.name === name) ?? { name, title: name };
}
