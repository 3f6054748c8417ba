// The options of SCTP, set and read again in a kernel that has it: as test/options/round_trip.test.ts does.
import { inspect } from "node:util";
import { CASES } from "../../options/cases.ts";
import { roundTrips } from "../../options/round_trip.ts";

/** A value as JSON has it. */
const plain = (value: unknown): unknown =>
  typeof value === "bigint"
    ? `${String(value)}n`
    : value instanceof Uint8Array
      ? [...value]
      : value;

const options = roundTrips(CASES.filter(({ name }) => name.startsWith("SCTP_")));
const facts = options.map(({ of: { name, read }, error, ...rest }) => ({
  ...{ name, read, ...rest },
  error: error === null ? null : inspect(error),
}));
console.log(JSON.stringify({ options: facts }, (_key, value) => plain(value)));
