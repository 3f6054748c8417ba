import { BlockList } from "node:net";
import type { BlockListLike } from "./connecting.ts";
import { invalidType } from "./errors.ts";

export { BlockList };

/** @throws TypeError ERR_INVALID_ARG_TYPE: it is not a `net.BlockList` */
export function checkBlockList(value: unknown): BlockListLike | undefined {
  if (!value) return undefined;
  if (!isBlockList(value))
    throw invalidType("options.blockList", "an instance of net.BlockList", value);
  return value;
}

// Also one of another thread, which structured cloning has made.
function isBlockList(value: unknown): value is BlockListLike {
  return value instanceof BlockList;
}
