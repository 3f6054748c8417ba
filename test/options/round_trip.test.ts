import { beforeAll, describe, expect, it } from "vitest";
import { isSystemError } from "../../lib/errors.ts";
import { OPTIONS } from "../../lib/options/table.ts";
import { CASES } from "./cases.ts";
import { NO_ROUND_TRIP } from "./no_round_trip.ts";
import { type RoundTrip, roundTrips } from "./round_trip.ts";

/** What a kernel or a user lacks, not what we got wrong. */
const LACKS = ["EAFNOSUPPORT", "EPERM", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT"];
/** An option that is newer than this kernel, or that it was built without. */
const UNKNOWN = ["ENOPROTOOPT", "EOPNOTSUPP"];

const IN_NETWORK_ORDER = /_UNICAST_IF$|^IP_MULTICAST_IF$/;

let tried: readonly RoundTrip[];

beforeAll(() => {
  tried = roundTrips(CASES);
});

describe("an option that was set", () => {
  it.for(CASES.map(({ name }, index) => [name, index] as const))(
    "is read again, here and by Python: %s",
    ([name, index], { skip }) => {
      const one = tried[index];
      if (!one) throw new Error("was not tried");
      const { of, error, before, after, ours, byPython, inC } = one;
      if (error !== null) {
        if (!isSystemError(error)) throw new Error(name, { cause: error });
        expect([...LACKS, ...UNKNOWN]).toContain(error.code);
        return skip(`${name} on a socket "${of.on}": ${error.message}`);
      }

      expect(before).not.toEqual(of.read);
      expect(after).toEqual(of.read);
      expect(byPython).toBe(ours);
      if (inC !== null && !IN_NETWORK_ORDER.test(name))
        expect(byPython.slice(0, inC.length)).toBe(inC);
    },
  );
});

describe("the cases", () => {
  it("have each option that can be get and set, or say why not", () => {
    const both = Object.entries(OPTIONS).filter(([, { access }]) => access === "get and set");
    const known = [...CASES.map(({ name }) => name), ...Object.keys(NO_ROUND_TRIP)];

    expect(known.sort()).toEqual(both.map(([name]) => name).sort());
  });
});
