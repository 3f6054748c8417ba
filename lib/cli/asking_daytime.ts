import { now } from "../runtime/timing.ts";
import { daytime } from "../servers/daytime.ts";
import { addressesOf } from "./addresses.ts";
import type { DaytimeCommandOptions } from "./daytime.ts";
import { json, print } from "./output.ts";

/** Prints what the first of the addresses that answers has sent. */
export async function askDaytime(
  text: string,
  { timeout, json: asJson }: DaytimeCommandOptions,
): Promise<void> {
  const endMs = now() + (timeout ?? Infinity) * 1000;
  let failure: unknown;
  for (const address of await addressesOf(text)) {
    try {
      const time = await daytime(address, { timeoutMs: Math.max(0, endMs - now()) });
      print(asJson ? json({ address: String(address), daytime: time }) : printable(time));
      return;
    } catch (error) {
      failure = error;
      if (now() >= endMs) break;
    }
  }
  throw failure;
}

/** What a server sends is not to control the terminal. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these characters are the ones to replace
  return text.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, "?");
}
