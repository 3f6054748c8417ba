import { ask } from "../servers/daytime.ts";
import { checkEndpoint } from "./addresses.ts";
import type { DaytimeCommandOptions } from "./daytime.ts";
import { json, print } from "./output.ts";

/** Prints what the server has sent. */
export async function askDaytime(
  text: string,
  { timeout = Infinity, json: asJson }: DaytimeCommandOptions,
): Promise<void> {
  const { time, address } = await ask(checkEndpoint(text), { timeoutMs: timeout * 1000 });
  print(asJson ? json({ address: String(address), daytime: time }) : printable(time));
}

/** What a server sends is not to control the terminal. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these characters are the ones to replace
  return text.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, "?");
}
