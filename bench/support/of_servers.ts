import type { Scenario } from "pollux/bench";
import {
  BUILT_IN_SERVERS,
  type ContenderName,
  FAMILIES,
  SERVERS,
  TITLES,
  versionOfContender,
} from "../contenders/index.ts";
import { buildServers } from "./building.ts";
import { skipServer } from "./server_trial.ts";

/** What scenarios with a server of each contender have in common. Their sweep counts connections, or they skip otherwise. */
export const OF_SERVERS = {
  contenders: SERVERS,
  defaultContenders: BUILT_IN_SERVERS,
  titles: TITLES,
  families: FAMILIES,
  versionOf: versionOfContender,
  setup: buildServers,
  skip: skipServer,
} as const satisfies Partial<Scenario<ContenderName, number>>;
