import { spawnSync } from "node:child_process";
import * as sys from "../../lib/sys/index.ts";

/** Why this process cannot open such a socket; `undefined` where it can. */
export function withoutSocket(family: number, type: number, protocol = 0): string | undefined {
  try {
    sys.close(sys.socket(family, type | sys.SOCK_CLOEXEC, protocol));
    return undefined;
  } catch (error) {
    return `no socket of this kind here: ${String(error)}`;
  }
}

/** Why there is no network namespace to be had here; `undefined` where there is. */
export const withoutNamespace: string | undefined =
  spawnSync("unshare", ["--net", "ip", "link", "add", "type", "veth"]).status === 0
    ? undefined
    : "needs the permission for a network namespace (unshare --net), ip and veth interfaces";
if (withoutNamespace) console.log(`network namespaces are not tested: ${withoutNamespace}`);
